import type {
  SharePartitionKey,
  ShareState,
  ShareStateRefusal,
  ShareStateSummary,
  ShareStateWrite,
} from '../state/share/share-state.js';

export type {
  SharePartitionKey,
  ShareState,
  ShareStateBatch,
  ShareStateRefusal,
  ShareStateSummary,
  ShareStateWrite,
} from '../state/share/share-state.js';

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
