/** Transactions as an operator sees them (KIP-664): those that coordinators know, and producers of a partition. */
import { KafkaError } from '../../protocol/errors.js';
import { describeProducersApi } from '../../protocol/generated/describe-producers.js';
import { describeTransactionsApi } from '../../protocol/generated/describe-transactions.js';
import { initProducerIdApi } from '../../protocol/generated/init-producer-id.js';
import { listTransactionsApi } from '../../protocol/generated/list-transactions.js';
import { writeTxnMarkersApi } from '../../protocol/generated/write-txn-markers.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import { leaderOf, toNodes, valueOrThrow } from '../fan-out.js';
import type { TopicPartition } from '../topic-partition.js';

export interface TransactionListing {
  readonly transactionalId: string;
  readonly coordinatorId: number;
  readonly producerId: number;
  /** As the broker writes it: `Ongoing`, `CompleteCommit`, ... */
  readonly state: string;
}

export interface ListTransactionsOptions extends RetryOptions {
  readonly producerIds?: readonly number[];
  /** Only those that run for longer. */
  readonly durationMs?: number;
  /** A regular expression in the syntax of RE2, which the broker reads. */
  readonly transactionalIdPattern?: string;
}

/** Asks all brokers, since each knows the transactions that it coordinates. @throws KafkaError, whichever comes first */
export async function listTransactions(
  cluster: Cluster,
  options: ListTransactionsOptions = {},
): Promise<TransactionListing[]> {
  const nodes = await cluster.retry('Metadata', () => cluster.allNodes(), options);
  const { producerIds, durationMs, transactionalIdPattern } = options;
  const request = {
    ...(producerIds === undefined ? {} : { producerIdFilters: [...producerIds] }),
    ...(durationMs === undefined ? {} : { durationFilter: durationMs }),
    ...(transactionalIdPattern === undefined ? {} : { transactionalIdPattern }),
  };
  const answers = await toNodes(
    cluster,
    nodes.map(({ id }) => id),
    (node) =>
      cluster.call({ node }, listTransactionsApi, request, {
        ...options,
        errorOf: ({ errorCode }) => kafkaErrorOf(errorCode),
      }),
  );
  const listings: TransactionListing[] = [];
  for (const [coordinatorId, answer] of answers) {
    if (answer instanceof Error) throw answer;
    for (const { transactionalId, producerId, transactionState: state } of answer.transactionStates) {
      listings.push({ transactionalId, coordinatorId, producerId, state });
    }
  }
  return listings;
}

export interface DescribedTransaction {
  readonly coordinatorId: number;
  readonly state: string;
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly timeoutMs: number;
  /** Milliseconds since 1970; null while none runs. */
  readonly startMs: number | null;
  readonly partitions: readonly TopicPartition[];
}

/** @throws KafkaError TRANSACTIONAL_ID_NOT_FOUND */
export async function describeTransaction(
  cluster: Cluster,
  transactionalId: string,
  options: RetryOptions = {},
): Promise<DescribedTransaction> {
  const target = { coordinator: 'transaction', key: transactionalId } as const;
  const response = await cluster.call(
    target,
    describeTransactionsApi,
    { transactionalIds: [transactionalId] },
    { ...options, errorOf: ({ transactionStates: [one] }) => kafkaErrorOf(one?.errorCode ?? 0) },
  );
  const [found] = response.transactionStates;
  if (found === undefined) throw new KafkaError('TRANSACTIONAL_ID_NOT_FOUND');
  return {
    coordinatorId: (await cluster.coordinatorOf('transaction', transactionalId)).id,
    state: found.transactionState,
    producerId: found.producerId,
    producerEpoch: found.producerEpoch,
    timeoutMs: found.transactionTimeoutMs,
    startMs: found.transactionStartTimeMs < 0 ? null : found.transactionStartTimeMs,
    partitions: found.topics.flatMap(({ topic, partitions }) => partitions.map((partition) => ({ topic, partition }))),
  };
}

export interface DescribedProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly lastSequence: number;
  /** Milliseconds since 1970; -1 for none. */
  readonly lastTimestamp: number;
  /** -1 for none. */
  readonly coordinatorEpoch: number;
  /** Null while it has no transaction open in this partition. */
  readonly transactionStartOffset: number | null;
}

/** @param brokerId a replica's; null for the leader's. @throws KafkaError */
export function describeProducers(
  cluster: Cluster,
  at: TopicPartition,
  brokerId: number | null = null,
  options: RetryOptions = {},
): Promise<DescribedProducer[]> {
  return cluster.retry(
    'DescribeProducers',
    async ({ timeoutMs }) => {
      const node = brokerId ?? (await leader(cluster, at));
      const response = await cluster.send(
        node,
        describeProducersApi,
        { topics: [{ name: at.topic, partitionIndexes: [at.partition] }] },
        { timeoutMs },
      );
      const answer = response.topics[0]?.partitions[0];
      if (answer === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
      const error = kafkaErrorOf(answer.errorCode, answer.errorMessage);
      if (error !== null) throw error;
      return answer.activeProducers.map((producer) => ({
        producerId: producer.producerId,
        producerEpoch: producer.producerEpoch,
        lastSequence: producer.lastSequence,
        lastTimestamp: producer.lastTimestamp,
        coordinatorEpoch: producer.coordinatorEpoch,
        transactionStartOffset: producer.currentTxnStartOffset < 0 ? null : producer.currentTxnStartOffset,
      }));
    },
    options,
  );
}

export interface TransactionToAbort extends TopicPartition {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
}

/** Writes the marker that the coordinator never wrote: for a transaction that hangs, and no other. @throws KafkaError */
export async function abortHangingTransaction(
  cluster: Cluster,
  { topic, partition, producerId, producerEpoch, coordinatorEpoch }: TransactionToAbort,
  options: RetryOptions = {},
): Promise<void> {
  const marker = {
    producerId,
    producerEpoch,
    coordinatorEpoch,
    transactionResult: false,
    topics: [{ name: topic, partitionIndexes: [partition] }],
  };
  await cluster.retry(
    'WriteTxnMarkers',
    async ({ timeoutMs }) => {
      const node = await leader(cluster, { topic, partition });
      const response = await cluster.send(node, writeTxnMarkersApi, { markers: [marker] }, { timeoutMs });
      const error = kafkaErrorOf(response.markers[0]?.topics[0]?.partitions[0]?.errorCode ?? 0);
      if (error !== null) throw error;
    },
    options,
  );
}

/** Fences the producer of a transactional id, and so aborts what it left open. @throws KafkaError */
export async function forceTerminateTransaction(
  cluster: Cluster,
  transactionalId: string,
  options: RetryOptions = {},
): Promise<void> {
  const { requestTimeoutMs } = cluster.settings;
  await cluster.call(
    { coordinator: 'transaction', key: transactionalId },
    initProducerIdApi,
    { transactionalId, transactionTimeoutMs: requestTimeoutMs, producerId: -1, producerEpoch: -1 },
    { ...options, errorOf: ({ errorCode }) => kafkaErrorOf(errorCode) },
  );
}

async function leader(cluster: Cluster, at: TopicPartition): Promise<number> {
  if (cluster.metadata.partition(at.topic, at.partition) === undefined) await cluster.fetchMetadata([at.topic]);
  return valueOrThrow(leaderOf(cluster, at));
}
