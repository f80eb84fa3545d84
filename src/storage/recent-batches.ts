import { type BatchRange, below, NO_RECORDS } from './segment-read.js';
import { storedBaseOffset, storedLastOffset, storedSizeBytes } from './stored-batch.js';

interface RecentAppend {
  readonly owner: RecentBatches;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly records: Buffer;
  dropped: boolean;
}

/** Bounds what all logs together keep in memory of what was appended to them; the oldest goes first. */
export class RecentBatchesPool {
  private readonly limitBytes: number;
  private readonly perLogBytes: number;
  private readonly queue = new Queue<RecentAppend>();
  private heldBytes = 0;

  constructor(limitBytes: number, perLogBytes: number) {
    this.limitBytes = limitBytes;
    this.perLogBytes = perLogBytes;
  }

  forLog(): RecentBatches {
    return new RecentBatches(this, this.perLogBytes);
  }

  get sizeBytes(): number {
    return this.heldBytes;
  }

  /** For {@link RecentBatches} alone. */
  added(append: RecentAppend): void {
    this.queue.push(append);
    this.heldBytes += append.records.length;
    while (this.heldBytes > this.limitBytes) {
      const oldest = this.queue.shift();
      if (oldest === undefined) return;
      if (!oldest.dropped) oldest.owner.dropOldest();
    }
  }

  /** For {@link RecentBatches} alone. */
  dropped(append: RecentAppend): void {
    append.dropped = true;
    this.heldBytes -= append.records.length;
    while (this.queue.first?.dropped === true) this.queue.shift();
  }
}

/**
 * The newest batches of a log as they were appended, so that consumers at its end cost no read of a file. What it
 * holds is without gaps up to the log's end.
 */
export class RecentBatches {
  private readonly pool: RecentBatchesPool;
  private readonly limitBytes: number;
  private readonly appends = new Queue<RecentAppend>();
  private heldBytes = 0;

  constructor(pool: RecentBatchesPool, limitBytes: number) {
    this.pool = pool;
    this.limitBytes = limitBytes;
  }

  /** @param records one or more batches with their offsets, which nobody changes any more */
  add(records: Buffer, baseOffset: number, lastOffset: number): void {
    if (records.length > this.limitBytes) {
      this.clear();
      return;
    }
    // A view must not keep a network frame alive that is much larger than itself.
    const kept = records.length * 2 < records.buffer.byteLength ? Buffer.from(records) : records;
    const append = { owner: this, baseOffset, lastOffset, records: kept, dropped: false };
    this.appends.push(append);
    this.heldBytes += kept.length;
    while (this.heldBytes > this.limitBytes) this.dropOldest();
    this.pool.added(append);
  }

  clear(): void {
    while (this.appends.length > 0) this.dropOldest();
  }

  dropOldest(): void {
    const oldest = this.appends.shift();
    if (oldest === undefined) return;
    this.heldBytes -= oldest.records.length;
    this.pool.dropped(oldest);
  }

  /** The same that a read of the files gives; null when `range.offset` is not held. */
  read(range: BatchRange): Buffer | null {
    const { first } = this.appends;
    if (first === undefined || range.offset < first.baseOffset) return null;
    let index = this.indexOf(range.offset);
    const start = this.appends.at(index);
    if (start === undefined) return null;
    const at = batchWith(start.records, range.offset);
    const firstBytes = storedSizeBytes(start.records, at);
    if (storedBaseOffset(start.records, at) >= range.below) return NO_RECORDS;
    if (!range.minOneBatch && firstBytes > range.maxBytes) return NO_RECORDS;
    let leftBytes = range.minOneBatch ? Math.max(range.maxBytes, firstBytes) : range.maxBytes;
    const chunks: Buffer[] = [];
    for (
      let append: RecentAppend | undefined = start;
      append !== undefined && leftBytes > 0;
      append = this.appends.at(index)
    ) {
      if (append.baseOffset >= range.below) break;
      let chunk = append === start ? append.records.subarray(at) : append.records;
      if (append.lastOffset >= range.below) chunk = below(chunk, range.below);
      if (chunk.length > leftBytes) chunk = chunk.subarray(0, leftBytes);
      chunks.push(chunk);
      leftBytes -= chunk.length;
      index++;
    }
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
  }

  /** The first append that ends at or above `offset`. */
  private indexOf(offset: number): number {
    let low = -1;
    let high = this.appends.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.appends.at(middle) as RecentAppend).lastOffset >= offset) high = middle;
      else low = middle;
    }
    return high;
  }
}

function batchWith(records: Buffer, offset: number): number {
  let at = 0;
  while (storedLastOffset(records, at) < offset) at += storedSizeBytes(records, at);
  return at;
}

/** First in, first out, with access by index. */
class Queue<Item> {
  private items: (Item | undefined)[] = [];
  private head = 0;

  get length(): number {
    return this.items.length - this.head;
  }

  get first(): Item | undefined {
    return this.items[this.head];
  }

  at(index: number): Item | undefined {
    return this.items[this.head + index];
  }

  push(item: Item): void {
    this.items.push(item);
  }

  shift(): Item | undefined {
    if (this.head === this.items.length) return undefined;
    const item = this.items[this.head];
    this.items[this.head++] = undefined;
    if (this.head > 32 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head);
      this.head = 0;
    }
    return item;
  }
}
