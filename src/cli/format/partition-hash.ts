import { javaHash } from '../../base/java-hash.js';
import type { TopicPartition } from '../../client/topic-partition.js';

/** The hash of Kafka's TopicPartition. */
export function partitionHash({ topic, partition }: TopicPartition): number {
  return (Math.imul(31, 31 + partition) + javaHash(topic)) | 0;
}
