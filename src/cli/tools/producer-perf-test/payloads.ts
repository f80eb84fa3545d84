import { resolve } from 'node:path';
import type { ByteRanges } from '../../../base/byte-ranges.js';
import { DiskError } from '../../../base/disk.js';
import type { Random } from '../../../base/host.js';
import type { Io } from '../../io.js';
import { illegalArgument } from '../../tool-error.js';
import type { PerfOptions } from './options.js';
import { RandomLetters } from './random-letters.js';

/** About so much is made at once: few calls, and what was made is still in the processor's cache when it is copied. */
const LOT_BYTES = 64 * 1024;
const MOST_AT_ONCE = 8192;

/** Gives the values of the next records, at least one and at most `most`; those given before are overwritten. */
export type Payloads = (values: ByteRanges, index: number, most: number) => void;

/** @throws ToolError */
export function payloads(payload: PerfOptions['payload'], io: Io): Payloads {
  const { random } = io.host;
  if (payload === 'monotonic') return copied((index) => Buffer.from(String(index)));
  if ('sizeBytes' in payload) return randomLetters(payload.sizeBytes, random);
  const lines = linesOf(payload.file, payload.delimiter, io);
  return copied(() => lines[Math.floor(random.fraction() * lines.length)] as Buffer);
}

function randomLetters(sizeBytes: number, random: Random): Payloads {
  const lotCount = Math.max(1, Math.floor(LOT_BYTES / sizeBytes));
  const letters = new RandomLetters(lotCount * sizeBytes, random);
  return (values, _index, most) => {
    const count = Math.min(lotCount, most);
    letters.renew(count * sizeBytes);
    values.reset(letters.bytes);
    for (let n = 0; n < count; n++) values.add(n * sizeBytes, (n + 1) * sizeBytes);
  };
}

/** Values that there are one by one. */
function copied(payloadOf: (index: number) => Buffer): Payloads {
  let lot = Buffer.alloc(LOT_BYTES);
  return (values, index, most) => {
    let value = payloadOf(index);
    if (value.length > lot.length) lot = Buffer.alloc(value.length);
    values.reset(lot);
    for (let filled = 0; filled + value.length <= lot.length; ) {
      value.copy(lot, filled);
      values.add(filled, filled + value.length);
      if (values.count === most || values.count === MOST_AT_ONCE) return;
      filled += value.length;
      value = payloadOf(index + values.count);
    }
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
