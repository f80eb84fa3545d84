/** Up to here a copy by hand is as fast as Buffer's, which makes a view of the part first. */
const LONG_BYTES = 128;

/** Bytes on their way to standard output, collected so that they leave in few large writes. It grows where it must. */
export class OutputBuffer {
  length = 0;
  private bytes: Buffer;

  constructor(capacityBytes: number) {
    this.bytes = Buffer.allocUnsafe(capacityBytes);
  }

  /** A part of a batch that was fetched, copied from where it lies. */
  copy(source: Buffer, start: number, end: number): void {
    const bytes = this.roomFor(end - start);
    if (end - start > LONG_BYTES) {
      this.length += source.copy(bytes, this.length, start, end);
      return;
    }
    let to = this.length;
    for (let at = start; at < end; at++) bytes[to++] = source[at] as number;
    this.length = to;
  }

  append(bytes: Buffer): void {
    this.copy(bytes, 0, bytes.length);
  }

  text(text: string): void {
    const mostBytes = text.length * 3;
    this.length += this.roomFor(mostBytes).write(text, this.length, 'utf8');
  }

  /** What was collected; it holds until the next bytes are added after {@link clear}. */
  view(): Buffer {
    return this.bytes.subarray(0, this.length);
  }

  clear(): void {
    this.length = 0;
  }

  private roomFor(sizeBytes: number): Buffer {
    const needed = this.length + sizeBytes;
    if (needed > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, this.length);
      this.bytes = larger;
    }
    return this.bytes;
  }
}
