import type { ErrorName } from '../protocol/errors.js';

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

/**
 * Keeps the state of share partitions, wherever their share coordinators are. What a coordinator refuses is an answer;
 * one that is not there yet is waited for.
 */
export interface SharePersister {
  /** A new state of this epoch, as group coordinators make it when a group begins with a partition or is set back. */
  initialize(key: SharePartitionKey, stateEpoch: number, startOffset: number): Promise<ShareStateRefusal | null>;
  /** @param leaderEpoch of the partition's leader, which from now on alone may write */
  read(key: SharePartitionKey, leaderEpoch: number): Promise<ShareState | ShareStateRefusal>;
  readSummary(key: SharePartitionKey, leaderEpoch: number): Promise<ShareStateSummary | ShareStateRefusal>;
  write(key: SharePartitionKey, write: ShareStateWrite): Promise<ShareStateRefusal | null>;
  delete(key: SharePartitionKey): Promise<ShareStateRefusal | null>;
}
