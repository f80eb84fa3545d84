import type { BufferPool } from '../base/buffer-pool.js';
import { type BatchRange, below, NO_RECORDS } from './segment-read.js';
import { storedBaseOffset, storedLastOffset, storedSizeBytes } from './stored-batch.js';

/** Memory is taken in pieces of this size, so that what a log holds costs no buffer of its own for each append. */
const MOST_SLAB_BYTES = 1024 * 1024;
/** Pieces that are kept for the next appends though nothing is in them. */
const MOST_FREE_SLABS = 2;

interface RecentAppend {
  readonly owner: RecentBatches;
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Within a slab. */
  readonly records: Buffer;
  readonly slab: Slab;
  dropped: boolean;
}

/** A piece of memory that is filled from its start to its end, and used anew when nothing in it is held any more. */
interface Slab {
  readonly memory: Buffer;
  filledBytes: number;
  appends: RecentAppend[];
  heldCount: number;
}

/**
 * Bounds what all logs together keep in memory of what was appended to them; the oldest goes first. What is held is
 * copied: a network frame that lived as long as its batch is held would be collected late and with much work.
 */
export class RecentBatchesPool {
  private readonly limitBytes: number;
  private readonly perLogBytes: number;
  private readonly slabBytes: number;
  /** In the order in which they were begun; the last is being filled. */
  private readonly slabs: Slab[] = [];
  private readonly free: Slab[] = [];
  private takenBytes = 0;
  private heldBytes = 0;

  constructor(limitBytes: number, perLogBytes: number) {
    this.limitBytes = limitBytes;
    this.perLogBytes = perLogBytes;
    this.slabBytes = Math.min(MOST_SLAB_BYTES, Math.floor(limitBytes / 4));
  }

  forLog(): RecentBatches {
    return new RecentBatches(this, Math.min(this.limitBytes, this.perLogBytes));
  }

  /** Of what is held. */
  get sizeBytes(): number {
    return this.heldBytes;
  }

  /** Of the memory for it, with its gaps; never above the limit. */
  get memoryBytes(): number {
    return this.takenBytes;
  }

  /** For {@link RecentBatches} alone. */
  add(owner: RecentBatches, records: Buffer, baseOffset: number, lastOffset: number): RecentAppend {
    const slab = this.slabFor(records.length);
    const start = slab.filledBytes;
    slab.filledBytes += records.length;
    records.copy(slab.memory, start);
    const held = slab.memory.subarray(start, slab.filledBytes);
    const append = { owner, baseOffset, lastOffset, records: held, slab, dropped: false };
    slab.appends.push(append);
    slab.heldCount++;
    this.heldBytes += held.length;
    return append;
  }

  /** For {@link RecentBatches} alone. */
  dropped(append: RecentAppend): void {
    const { slab } = append;
    append.dropped = true;
    this.heldBytes -= append.records.length;
    if (--slab.heldCount > 0) return;
    slab.filledBytes = 0;
    slab.appends = [];
    if (slab === this.slabs.at(-1)) return;
    this.slabs.splice(this.slabs.indexOf(slab), 1);
    this.setFree(slab);
  }

  private slabFor(sizeBytes: number): Slab {
    const current = this.slabs.at(-1);
    if (current !== undefined && current.filledBytes + sizeBytes <= current.memory.length) return current;
    if (current?.heldCount === 0) this.setFree(this.slabs.pop() as Slab);
    const slab = this.nextSlab(sizeBytes);
    this.slabs.push(slab);
    return slab;
  }

  private nextSlab(neededBytes: number): Slab {
    const sizeBytes = Math.max(this.slabBytes, neededBytes);
    for (;;) {
      const index = this.free.findIndex(({ memory }) => memory.length >= neededBytes);
      if (index >= 0) return this.free.splice(index, 1)[0] as Slab;
      if (this.takenBytes + sizeBytes <= this.limitBytes) break;
      const tooSmall = this.free.pop();
      if (tooSmall !== undefined) this.takenBytes -= tooSmall.memory.length;
      else if (!this.evictOldest()) break;
    }
    this.takenBytes += sizeBytes;
    return { memory: Buffer.allocUnsafeSlow(sizeBytes), filledBytes: 0, appends: [], heldCount: 0 };
  }

  private evictOldest(): boolean {
    const [oldest] = this.slabs;
    if (oldest === undefined) return false;
    for (const append of oldest.appends) if (!append.dropped) append.owner.dropOldest();
    if (this.slabs[0] === oldest) {
      this.slabs.shift();
      this.setFree(oldest);
    }
    return true;
  }

  private setFree(slab: Slab): void {
    if (slab.memory.length === this.slabBytes && this.free.length < MOST_FREE_SLABS) this.free.push(slab);
    else this.takenBytes -= slab.memory.length;
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

  /** @param records one or more batches with their offsets */
  add(records: Buffer, baseOffset: number, lastOffset: number): void {
    if (records.length > this.limitBytes) {
      this.clear();
      return;
    }
    while (this.heldBytes + records.length > this.limitBytes) this.dropOldest();
    this.heldBytes += records.length;
    this.appends.push(this.pool.add(this, records, baseOffset, lastOffset));
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

  /** A copy of the same that a read of the files gives; null when `range.offset` is not held. */
  read(range: BatchRange, buffers: BufferPool): Buffer | null {
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
    const wantedBytes = leftBytes;
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
    // Not a view: the memory is used anew, maybe before a slow consumer has got all of it.
    const records = buffers.take(wantedBytes - leftBytes);
    let filledBytes = 0;
    for (const chunk of chunks) filledBytes += chunk.copy(records, filledBytes);
    return records;
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
