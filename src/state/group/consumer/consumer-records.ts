import { uuidHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type { GroupRecord } from '../../../protocol/generated/group-coordinator-records.js';
import { type PartitionSet, toList } from '../assignment/partition-sets.js';
import type { ConsumerMember, ResolvedPattern } from './consumer-group.js';

const VERSION = 0;

export function groupEpochRecord(groupId: string, epoch: number, metadataHash: bigint): GroupRecord {
  return { type: 'ConsumerGroupMetadata', version: VERSION, key: { groupId }, value: { epoch, metadataHash } };
}

export function memberRecord(groupId: string, member: ConsumerMember): GroupRecord {
  const { classic } = member;
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
      classicMemberMetadata:
        classic === null
          ? null
          : { sessionTimeoutMs: classic.sessionTimeoutMs, supportedProtocols: [...classic.protocols] },
    },
  };
}

export function currentAssignmentRecord(groupId: string, member: ConsumerMember): GroupRecord {
  const withEpochs = (set: PartitionSet) =>
    inHashOrder(toList(set), ({ topicId }) => uuidHash(topicId)).map(({ topicId, partitions }) => ({
      topicId,
      partitions,
      assignmentEpochs: partitions.map(
        (partition) => member.assignmentEpochs.get(topicId)?.get(partition) ?? member.memberEpoch,
      ),
    }));
  return {
    type: 'ConsumerGroupCurrentMemberAssignment',
    version: VERSION,
    key: { groupId, memberId: member.memberId },
    value: {
      memberEpoch: member.memberEpoch,
      previousMemberEpoch: member.previousMemberEpoch,
      state: member.state,
      assignedPartitions: withEpochs(member.assigned),
      partitionsPendingRevocation: withEpochs(member.pendingRevocation),
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

export const memberTombstones = (groupId: string, memberId: string): GroupRecord[] => [
  ofMember('ConsumerGroupCurrentMemberAssignment', groupId, memberId),
  ofMember('ConsumerGroupTargetAssignmentMember', groupId, memberId),
  ofMember('ConsumerGroupMemberMetadata', groupId, memberId),
];

export function patternRecord(groupId: string, pattern: string, resolved: ResolvedPattern): GroupRecord {
  const { topics, version, timestampMs } = resolved;
  return {
    type: 'ConsumerGroupRegularExpression',
    version: VERSION,
    key: { groupId, regularExpression: pattern },
    value: { topics: [...topics], version, timestamp: timestampMs },
  };
}

export const patternTombstone = (groupId: string, pattern: string): GroupRecord => ({
  type: 'ConsumerGroupRegularExpression',
  version: VERSION,
  key: { groupId, regularExpression: pattern },
  value: null,
});

/** In the order in which Kafka takes a group away: what a member's record holds up goes before it. */
export function consumerGroupTombstones(
  groupId: string,
  memberIds: readonly string[] = [],
  patterns: readonly string[] = [],
): GroupRecord[] {
  const ofMembers = (type: MemberRecordType) => memberIds.map((memberId) => ofMember(type, groupId, memberId));
  const key = { groupId };
  return [
    ...ofMembers('ConsumerGroupCurrentMemberAssignment'),
    ...ofMembers('ConsumerGroupTargetAssignmentMember'),
    { type: 'ConsumerGroupTargetAssignmentMetadata', version: VERSION, key, value: null },
    ...ofMembers('ConsumerGroupMemberMetadata'),
    ...patterns.map((pattern) => patternTombstone(groupId, pattern)),
    // Written by Apache Kafka before 4.1.
    { type: 'ConsumerGroupPartitionMetadata', version: VERSION, key, value: null },
    { type: 'ConsumerGroupMetadata', version: VERSION, key, value: null },
  ];
}

type MemberRecordType =
  | 'ConsumerGroupCurrentMemberAssignment'
  | 'ConsumerGroupTargetAssignmentMember'
  | 'ConsumerGroupMemberMetadata';

const ofMember = (type: MemberRecordType, groupId: string, memberId: string): GroupRecord => ({
  type,
  version: VERSION,
  key: { groupId, memberId },
  value: null,
});
