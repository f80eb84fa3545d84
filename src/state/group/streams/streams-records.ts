import type { GroupRecord } from '../../../protocol/generated/group-coordinator-records.js';
import type { PartitionSet } from '../assignment/partition-sets.js';
import { factsOf, STANDBY_REPLICAS, type StreamsMember } from './streams-group.js';
import { sortedList, type Tasks } from './tasks.js';
import type { Topology } from './topology.js';

const VERSION = 0;

export interface StreamsEpoch {
  readonly groupEpoch: number;
  readonly metadataHash: bigint;
  readonly validatedTopologyEpoch: number;
  readonly standbyReplicas: string | null;
}

export function streamsEpochRecord(groupId: string, epoch: StreamsEpoch): GroupRecord {
  const { groupEpoch, metadataHash, validatedTopologyEpoch, standbyReplicas } = epoch;
  return {
    type: 'StreamsGroupMetadata',
    version: VERSION,
    key: { groupId },
    value: {
      epoch: groupEpoch,
      metadataHash,
      validatedTopologyEpoch,
      lastAssignmentConfigs: standbyReplicas === null ? [] : [{ key: STANDBY_REPLICAS, value: standbyReplicas }],
    },
  };
}

export function streamsMemberRecord(groupId: string, member: StreamsMember): GroupRecord {
  const facts = factsOf(member);
  return {
    type: 'StreamsGroupMemberMetadata',
    version: VERSION,
    key: { groupId, memberId: member.memberId },
    value: { ...facts, clientTags: [...facts.clientTags] },
  };
}

export const streamsTopologyRecord = (groupId: string, { epoch, subtopologies }: Topology): GroupRecord => ({
  type: 'StreamsGroupTopology',
  version: VERSION,
  key: { groupId },
  value: { epoch, subtopologies },
});

export function streamsTargetRecord(groupId: string, memberId: string, target: Tasks): GroupRecord {
  const value = {
    activeTasks: sortedList(target.active),
    standbyTasks: sortedList(target.standby),
    warmupTasks: sortedList(target.warmup),
  };
  return { type: 'StreamsGroupTargetAssignmentMember', version: VERSION, key: { groupId, memberId }, value };
}

export const streamsTargetEpochRecord = (
  groupId: string,
  assignmentEpoch: number,
  assignmentTimestamp: number,
): GroupRecord => ({
  type: 'StreamsGroupTargetAssignmentMetadata',
  version: VERSION,
  key: { groupId },
  value: { assignmentEpoch, assignmentTimestamp },
});

/** Epochs are kept of active tasks alone: nobody commits for the others. */
export function streamsAssignmentRecord(groupId: string, member: StreamsMember): GroupRecord {
  const { assigned, pendingRevocation, assignmentEpochs } = member;
  const plain = (set: PartitionSet) => sortedList(set).map((ids) => ({ ...ids, assignmentEpochs: [] }));
  const active = (set: PartitionSet) =>
    sortedList(set).map(({ subtopologyId, partitions }) => ({
      subtopologyId,
      partitions,
      assignmentEpochs: partitions.map(
        (partition) => assignmentEpochs.get(subtopologyId)?.get(partition) ?? member.memberEpoch,
      ),
    }));
  return {
    type: 'StreamsGroupCurrentMemberAssignment',
    version: VERSION,
    key: { groupId, memberId: member.memberId },
    value: {
      memberEpoch: member.memberEpoch,
      previousMemberEpoch: member.previousMemberEpoch,
      state: member.state,
      activeTasks: active(assigned.active),
      standbyTasks: plain(assigned.standby),
      warmupTasks: plain(assigned.warmup),
      activeTasksPendingRevocation: active(pendingRevocation.active),
      standbyTasksPendingRevocation: plain(pendingRevocation.standby),
      warmupTasksPendingRevocation: plain(pendingRevocation.warmup),
    },
  };
}

export const streamsMemberTombstones = (groupId: string, memberId: string): GroupRecord[] => {
  const key = { groupId, memberId };
  return [
    { type: 'StreamsGroupCurrentMemberAssignment', version: VERSION, key, value: null },
    { type: 'StreamsGroupTargetAssignmentMember', version: VERSION, key, value: null },
    { type: 'StreamsGroupMemberMetadata', version: VERSION, key, value: null },
  ];
};

/** Of a group without members. */
export const streamsGroupTombstones = (groupId: string): GroupRecord[] => {
  const key = { groupId };
  return [
    { type: 'StreamsGroupTargetAssignmentMetadata', version: VERSION, key, value: null },
    { type: 'StreamsGroupMetadata', version: VERSION, key, value: null },
    { type: 'StreamsGroupTopology', version: VERSION, key, value: null },
  ];
};
