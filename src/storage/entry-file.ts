import type { PooledFile } from './open-files.js';

/** Entries that wait in memory before they are written; see {@link EntryFile}. */
const PENDING_ENTRIES = 32;
/** A search reads single entries until this much is left, then all of that at once. */
const SEARCH_BLOCK_BYTES = 4096;
const searchBlock = Buffer.alloc(SEARCH_BLOCK_BYTES);

/** Whether the entry at `at` in `bytes` is at or below what is looked for. */
export type EntryTest = (bytes: Buffer, at: number) => boolean;

/**
 * An index: ascending entries of one size. Nothing of it stays in memory but the newest entries, so that the
 * indexes of ten thousand partitions cost nothing; the system's page cache makes a search cheap.
 *
 * New entries are gathered and written many at a time. That is safe: an index that a crash cut short belongs to
 * a segment above the recovery point, whose index is rebuilt from its batches, and a flush of the segment
 * writes them first.
 *
 * The file of an active segment is as large as it may ever get, zeros behind its entries (sparse, as Apache
 * Kafka allocates it), and is cut to its entries when the segment rolls or closes.
 */
export class EntryFile {
  readonly file: PooledFile;
  private readonly entryBytes: number;
  private writtenCount = 0;
  private allocatedCount = 0;
  private fileBytes = 0;
  private pending: Buffer | null = null;
  private pendingCount = 0;
  private known = false;
  /** Whether the file changed since it was synced. */
  private dirty = false;

  constructor(file: PooledFile, entryBytes: number) {
    this.file = file;
    this.entryBytes = entryBytes;
  }

  /** Entries, counting by the file's size when it was not this process that wrote them. */
  get count(): number {
    this.know();
    return this.writtenCount + this.pendingCount;
  }

  /** How many entries fit the size the file has now. */
  get capacity(): number {
    this.know();
    return this.allocatedCount;
  }

  /** A new, empty file of `maxBytes` rounded down to whole entries. */
  allocate(maxBytes: number): void {
    this.file.create();
    this.reset(maxBytes);
  }

  /** Drops all entries and makes the file `maxBytes` (rounded down) of zeros. */
  reset(maxBytes: number): void {
    this.file.truncate(0);
    this.dirty = true;
    this.fileBytes = 0;
    this.writtenCount = 0;
    this.pendingCount = 0;
    this.known = true;
    this.resize(maxBytes);
  }

  /** Drops all entries and the file, which a sync then does not look for. */
  remove(): void {
    this.file.remove();
    this.writtenCount = 0;
    this.pendingCount = 0;
    this.allocatedCount = 0;
    this.fileBytes = 0;
    this.known = true;
    this.dirty = false;
  }

  /**
   * Makes room for entries up to `maxBytes` in all; never below the entries that are there.
   *
   * @returns whether the file changed
   */
  resize(maxBytes: number): boolean {
    const wrote = this.writePending();
    this.allocatedCount = Math.max(Math.floor(maxBytes / this.entryBytes), this.writtenCount);
    return this.setFileBytes(this.allocatedCount * this.entryBytes) || wrote;
  }

  /** Cuts the file to its entries. @returns whether the file changed */
  trim(): boolean {
    return this.resize(0);
  }

  /** The place for one more entry, to be filled at once: a buffer and where in it. */
  append(): { bytes: Buffer; at: number } {
    this.know();
    if (this.pendingCount === PENDING_ENTRIES) this.writePending();
    this.pending ??= Buffer.alloc(PENDING_ENTRIES * this.entryBytes);
    const at = this.pendingCount * this.entryBytes;
    this.pendingCount++;
    if (this.writtenCount + this.pendingCount > this.allocatedCount) {
      this.allocatedCount = this.writtenCount + this.pendingCount;
    }
    return { bytes: this.pending, at };
  }

  /** @returns whether there was anything to write */
  writePending(): boolean {
    this.know();
    if (this.pending === null || this.pendingCount === 0) return false;
    const bytes = this.pending.subarray(0, this.pendingCount * this.entryBytes);
    this.file.write(this.writtenCount * this.entryBytes, [bytes]);
    this.dirty = true;
    this.writtenCount += this.pendingCount;
    this.pendingCount = 0;
    this.fileBytes = Math.max(this.fileBytes, this.writtenCount * this.entryBytes);
    return true;
  }

  /** Keeps the first `count` entries. The room behind them is zeros again. */
  truncate(count: number): void {
    if (count >= this.count) return;
    this.writePending();
    const capacityBytes = this.allocatedCount * this.entryBytes;
    this.writtenCount = count;
    this.setFileBytes(count * this.entryBytes);
    this.resize(capacityBytes);
  }

  /** The index of the largest entry for which `isAtOrBelow` holds; -1 when it holds for none. */
  floor(isAtOrBelow: EntryTest): number {
    this.know();
    const { pending, pendingCount, entryBytes } = this;
    if (pending !== null && pendingCount > 0 && isAtOrBelow(pending, 0)) {
      return this.writtenCount + floorWithin(pending, pendingCount, entryBytes, isAtOrBelow);
    }
    let low = 0;
    let high = this.writtenCount;
    const blockCount = Math.floor(SEARCH_BLOCK_BYTES / entryBytes);
    while (high - low > blockCount) {
      const middle = (low + high) >>> 1;
      this.file.readNow(middle * entryBytes, searchBlock.subarray(0, entryBytes));
      if (isAtOrBelow(searchBlock, 0)) low = middle;
      else high = middle;
    }
    if (high === low) return low - 1;
    const block = searchBlock.subarray(0, (high - low) * entryBytes);
    this.file.readNow(low * entryBytes, block);
    return low + floorWithin(block, high - low, entryBytes, isAtOrBelow);
  }

  /** A copy of the entries from `first`, at most `count`. */
  read(first: number, count: number): Buffer {
    const end = Math.min(first + count, this.count);
    if (end <= first) return Buffer.alloc(0);
    const bytes = Buffer.allocUnsafe((end - first) * this.entryBytes);
    const fromFile = Math.min(end, this.writtenCount) - first;
    if (fromFile > 0) this.file.readNow(first * this.entryBytes, bytes.subarray(0, fromFile * this.entryBytes));
    if (end > this.writtenCount && this.pending !== null) {
      const from = Math.max(first, this.writtenCount);
      const source = (from - this.writtenCount) * this.entryBytes;
      this.pending.copy(bytes, (from - first) * this.entryBytes, source, (end - this.writtenCount) * this.entryBytes);
    }
    return bytes;
  }

  /** Whether the last entry is zeros: the file was not cut to its entries, or its end never reached the platter. */
  endsInZeros(): boolean {
    const { count } = this;
    return count > 0 && this.read(count - 1, 1).every((byte) => byte === 0);
  }

  async sync(): Promise<void> {
    this.writePending();
    if (!this.dirty) return;
    this.dirty = false;
    await this.file.sync();
  }

  /** Lets go of memory and the open file once no entries will be added. */
  release(): void {
    this.writePending();
    this.pending = null;
    this.file.close();
  }

  private know(): void {
    if (this.known) return;
    this.known = true;
    this.fileBytes = this.file.sizeBytes();
    this.writtenCount = Math.floor(this.fileBytes / this.entryBytes);
    this.allocatedCount = this.writtenCount;
  }

  private setFileBytes(sizeBytes: number): boolean {
    if (this.fileBytes === sizeBytes) return false;
    this.file.truncate(sizeBytes);
    this.dirty = true;
    this.fileBytes = sizeBytes;
    return true;
  }
}

function floorWithin(bytes: Buffer, count: number, entryBytes: number, isAtOrBelow: EntryTest): number {
  let low = -1;
  let high = count;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (isAtOrBelow(bytes, middle * entryBytes)) low = middle;
    else high = middle;
  }
  return low;
}
