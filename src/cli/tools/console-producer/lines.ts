import { ByteRanges } from '../../../base/byte-ranges.js';

const NEWLINE = 10;
const RETURN = 13;
const NO_BYTES = Buffer.alloc(0);

/** Cuts bytes into lines that end with \n, \r or \r\n, as Java's readers do; the last needs no end. */
export class Lines {
  private rest: Buffer | null = null;
  /** The last chunk ended with \r, so that a \n at the beginning of the next belongs to it. */
  private skipsNewline = false;
  private readonly whole = new ByteRanges();

  /** The lines that are whole now, in one or two lots; they are to be taken before the next chunk comes. */
  push(chunk: Buffer): ByteRanges[] {
    let start = this.skipsNewline && chunk[0] === NEWLINE ? 1 : 0;
    if (chunk.length > 0) this.skipsNewline = false;
    const hasReturns = chunk.includes(RETURN);
    const lots: ByteRanges[] = [];
    this.whole.reset(chunk);
    for (;;) {
      const end = hasReturns ? nextEnd(chunk, start) : chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      if (this.rest === null) this.whole.add(start, end);
      else lots.push(this.joined(chunk.subarray(start, end)));
      start = end + 1;
      if (chunk[end] !== RETURN) continue;
      if (start === chunk.length) this.skipsNewline = true;
      else if (chunk[start] === NEWLINE) start++;
    }
    if (start < chunk.length) this.rest = Buffer.concat([this.rest ?? NO_BYTES, chunk.subarray(start)]);
    if (this.whole.count > 0) lots.push(this.whole);
    return lots;
  }

  /** What came after the last end of a line; null when nothing did. */
  end(): ByteRanges | null {
    return this.rest === null ? null : this.joined(NO_BYTES);
  }

  /** What the last chunk left, with its end. */
  private joined(end: Buffer): ByteRanges {
    const line = Buffer.concat([this.rest ?? NO_BYTES, end]);
    this.rest = null;
    const lot = new ByteRanges();
    lot.reset(line);
    lot.add(0, line.length);
    return lot;
  }
}

function nextEnd(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at];
    if (byte === NEWLINE || byte === RETURN) return at;
  }
  return -1;
}
