/** Metadata records with the fields that matter to whoever makes one; the rest as the schemas' defaults. */
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import type { PartitionChangeRecord } from '../../protocol/generated/partition-change-record.js';
import { NO_LEADER_CHANGE, type PartitionState } from './partition-state.js';

export function configRecord(
  resourceType: number,
  resourceName: string,
  name: string,
  value: string | null,
): MetadataRecord {
  return { type: 'ConfigRecord', version: 0, value: { resourceType, resourceName, name, value } };
}

export function partitionRecord(topicId: string, partitionId: number, state: PartitionState): MetadataRecord {
  return {
    type: 'PartitionRecord',
    version: 2,
    value: {
      partitionId,
      topicId,
      replicas: [...state.replicas],
      isr: [...state.isr],
      removingReplicas: [...state.removingReplicas],
      addingReplicas: [...state.addingReplicas],
      leader: state.leader,
      leaderRecoveryState: state.leaderRecoveryState,
      leaderEpoch: state.leaderEpoch,
      partitionEpoch: state.partitionEpoch,
      directories: [...state.directories],
      eligibleLeaderReplicas: state.eligibleLeaderReplicas.length === 0 ? null : [...state.eligibleLeaderReplicas],
      lastKnownElr: state.lastKnownElr.length === 0 ? null : [...state.lastKnownElr],
    },
  };
}

export function partitionChangeRecord(
  topicId: string,
  partitionId: number,
  changes: Partial<PartitionChangeRecord>,
): MetadataRecord {
  return {
    type: 'PartitionChangeRecord',
    version: 2,
    value: {
      partitionId,
      topicId,
      isr: null,
      leader: NO_LEADER_CHANGE,
      replicas: null,
      removingReplicas: null,
      addingReplicas: null,
      leaderRecoveryState: -1,
      directories: null,
      eligibleLeaderReplicas: null,
      lastKnownElr: null,
      ...changes,
    },
  };
}

interface BrokerChange {
  readonly fenced?: boolean;
  readonly inControlledShutdown?: true;
  /** The ids of those that are left when one failed. */
  readonly logDirs?: string[];
  readonly cordonedLogDirs?: string[];
}

/** Kafka writes each kind of change in the lowest version that has it. */
export function brokerChangeRecord(brokerId: number, brokerEpoch: number, change: BrokerChange): MetadataRecord {
  const version = changeVersion(change);
  return {
    type: 'BrokerRegistrationChangeRecord',
    version,
    value: {
      brokerId,
      brokerEpoch,
      fenced: change.fenced === undefined ? 0 : change.fenced ? 1 : -1,
      inControlledShutdown: change.inControlledShutdown ? 1 : 0,
      logDirs: change.logDirs ?? [],
      cordonedLogDirs: change.cordonedLogDirs ?? null,
    },
  };
}

function changeVersion(change: BrokerChange): number {
  if (change.cordonedLogDirs !== undefined) return 3;
  if (change.logDirs !== undefined) return 2;
  return change.inControlledShutdown ? 1 : 0;
}
