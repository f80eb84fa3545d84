import { errorCode } from '../../protocol/errors.js';
import { offsetCommitApi, type OffsetCommitRequestTopic as Topic } from '../../protocol/generated/offset-commit.js';
import { commitOffsets } from '../../state/group/offsets/commit-offsets.js';
import { callAnyGroup, topicNames } from '../group-call.js';
import { handler, type RequestContext } from '../handler.js';
import { joinTopics, refusedPartitions, splitPartitions } from '../split-partitions.js';

const FIRST_VERSION_WITH_TOPIC_IDS = 10;

export const offsetCommit = handler({
  api: offsetCommitApi,
  async handle(request, context) {
    const { known, unknown } = splitPartitions(request.topics, (topic, index) => exists(topic, index, context));
    const refused = refusedPartitions(unknown, errorCode('UNKNOWN_TOPIC_OR_PARTITION'));
    if (known.length === 0) return { topics: refused };
    const response = await callAnyGroup(
      context,
      request.groupId,
      (machine, call, groupContext) =>
        commitOffsets(machine, call, { ...request, topics: known }, context.version, topicNames(context), groupContext),
      (error) => ({ topics: refusedPartitions(known, errorCode(error)) }),
    );
    return { topics: joinTopics([...response.topics, ...refused]) };
  },
});

/** Whether there is such a partition; ids that no topic has are looked at where the offsets are kept. */
function exists({ name, topicId }: Topic, partitionIndex: number, { services, version }: RequestContext): boolean {
  const { image } = services.metadata;
  if (version < FIRST_VERSION_WITH_TOPIC_IDS) return image.partition(name, partitionIndex) !== undefined;
  const topic = image.topicsById.get(topicId);
  return topic === undefined || topic.partitions[partitionIndex] !== undefined;
}
