/** Records that a share group has given to this member, and what it says of each of them. */
import type { RecordCursor } from '../../protocol/records/record-cursor.js';
import type { ConsumedRecords, TimestampType } from '../consumer/consumed-records.js';
import { ACKNOWLEDGE_CODES, type AcknowledgementRuns, type AcknowledgeType } from './acknowledgement-runs.js';
import type { ShareOrigin } from './share-session.js';

/** A byte an offset: these, or the code of a type and FIRST_TYPE. */
const UNDECIDED = 0;
const GONE = 1;
const RENEWING = 2;
const FIRST_TYPE = 3;
const RENEW = FIRST_TYPE + ACKNOWLEDGE_CODES.renew;

/**
 * Records of one batch that were given out equally often. The cursor stands before the first, as in
 * {@link ConsumedRecords}; the broker keeps them for this member until they are acknowledged, or their time is up.
 */
export class ShareRecords implements ConsumedRecords {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  readonly cursor: RecordCursor;
  readonly leaderEpoch: number;
  readonly timestampType: TimestampType;
  readonly nextOffset: number;
  readonly deliveryCount: number;
  /** The session that they came by, which alone can acknowledge them. */
  readonly origin: ShareOrigin;
  readonly firstOffset: number;
  /** Records of which nothing was said yet. */
  undecided: number;
  private readonly states: Uint8Array;
  private renewing = 0;

  /** @param gaps offsets between the first and the last that have no record, as pairs of the first and the last */
  constructor(
    records: ConsumedRecords,
    origin: ShareOrigin,
    given: { readonly firstOffset: number; readonly deliveryCount: number },
    gaps: readonly (readonly [number, number])[] = [],
  ) {
    this.topic = records.topic;
    this.partition = records.partition;
    this.count = records.count;
    this.cursor = records.cursor;
    this.leaderEpoch = records.leaderEpoch;
    this.timestampType = records.timestampType;
    this.nextOffset = records.nextOffset;
    this.deliveryCount = given.deliveryCount;
    this.firstOffset = given.firstOffset;
    this.origin = origin;
    this.undecided = records.count;
    this.states = new Uint8Array(records.nextOffset - given.firstOffset);
    for (const [first, last] of gaps) this.states.fill(GONE, first - this.firstOffset, last - this.firstOffset + 1);
  }

  /** Says what becomes of a record, or says it anew. @returns false where it is not (any more) to be acknowledged. */
  acknowledge(offset: number, type: AcknowledgeType): boolean {
    const at = offset - this.firstOffset;
    const state = this.states[at];
    if (state === undefined || state === GONE || state === RENEWING) return false;
    if (state === UNDECIDED) this.undecided--;
    this.states[at] = FIRST_TYPE + ACKNOWLEDGE_CODES[type];
    return true;
  }

  /** Says the same of all records of which nothing was said. */
  acknowledgeRest(type: AcknowledgeType): void {
    if (this.undecided === 0) return;
    const state = FIRST_TYPE + ACKNOWLEDGE_CODES[type];
    for (let at = 0; at < this.states.length; at++) if (this.states[at] === UNDECIDED) this.states[at] = state;
    this.undecided = 0;
  }

  /** Hands over what was said since the last time. @returns whether records are among it that are renewed */
  take(into: AcknowledgementRuns): boolean {
    const { states, firstOffset } = this;
    let hasRenewals = false;
    for (let at = 0; at < states.length; at++) {
      const state = states[at] as number;
      if (state < FIRST_TYPE) continue;
      into.add(firstOffset + at, firstOffset + at, state - FIRST_TYPE);
      states[at] = state === RENEW ? RENEWING : GONE;
      if (state !== RENEW) continue;
      this.renewing++;
      hasRenewals = true;
    }
    return hasRenewals;
  }

  /** The broker has answered to renewals: the records that it keeps for longer are given out again, if it agreed. */
  settleRenewals(isAgreed: boolean): ShareRecords[] {
    if (this.renewing === 0) return [];
    this.renewing = 0;
    const again: ShareRecords[] = [];
    const cursor = this.cursor.copy();
    let start = 0;
    let firstOffset = 0;
    let count = 0;
    while (cursor.next()) {
      const at = cursor.offset - this.firstOffset;
      const isRenewed = this.states[at] === RENEWING;
      if (isRenewed) this.states[at] = GONE;
      if (!isRenewed || !isAgreed) continue;
      if (count++ === 0) {
        start = cursor.recordAt;
        firstOffset = cursor.offset;
      }
      if (this.states[at + 1] === RENEWING) continue;
      const part = {
        ...this.view(),
        count,
        cursor: cursor.part(start, cursor.recordEnd, count),
        nextOffset: cursor.offset + 1,
      };
      again.push(new ShareRecords(part, this.origin, { firstOffset, deliveryCount: this.deliveryCount }));
      count = 0;
    }
    return again;
  }

  private view() {
    const { topic, partition, leaderEpoch, timestampType } = this;
    return { topic, partition, leaderEpoch, timestampType };
  }
}
