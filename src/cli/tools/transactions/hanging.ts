import { describeTopics, listTopics } from '../../../client/admin/topics.js';
import {
  type DescribedProducer,
  describeProducers,
  describeTransaction,
  listTransactions,
} from '../../../client/admin/transactions.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import type { TopicPartition } from '../../../client/topic-partition.js';
import { KafkaError } from '../../../protocol/errors.js';

const MINUTE_MS = 60_000;

/** Where to look for transactions that hang. */
export interface HangingScope {
  readonly brokerId: number | null;
  readonly topic: string | null;
  readonly partition: number | null;
  readonly maxTimeoutMinutes: number;
}

/** A transaction that is open in a partition, and that its coordinator knows nothing of. */
export interface HangingTransaction extends TopicPartition {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly coordinatorEpoch: number;
  readonly startOffset: number;
  readonly lastTimestamp: number;
  readonly durationMinutes: number;
}

interface OpenTransaction extends TopicPartition {
  readonly producer: DescribedProducer;
}

/** Transactions that were open for longer than any may be, and are not part of one that a coordinator runs. */
export async function findHanging(admin: Cluster, scope: HangingScope, nowMs: number): Promise<HangingTransaction[]> {
  const candidates = await openTransactions(admin, scope, nowMs);
  if (candidates.length === 0) return [];
  const producerIds = [...new Set(candidates.map(({ producer }) => producer.producerId))];
  const known = new Map<number, string>();
  for (const { producerId, transactionalId } of await listTransactions(admin, { producerIds })) {
    known.set(producerId, transactionalId);
  }
  const hanging: HangingTransaction[] = [];
  for (const candidate of candidates) {
    if (await isRunning(admin, candidate, known.get(candidate.producer.producerId))) continue;
    const { topic, partition, producer } = candidate;
    hanging.push({
      topic,
      partition,
      producerId: producer.producerId,
      producerEpoch: producer.producerEpoch,
      coordinatorEpoch: producer.coordinatorEpoch,
      startOffset: producer.transactionStartOffset as number,
      lastTimestamp: producer.lastTimestamp,
      durationMinutes: Math.floor((nowMs - producer.lastTimestamp) / MINUTE_MS),
    });
  }
  return hanging;
}

async function openTransactions(admin: Cluster, scope: HangingScope, nowMs: number): Promise<OpenTransaction[]> {
  const open: OpenTransaction[] = [];
  for (const at of await partitionsOf(admin, scope)) {
    for (const producer of await describeProducers(admin, at, scope.brokerId)) {
      const isOld = nowMs - producer.lastTimestamp > scope.maxTimeoutMinutes * MINUTE_MS;
      if (producer.transactionStartOffset !== null && isOld) open.push({ ...at, producer });
    }
  }
  return open;
}

async function partitionsOf(admin: Cluster, scope: HangingScope): Promise<TopicPartition[]> {
  const { topic, partition, brokerId } = scope;
  if (topic !== null && partition !== null) return [{ topic, partition }];
  const names = topic === null ? (await listTopics(admin, { listInternal: true })).map(({ name }) => name) : [topic];
  const partitions: TopicPartition[] = [];
  for (const [name, found] of await describeTopics(admin, names)) {
    if (isError(found)) {
      if (topic !== null) throw found;
      continue;
    }
    for (const { partition: number, replicas } of found.partitions) {
      if (brokerId === null || replicas.includes(brokerId)) partitions.push({ topic: name, partition: number });
    }
  }
  return partitions;
}

/** Whether the coordinator has the transaction open, and this partition in it. */
async function isRunning(
  admin: Cluster,
  { topic, partition, producer }: OpenTransaction,
  transactionalId: string | undefined,
): Promise<boolean> {
  if (transactionalId === undefined) return false;
  try {
    const found = await describeTransaction(admin, transactionalId);
    if (found.producerId !== producer.producerId || found.producerEpoch !== producer.producerEpoch) return false;
    return found.partitions.some((one) => one.topic === topic && one.partition === partition);
  } catch (error) {
    if (error instanceof KafkaError && error.error === 'TRANSACTIONAL_ID_NOT_FOUND') return false;
    throw error;
  }
}
