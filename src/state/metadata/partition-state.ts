import type { PartitionChangeRecord } from '../../protocol/generated/partition-change-record.js';
import type { PartitionRecord } from '../../protocol/generated/partition-record.js';

/** No replica leads the partition. */
export const NO_LEADER = -1;
/** In a PartitionChangeRecord: the leader stays. */
export const NO_LEADER_CHANGE = -2;

export const RECOVERED = 0;
export const RECOVERING = 1;

/** What the cluster knows of a partition; replaced as a whole by each change. */
export interface PartitionState {
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  readonly removingReplicas: readonly number[];
  readonly addingReplicas: readonly number[];
  /** Directory ids, one a replica. */
  readonly directories: readonly string[];
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
  readonly leaderRecoveryState: number;
  /** KIP-966: replicas out of sync that still hold everything below the high watermark. */
  readonly eligibleLeaderReplicas: readonly number[];
  readonly lastKnownElr: readonly number[];
}

export function partitionOf(record: PartitionRecord): PartitionState {
  return {
    replicas: record.replicas,
    isr: record.isr,
    removingReplicas: record.removingReplicas,
    addingReplicas: record.addingReplicas,
    directories: record.directories,
    leader: record.leader,
    leaderEpoch: record.leaderEpoch,
    partitionEpoch: record.partitionEpoch,
    leaderRecoveryState: record.leaderRecoveryState,
    eligibleLeaderReplicas: record.eligibleLeaderReplicas ?? [],
    lastKnownElr: record.lastKnownElr ?? [],
  };
}

/** Absent fields stay; a change of leader raises the leader epoch, every change the partition epoch. */
export function changePartition(old: PartitionState, change: PartitionChangeRecord): PartitionState {
  const leaderChanges = change.leader !== NO_LEADER_CHANGE;
  return {
    replicas: change.replicas ?? old.replicas,
    isr: change.isr ?? old.isr,
    removingReplicas: change.removingReplicas ?? old.removingReplicas,
    addingReplicas: change.addingReplicas ?? old.addingReplicas,
    directories: change.directories ?? old.directories,
    leader: leaderChanges ? change.leader : old.leader,
    leaderEpoch: leaderChanges ? old.leaderEpoch + 1 : old.leaderEpoch,
    partitionEpoch: old.partitionEpoch + 1,
    leaderRecoveryState: change.leaderRecoveryState === -1 ? old.leaderRecoveryState : change.leaderRecoveryState,
    eligibleLeaderReplicas: change.eligibleLeaderReplicas ?? old.eligibleLeaderReplicas,
    lastKnownElr: change.lastKnownElr ?? old.lastKnownElr,
  };
}
