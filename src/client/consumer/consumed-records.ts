import type { RecordCursor } from '../../protocol/records/record-cursor.js';

export type TimestampType = 'NoTimestampType' | 'CreateTime' | 'LogAppendTime';

/**
 * Records of one batch, or a part of one. The cursor stands before the first; go through it with `next()`. It may be
 * read at any time: the bytes belong to nobody else.
 */
export interface ConsumedRecords {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  readonly cursor: RecordCursor;
  /** -1 where the batch does not tell. */
  readonly leaderEpoch: number;
  readonly timestampType: TimestampType;
  /** The consumer's position behind these records: what to commit when they are done. */
  readonly nextOffset: number;
  /** How often a share group has given them out, this time included; known of no other records. */
  readonly deliveryCount?: number;
}
