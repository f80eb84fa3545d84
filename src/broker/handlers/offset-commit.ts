import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import {
  type OffsetCommitResponseTopic,
  offsetCommitApi,
  type OffsetCommitRequestTopic as Topic,
} from '../../protocol/generated/offset-commit.js';
import { commitOffsets } from '../../state/group/offsets/commit-offsets.js';
import { callAnyGroup, topicNames } from '../group-call.js';
import { handler, type RequestContext } from '../handler.js';

type TopicAnswer = Init<OffsetCommitResponseTopic>;

const FIRST_VERSION_WITH_TOPIC_IDS = 10;

export const offsetCommit = handler({
  api: offsetCommitApi,
  async handle(request, context) {
    const known = having(request.topics, (topic, index) => exists(topic, index, context));
    const unknown = having(request.topics, (topic, index) => !exists(topic, index, context));
    const refused = refusal(unknown, errorCode('UNKNOWN_TOPIC_OR_PARTITION'));
    if (known.length === 0) return { topics: refused };
    const response = await callAnyGroup(
      context,
      request.groupId,
      (machine, call, groupContext) =>
        commitOffsets(machine, call, { ...request, topics: known }, context.version, topicNames(context), groupContext),
      (error) => ({ topics: refusal(known, errorCode(error)) }),
    );
    return { topics: merged([...response.topics, ...refused]) };
  },
});

function having(topics: readonly Topic[], wanted: (topic: Topic, partitionIndex: number) => boolean): Topic[] {
  return topics
    .map((topic) => ({
      ...topic,
      partitions: topic.partitions.filter(({ partitionIndex }) => wanted(topic, partitionIndex)),
    }))
    .filter(({ partitions }) => partitions.length > 0);
}

/** Whether there is such a partition; ids that no topic has are looked at where the offsets are kept. */
function exists({ name, topicId }: Topic, partitionIndex: number, { services, version }: RequestContext): boolean {
  const { image } = services.metadata;
  if (version < FIRST_VERSION_WITH_TOPIC_IDS) return image.partition(name, partitionIndex) !== undefined;
  const topic = image.topicsById.get(topicId);
  return topic === undefined || topic.partitions[partitionIndex] !== undefined;
}

const refusal = (topics: readonly Topic[], code: number): TopicAnswer[] =>
  topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: code })),
  }));

/** A topic that has partitions of both kinds is answered once. */
function merged(answers: readonly TopicAnswer[]): TopicAnswer[] {
  const byTopic = new Map<string, TopicAnswer>();
  for (const answer of answers) {
    const key = `${answer.name} ${answer.topicId}`;
    const partitions = [...(byTopic.get(key)?.partitions ?? []), ...(answer.partitions ?? [])];
    byTopic.set(key, { ...answer, partitions });
  }
  return [...byTopic.values()];
}
