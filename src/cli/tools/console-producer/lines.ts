const NEWLINE = 10;
const RETURN = 13;

/** Cuts bytes into lines that end with \n, \r or \r\n, as Java's readers do; the last needs no end. */
export class Lines {
  private rest: Buffer | null = null;
  /** The last chunk ended with \r, so that a \n at the beginning of the next belongs to it. */
  private skipsNewline = false;

  /** The lines that are whole now, as views of the bytes. */
  push(chunk: Buffer): Buffer[] {
    const lines: Buffer[] = [];
    let start = this.skipsNewline && chunk[0] === NEWLINE ? 1 : 0;
    if (chunk.length > 0) this.skipsNewline = false;
    const hasReturns = chunk.includes(RETURN);
    for (;;) {
      const end = hasReturns ? nextEnd(chunk, start) : chunk.indexOf(NEWLINE, start);
      if (end < 0) break;
      lines.push(this.joined(chunk.subarray(start, end)));
      start = end + 1;
      if (chunk[end] !== RETURN) continue;
      if (start === chunk.length) this.skipsNewline = true;
      else if (chunk[start] === NEWLINE) start++;
    }
    if (start < chunk.length) this.rest = this.joined(chunk.subarray(start));
    return lines;
  }

  /** What came after the last end of a line; null when nothing did. */
  end(): Buffer | null {
    const { rest } = this;
    this.rest = null;
    return rest;
  }

  private joined(part: Buffer): Buffer {
    const { rest } = this;
    if (rest === null) return part;
    this.rest = null;
    return Buffer.concat([rest, part]);
  }
}

function nextEnd(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at];
    if (byte === NEWLINE || byte === RETURN) return at;
  }
  return -1;
}
