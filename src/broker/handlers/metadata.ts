import { ZERO_UUID } from '../../base/bytes.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import {
  type MetadataRequest,
  type MetadataResponse,
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
/** Topics have ids from here on, but are not asked for by them yet. */
const FIRST_VERSION_WITH_IDS = 10;
const FIRST_VERSION_BY_ID = 12;
const FIRST_VERSION_WITH_ERROR = 13;

export const metadata = handler({
  api: metadataApi,
  handle(request, context) {
    const { services, version, listener } = context;
    const problem = problemOf(request, version);
    if (problem !== null) return refused(request, problem, version);
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

/** What is wrong with the request as a whole, as measured. */
function problemOf({ topics }: MetadataRequest, version: number): ErrorName | null {
  if (topics === null) return null;
  const hasIds = topics.some(({ topicId }) => topicId !== ZERO_UUID);
  const lacksName = topics.some(({ name }) => name === null);
  if (version >= FIRST_VERSION_WITH_IDS && version < FIRST_VERSION_BY_ID && (hasIds || lacksName)) {
    return 'INVALID_REQUEST';
  }
  return lacksName && !hasIds ? 'UNKNOWN_SERVER_ERROR' : null;
}

function refused({ topics }: MetadataRequest, error: ErrorName, version: number): Init<MetadataResponse> {
  const code = errorCode(error);
  return {
    controllerId: -1,
    topics: (topics ?? []).map(({ name, topicId }) => ({ errorCode: code, name: name ?? '', topicId })),
    ...(version >= FIRST_VERSION_WITH_ERROR ? { errorCode: code } : {}),
  };
}

function topicsOf(request: MetadataRequest, context: RequestContext): Init<MetadataResponseTopic>[] {
  const { image } = context.services.metadata;
  const operations = topicOperations(request.includeTopicAuthorizedOperations);
  const all =
    request.topics === null || (context.version < FIRST_VERSION_WITH_NULL_TOPICS && request.topics.length === 0);
  if (all) return [...image.topics.values()].map((topic) => describe(topic, image, operations));
  const unknown: string[] = [];
  const topics: Init<MetadataResponseTopic>[] = [];
  const asked = request.topics ?? [];
  const ids = new Set(asked.map(({ topicId }) => topicId).filter((topicId) => topicId !== ZERO_UUID));
  for (const topicId of ids) {
    const topic = image.topicsById.get(topicId);
    topics.push(topic === undefined ? missing(null, 'UNKNOWN_TOPIC_ID', topicId) : describe(topic, image, operations));
  }
  // Where one topic is asked for by its id, names count for nothing.
  const names = ids.size > 0 ? [] : new Set(asked.flatMap(({ name }) => name ?? []));
  for (const name of names) {
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
