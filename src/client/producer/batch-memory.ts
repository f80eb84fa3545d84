/**
 * Memory of batches that were delivered, for the next ones: without it a fast producer leaves hundreds of megabytes to
 * the garbage collector. Holds no more than were in use at once.
 */
export class BatchMemory {
  private readonly sizeBytes: number;
  private readonly free: Buffer[] = [];

  /** @param sizeBytes of a piece: batch.size */
  constructor(sizeBytes: number) {
    this.sizeBytes = sizeBytes;
  }

  take(neededBytes: number): Buffer {
    const reused = neededBytes === this.sizeBytes ? this.free.pop() : undefined;
    return reused ?? Buffer.allocUnsafeSlow(neededBytes);
  }

  /** @param buffer nobody reads or writes it any more */
  giveBack(buffer: Buffer): void {
    if (buffer.length === this.sizeBytes) this.free.push(buffer);
  }
}
