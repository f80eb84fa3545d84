/** Moves of partitions between brokers (KIP-455). */
import { KafkaError } from '../../protocol/errors.js';
import { alterPartitionReassignmentsApi } from '../../protocol/generated/alter-partition-reassignments.js';
import { listPartitionReassignmentsApi } from '../../protocol/generated/list-partition-reassignments.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import type { Result } from '../fan-out.js';
import { byTopic, keyOf, type OfPartition, type TopicPartition } from '../topic-partition.js';

/** A move that goes on. */
export interface PartitionReassignment extends TopicPartition {
  /** All that hold the partition now, or will. */
  readonly replicas: readonly number[];
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

/** @param partitions null for all that move */
export async function listReassignments(
  cluster: Cluster,
  partitions: readonly TopicPartition[] | null = null,
  options: RetryOptions = {},
): Promise<PartitionReassignment[]> {
  const topics = partitions === null ? null : byTopic(partitions);
  const response = await cluster.call(
    'controller',
    listPartitionReassignmentsApi,
    {
      timeoutMs: options.timeoutMs ?? cluster.settings.requestTimeoutMs,
      topics:
        topics === null
          ? null
          : [...topics].map(([name, of]) => ({ name, partitionIndexes: of.map(({ partition }) => partition) })),
    },
    { ...options, errorOf: ({ errorCode, errorMessage }) => kafkaErrorOf(errorCode, errorMessage) },
  );
  return response.topics.flatMap(({ name, partitions }) =>
    partitions.map(({ partitionIndex, replicas, addingReplicas, removingReplicas }) => ({
      topic: name,
      partition: partitionIndex,
      replicas,
      adding: addingReplicas,
      removing: removingReplicas,
    })),
  );
}

export interface WantedReplicas extends TopicPartition {
  /** Brokers, the preferred leader first; null ends a move that goes on. */
  readonly replicas: readonly number[] | null;
}

export interface AlterReassignmentsOptions extends RetryOptions {
  /** False refuses moves after which a partition has more or fewer replicas (KIP-860). */
  readonly allowReplicationFactorChange?: boolean;
}

/** Begins and ends moves. @returns results in the order in which partitions are given. @throws KafkaError */
export async function alterReassignments(
  cluster: Cluster,
  wanted: readonly WantedReplicas[],
  options: AlterReassignmentsOptions = {},
): Promise<OfPartition<Result<true>>[]> {
  const { allowReplicationFactorChange = true } = options;
  const response = await cluster.call(
    'controller',
    alterPartitionReassignmentsApi,
    {
      timeoutMs: options.timeoutMs ?? cluster.settings.requestTimeoutMs,
      // An older broker has no room for it, and none is needed where it says what is so anyway.
      ...(allowReplicationFactorChange ? {} : { allowReplicationFactorChange }),
      topics: [...byTopic(wanted)].map(([name, of]) => ({
        name,
        partitions: of.map(({ partition, replicas }) => ({ partitionIndex: partition, replicas })),
      })),
    },
    { ...options, errorOf: ({ errorCode, errorMessage }) => kafkaErrorOf(errorCode, errorMessage) },
  );
  const results = new Map<string, Result<true>>();
  for (const { name, partitions } of response.responses) {
    for (const { partitionIndex, errorCode, errorMessage } of partitions) {
      results.set(keyOf({ topic: name, partition: partitionIndex }), kafkaErrorOf(errorCode, errorMessage) ?? true);
    }
  }
  return wanted.map((one) => ({
    topic: one.topic,
    partition: one.partition,
    value:
      results.get(keyOf(one)) ??
      new KafkaError('UNKNOWN_SERVER_ERROR', `The controller's answer says nothing of ${keyOf(one)}`),
  }));
}
