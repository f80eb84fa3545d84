import type { Delivery } from './delivery.js';
import type { InFlight } from './in-flight.js';
import { AVAILABLE, isDone, type RecordState } from './record-state.js';

/** Consecutive records in one state, as it is kept. */
export interface KeptBatch {
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly deliveryState: RecordState;
  readonly deliveryCount: number;
}

interface Part {
  readonly delivery: Delivery;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly state: RecordState;
}

/** What was asked for and is not for good before it was kept: {@link commit} or {@link rollBack} ends it. */
export class Change {
  private readonly flight: InFlight;
  private readonly parts: Part[] = [];

  constructor(flight: InFlight) {
    this.flight = flight;
  }

  get isEmpty(): boolean {
    return this.parts.length === 0;
  }

  /** Acquired records get the state `to`. */
  begin(delivery: Delivery, firstOffset: number, lastOffset: number, to: RecordState, maxDeliveryCount: number): void {
    delivery.begin(to, maxDeliveryCount);
    const { state } = delivery;
    this.parts.push({ delivery, firstOffset, lastOffset, state });
    if (isDone(state)) this.flight.doneCount += this.flight.countFrom(firstOffset, lastOffset);
  }

  /** What is to be kept; neighbours in the same state are one. */
  batches(): KeptBatch[] {
    const batches: { -readonly [Key in keyof KeptBatch]: KeptBatch[Key] }[] = [];
    for (const { delivery, firstOffset, lastOffset, state } of this.parts) {
      const { deliveryCount } = delivery;
      const last = batches[batches.length - 1];
      if (
        last?.lastOffset === firstOffset - 1 &&
        last.deliveryState === state &&
        last.deliveryCount === deliveryCount
      ) {
        last.lastOffset = lastOffset;
      } else {
        batches.push({ firstOffset, lastOffset, deliveryState: state, deliveryCount });
      }
    }
    return batches;
  }

  /** It was kept. @returns whether the start moved on */
  commit(): boolean {
    const { flight } = this;
    for (const { delivery, firstOffset } of this.parts) {
      delivery.commit();
      if (delivery.state === AVAILABLE) flight.freed(firstOffset);
    }
    return flight.moveStart();
  }

  /** It was not kept: the members have their records again, as far as their time is not up. */
  rollBack(nowMs: number): void {
    const { flight } = this;
    for (const { delivery, firstOffset, lastOffset, state } of this.parts) {
      delivery.rollBack(nowMs);
      if (delivery.state === AVAILABLE) flight.freed(firstOffset);
      const wasDone = isDone(state);
      const isDoneNow = isDone(delivery.state);
      if (wasDone && !isDoneNow) flight.doneCount -= flight.countFrom(firstOffset, lastOffset);
      if (!wasDone && isDoneNow) flight.doneCount += flight.countFrom(firstOffset, lastOffset);
    }
  }
}
