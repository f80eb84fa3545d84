/** What is smaller is as cheap to allocate. */
const LEAST_BYTES = 64 * 1024;
const ROUND_BYTES = 64 * 1024;

/**
 * Memory for what passes through: requests that are copied into a log, records on their way to a client. V8 collects its
 * whole heap every few dozen megabytes of new buffers, which took a broker half of its processor time while consumers
 * caught up.
 *
 * Nobody has to give back: what is forgotten is collected as any other memory.
 */
export class BufferPool {
  private readonly keepBytes: number;
  private readonly lent = new WeakSet<ArrayBufferLike>();
  /** Of whole pieces. */
  private readonly free: Buffer[] = [];
  private freeBytes = 0;

  /** @param keepBytes of memory that nobody uses now */
  constructor(keepBytes: number) {
    this.keepBytes = keepBytes;
  }

  /** Memory of this size with anything in it. */
  take(sizeBytes: number): Buffer {
    if (sizeBytes < LEAST_BYTES) return Buffer.allocUnsafe(sizeBytes);
    const piece = this.takeFree(sizeBytes) ?? Buffer.allocUnsafeSlow(Math.ceil(sizeBytes / ROUND_BYTES) * ROUND_BYTES);
    this.lent.add(piece.buffer);
    return piece.subarray(0, sizeBytes);
  }

  /** The smallest that is large enough, unless most of it would be wasted. */
  private takeFree(sizeBytes: number): Buffer | undefined {
    let best = -1;
    let bestBytes = sizeBytes * 2;
    for (const [index, { length }] of this.free.entries()) {
      if (length < sizeBytes || length > bestBytes) continue;
      best = index;
      bestBytes = length;
    }
    if (best < 0) return undefined;
    this.freeBytes -= bestBytes;
    return this.free.splice(best, 1)[0];
  }

  /**
   * What lies in the memory of `bytes` is not needed any more.
   *
   * @param bytes any part of what {@link take} gave; other memory is left alone
   */
  giveBack(bytes: Buffer): void {
    const { buffer } = bytes;
    if (!this.lent.delete(buffer)) return;
    this.free.push(Buffer.from(buffer));
    this.freeBytes += buffer.byteLength;
    while (this.freeBytes > this.keepBytes) this.freeBytes -= this.free.shift()?.length ?? 0;
  }
}
