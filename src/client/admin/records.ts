/** Offsets of partitions, and the deletion of records before one. */
import { type ErrorName, KafkaError } from '../../protocol/errors.js';
import { deleteRecordsApi } from '../../protocol/generated/delete-records.js';
import { listOffsetsApi } from '../../protocol/generated/list-offsets.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import { isError, type Result, toLeaders } from '../fan-out.js';
import { byTopic, type OfPartition, partitionKey, type TopicPartition } from '../topic-partition.js';

/** Timestamps that stand for an offset of their own; any other is looked up. */
export const OffsetSpec = {
  LATEST: -1,
  EARLIEST: -2,
  MAX_TIMESTAMP: -3,
  EARLIEST_LOCAL: -4,
  LATEST_TIERED: -5,
  EARLIEST_PENDING_UPLOAD: -6,
} as const;

/** The first version of ListOffsets that knows a special timestamp. */
const FIRST_VERSIONS = new Map<number, number>([
  [OffsetSpec.MAX_TIMESTAMP, 7],
  [OffsetSpec.EARLIEST_LOCAL, 8],
  [OffsetSpec.LATEST_TIERED, 9],
  [OffsetSpec.EARLIEST_PENDING_UPLOAD, 11],
]);

export type IsolationLevel = 'read_uncommitted' | 'read_committed';

export interface OffsetQuery extends TopicPartition {
  /** Milliseconds, or one of {@link OffsetSpec}. */
  readonly timestamp: number;
}

export interface FoundOffset {
  /** -1 when no record is as new as the timestamp that was asked for. */
  readonly offset: number;
  /** Of the record, where a time was asked for; else -1. */
  readonly timestamp: number;
  /** -1 where it is not known. */
  readonly leaderEpoch: number;
}

/** In the order of the queries. */
export function listOffsets(
  cluster: Cluster,
  queries: readonly OffsetQuery[],
  options: RetryOptions & { readonly isolationLevel?: IsolationLevel } = {},
): Promise<OfPartition<Result<FoundOffset>>[]> {
  const isolationLevel = options.isolationLevel === 'read_committed' ? 1 : 0;
  return toLeaders(
    cluster,
    'ListOffsets',
    queries,
    async (node, ofNode, { timeoutMs }) => {
      const connection = await cluster.connectToNode(node);
      const version = connection.versionOf(listOffsetsApi);
      const results = new Map<string, Result<FoundOffset>>();
      const askable = ofNode.filter(({ topic, partition, timestamp }) => {
        const needed = FIRST_VERSIONS.get(timestamp) ?? 0;
        if (version >= needed) return true;
        const key = partitionKey(topic, partition);
        results.set(
          key,
          kafkaErrorOf(35, `Broker ${node} does not support the offset spec ${timestamp}`) as Result<FoundOffset>,
        );
        return false;
      });
      if (askable.length === 0) return results;
      const topics = [...byTopic(askable)].map(([name, partitions]) => ({
        name,
        partitions: partitions.map(({ partition, timestamp }) => ({ partitionIndex: partition, timestamp })),
      }));
      const timeout = version >= 10 ? { timeoutMs } : {};
      const request = { replicaId: -1, isolationLevel, topics, ...timeout };
      const response = await connection.send(listOffsetsApi, request, { timeoutMs });
      for (const { name, partitions } of response.topics) {
        for (const { partitionIndex, errorCode, offset, timestamp, leaderEpoch } of partitions) {
          results.set(
            partitionKey(name, partitionIndex),
            kafkaErrorOf(errorCode) ?? { offset, timestamp, leaderEpoch },
          );
        }
      }
      return results;
    },
    options,
  );
}

export interface DeleteBefore extends TopicPartition {
  /** Records before it go; -1 stands for the high watermark. */
  readonly offset: number;
}

/** The low watermark of each partition afterwards, in the order given. */
export async function deleteRecords(
  cluster: Cluster,
  deletions: readonly DeleteBefore[],
  options: RetryOptions = {},
): Promise<OfPartition<Result<number>>[]> {
  const results = await toLeaders(
    cluster,
    'DeleteRecords',
    deletions,
    async (node, ofNode, { timeoutMs }) => {
      const topics = [...byTopic(ofNode)].map(([name, partitions]) => ({
        name,
        partitions: partitions.map(({ partition, offset }) => ({ partitionIndex: partition, offset })),
      }));
      const response = await cluster.send(node, deleteRecordsApi, { topics, timeoutMs }, { timeoutMs });
      const results = new Map<string, Result<number>>();
      for (const { name, partitions } of response.topics) {
        for (const { partitionIndex, errorCode, lowWatermark } of partitions) {
          results.set(partitionKey(name, partitionIndex), kafkaErrorOf(errorCode) ?? lowWatermark);
        }
      }
      return results;
    },
    options,
  );
  return results.map((result) => ({ ...result, value: explained(cluster, result) }));
}

const LOOKUP_FAILURES: Partial<Record<ErrorName, (topic: string) => string>> = {
  INVALID_TOPIC_EXCEPTION: (topic) => `due to invalid topic \`${topic}\``,
  TOPIC_AUTHORIZATION_FAILED: () => 'due to topic authorization failure',
};

/** Where already the metadata of the topic is an error that stays, Java says so with the partition. */
function explained<T>(cluster: Cluster, { topic, partition, value }: OfPartition<Result<T>>): Result<T> {
  if (!isError(value) || cluster.metadata.topics.get(topic)?.error !== value.error) return value;
  const why = LOOKUP_FAILURES[value.error]?.(topic);
  if (why === undefined) return value;
  return new KafkaError(value.error, `Failed to fetch metadata for partition ${partitionKey(topic, partition)} ${why}`);
}
