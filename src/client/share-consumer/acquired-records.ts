/** What one ShareFetch brought of one partition: the batches, and which of their records this member was given. */
import type { AcquiredRecords as AcquiredRange } from '../../protocol/generated/share-fetch.js';
import { InvalidRecordError } from '../../protocol/records/record-errors.js';
import type { ConsumedRecords } from '../consumer/consumed-records.js';
import { FetchedPartition } from '../consumer/fetched-partition.js';
import { ACKNOWLEDGE_CODES, AcknowledgementRuns } from './acknowledgement-runs.js';
import { ShareRecords } from './share-records.js';
import type { ShareOrigin } from './share-session.js';

/** Records in a row that were given out equally often, while a batch is gone through. */
interface OpenRun {
  readonly range: AcquiredRange;
  readonly start: number;
  readonly firstOffset: number;
  readonly gaps: [number, number][];
  lastOffset: number;
  count: number;
}

export class AcquiredRecords {
  readonly origin: ShareOrigin;
  /** What nobody but the client itself can say: of offsets without a record, and of batches that cannot be read. */
  readonly ownRuns = new AcknowledgementRuns();
  private readonly fetched: FetchedPartition;
  /** In rising order. */
  private readonly ranges: readonly AcquiredRange[];
  private at = 0;
  /** Everything before was given out, or has its place in `ownRuns`. */
  private settledOffset = 0;
  private readonly ready: ShareRecords[] = [];

  constructor(
    origin: ShareOrigin,
    records: Buffer | null,
    ranges: readonly AcquiredRange[],
    options: { readonly checkCrcs: boolean },
  ) {
    this.origin = origin;
    this.ranges = [...ranges].sort((a, b) => a.firstOffset - b.firstOffset);
    const { topic, partition } = origin.partition;
    // Which records belong to transactions that were aborted is the broker's business.
    const all = { readCommitted: false, checkCrcs: options.checkCrcs };
    this.fetched = new FetchedPartition(topic, partition, 0, 0, records ?? Buffer.alloc(0), [], all);
  }

  /**
   * The next records; null when there are no more.
   * @throws KafkaError CORRUPT_MESSAGE; what comes behind the batch that cannot be read is given out next.
   */
  take(): ShareRecords | null {
    for (;;) {
      const ready = this.ready.shift();
      if (ready !== undefined) return ready;
      const from = { offset: this.fetched.nextOffset, at: this.at, settledOffset: this.settledOffset };
      try {
        const records = this.fetched.take(Number.POSITIVE_INFINITY);
        if (records === null) {
          this.settleRest('gap');
          return null;
        }
        this.split(records);
      } catch (error) {
        this.giveUp(from);
        throw error instanceof InvalidRecordError ? this.fetched.corrupt(error) : error;
      }
    }
  }

  /** Nobody will read the rest: others may. */
  release(): void {
    for (const records of this.ready) {
      records.acknowledgeRest('release');
      records.take(this.ownRuns);
    }
    this.ready.length = 0;
    this.settleRest('release');
  }

  /** A batch that cannot be read is so for everybody, so that nobody gets it again. */
  private giveUp(from: { readonly offset: number; readonly at: number; readonly settledOffset: number }): void {
    this.ready.length = 0;
    this.at = from.at;
    this.settledOffset = from.settledOffset;
    this.settle(from.offset, 'gap');
    if (this.fetched.passOver()) this.settle(this.fetched.nextOffset, 'reject');
    else this.settleRest('release');
  }

  private split(records: ConsumedRecords): void {
    const { cursor } = records;
    if (!cursor.next()) return;
    const firstOffset = cursor.offset;
    this.settle(firstOffset, 'gap');
    const range = this.ranges[this.at];
    const isWhole = records.count === records.nextOffset - firstOffset;
    if (
      isWhole &&
      range !== undefined &&
      range.firstOffset <= firstOffset &&
      range.lastOffset >= records.nextOffset - 1
    ) {
      cursor.rewind();
      this.ready.push(new ShareRecords(records, this.origin, { firstOffset, deliveryCount: range.deliveryCount }));
      this.settledOffset = records.nextOffset;
      return;
    }
    this.splitByRanges(records);
    this.settle(records.nextOffset, 'gap');
  }

  /** Goes on from the first record, on which the cursor stands. */
  private splitByRanges(records: ConsumedRecords): void {
    const { cursor } = records;
    let open: OpenRun | null = null;
    do {
      const { offset } = cursor;
      const range = this.rangeOf(offset);
      if (open !== null && open.range !== range) {
        this.close(records, open, cursor.recordAt);
        open = null;
      }
      if (range === null) continue;
      if (open === null) {
        this.settle(offset, 'gap');
        open = { range, start: cursor.recordAt, firstOffset: offset, gaps: [], lastOffset: offset, count: 0 };
      } else if (offset > open.lastOffset + 1) {
        open.gaps.push([open.lastOffset + 1, offset - 1]);
        this.ownRuns.add(open.lastOffset + 1, offset - 1, ACKNOWLEDGE_CODES.gap);
      }
      open.lastOffset = offset;
      open.count++;
      this.settledOffset = offset + 1;
    } while (cursor.next());
    if (open !== null) this.close(records, open, cursor.recordEnd);
  }

  private close(records: ConsumedRecords, run: OpenRun, end: number): void {
    const { count, firstOffset, gaps, range } = run;
    const cursor = records.cursor.part(run.start, end, count);
    const part = { ...records, count, cursor, nextOffset: run.lastOffset + 1 };
    this.ready.push(new ShareRecords(part, this.origin, { firstOffset, deliveryCount: range.deliveryCount }, gaps));
  }

  private rangeOf(offset: number): AcquiredRange | null {
    for (let at = this.at; at < this.ranges.length; at++) {
      const range = this.ranges[at] as AcquiredRange;
      if (range.firstOffset > offset) return null;
      if (range.lastOffset >= offset) return range;
    }
    return null;
  }

  /** Says the same of all that was acquired before `offset` and has no place yet. */
  private settle(offset: number, type: keyof typeof ACKNOWLEDGE_CODES): void {
    for (let range = this.ranges[this.at]; range !== undefined; range = this.ranges[this.at]) {
      const first = Math.max(range.firstOffset, this.settledOffset);
      this.ownRuns.add(first, Math.min(range.lastOffset, offset - 1), ACKNOWLEDGE_CODES[type]);
      if (range.lastOffset >= offset) break;
      this.at++;
    }
    this.settledOffset = Math.max(this.settledOffset, offset);
  }

  private settleRest(type: 'gap' | 'release'): void {
    this.settle(Number.POSITIVE_INFINITY, type);
  }
}
