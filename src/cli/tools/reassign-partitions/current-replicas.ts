import { describeReplicaLogDirs, replicaKey } from '../../../client/admin/replica-log-dirs.js';
import { type DescribedTopic, describeTopics } from '../../../client/admin/topics.js';
import type { Cluster } from '../../../client/cluster.js';
import type { TopicPartition } from '../../../client/topic-partition.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { PartitionReplicas } from './plan-file.js';

/** The partitions of topics as they are. @throws KafkaError where a topic is unknown */
export async function replicasOfTopics(admin: Cluster, topics: readonly string[]): Promise<PartitionReplicas[]> {
  return (await describedTopics(admin, topics)).flatMap(({ name, partitions }) =>
    partitions.map(({ partition, replicas }) => ({ topic: name, partition, replicas })),
  );
}

/** Some partitions as they are. @throws KafkaError where a topic or partition is unknown */
export async function replicasOfPartitions(
  admin: Cluster,
  wanted: readonly TopicPartition[],
): Promise<PartitionReplicas[]> {
  const all = await replicasOfTopics(admin, [...new Set(wanted.map(({ topic }) => topic))]);
  return wanted.map(({ topic, partition }) => {
    const found = all.find((one) => one.topic === topic && one.partition === partition);
    if (found !== undefined) return found;
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find partition: ${topic}-${partition}`);
  });
}

async function describedTopics(admin: Cluster, topics: readonly string[]): Promise<DescribedTopic[]> {
  const found = await describeTopics(admin, topics);
  return topics.map((topic) => {
    const described = found.get(topic);
    if (described === undefined || isUnknown(described)) {
      throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `Topic ${topic} not found.`);
    }
    if (described instanceof Error) throw described;
    return described;
  });
}

const isUnknown = (result: unknown): boolean =>
  result instanceof KafkaError && result.error === 'UNKNOWN_TOPIC_OR_PARTITION';

/** In which directories replicas lie; null for those of brokers that are away. */
export async function logDirsOf(
  admin: Cluster,
  partitions: readonly PartitionReplicas[],
): Promise<(partition: TopicPartition, broker: number) => string | null> {
  const up = new Set((await admin.retry('Metadata', () => admin.allNodes())).map(({ id }) => id));
  const replicas = partitions.flatMap(({ topic, partition, replicas }) =>
    replicas.filter((id) => up.has(id)).map((broker) => ({ topic, partition, broker })),
  );
  const found = await describeReplicaLogDirs(admin, replicas);
  return ({ topic, partition }, broker) => found.get(replicaKey({ topic, partition, broker }))?.current ?? null;
}
