import { Change, type KeptBatch } from './change.js';
import type { Delivery } from './delivery.js';
import type { InFlight } from './in-flight.js';
import type { InFlightBatch } from './in-flight-batch.js';
import { ACQUIRED, ARCHIVED, AVAILABLE, isDone, type RecordState } from './record-state.js';
import type { ShareLimits } from './share-limits.js';

/** Everything that the member has, as when its session ends. */
export function release(flight: InFlight, memberId: string, limits: ShareLimits): Change {
  const change = new Change(flight);
  eachAcquired(
    flight,
    ({ member }) => member === memberId,
    (delivery, first, last) => {
      change.begin(delivery, first, last, stateOf(flight, last), limits.maxDeliveryCount);
    },
  );
  return change;
}

export interface Expiry {
  /** What changed, to be kept. */
  readonly batches: readonly KeptBatch[];
  /** When the next lock ends; Infinity when there is none. */
  readonly nextMs: number;
}

/** Takes back what was not acknowledged in time. It is so at once, whether that can be kept or not. */
export function expire(flight: InFlight, limits: ShareLimits, nowMs: number): Expiry {
  const batches: KeptBatch[] = [];
  eachAcquired(
    flight,
    ({ lockedUntilMs }) => lockedUntilMs <= nowMs,
    (delivery, firstOffset, lastOffset) => {
      delivery.expire(stateOf(flight, lastOffset), limits.maxDeliveryCount);
      const { state, deliveryCount } = delivery;
      if (isDone(state)) flight.doneCount += flight.countFrom(firstOffset, lastOffset);
      else flight.mayBeAvailable = true;
      const last = batches[batches.length - 1];
      const joins =
        last?.lastOffset === firstOffset - 1 && last.deliveryState === state && last.deliveryCount === deliveryCount;
      if (joins) batches[batches.length - 1] = { ...last, lastOffset };
      else batches.push({ firstOffset, lastOffset, deliveryState: state, deliveryCount });
    },
  );
  return { batches, nextMs: nextLockEnd(flight, nowMs) };
}

/** What lies before the start is of no use to anybody. */
const stateOf = (flight: InFlight, lastOffset: number): RecordState =>
  lastOffset < flight.startOffset ? ARCHIVED : AVAILABLE;

function eachAcquired(
  flight: InFlight,
  isMeant: (delivery: Delivery) => boolean,
  visit: (delivery: Delivery, firstOffset: number, lastOffset: number) => void,
): void {
  for (const batch of flight.batches) {
    const { whole } = batch;
    if (whole !== null) {
      if (whole.state !== ACQUIRED || !isMeant(whole)) continue;
      if (!batch.isCutBy(flight.startOffset)) {
        visit(whole, batch.firstOffset, batch.lastOffset);
        continue;
      }
    }
    for (const [index, record] of batch.split().entries()) {
      const offset = batch.firstOffset + index;
      if (record.state === ACQUIRED && isMeant(record)) visit(record, offset, offset);
    }
  }
}

function nextLockEnd(flight: InFlight, nowMs: number): number {
  let nextMs = Number.POSITIVE_INFINITY;
  const look = ({ lockedUntilMs }: Delivery): void => {
    if (lockedUntilMs > nowMs && lockedUntilMs < nextMs) nextMs = lockedUntilMs;
  };
  for (const { whole, records } of flight.batches as readonly InFlightBatch[]) {
    if (whole !== null) look(whole);
    else for (const record of records as readonly Delivery[]) look(record);
  }
  return nextMs;
}
