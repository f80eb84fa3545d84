/** In which log directories single replicas lie, and moves between the directories of a broker (KIP-113). */
import { KafkaError } from '../../protocol/errors.js';
import { alterReplicaLogDirsApi } from '../../protocol/generated/alter-replica-log-dirs.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import type { Result } from '../fan-out.js';
import { byTopic, keyOf, type TopicPartition } from '../topic-partition.js';
import { describeLogDirs } from './log-dirs.js';

export interface Replica extends TopicPartition {
  readonly broker: number;
}

/** `orders-3-1`: topic, partition and broker, as Kafka writes it. */
export const replicaKey = (replica: Replica): string => `${keyOf(replica)}-${replica.broker}`;

export interface ReplicaLogDirs {
  /** Null where no live directory of the broker has the replica. */
  readonly current: string | null;
  /** To where it is being moved; null where it stays. */
  readonly future: string | null;
}

/** Of each replica, by {@link replicaKey}. @throws what a broker could not be asked by */
export async function describeReplicaLogDirs(
  cluster: Cluster,
  replicas: readonly Replica[],
  options: RetryOptions = {},
): Promise<Map<string, ReplicaLogDirs>> {
  checkBrokers(cluster, replicas);
  const found = new Map<string, ReplicaLogDirs>();
  const asks = [...byBroker(replicas)].map(async ([broker, ofBroker]) => {
    const topics = [...byTopic(ofBroker)].map(([topic, of]) => ({
      topic,
      partitions: of.map(({ partition }) => partition),
    }));
    const dirs = (await describeLogDirs(cluster, [broker], topics, options)).get(broker) ?? [];
    if (dirs instanceof Error) throw dirs;
    for (const replica of ofBroker) {
      const pathOf = (isFuture: boolean): string | null =>
        dirs.find((dir) =>
          dir.replicas.some(
            (one) => one.isFuture === isFuture && one.topic === replica.topic && one.partition === replica.partition,
          ),
        )?.path ?? null;
      found.set(replicaKey(replica), { current: pathOf(false), future: pathOf(true) });
    }
  });
  await Promise.all(asks);
  return found;
}

export interface ReplicaMove extends Replica {
  /** The path of the directory that is to hold it. */
  readonly logDir: string;
}

/** Begins to move replicas. @returns results by {@link replicaKey}. @throws what a broker could not be asked by */
export async function alterReplicaLogDirs(
  cluster: Cluster,
  moves: readonly ReplicaMove[],
  options: RetryOptions = {},
): Promise<Map<string, Result<true>>> {
  checkBrokers(cluster, moves);
  const results = new Map<string, Result<true>>();
  const asks = [...byBroker(moves)].map(async ([broker, ofBroker]) => {
    const paths = [...new Set(ofBroker.map(({ logDir }) => logDir))];
    const response = await cluster.call(
      { node: broker },
      alterReplicaLogDirsApi,
      {
        dirs: paths.map((path) => ({
          path,
          topics: [...byTopic(ofBroker.filter(({ logDir }) => logDir === path))].map(([name, of]) => ({
            name,
            partitions: of.map(({ partition }) => partition),
          })),
        })),
      },
      options,
    );
    for (const { topicName, partitions } of response.results) {
      for (const { partitionIndex, errorCode } of partitions) {
        const key = replicaKey({ topic: topicName, partition: partitionIndex, broker });
        results.set(key, kafkaErrorOf(errorCode) ?? true);
      }
    }
    for (const move of ofBroker) {
      if (results.has(replicaKey(move))) continue;
      results.set(replicaKey(move), new KafkaError('UNKNOWN_SERVER_ERROR', `no answer for ${replicaKey(move)}`));
    }
  });
  await Promise.all(asks);
  return results;
}

/** Controllers have no replicas to tell of. */
function checkBrokers({ settings }: Cluster, replicas: readonly Replica[]): void {
  if (!settings.bootstrapControllers || replicas.length === 0) return;
  throw new KafkaError(
    'UNSUPPORTED_ENDPOINT_TYPE',
    'This Admin API is not yet supported when communicating directly with the controller quorum.',
  );
}

function byBroker<T extends Replica>(replicas: readonly T[]): Map<number, T[]> {
  const brokers = new Map<number, T[]>();
  for (const replica of replicas) {
    const known = brokers.get(replica.broker);
    if (known === undefined) brokers.set(replica.broker, [replica]);
    else known.push(replica);
  }
  return brokers;
}
