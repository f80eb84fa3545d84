import { resolve } from 'node:path';
import { DiskError } from '../../../base/disk.js';
import type { Random } from '../../../base/host.js';
import type { Io } from '../../io.js';
import { illegalArgument } from '../../tool-error.js';
import type { PerfOptions } from './options.js';

const [FIRST_LETTER, LETTERS] = [65, 26];

/** Gives the value of each record, in order from 0. @throws ToolError */
export function payloads(payload: PerfOptions['payload'], io: Io): (index: number) => Buffer {
  const { random } = io.host;
  if (payload === 'monotonic') return (index) => Buffer.from(String(index));
  if ('sizeBytes' in payload) return randomLetters(payload.sizeBytes, random);
  const lines = linesOf(payload.file, payload.delimiter, io);
  return () => lines[Math.floor(random.fraction() * lines.length)] as Buffer;
}

/** Letters, so that they compress as text does; the same memory each time, since a producer copies what it takes. */
function randomLetters(sizeBytes: number, random: Random): () => Buffer {
  const value = Buffer.alloc(sizeBytes);
  return () => {
    for (let at = 0; at < sizeBytes; at++) value[at] = FIRST_LETTER + Math.floor(random.fraction() * LETTERS);
    return value;
  };
}

function linesOf(file: string, delimiter: string, io: Io): Buffer[] {
  io.print(`Reading payloads from: ${resolve(file)}`);
  const text = textOf(file, io);
  if (text === '') throw illegalArgument('File does not exist or empty file provided.');
  const parts = text.split(delimiter);
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  io.print(`Number of records read: ${parts.length}`);
  return parts.map((part) => Buffer.from(part));
}

function textOf(file: string, io: Io): string {
  try {
    return io.host.disk.readWhole(file).toString('utf8');
  } catch (error) {
    if (error instanceof DiskError) return '';
    throw error;
  }
}
