import { Delivery } from './delivery.js';
import { AVAILABLE } from './record-state.js';

/** Consecutive records that were acquired together; the state of each is kept only once they differ. */
export class InFlightBatch {
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** Null once it was split. */
  whole: Delivery | null;
  /** One for each record, once it was split. */
  records: Delivery[] | null = null;

  constructor(firstOffset: number, lastOffset: number, whole: Delivery) {
    this.firstOffset = firstOffset;
    this.lastOffset = lastOffset;
    this.whole = whole;
  }

  get size(): number {
    return this.lastOffset - this.firstOffset + 1;
  }

  isWithin(firstOffset: number, lastOffset: number): boolean {
    return this.firstOffset >= firstOffset && this.lastOffset <= lastOffset;
  }

  /** Whether the log or the group begins behind the first record, but not behind the last. */
  isCutBy(startOffset: number): boolean {
    return this.firstOffset < startOffset && this.lastOffset >= startOffset;
  }

  /** From now on each record has a state of its own. */
  split(): Delivery[] {
    if (this.records !== null) return this.records;
    const whole = this.whole as Delivery;
    this.records = Array.from({ length: this.size }, () => whole.copy());
    this.whole = null;
    return this.records;
  }

  /** Split, and what is behind `lastAcquired` was not given out yet. */
  splitBehind(lastAcquired: number): void {
    const records = this.split();
    for (let index = lastAcquired + 1 - this.firstOffset; index < records.length; index++) {
      records[index] = new Delivery(AVAILABLE, 0);
    }
  }

  /** @param offset of a record of the batch; that of the nearest one where it is not */
  at(offset: number): Delivery {
    if (this.whole !== null) return this.whole;
    const index = Math.max(0, Math.min(offset, this.lastOffset) - this.firstOffset);
    return (this.records as Delivery[])[index] as Delivery;
  }
}
