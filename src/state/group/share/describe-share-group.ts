import type { Init } from '../../../protocol/codec-runtime.js';
import { errorCode } from '../../../protocol/errors.js';
import type { DescribedGroup } from '../../../protocol/generated/share-group-describe.js';
import type { MetadataImage } from '../../metadata/image.js';
import type { GroupMachine } from '../group-machine.js';
import { subscriptionOrder } from './share-target.js';

/** The only assignor that Apache Kafka 4.3.1 has for share groups. */
const ASSIGNOR = 'simple';

export function describeShareGroup(machine: GroupMachine, groupId: string, image: MetadataImage): Init<DescribedGroup> {
  const group = machine.shareGroup(groupId);
  if (group === null) {
    const isOther = machine.group(groupId) !== null;
    const errorMessage = isOther ? `Group ${groupId} is not a share group.` : `Group ${groupId} not found.`;
    return { groupId, errorCode: errorCode('GROUP_ID_NOT_FOUND'), errorMessage };
  }
  return {
    groupId,
    groupState: group.state,
    groupEpoch: group.groupEpoch,
    assignmentEpoch: group.targetEpoch,
    assignorName: ASSIGNOR,
    members: group.membersInOrder().map((member) => ({
      memberId: member.memberId,
      rackId: member.rackId,
      memberEpoch: member.memberEpoch,
      clientId: member.clientId,
      clientHost: member.clientHost,
      subscribedTopicNames: subscriptionOrder(member.subscribedTopicNames),
      assignment: {
        // Topics that were deleted meanwhile have no name to be shown by.
        topicPartitions: [...member.assigned].flatMap(([topicId, partitions]) => {
          const topicName = image.topicsById.get(topicId)?.name;
          return topicName === undefined ? [] : [{ topicId, topicName, partitions: [...partitions] }];
        }),
      },
    })),
  };
}
