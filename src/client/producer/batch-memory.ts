/** As many pieces as are made at once, at most: each allocation of its own is one more thing to collect. */
const MOST_PIECES_AT_ONCE = 64;

/**
 * Memory of batches that were delivered, for the next ones: without it a fast producer leaves hundreds of megabytes to
 * the garbage collector. Holds no more than twice of what was in use at once.
 */
export class BatchMemory {
  private readonly sizeBytes: number;
  private readonly free: Buffer[] = [];
  private pieceCount = 0;

  /** @param sizeBytes of a piece: batch.size */
  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes;
  }

  take(neededBytes: number): Buffer {
    if (neededBytes !== this.sizeBytes) return Buffer.allocUnsafeSlow(neededBytes);
    if (this.free.length === 0) this.makePieces(Math.min(MOST_PIECES_AT_ONCE, Math.max(1, this.pieceCount)));
    return this.free.pop() as Buffer;
  }

  /** @param buffer nobody reads or writes it any more */
  giveBack(buffer: Buffer): void {
    if (buffer.length === this.sizeBytes) this.free.push(buffer);
  }

  private makePieces(count: number): void {
    const memory = Buffer.allocUnsafeSlow(count * this.sizeBytes);
    for (let n = 0; n < count; n++) this.free.push(memory.subarray(n * this.sizeBytes, (n + 1) * this.sizeBytes));
    this.pieceCount += count;
  }
}
