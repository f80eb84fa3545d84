import { type Acknowledgement, acknowledge, type ShareRefusal } from './acknowledge.js';
import { type Acquired, type AcquireRequest, acquire } from './acquire.js';
import type { Change, KeptBatch } from './change.js';
import { Delivery } from './delivery.js';
import { InFlight } from './in-flight.js';
import { InFlightBatch } from './in-flight-batch.js';
import type { RecordState } from './record-state.js';
import { type Expiry, expire, release } from './release.js';
import type { ShareLimits } from './share-limits.js';

/** What was kept of a share partition. */
export interface KeptState {
  readonly stateEpoch: number;
  readonly batches: readonly {
    readonly firstOffset: number;
    readonly lastOffset: number;
    readonly deliveryState: number;
    readonly deliveryCount: number;
  }[];
}

/** What is kept anew, together with the leader's epoch. */
export interface KeptChange {
  readonly stateEpoch: number;
  readonly startOffset: number;
  readonly deliveryCompleteCount: number;
  readonly batches: readonly KeptBatch[];
}

/** What was kept makes no sense. */
export class InvalidShareStateError extends Error {
  override readonly name = 'InvalidShareStateError';
}

/**
 * The records of one partition that a share group has in flight (KIP-932): who has them, how often they were delivered,
 * until when they are locked. It reads no clock and keeps nothing by itself: whoever changes it keeps the change, and
 * tells whether that went well.
 */
export class SharePartition {
  readonly stateEpoch: number;
  private readonly flight: InFlight;

  /** @param startOffset where the group begins @throws InvalidShareStateError */
  constructor(startOffset: number, kept: KeptState) {
    this.stateEpoch = kept.stateEpoch;
    this.flight = new InFlight(startOffset);
    const batches: InFlightBatch[] = [];
    let end = startOffset - 1;
    let firstHole: number | null = null;
    for (const { firstOffset, lastOffset, deliveryState, deliveryCount } of kept.batches) {
      if (firstOffset <= end || lastOffset < firstOffset || ![0, 2, 4].includes(deliveryState)) {
        throw new InvalidShareStateError(
          `records ${firstOffset} to ${lastOffset} in state ${deliveryState} cannot follow offset ${end}`,
        );
      }
      if (firstHole === null && firstOffset > end + 1) firstHole = end + 1;
      end = lastOffset;
      batches.push(
        new InFlightBatch(firstOffset, lastOffset, new Delivery(deliveryState as RecordState, deliveryCount)),
      );
    }
    this.flight.restore(batches, firstHole);
  }

  get startOffset(): number {
    return this.flight.startOffset;
  }

  get endOffset(): number {
    return this.flight.endOffset;
  }

  /** Records from the start on that need no delivery any more (KIP-1226). */
  get deliveryCompleteCount(): number {
    return this.flight.doneCount;
  }

  /** From the start to the last that was given out. */
  get inFlightCount(): number {
    return this.flight.count;
  }

  nextFetchOffset(): number {
    return this.flight.nextFetchOffset();
  }

  /** Whether a fetch might get anything: the group has room, or something is available again. */
  canAcquire(limits: ShareLimits): boolean {
    return this.flight.nextFetchOffset() !== this.flight.endOffset + 1 || this.flight.count < limits.maxRecordLocks;
  }

  acquire(request: AcquireRequest, limits: ShareLimits, nowMs: number): Acquired {
    return acquire(this.flight, request, limits, nowMs);
  }

  /** @returns what is to be kept, and then committed or rolled back */
  acknowledge(
    memberId: string,
    acknowledgements: readonly Acknowledgement[],
    limits: ShareLimits,
    nowMs: number,
  ): Change | ShareRefusal {
    return acknowledge(this.flight, memberId, acknowledgements, limits, nowMs);
  }

  /** @returns what is to be kept, and then committed or rolled back */
  release(memberId: string, limits: ShareLimits): Change {
    return release(this.flight, memberId, limits);
  }

  expire(limits: ShareLimits, nowMs: number): Expiry {
    return expire(this.flight, limits, nowMs);
  }

  /** Goes past what is done at the start. @returns whether there was any */
  moveStart(): boolean {
    return this.flight.moveStart();
  }

  moveLogStart(logStartOffset: number): void {
    this.flight.moveLogStart(logStartOffset);
  }

  /** What the persister is to keep for batches that changed. */
  keep(batches: readonly KeptBatch[]): KeptChange {
    const { startOffset, doneCount } = this.flight;
    return { stateEpoch: this.stateEpoch, startOffset, deliveryCompleteCount: doneCount, batches };
  }
}
