import type { GroupRecord } from '../../protocol/generated/group-coordinator-records.js';
import type { ConsumerMember } from './consumer-group.js';
import { type PartitionSet, toList } from './partition-sets.js';

const VERSION = 0;

export function groupEpochRecord(groupId: string, epoch: number, metadataHash: bigint): GroupRecord {
  return { type: 'ConsumerGroupMetadata', version: VERSION, key: { groupId }, value: { epoch, metadataHash } };
}

export function memberRecord(groupId: string, member: ConsumerMember): GroupRecord {
  return {
    type: 'ConsumerGroupMemberMetadata',
    version: VERSION,
    key: { groupId, memberId: member.memberId },
    value: {
      instanceId: member.instanceId,
      rackId: member.rackId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: [...member.subscribedTopicNames],
      subscribedTopicRegex: member.subscribedTopicRegex,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      serverAssignor: member.serverAssignor,
      classicMemberMetadata: null,
    },
  };
}

export function currentAssignmentRecord(groupId: string, member: ConsumerMember): GroupRecord {
  const epochs = ({ topicId, partitions }: { topicId: string; partitions: number[] }) => ({
    topicId,
    partitions,
    assignmentEpochs: partitions.map(() => member.memberEpoch),
  });
  return {
    type: 'ConsumerGroupCurrentMemberAssignment',
    version: VERSION,
    key: { groupId, memberId: member.memberId },
    value: {
      memberEpoch: member.memberEpoch,
      previousMemberEpoch: member.previousMemberEpoch,
      state: member.state,
      assignedPartitions: toList(member.assigned).map(epochs),
      partitionsPendingRevocation: toList(member.pendingRevocation).map(epochs),
    },
  };
}

export function targetRecord(groupId: string, memberId: string, target: PartitionSet): GroupRecord {
  const value = { topicPartitions: toList(target) };
  return { type: 'ConsumerGroupTargetAssignmentMember', version: VERSION, key: { groupId, memberId }, value };
}

export function targetEpochRecord(groupId: string, assignmentEpoch: number, assignmentTimestamp: number): GroupRecord {
  return {
    type: 'ConsumerGroupTargetAssignmentMetadata',
    version: VERSION,
    key: { groupId },
    value: { assignmentEpoch, assignmentTimestamp },
  };
}

export function memberTombstones(groupId: string, memberId: string): GroupRecord[] {
  const key = { groupId, memberId };
  return [
    { type: 'ConsumerGroupCurrentMemberAssignment', version: VERSION, key, value: null },
    { type: 'ConsumerGroupTargetAssignmentMember', version: VERSION, key, value: null },
    { type: 'ConsumerGroupMemberMetadata', version: VERSION, key, value: null },
  ];
}

export function consumerGroupTombstones(groupId: string): GroupRecord[] {
  return [
    { type: 'ConsumerGroupTargetAssignmentMetadata', version: VERSION, key: { groupId }, value: null },
    { type: 'ConsumerGroupMetadata', version: VERSION, key: { groupId }, value: null },
  ];
}
