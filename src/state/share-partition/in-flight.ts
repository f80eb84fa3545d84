import type { Delivery } from './delivery.js';
import type { InFlightBatch } from './in-flight-batch.js';
import { AVAILABLE, isDone, type RecordState } from './record-state.js';

const NONE = -1;

/**
 * What a share group has in flight of one partition: batches in the order of their offsets, from the first record that
 * is not done to the last that was given out.
 */
export class InFlight {
  /** Sorted, without overlaps; there may be holes where the log has none. */
  batches: InFlightBatch[] = [];
  startOffset: number;
  /** Of the last record that was given out; equal to the start when nothing is in flight. */
  endOffset: number;
  /** Records from the start on that are done (KIP-1226). */
  doneCount = 0;
  /** Something behind the start may be available again. */
  mayBeAvailable = false;
  /**
   * Between what was kept there may be records that nobody had yet: those between `nextOffset` and the end as it was
   * when the state was read are looked for. Over when the end moves.
   */
  private holes: { nextOffset: number; readonly endOffset: number } | null = null;

  constructor(startOffset: number) {
    this.startOffset = startOffset;
    this.endOffset = startOffset;
  }

  get hasHoles(): boolean {
    return this.holes !== null && this.holes.endOffset === this.endOffset;
  }

  /** Before it everything was given out once; Infinity where there are no holes. */
  private get firstHole(): number {
    if (this.holes === null || !this.hasHoles) return Number.POSITIVE_INFINITY;
    let offset = Math.max(this.holes.nextOffset, this.startOffset);
    for (const batch of this.batches) {
      if (batch.firstOffset > offset) return offset;
      offset = Math.max(offset, batch.lastOffset + 1);
    }
    return Number.POSITIVE_INFINITY;
  }

  get count(): number {
    return this.batches.length === 0 ? 0 : this.endOffset - this.startOffset + 1;
  }

  /** As they were kept. */
  restore(batches: InFlightBatch[], firstHole: number | null): void {
    const last = batches[batches.length - 1];
    if (last === undefined) return;
    this.batches = batches;
    for (const batch of batches) if (isDone((batch.whole as Delivery).state)) this.doneCount += batch.size;
    this.mayBeAvailable = true;
    this.endOffset = last.lastOffset;
    if (firstHole !== null) this.holes = { nextOffset: firstHole, endOffset: this.endOffset };
    this.moveStart();
  }

  /** The holes before `offset` were looked into. */
  passHoles(offset: number): void {
    if (this.holes === null) return;
    if (!this.hasHoles || offset > this.holes.endOffset) this.holes = null;
    else this.holes.nextOffset = Math.max(this.holes.nextOffset, offset);
  }

  /** Index of the last batch that begins at or before `offset`, or -1. */
  floorIndex(offset: number): number {
    let low = 0;
    let high = this.batches.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.batches[middle] as InFlightBatch).firstOffset <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Batches that begin within the offsets, both inclusive. */
  between(firstOffset: number, lastOffset: number): InFlightBatch[] {
    return this.batches.slice(this.floorIndex(firstOffset - 1) + 1, this.floorIndex(lastOffset) + 1);
  }

  /** Batches that have any of the offsets, both inclusive. */
  touching(firstOffset: number, lastOffset: number): InFlightBatch[] {
    const floor = this.floorIndex(firstOffset);
    const from = floor >= 0 && (this.batches[floor] as InFlightBatch).lastOffset >= firstOffset ? floor : floor + 1;
    return this.batches.slice(from, this.floorIndex(lastOffset) + 1);
  }

  add(batch: InFlightBatch): void {
    const index = this.floorIndex(batch.firstOffset) + 1;
    if (index === this.batches.length) this.batches.push(batch);
    else this.batches.splice(index, 0, batch);
  }

  /** How many of the records are not before the start. */
  countFrom(firstOffset: number, lastOffset: number): number {
    return Math.max(0, lastOffset - Math.max(this.startOffset, firstOffset) + 1);
  }

  /** Where to read the log for what can be acquired next. */
  nextFetchOffset(): number {
    const last = this.batches[this.batches.length - 1];
    if (last === undefined || this.startOffset > last.lastOffset) {
      this.mayBeAvailable = false;
      return this.endOffset;
    }
    if (!this.mayBeAvailable) return this.endOffset + 1;
    const found = this.firstAvailable();
    if (found !== NONE) return found;
    this.mayBeAvailable = false;
    return this.endOffset + 1;
  }

  private firstAvailable(): number {
    let hole = this.firstHole;
    for (const batch of this.batches) {
      if (batch.firstOffset > hole) return hole;
      hole = Math.max(batch.lastOffset + 1, hole);
      if (batch.whole !== null) {
        if (batch.whole.isAcquirable) return batch.firstOffset;
        continue;
      }
      const index = (batch.records as Delivery[]).findIndex((record) => record.isAcquirable);
      if (index >= 0) return batch.firstOffset + index;
    }
    return NONE;
  }

  /** Goes past what is done at the start. @returns whether there was any */
  moveStart(): boolean {
    if (!this.isDoneAtStart()) return false;
    const { lastDone, count } = this.doneAtFront();
    if (lastDone === NONE) return false;
    const last = this.batches[this.batches.length - 1] as InFlightBatch;
    if (lastDone === last.lastOffset) {
      this.startOffset = Math.max(this.startOffset, last.lastOffset + 1);
      this.endOffset = this.startOffset;
      this.batches = [];
      this.doneCount = 0;
      return true;
    }
    const index = this.floorIndex(lastDone);
    const batch = this.batches[index] as InFlightBatch;
    if (lastDone === batch.lastOffset) {
      const next = this.batches[index + 1] as InFlightBatch;
      this.startOffset = Math.max(this.startOffset, Math.min(this.firstHole, next.firstOffset));
      this.batches.splice(0, index + 1);
    } else {
      this.startOffset = Math.max(this.startOffset, lastDone + 1);
      this.batches.splice(0, index);
    }
    this.doneCount -= count;
    return true;
  }

  private isDoneAtStart(): boolean {
    const batch = this.batches[this.floorIndex(this.startOffset)];
    if (batch === undefined) return false;
    const delivery = batch.at(this.startOffset);
    return !delivery.isChanging && isDone(delivery.state);
  }

  /** The last offset before which everything is done, and how many of these count. */
  private doneAtFront(): { lastDone: number; count: number } {
    const { firstHole } = this;
    let lastDone = NONE;
    let count = 0;
    for (const batch of this.batches) {
      if (batch.lastOffset >= firstHole) break;
      const { whole } = batch;
      if (whole !== null) {
        if (whole.isChanging || !isDone(whole.state)) break;
        lastDone = batch.lastOffset;
        count += this.countFrom(batch.firstOffset, batch.lastOffset);
        continue;
      }
      const records = batch.records as Delivery[];
      const open = records.findIndex((record) => record.isChanging || !isDone(record.state));
      const done = open < 0 ? records.length : open;
      if (done > 0) {
        lastDone = batch.firstOffset + done - 1;
        count += this.countFrom(batch.firstOffset, lastDone);
      }
      if (open >= 0) break;
    }
    return { lastDone, count };
  }

  /** Records from there on are available again, but for those that the log lost meanwhile. */
  freed(firstOffset: number): void {
    this.mayBeAvailable = true;
    const end = this.startOffset - 1;
    if (firstOffset <= end) this.archive(this.touching(firstOffset, end), firstOffset, end, AVAILABLE);
  }

  /**
   * Those in state `from` among the records, both ends inclusive; what is changing is left alone until it has changed.
   *
   * @returns how many there were
   */
  archive(batches: readonly InFlightBatch[], firstOffset: number, lastOffset: number, from: RecordState): number {
    let archived = 0;
    for (const batch of batches) {
      if (batch.firstOffset > lastOffset) break;
      if (batch.whole !== null) {
        if (batch.whole.state !== from || batch.whole.isChanging) continue;
        if (batch.isWithin(firstOffset, lastOffset)) {
          batch.whole.archive();
          archived += batch.size;
          continue;
        }
      }
      const records = batch.split();
      const end = Math.min(lastOffset, batch.lastOffset) - batch.firstOffset;
      for (let index = Math.max(0, firstOffset - batch.firstOffset); index <= end; index++) {
        const record = records[index] as Delivery;
        if (record.state !== from || record.isChanging) continue;
        record.archive();
        archived++;
      }
    }
    return archived;
  }

  /** The log begins at `logStartOffset` now: what is before it and available is archived. */
  moveLogStart(logStartOffset: number): void {
    if (logStartOffset <= this.startOffset) return;
    if (this.batches.length === 0) {
      this.startOffset = logStartOffset;
      this.endOffset = logStartOffset;
      this.doneCount = 0;
      return;
    }
    const doneBefore = this.doneBetween(this.startOffset, logStartOffset - 1);
    if (this.archive(this.batches, this.startOffset, logStartOffset - 1, AVAILABLE) > 0) this.mayBeAvailable = true;
    this.startOffset = logStartOffset;
    this.doneCount -= doneBefore;
    this.endOffset = Math.max(this.endOffset, this.startOffset);
    this.moveStart();
  }

  private doneBetween(firstOffset: number, lastOffset: number): number {
    let count = 0;
    for (const batch of this.touching(firstOffset, lastOffset)) {
      const from = Math.max(firstOffset, batch.firstOffset);
      const to = Math.min(lastOffset, batch.lastOffset);
      if (batch.whole !== null) {
        if (isDone(batch.whole.state)) count += Math.max(0, to - from + 1);
        continue;
      }
      for (let offset = from; offset <= to; offset++) if (isDone(batch.at(offset).state)) count++;
    }
    return count;
  }
}
