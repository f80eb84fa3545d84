import { Delivery } from './delivery.js';
import type { InFlight } from './in-flight.js';
import { InFlightBatch } from './in-flight-batch.js';
import type { LogBatch } from './log-batches.js';
import { ACQUIRED, AVAILABLE } from './record-state.js';
import type { ShareLimits } from './share-limits.js';

/** What a member fetched, of which it gets as much as it may have. */
export interface AcquireRequest {
  readonly memberId: string;
  /** KIP-1206: not one record more than was asked for, else whole batches. */
  readonly recordLimit: boolean;
  /** About how many records are put into one batch that is acknowledged together. */
  readonly batchSize: number;
  readonly maxRecords: number;
  /** Where the log was read from. */
  readonly fetchOffset: number;
  readonly batches: readonly LogBatch[];
  /** Those among them that nobody is to see. */
  readonly aborted: readonly LogBatch[];
}

/** Consecutive records that were given out, all for the same time. */
export interface AcquiredRange {
  firstOffset: number;
  lastOffset: number;
  deliveryCount: number;
}

export interface Acquired {
  readonly ranges: readonly AcquiredRange[];
  readonly count: number;
}

const NOTHING: Acquired = { ranges: [], count: 0 };
/** From how many deliveries on, at the earliest, records are given out a few at a time. */
const LEAST_THROTTLE_COUNT = 2;

export function acquire(flight: InFlight, request: AcquireRequest, limits: ShareLimits, nowMs: number): Acquired {
  const last = request.batches[request.batches.length - 1];
  if (last === undefined || request.maxRecords <= 0 || last.lastOffset < flight.startOffset) return NOTHING;
  const room = roomFor(flight, request, limits, last.lastOffset);
  if (room.maxRecords <= 0) return NOTHING;
  return new Acquisition(flight, request, limits, nowMs, room).run();
}

/** Where the group has as many records in flight as it may, it still gets those among them that are available again. */
function roomFor(flight: InFlight, request: AcquireRequest, limits: ShareLimits, lastOffset: number) {
  const maxRecords = Math.min(request.maxRecords, limits.maxRecordLocks - flight.count);
  if (maxRecords > 0 || request.fetchOffset > flight.endOffset) return { maxRecords, lastOffset };
  return {
    maxRecords: Math.min(request.maxRecords, flight.endOffset - request.fetchOffset + 1),
    lastOffset: Math.min(lastOffset, flight.endOffset),
  };
}

class Acquisition {
  private readonly flight: InFlight;
  private readonly request: AcquireRequest;
  private readonly maxDeliveryCount: number;
  private readonly lockedUntilMs: number;
  private readonly firstOffset: number;
  private readonly lastOffset: number;
  private readonly ranges: AcquiredRange[] = [];
  private left: number;
  private hasArchived = false;

  constructor(
    flight: InFlight,
    request: AcquireRequest,
    limits: ShareLimits,
    nowMs: number,
    room: { readonly maxRecords: number; readonly lastOffset: number },
  ) {
    this.flight = flight;
    this.request = request;
    this.maxDeliveryCount = limits.maxDeliveryCount;
    this.lockedUntilMs = nowMs + limits.lockDurationMs;
    this.firstOffset = (request.batches[0] as LogBatch).baseOffset;
    this.lastOffset = room.lastOffset;
    this.left = room.maxRecords;
  }

  run(): Acquired {
    const { flight, firstOffset, lastOffset } = this;
    this.passWhatIsGone();
    const base = this.base();
    if (base > lastOffset) return this.withoutAborted();
    const batches = flight.between(Math.min(firstOffset, base), lastOffset);
    if (batches.length === 0) this.addNew(base, lastOffset);
    else this.takeAndAdd(batches, base);
    return this.withoutAborted();
  }

  /** Records that were fetched for, and that the log has no longer: compaction took them. */
  private passWhatIsGone(): void {
    const { flight, firstOffset, request } = this;
    const { fetchOffset } = request;
    if (flight.batches.length === 0 || fetchOffset >= firstOffset) return;
    const touched = flight.touching(fetchOffset, firstOffset - 1);
    const archived = flight.archive(touched, fetchOffset, firstOffset - 1, AVAILABLE);
    flight.doneCount += archived;
    if (archived > 0) flight.mayBeAvailable = true;
    this.hasArchived = archived > 0;
    flight.passHoles(firstOffset);
    // Where nobody had the first records yet, nothing in flight would ever let the start go past them.
    const next = Math.min(firstOffset, (flight.batches[0] as InFlightBatch).firstOffset);
    if (fetchOffset <= flight.startOffset && next > flight.startOffset) flight.startOffset = next;
  }

  /** The first offset that may be taken. */
  private base(): number {
    const { flight, firstOffset } = this;
    const floor = flight.batches[flight.floorIndex(firstOffset)];
    if (floor !== undefined && floor.lastOffset >= firstOffset) return floor.firstOffset;
    return Math.max(firstOffset, flight.startOffset);
  }

  private takeAndAdd(batches: readonly InFlightBatch[], base: number): void {
    const { flight, lastOffset } = this;
    let hole = base;
    for (const batch of batches) {
      if (this.left <= 0) break;
      if (flight.hasHoles) {
        if (hole < batch.firstOffset) this.addNew(hole, batch.firstOffset - 1);
        hole = batch.lastOffset + 1;
        if (this.left <= 0) break;
      }
      this.take(batch);
    }
    const end = (batches[batches.length - 1] as InFlightBatch).lastOffset;
    if (this.left > 0 && end < lastOffset) this.addNew(end + 1, lastOffset);
    const range = this.ranges[this.ranges.length - 1];
    // With room left, everything that was fetched was looked at.
    if (this.left > 0) flight.passHoles(lastOffset + 1);
    else if (range !== undefined) flight.passHoles(range.lastOffset + 1);
  }

  /** What is available again of a batch in flight. */
  private take(batch: InFlightBatch): void {
    const isThrottled = this.mostDeliveries(batch) >= this.throttleCount;
    // Records that were delivered often come alone: one of them may be what brings its consumers down.
    if (isThrottled && this.ranges.length > 0) {
      this.left = 0;
      return;
    }
    const isWhole = batch.isWithin(this.firstOffset, this.lastOffset) && !isThrottled;
    const isTooMuch = this.request.recordLimit && batch.size > this.left;
    if (batch.whole !== null) {
      if (!batch.whole.isAcquirable) return;
      if (isWhole && !isTooMuch) {
        batch.whole.acquire(this.request.memberId, this.lockedUntilMs);
        this.give(batch.firstOffset, batch.lastOffset, batch.whole.deliveryCount);
        this.left -= batch.size;
        return;
      }
    }
    const taken = this.takeRecords(batch, batch.split());
    this.left = isThrottled && taken > 0 ? 0 : this.left - taken;
  }

  private get throttleCount(): number {
    return Math.max(LEAST_THROTTLE_COUNT, Math.ceil(this.maxDeliveryCount / 2));
  }

  private mostDeliveries(batch: InFlightBatch): number {
    if (batch.whole !== null) return batch.whole.isAcquirable ? batch.whole.deliveryCount : 0;
    let most = 0;
    for (let offset = this.from(batch); offset <= this.to(batch); offset++) {
      const record = batch.at(offset);
      if (record.isAcquirable) most = Math.max(most, record.deliveryCount);
    }
    return most;
  }

  private readonly from = (batch: InFlightBatch): number => Math.max(batch.firstOffset, this.firstOffset);
  private readonly to = (batch: InFlightBatch): number => Math.min(batch.lastOffset, this.lastOffset);

  private takeRecords(batch: InFlightBatch, records: readonly Delivery[]): number {
    const { maxDeliveryCount, throttleCount, request } = this;
    const hasLastTry = maxDeliveryCount > 2;
    const ranges: AcquiredRange[] = [];
    const maxTaken = request.recordLimit ? this.left : Number.POSITIVE_INFINITY;
    let maxThrottled = Number.POSITIVE_INFINITY;
    let taken = 0;
    for (let offset = this.from(batch); offset <= this.to(batch); offset++) {
      const record = records[offset - batch.firstOffset] as Delivery;
      if (!record.isAcquirable) continue;
      const { deliveryCount } = record;
      // For the last time it is delivered alone.
      if (hasLastTry && deliveryCount === maxDeliveryCount - 1 && taken > 0) break;
      if (deliveryCount >= throttleCount && maxThrottled === Number.POSITIVE_INFINITY) {
        maxThrottled = Math.max(1, records.length >> (deliveryCount - throttleCount + 1));
      }
      record.acquire(request.memberId, this.lockedUntilMs);
      accumulate(ranges, offset, record.deliveryCount);
      taken++;
      const isLastTry = hasLastTry && record.deliveryCount === maxDeliveryCount;
      if (isLastTry || taken === maxTaken || taken === maxThrottled) break;
    }
    this.ranges.push(...ranges);
    return taken;
  }

  /** Records that nobody had before. */
  private addNew(from: number, to: number): void {
    const { flight, request, left } = this;
    const first = Math.max(from, flight.startOffset);
    if (first > to) return;
    let last = to;
    if (left < last - first + 1) {
      last = this.endOfBatchWith(first + left - 1);
      if (flight.hasHoles) last = Math.min(last, to);
    }
    const acquired = request.recordLimit ? this.addLimited(first, last) : this.addBatches(first, last);
    if (flight.batches[0]?.firstOffset === first) flight.startOffset = first;
    flight.endOffset = Math.max(flight.endOffset, last);
    flight.passHoles(acquired + 1);
    this.left -= acquired - first + 1;
  }

  private addLimited(first: number, last: number): number {
    const lastAcquired = Math.min(last, first + this.left - 1);
    const batch = this.newBatch(first, last);
    if (lastAcquired < last) {
      batch.splitBehind(lastAcquired);
      this.flight.mayBeAvailable = true;
    }
    this.give(first, lastAcquired, 1);
    return lastAcquired;
  }

  /** Cut where a batch of the log begins, as soon as there is as much as the member wants in one. */
  private addBatches(first: number, last: number): number {
    const { batchSize, batches } = this.request;
    let from = first;
    if (last - first + 1 > batchSize) {
      for (const { baseOffset } of batches) {
        if (baseOffset > last) break;
        if (baseOffset - from < batchSize || baseOffset === from) continue;
        this.newBatch(from, baseOffset - 1);
        this.give(from, baseOffset - 1, 1);
        from = baseOffset;
      }
    }
    this.newBatch(from, last);
    this.give(from, last, 1);
    return last;
  }

  private newBatch(first: number, last: number): InFlightBatch {
    const delivery = new Delivery(ACQUIRED, 1, this.request.memberId, this.lockedUntilMs);
    const batch = new InFlightBatch(first, last, delivery);
    this.flight.add(batch);
    return batch;
  }

  private endOfBatchWith(offset: number): number {
    const batch = this.request.batches.findLast(({ baseOffset }) => baseOffset <= offset);
    return batch === undefined ? offset : Math.max(offset, batch.lastOffset);
  }

  private give(firstOffset: number, lastOffset: number, deliveryCount: number): void {
    this.ranges.push({ firstOffset, lastOffset, deliveryCount });
  }

  private withoutAborted(): Acquired {
    const { flight, request } = this;
    let ranges: readonly AcquiredRange[] = this.ranges;
    for (const { baseOffset, lastOffset } of ranges.length === 0 ? [] : request.aborted) {
      const touched = flight.touching(baseOffset, lastOffset);
      const archived = flight.archive(touched, baseOffset, lastOffset, ACQUIRED);
      flight.doneCount += archived;
      this.hasArchived ||= archived > 0;
      ranges = ranges.flatMap((range) => without(range, baseOffset, lastOffset));
    }
    // Nobody will acknowledge them: without this a long transaction that was aborted would use up the group's room.
    if (this.hasArchived) flight.moveStart();
    let count = 0;
    for (const { firstOffset, lastOffset } of ranges) count += lastOffset - firstOffset + 1;
    return { ranges, count };
  }
}

function accumulate(ranges: AcquiredRange[], offset: number, deliveryCount: number): void {
  const last = ranges[ranges.length - 1];
  if (last !== undefined && last.lastOffset === offset - 1 && last.deliveryCount === deliveryCount) {
    last.lastOffset = offset;
  } else {
    ranges.push({ firstOffset: offset, lastOffset: offset, deliveryCount });
  }
}

function without(range: AcquiredRange, firstOffset: number, lastOffset: number): AcquiredRange[] {
  if (range.lastOffset < firstOffset || range.firstOffset > lastOffset) return [range];
  const left: AcquiredRange[] = [];
  if (range.firstOffset < firstOffset) left.push({ ...range, lastOffset: firstOffset - 1 });
  if (range.lastOffset > lastOffset) left.push({ ...range, firstOffset: lastOffset + 1 });
  return left;
}
