import type { ErrorName } from '../../protocol/errors.js';

/** What a share group has of one partition (KIP-932). */
export interface SharePartitionKey {
  readonly groupId: string;
  readonly topicId: string;
  readonly partition: number;
}

/** Consecutive records in one state. */
export interface ShareStateBatch {
  readonly firstOffset: number;
  readonly lastOffset: number;
  /** 0 available, 2 acknowledged, 4 archived; records that are acquired are never kept. */
  readonly deliveryState: number;
  readonly deliveryCount: number;
}

/** What is kept of a share partition, but for its batches. */
export interface ShareStateSummary {
  readonly stateEpoch: number;
  readonly leaderEpoch: number;
  /** The first record that is still in flight; -1 while nobody knows where to begin. */
  readonly startOffset: number;
  /** How many records from the start on need no delivery any more; -1 unknown (KIP-1226). */
  readonly deliveryCompleteCount: number;
}

export interface ShareState extends Omit<ShareStateSummary, 'deliveryCompleteCount'> {
  readonly batches: readonly ShareStateBatch[];
}

/** Adds to what is kept; later batches take the place of earlier ones where they overlap. */
export interface ShareStateWrite extends ShareStateSummary {
  readonly batches: readonly ShareStateBatch[];
}

/** Why the coordinator would not, as its answer says it. */
export interface ShareStateRefusal {
  readonly error: ErrorName;
  readonly message: string | null;
}

/** Names the share partition: its coordinator is found by the hash of this. */
export const sharePartitionName = ({ groupId, topicId, partition }: SharePartitionKey): string =>
  `${groupId}:${topicId}:${partition}`;
