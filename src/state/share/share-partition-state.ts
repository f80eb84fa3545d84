import type { ShareSnapshotValue } from '../../protocol/generated/share-snapshot-value.js';
import type { ShareUpdateValue } from '../../protocol/generated/share-update-value.js';
import { combineBatches } from './combine-batches.js';
import type { SharePartitionKey, ShareStateBatch, ShareStateSummary } from './share-state.js';

/** What clients say where they know no epoch or start: what is kept stays. */
export const UNKNOWN = -1;
const LOWEST_EPOCH = -0x8000_0000;

/** All that is kept of a share partition. */
export interface SharePartitionState extends ShareStateSummary {
  readonly key: SharePartitionKey;
  /** Counts the snapshots. */
  readonly snapshotEpoch: number;
  readonly batches: readonly ShareStateBatch[];
  /** When it was last written as a snapshot, but for those of partitions that nothing happens to. */
  readonly createTimestampMs: number;
  /** When it was last written as a snapshot. */
  readonly writeTimestampMs: number;
  /** No leader of an older epoch may read and write, even where a new state began with none. */
  readonly highestLeaderEpoch: number;
  readonly highestStateEpoch: number;
  /** Updates in the log that count towards the next snapshot. */
  readonly updates: number;
  /** Of the snapshot in the log: all before it is not needed to know the state. */
  readonly snapshotOffset: number;
}

/** @param updatesPerSnapshot share.coordinator.snapshot.update.records.per.snapshot */
export function afterSnapshot(
  before: SharePartitionState | undefined,
  key: SharePartitionKey,
  value: ShareSnapshotValue,
  offset: number,
  updatesPerSnapshot: number,
): SharePartitionState {
  const updates = before?.updates ?? 0;
  return {
    key,
    snapshotEpoch: value.snapshotEpoch,
    stateEpoch: value.stateEpoch,
    leaderEpoch: value.leaderEpoch,
    startOffset: value.startOffset,
    deliveryCompleteCount: value.deliveryCompleteCount,
    batches: value.stateBatches,
    createTimestampMs: value.createTimestamp,
    writeTimestampMs: value.writeTimestamp,
    highestLeaderEpoch: Math.max(before?.highestLeaderEpoch ?? LOWEST_EPOCH, value.leaderEpoch),
    highestStateEpoch: Math.max(before?.highestStateEpoch ?? LOWEST_EPOCH, value.stateEpoch),
    // Snapshots that were written for another reason than their number do not begin the count anew (as Kafka counts).
    updates: updates >= updatesPerSnapshot ? 0 : updates,
    snapshotOffset: offset,
  };
}

export function afterUpdate(
  before: SharePartitionState | undefined,
  key: SharePartitionKey,
  value: ShareUpdateValue,
  offset: number,
): SharePartitionState {
  const { leaderEpoch, startOffset, deliveryCompleteCount } = value;
  if (before === undefined) {
    // The log began behind the snapshot: what the update says is all there is.
    return {
      key,
      snapshotEpoch: value.snapshotEpoch,
      stateEpoch: 0,
      leaderEpoch,
      startOffset,
      deliveryCompleteCount,
      batches: value.stateBatches,
      createTimestampMs: 0,
      writeTimestampMs: 0,
      highestLeaderEpoch: leaderEpoch,
      highestStateEpoch: LOWEST_EPOCH,
      updates: 1,
      snapshotOffset: offset,
    };
  }
  const start = startOffset === UNKNOWN ? before.startOffset : startOffset;
  return {
    key: before.key,
    snapshotEpoch: before.snapshotEpoch,
    stateEpoch: before.stateEpoch,
    leaderEpoch: leaderEpoch === UNKNOWN ? before.leaderEpoch : leaderEpoch,
    startOffset: start,
    deliveryCompleteCount,
    batches: combineBatches(before.batches, value.stateBatches, start),
    createTimestampMs: before.createTimestampMs,
    writeTimestampMs: before.writeTimestampMs,
    highestLeaderEpoch: Math.max(before.highestLeaderEpoch, leaderEpoch),
    highestStateEpoch: before.highestStateEpoch,
    updates: before.updates + 1,
    snapshotOffset: before.snapshotOffset,
  };
}
