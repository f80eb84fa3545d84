import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import {
  type DescribeTopicPartitionsRequest,
  type DescribeTopicPartitionsResponse,
  type DescribeTopicPartitionsResponseTopic,
  describeTopicPartitionsApi,
} from '../../protocol/generated/describe-topic-partitions.js';
import type { MetadataImage, TopicState } from '../../state/metadata/image.js';
import { NO_LEADER } from '../../state/metadata/partition-state.js';
import { topicOperations } from '../authorized-operations.js';
import { handler } from '../handler.js';
import { isInternalTopic } from '../internal-topics.js';

/** KIP-966: topics in order of name, cut at a number of partitions; the cursor tells where to go on. */
export const describeTopicPartitions = handler({
  api: describeTopicPartitionsApi,
  handle(request, { services }) {
    return isCursorWrong(request)
      ? refused(request)
      : describe(request, services.metadata.image, services.settings.maxRequestPartitions);
  },
});

/** A cursor points at a partition of a topic that is asked for. */
function isCursorWrong({ cursor, topics }: DescribeTopicPartitionsRequest): boolean {
  if (cursor === null) return false;
  return cursor.partitionIndex < 0 || (topics.length > 0 && !topics.some(({ name }) => name === cursor.topicName));
}

const refused = ({ topics }: DescribeTopicPartitionsRequest): Init<DescribeTopicPartitionsResponse> => ({
  topics: topics.map(({ name }) => ({ name, errorCode: errorCode('INVALID_REQUEST') })),
});

function describe(
  request: DescribeTopicPartitionsRequest,
  image: MetadataImage,
  maxPartitions: number,
): Init<DescribeTopicPartitionsResponse> {
  const { cursor } = request;
  const all = request.topics.length === 0;
  const wanted = all ? [...image.topics.keys()] : request.topics.map((topic) => topic.name);
  const names = [...new Set(wanted)].sort().filter((name) => cursor === null || name >= cursor.topicName);
  // One at least, as nobody would get any further otherwise.
  let left = Math.max(1, Math.min(request.responsePartitionLimit, maxPartitions));
  const topics: Init<DescribeTopicPartitionsResponseTopic>[] = [];
  for (const name of names) {
    const topic = image.topics.get(name);
    const first = cursor !== null && cursor.topicName === name ? cursor.partitionIndex : 0;
    if (left <= 0) return { topics, nextCursor: { topicName: name, partitionIndex: 0 } };
    if (topic === undefined) {
      // A topic that went away while a client was going through all of them is passed over.
      if (!all) topics.push(unknownTopic(name));
      continue;
    }
    const shown = Math.min(left, topic.partitions.length - first);
    topics.push(describeTopic(topic, first, shown, image));
    left -= shown;
    if (first + shown < topic.partitions.length) {
      return { topics, nextCursor: { topicName: name, partitionIndex: first + shown } };
    }
  }
  return { topics, nextCursor: null };
}

const unknownTopic = (name: string): Init<DescribeTopicPartitionsResponseTopic> => ({
  name,
  errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION'),
  isInternal: isInternalTopic(name),
  topicAuthorizedOperations: topicOperations(true),
});

function describeTopic(
  topic: TopicState,
  first: number,
  count: number,
  image: MetadataImage,
): Init<DescribeTopicPartitionsResponseTopic> {
  return {
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    topicAuthorizedOperations: topicOperations(true),
    partitions: topic.partitions.slice(first, first + count).map((partition, index) => ({
      errorCode: partition.leader === NO_LEADER ? errorCode('LEADER_NOT_AVAILABLE') : 0,
      partitionIndex: first + index,
      leaderId: partition.leader,
      leaderEpoch: partition.leaderEpoch,
      replicaNodes: [...partition.replicas],
      isrNodes: [...partition.isr],
      eligibleLeaderReplicas: [...partition.eligibleLeaderReplicas],
      lastKnownElr: [...partition.lastKnownElr],
      offlineReplicas: partition.replicas.filter((id, n) => !image.isServed(id, partition.directories[n])),
    })),
  };
}
