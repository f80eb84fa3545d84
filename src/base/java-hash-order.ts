const USUAL_CAPACITY = 16;

/**
 * The order in which a Java HashMap gives out its keys: by buckets of their hashes, and within one in the order in which
 * they came. Kafka answers, prints, and even records several things in this order.
 *
 * @param capacity that the map was made with; it doubles as Java's does
 */
export function inHashOrder<T>(items: readonly T[], hashOf: (item: T) => number, capacity = USUAL_CAPACITY): T[] {
  let buckets = 1;
  while (buckets < capacity) buckets *= 2;
  while (items.length > buckets * 0.75) buckets *= 2;
  return items
    .map((item) => ({ item, bucket: javaBucket(hashOf(item), buckets) }))
    .sort((a, b) => a.bucket - b.bucket)
    .map(({ item }) => item);
}

/** @param buckets a power of two */
export const javaBucket = (hash: number, buckets: number): number => (hash ^ (hash >>> 16)) & (buckets - 1);
