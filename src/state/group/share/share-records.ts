import type { GroupRecord } from '../../../protocol/generated/group-coordinator-records.js';
import type { ShareGroupStatePartitionMetadataValue } from '../../../protocol/generated/share-group-state-partition-metadata-value.js';
import { type PartitionSet, toList } from '../assignment/partition-sets.js';
import type { ShareMember } from './share-group.js';

const VERSION = 0;

export function groupEpochRecord(groupId: string, epoch: number, metadataHash: bigint): GroupRecord {
  return { type: 'ShareGroupMetadata', version: VERSION, key: { groupId }, value: { epoch, metadataHash } };
}

export function memberRecord(groupId: string, member: ShareMember): GroupRecord {
  const { memberId, rackId, clientId, clientHost, subscribedTopicNames } = member;
  return {
    type: 'ShareGroupMemberMetadata',
    version: VERSION,
    key: { groupId, memberId },
    value: { rackId, clientId, clientHost, subscribedTopicNames: [...subscribedTopicNames] },
  };
}

export function currentAssignmentRecord(groupId: string, member: ShareMember): GroupRecord {
  const { memberId, memberEpoch, previousMemberEpoch, state, assigned } = member;
  return {
    type: 'ShareGroupCurrentMemberAssignment',
    version: VERSION,
    key: { groupId, memberId },
    value: { memberEpoch, previousMemberEpoch, state, assignedPartitions: toList(assigned) },
  };
}

export function targetRecord(groupId: string, memberId: string, target: PartitionSet): GroupRecord {
  const value = { topicPartitions: toList(target) };
  return { type: 'ShareGroupTargetAssignmentMember', version: VERSION, key: { groupId, memberId }, value };
}

export function targetEpochRecord(groupId: string, assignmentEpoch: number, assignmentTimestamp: number): GroupRecord {
  const value = { assignmentEpoch, assignmentTimestamp };
  return { type: 'ShareGroupTargetAssignmentMetadata', version: VERSION, key: { groupId }, value };
}

export function stateRecord(groupId: string, value: ShareGroupStatePartitionMetadataValue): GroupRecord {
  return { type: 'ShareGroupStatePartitionMetadata', version: VERSION, key: { groupId }, value };
}

export const memberTombstones = (groupId: string, memberId: string): GroupRecord[] => {
  const key = { groupId, memberId };
  return [
    { type: 'ShareGroupCurrentMemberAssignment', version: VERSION, key, value: null },
    { type: 'ShareGroupTargetAssignmentMember', version: VERSION, key, value: null },
    { type: 'ShareGroupMemberMetadata', version: VERSION, key, value: null },
  ];
};

/** Of a group that nobody is in, in Kafka's order. */
export function shareGroupTombstones(groupId: string): GroupRecord[] {
  const key = { groupId };
  return [
    { type: 'ShareGroupTargetAssignmentMetadata', version: VERSION, key, value: null },
    { type: 'ShareGroupStatePartitionMetadata', version: VERSION, key, value: null },
    { type: 'ShareGroupMetadata', version: VERSION, key, value: null },
  ];
}
