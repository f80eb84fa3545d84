const USUAL_CAPACITY = 16;

/**
 * The order in which a Java HashMap gives out its keys: by buckets of their hashes, and within one in the order in which
 * they came. Kafka's controller answers, and even records, several things in this order.
 *
 * @param capacity that the map was made with; it doubles as Java's does
 */
export function inJavaOrder<T>(items: readonly T[], hashOf: (item: T) => number, capacity = USUAL_CAPACITY): T[] {
  let buckets = 1;
  while (buckets < capacity) buckets *= 2;
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
