import { CorruptLogError } from './storage-error.js';

const VERSION = '0';

/** Entries of `leader-epoch-checkpoint`. */
export interface EpochStart {
  readonly epoch: number;
  readonly startOffset: number;
}

/** Entries of the checkpoints of a log directory. */
export interface PartitionOffset {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** `recovery-point-offset-checkpoint` and its like: a line `topic partition offset` an entry. */
export function encodeOffsets(entries: readonly PartitionOffset[]): string {
  return encodeLines(entries.map(({ topic, partition, offset }) => `${topic} ${partition} ${offset}`));
}

/** @throws CorruptLogError when the text is not whole; `path` is for the message */
export function decodeOffsets(text: string, path: string): PartitionOffset[] {
  return decodeLines(text, path).map((line) => {
    const [topic, partition, offset, ...rest] = line.split(' ');
    if (topic === undefined || rest.length > 0) throw malformed(path, `line '${line}'`);
    return { topic, partition: wholeNumber(partition, line, path), offset: wholeNumber(offset, line, path) };
  });
}

/** `leader-epoch-checkpoint`: a line `epoch startOffset` an entry, ascending. */
export function encodeEpochs(entries: readonly EpochStart[]): string {
  return encodeLines(entries.map(({ epoch, startOffset }) => `${epoch} ${startOffset}`));
}

/** @throws CorruptLogError when the text is not whole */
export function decodeEpochs(text: string, path: string): EpochStart[] {
  return decodeLines(text, path).map((line) => {
    const [epoch, startOffset, ...rest] = line.split(' ');
    if (rest.length > 0) throw malformed(path, `line '${line}'`);
    return { epoch: wholeNumber(epoch, line, path), startOffset: wholeNumber(startOffset, line, path) };
  });
}

function encodeLines(lines: readonly string[]): string {
  return [VERSION, lines.length, ...lines, ''].join('\n');
}

/** A file of 0 bytes has no entries: that is how they are made. */
function decodeLines(text: string, path: string): string[] {
  if (text === '') return [];
  const [version, count, ...lines] = text.split('\n');
  if (version !== VERSION) throw malformed(path, `version '${version}'`);
  const entries = lines.filter((line) => line !== '');
  const expected = wholeNumber(count, count ?? '', path);
  if (entries.length !== expected) throw malformed(path, `${entries.length} entries where it says ${expected}`);
  return entries;
}

function wholeNumber(text: string | undefined, line: string, path: string): number {
  const value = Number(text);
  if (text === undefined || text === '' || !Number.isSafeInteger(value)) throw malformed(path, `line '${line}'`);
  return value;
}

function malformed(path: string, what: string): CorruptLogError {
  return new CorruptLogError(path, `checkpoint file ${path} is malformed: ${what}`);
}
