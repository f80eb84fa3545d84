const NO_BYTES = Buffer.alloc(0);

/** Pieces of one buffer, one after another with anything between: many values without an object for each. */
export class ByteRanges {
  /** The buffer that the pieces lie in. */
  bytes: Buffer = NO_BYTES;
  count = 0;
  /** The first piece that was not taken yet. */
  next = 0;
  /** Where piece n begins and ends, at 2n and 2n + 1. */
  private bounds = new Int32Array(1024);

  get isTaken(): boolean {
    return this.next === this.count;
  }

  /** Begins anew with another buffer. */
  reset(bytes: Buffer): void {
    this.bytes = bytes;
    this.count = 0;
    this.next = 0;
  }

  /** Adds a piece; it begins where the last one ended, or later. */
  add(start: number, end: number): void {
    const at = this.count * 2;
    if (at === this.bounds.length) this.grow();
    this.bounds[at] = start;
    this.bounds[at + 1] = end;
    this.count++;
  }

  startOf(index: number): number {
    return this.bounds[index * 2] as number;
  }

  endOf(index: number): number {
    return this.bounds[index * 2 + 1] as number;
  }

  /** A piece as a view of the buffer. */
  at(index: number): Buffer {
    return this.bytes.subarray(this.startOf(index), this.endOf(index));
  }

  private grow(): void {
    const grown = new Int32Array(this.bounds.length * 2);
    grown.set(this.bounds);
    this.bounds = grown;
  }
}
