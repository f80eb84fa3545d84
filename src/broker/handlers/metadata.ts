import { ZERO_UUID } from '../../base/bytes.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import {
  type MetadataRequest,
  type MetadataResponsePartition,
  type MetadataResponseTopic,
  metadataApi,
} from '../../protocol/generated/metadata.js';
import { isTopicName } from '../../state/controller/topic-name.js';
import type { MetadataImage, TopicState } from '../../state/metadata/image.js';
import { NO_LEADER, type PartitionState } from '../../state/metadata/partition-state.js';
import { clusterOperations, topicOperations } from '../authorized-operations.js';
import { handler, type RequestContext } from '../handler.js';
import { isInternalTopic } from '../internal-topics.js';

/** Before it an empty list of topics means all of them. */
const FIRST_VERSION_WITH_NULL_TOPICS = 1;
const FIRST_VERSION_WITH_AUTO_CREATE_FLAG = 4;

export const metadata = handler({
  api: metadataApi,
  handle(request, context) {
    const { services, version, listener } = context;
    return {
      brokers: services.metadata
        .aliveBrokers(listener)
        .map(({ id: nodeId, host, port, rack }) => ({ nodeId, host, port, rack })),
      clusterId: services.clusterId,
      controllerId: services.metadata.aliveBrokers(listener)[0]?.id ?? -1,
      topics: topicsOf(request, context),
      clusterAuthorizedOperations:
        version >= 8 && version <= 10 ? clusterOperations(request.includeClusterAuthorizedOperations) : undefined,
    };
  },
});

function topicsOf(request: MetadataRequest, context: RequestContext): Init<MetadataResponseTopic>[] {
  const { image } = context.services.metadata;
  const operations = topicOperations(request.includeTopicAuthorizedOperations);
  const all =
    request.topics === null || (context.version < FIRST_VERSION_WITH_NULL_TOPICS && request.topics.length === 0);
  if (all) return [...image.topics.values()].map((topic) => describe(topic, image, operations));
  const unknown: string[] = [];
  const topics: Init<MetadataResponseTopic>[] = [];
  const seen = new Set<string>();
  for (const { name, topicId } of request.topics ?? []) {
    // By id the name is null, or empty from older clients.
    const byId = topicId !== ZERO_UUID || name === null;
    const key = byId ? topicId : name;
    if (seen.has(key)) continue;
    seen.add(key);
    if (byId) {
      const topic = image.topicsById.get(topicId);
      topics.push(
        topic === undefined ? missing(null, 'UNKNOWN_TOPIC_ID', topicId) : describe(topic, image, operations),
      );
      continue;
    }
    const topic = image.topics.get(name);
    if (topic !== undefined) topics.push(describe(topic, image, operations));
    else unknown.push(name);
  }
  return [...topics, ...unknownTopics(unknown, request, context)];
}

/** Topics that do not exist may be made on the side; the client asks again until they are there. */
function unknownTopics(
  names: readonly string[],
  request: MetadataRequest,
  context: RequestContext,
): Init<MetadataResponseTopic>[] {
  if (names.length === 0) return [];
  const allowed = context.version < FIRST_VERSION_WITH_AUTO_CREATE_FLAG || request.allowAutoTopicCreation;
  const refused =
    allowed && context.services.settings.autoCreateTopics
      ? context.services.autoCreateTopics(names)
      : new Map<string, ErrorName>();
  return names
    .map((name) =>
      missing(
        name,
        refused.get(name) ?? (isTopicName(name) ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'INVALID_TOPIC_EXCEPTION'),
      ),
    )
    .map((topic) => ({
      ...topic,
      topicAuthorizedOperations: topicOperations(request.includeTopicAuthorizedOperations),
    }));
}

function missing(name: string | null, error: ErrorName, topicId = ZERO_UUID): Init<MetadataResponseTopic> {
  return { name, topicId, errorCode: errorCode(error), isInternal: name !== null && isInternalTopic(name) };
}

function describe(
  topic: TopicState,
  image: MetadataImage,
  topicAuthorizedOperations: number,
): Init<MetadataResponseTopic> {
  return {
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    topicAuthorizedOperations,
    partitions: topic.partitions.map((partition, index) => describePartition(partition, index, image)),
  };
}

function describePartition(
  partition: PartitionState,
  partitionIndex: number,
  image: MetadataImage,
): Init<MetadataResponsePartition> {
  return {
    errorCode: partition.leader === NO_LEADER ? errorCode('LEADER_NOT_AVAILABLE') : 0,
    partitionIndex,
    leaderId: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: [...partition.replicas],
    isrNodes: [...partition.isr],
    offlineReplicas: partition.replicas.filter((id, n) => !image.isServed(id, partition.directories[n])),
  };
}
