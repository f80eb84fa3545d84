import { ZERO_UUID } from '../../base/bytes.js';
import { KafkaError } from '../../protocol/errors.js';
import type { DescribeTopicPartitionsResponseCursor } from '../../protocol/generated/describe-topic-partitions.js';
import { describeTopicPartitionsApi } from '../../protocol/generated/describe-topic-partitions.js';
import { metadataApi } from '../../protocol/generated/metadata.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import type { BrokerConnection } from '../connection.js';
import type { Result } from '../fan-out.js';
import { operationsOf, topicOf } from '../metadata-cache.js';

const PARTITIONS_PER_REQUEST = 2000;

export interface DescribedPartition {
  readonly partition: number;
  /** -1 for none. */
  readonly leader: number;
  readonly leaderEpoch: number;
  readonly replicas: readonly number[];
  readonly isr: readonly number[];
  /** Null where the broker does not tell (KIP-966). */
  readonly eligibleLeaderReplicas: readonly number[] | null;
  readonly lastKnownElr: readonly number[] | null;
}

export interface DescribedTopic {
  readonly name: string;
  readonly topicId: string;
  readonly isInternal: boolean;
  readonly partitions: readonly DescribedPartition[];
  /** A set of bits; null where it was not asked for. */
  readonly authorizedOperations: number | null;
}

export interface DescribeTopicsOptions extends RetryOptions {
  readonly includeAuthorizedOperations?: boolean;
  /** Partitions in one answer of DescribeTopicPartitions. */
  readonly partitionSizeLimitPerResponse?: number;
}

/** Topics by name, with DescribeTopicPartitions where the brokers have it and else with Metadata. */
export async function describeTopics(
  cluster: Cluster,
  names: readonly string[],
  options: DescribeTopicsOptions = {},
): Promise<Map<string, Result<DescribedTopic>>> {
  const wanted = new Set(names);
  const isNameless = wanted.delete('');
  const found = wanted.size === 0 ? new Map() : await describeNamed(cluster, [...wanted], options);
  return isNameless ? found.set('', nameless()) : found;
}

/** What Java's client says of a topic without a name, which no request can carry. */
export const nameless = (): KafkaError =>
  new KafkaError('INVALID_TOPIC_EXCEPTION', "The given topic name '' cannot be represented in a request.");

function describeNamed(
  cluster: Cluster,
  wanted: string[],
  options: DescribeTopicsOptions,
): Promise<Map<string, Result<DescribedTopic>>> {
  return cluster.retry(
    'DescribeTopicPartitions',
    async ({ timeoutMs }) => {
      const connection = await cluster.connectTo('any');
      return connection.supports(describeTopicPartitionsApi)
        ? describeInParts(connection, wanted, timeoutMs, options)
        : describeByMetadata(connection, wanted, timeoutMs, options);
    },
    options,
  );
}

/** Topics by id. The keys of the result are the ids. */
export async function describeTopicsById(
  cluster: Cluster,
  topicIds: readonly string[],
  options: DescribeTopicsOptions = {},
): Promise<Map<string, Result<DescribedTopic>>> {
  const wanted = [...new Set(topicIds)];
  if (wanted.length === 0) return new Map();
  const response = await cluster.call(
    'any',
    metadataApi,
    {
      topics: wanted.map((topicId) => ({ topicId, name: null })),
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: options.includeAuthorizedOperations ?? false,
    },
    options,
  );
  return new Map(
    response.topics.map((topic) => [topic.topicId, kafkaErrorOf(topic.errorCode) ?? describedOf(topicOf(topic))]),
  );
}

async function describeByMetadata(
  connection: BrokerConnection,
  names: readonly string[],
  timeoutMs: number,
  options: DescribeTopicsOptions,
): Promise<Map<string, Result<DescribedTopic>>> {
  const response = await connection.send(
    metadataApi,
    {
      topics: names.map((name) => ({ name })),
      allowAutoTopicCreation: false,
      includeTopicAuthorizedOperations: options.includeAuthorizedOperations ?? false,
    },
    { timeoutMs },
  );
  return new Map(
    response.topics.map((topic) => [topic.name ?? '', kafkaErrorOf(topic.errorCode) ?? describedOf(topicOf(topic))]),
  );
}

function describedOf(topic: ReturnType<typeof topicOf>): DescribedTopic {
  const { name, topicId, isInternal, authorizedOperations } = topic;
  const partitions = topic.partitions.map(({ partition, leader, leaderEpoch, replicas, isr }) => {
    return { partition, leader, leaderEpoch, replicas, isr, eligibleLeaderReplicas: null, lastKnownElr: null };
  });
  return { name, topicId, isInternal, authorizedOperations, partitions };
}

/** A big topic comes in several answers: the cursor says where the next begins. */
async function describeInParts(
  connection: BrokerConnection,
  names: readonly string[],
  timeoutMs: number,
  options: DescribeTopicsOptions,
): Promise<Map<string, Result<DescribedTopic>>> {
  const results = new Map<string, Result<DescribedTopic & { partitions: DescribedPartition[] }>>();
  const sorted = [...names].sort();
  let cursor: DescribeTopicPartitionsResponseCursor | null = null;
  do {
    const from: string = cursor?.topicName ?? '';
    const response: Awaited<ReturnType<typeof sendPart>> = await sendPart(
      connection,
      cursor === null ? sorted : sorted.filter((name) => name >= from),
      cursor,
      timeoutMs,
      options.partitionSizeLimitPerResponse ?? PARTITIONS_PER_REQUEST,
    );
    for (const topic of response.topics) {
      const name = topic.name ?? '';
      const known = results.get(name);
      const partitions = topic.partitions.map((partition) => ({
        partition: partition.partitionIndex,
        leader: partition.leaderId,
        leaderEpoch: partition.leaderEpoch,
        replicas: partition.replicaNodes,
        isr: partition.isrNodes,
        eligibleLeaderReplicas: partition.eligibleLeaderReplicas,
        lastKnownElr: partition.lastKnownElr,
      }));
      if (known !== undefined && !(known instanceof KafkaError)) {
        known.partitions.push(...partitions);
        continue;
      }
      const { topicId, isInternal } = topic;
      const operations = options.includeAuthorizedOperations ? operationsOf(topic.topicAuthorizedOperations) : null;
      results.set(
        name,
        kafkaErrorOf(topic.errorCode) ?? {
          name,
          topicId: topicId ?? ZERO_UUID,
          isInternal,
          partitions,
          authorizedOperations: operations,
        },
      );
    }
    cursor = response.nextCursor;
  } while (cursor !== null);
  return results;
}

function sendPart(
  connection: BrokerConnection,
  names: readonly string[],
  cursor: DescribeTopicPartitionsResponseCursor | null,
  timeoutMs: number,
  responsePartitionLimit: number,
) {
  const request = { topics: names.map((name) => ({ name })), responsePartitionLimit, cursor };
  return connection.send(describeTopicPartitionsApi, request, { timeoutMs });
}
