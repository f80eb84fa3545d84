import type { Init } from '../../../protocol/codec-runtime.js';
import { errorCode } from '../../../protocol/errors.js';
import type { DescribedGroup, TopicPartitions } from '../../../protocol/generated/consumer-group-describe.js';
import type { MetadataImage } from '../../metadata/image.js';
import { type PartitionSet, union } from '../assignment/partition-sets.js';
import type { GroupMachine } from '../group-machine.js';

const CLASSIC_MEMBER = 0;
const CONSUMER_MEMBER = 1;

export function describeConsumerGroup(
  machine: GroupMachine,
  groupId: string,
  image: MetadataImage,
): Init<DescribedGroup> {
  const group = machine.consumerGroup(groupId);
  if (group === null) {
    const exists = machine.group(groupId) !== null;
    const errorMessage = exists ? `Group ${groupId} is not a consumer group.` : `Group ${groupId} not found.`;
    return { groupId, errorCode: errorCode('GROUP_ID_NOT_FOUND'), errorMessage };
  }
  return {
    groupId,
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.targetEpoch,
    assignorName: group.assignorName,
    members: [...group.members.values()].map((member) => ({
      memberId: member.memberId,
      instanceId: member.instanceId,
      rackId: member.rackId,
      memberEpoch: member.memberEpoch,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: [...member.subscribedTopicNames],
      subscribedTopicRegex: member.subscribedTopicRegex,
      // What is to be given back it still has.
      assignment: { topicPartitions: named(union(member.assigned, member.pendingRevocation), image) },
      targetAssignment: { topicPartitions: named(group.target(member.memberId), image) },
      memberType: member.classic === null ? CONSUMER_MEMBER : CLASSIC_MEMBER,
    })),
  };
}

/** Topics that were deleted meanwhile have no name to be shown by. */
function named(set: PartitionSet, image: MetadataImage): TopicPartitions[] {
  return [...set].flatMap(([topicId, partitions]) => {
    const topicName = image.topicsById.get(topicId)?.name;
    return topicName === undefined ? [] : [{ topicId, topicName, partitions: [...partitions] }];
  });
}
