import type { TopicPartition } from '../../client/topic-partition.js';

const LEAST_CAPACITY = 16;

/**
 * The order in which a Java HashMap gives out its keys: by buckets of their hashes, and within one in the order in
 * which they came. Kafka's tools print several lists in this order.
 *
 * @param capacity that the map was made with; it doubles as Java's does
 */
export function inHashOrder<T>(items: readonly T[], hashOf: (item: T) => number, capacity = LEAST_CAPACITY): T[] {
  let buckets = powerOfTwo(capacity);
  while (items.length > buckets * 0.75) buckets *= 2;
  const bucketOf = (item: T): number => {
    const hash = hashOf(item);
    return (hash ^ (hash >>> 16)) & (buckets - 1);
  };
  return items
    .map((item) => ({ item, bucket: bucketOf(item) }))
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ item }) => item);
}

function powerOfTwo(least: number): number {
  let capacity = 1;
  while (capacity < least) capacity *= 2;
  return capacity;
}

/** Java's String.hashCode. */
export function stringHash(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index++) hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0;
  return hash;
}

/** The hash of Kafka's TopicPartition. */
export function partitionHash({ topic, partition }: TopicPartition): number {
  return (Math.imul(31, 31 + partition) + stringHash(topic)) | 0;
}
