import type { ErrorName } from '../../protocol/errors.js';
import { Change } from './change.js';
import { type Delivery, NOBODY } from './delivery.js';
import type { InFlight } from './in-flight.js';
import type { InFlightBatch } from './in-flight-batch.js';
import { ACKNOWLEDGED, ACQUIRED, ARCHIVED, AVAILABLE, type RecordState } from './record-state.js';
import type { ShareLimits } from './share-limits.js';

/** What a member says of records: one type for all, or one for each. */
export interface Acknowledgement {
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** 0 there is no record, 1 accept, 2 release, 3 reject, 4 renew. */
  readonly types: readonly number[];
}

export interface ShareRefusal {
  readonly error: ErrorName;
  readonly message: string;
}

export const RENEW = 4;
const STATE_OF_TYPE: readonly (RecordState | undefined)[] = [ARCHIVED, ACKNOWLEDGED, AVAILABLE, ARCHIVED];

const refusal = (error: ErrorName, message: string): ShareRefusal => ({ error, message });
const invalidState = (message: string): ShareRefusal => refusal('INVALID_RECORD_STATE', message);

const IS_CHANGING = invalidState(
  'The record state is invalid. The acknowledgement of delivery could not be completed.',
);
const NOT_ACQUIRED = invalidState('The batch cannot be acknowledged. The batch is not in the acquired state.');
const SUBSET_NOT_ACQUIRED = invalidState(
  'The batch cannot be acknowledged. The subset batch is not in the acquired state.',
);
const RECORD_NOT_ACQUIRED = invalidState('The offset cannot be acknowledged. The offset is not acquired.');
const NO_RENEWAL = invalidState('Renewing acquisition locks is not enabled for the group.');

/** All of it, or nothing. */
export function acknowledge(
  flight: InFlight,
  memberId: string,
  acknowledgements: readonly Acknowledgement[],
  limits: ShareLimits,
  nowMs: number,
): Change | ShareRefusal {
  const acknowledging = new Acknowledging(flight, memberId, limits, nowMs);
  for (const acknowledgement of acknowledgements) {
    const refused = acknowledging.take(acknowledgement);
    if (refused === null) continue;
    acknowledging.change.rollBack(nowMs);
    return refused;
  }
  return acknowledging.change;
}

class Acknowledging {
  readonly change: Change;
  private readonly flight: InFlight;
  private readonly memberId: string;
  private readonly limits: ShareLimits;
  private readonly nowMs: number;

  constructor(flight: InFlight, memberId: string, limits: ShareLimits, nowMs: number) {
    this.change = new Change(flight);
    this.flight = flight;
    this.memberId = memberId;
    this.limits = limits;
    this.nowMs = nowMs;
  }

  take(acknowledgement: Acknowledgement): ShareRefusal | null {
    const { types, lastOffset } = acknowledgement;
    if (types.some((type) => type !== RENEW && STATE_OF_TYPE[type] === undefined)) {
      return refusal('INVALID_REQUEST', `Invalid acknowledge type: [${types.join(', ')}]`);
    }
    if (lastOffset < this.flight.startOffset) return null;
    const batches = this.find(acknowledgement);
    if (!Array.isArray(batches)) return batches;
    for (const batch of batches) {
      if (batch.lastOffset < this.flight.startOffset) continue;
      const refused = this.takeBatch(batch, acknowledgement);
      if (refused !== null) return refused;
    }
    return null;
  }

  private find({ firstOffset, lastOffset }: Acknowledgement): InFlightBatch[] | ShareRefusal {
    const { flight } = this;
    const { startOffset } = flight;
    let floor = flight.floorIndex(firstOffset);
    if (floor < 0 && firstOffset < startOffset && lastOffset >= startOffset) floor = flight.floorIndex(startOffset);
    const first = flight.batches[floor];
    if (first === undefined) {
      return invalidState('Batch record not found. The request batch offsets are not found in the cache.');
    }
    const batches = flight.between(first.firstOffset, lastOffset);
    const end = batches[batches.length - 1]?.lastOffset ?? first.lastOffset;
    if (end < firstOffset) {
      return refusal(
        'INVALID_REQUEST',
        'Batch record not found. The first offset in request is past acquired records.',
      );
    }
    if (end < lastOffset) {
      return refusal('INVALID_REQUEST', 'Batch record not found. The last offset in request is past acquired records.');
    }
    return batches;
  }

  private takeBatch(batch: InFlightBatch, acknowledgement: Acknowledgement): ShareRefusal | null {
    const { whole } = batch;
    const { firstOffset, lastOffset, types } = acknowledgement;
    if (whole === null) return this.takeRecords(batch, batch.split(), acknowledgement);
    if (whole.member === NOBODY) return NOT_ACQUIRED;
    if (whole.member !== this.memberId) return invalidState('Member is not the owner of batch record');
    if (whole.isChanging) return IS_CHANGING;
    const isWhole = batch.isWithin(firstOffset, lastOffset) && types.length === 1;
    if (isWhole && !batch.isCutBy(this.flight.startOffset)) {
      if (whole.state !== ACQUIRED) return NOT_ACQUIRED;
      return this.turn(whole, batch.firstOffset, batch.lastOffset, types[0] as number);
    }
    if (whole.state !== ACQUIRED) return SUBSET_NOT_ACQUIRED;
    return this.takeRecords(batch, batch.split(), acknowledgement);
  }

  private takeRecords(
    batch: InFlightBatch,
    records: readonly Delivery[],
    { firstOffset, lastOffset, types }: Acknowledgement,
  ): ShareRefusal | null {
    const from = Math.max(batch.firstOffset, firstOffset, this.flight.startOffset);
    const to = Math.min(batch.lastOffset, lastOffset);
    for (let offset = from; offset <= to; offset++) {
      const record = records[offset - batch.firstOffset] as Delivery;
      if (record.state !== ACQUIRED) return RECORD_NOT_ACQUIRED;
      if (record.isChanging) return IS_CHANGING;
      if (record.member !== this.memberId) return invalidState('Member is not the owner of offset');
      const type = (types.length > 1 ? types[offset - firstOffset] : types[0]) as number;
      const refused = this.turn(record, offset, offset, type);
      if (refused !== null) return refused;
    }
    return null;
  }

  private turn(delivery: Delivery, firstOffset: number, lastOffset: number, type: number): ShareRefusal | null {
    if (type === RENEW) {
      if (!this.limits.mayRenew) return NO_RENEWAL;
      delivery.lockedUntilMs = this.nowMs + this.limits.lockDurationMs;
      return null;
    }
    const state = STATE_OF_TYPE[type] as RecordState;
    this.change.begin(delivery, firstOffset, lastOffset, state, this.limits.maxDeliveryCount);
    return null;
  }
}
