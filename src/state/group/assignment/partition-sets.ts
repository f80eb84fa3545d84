/** Partitions by topic id, without empty topics: an assignment of a group. The order says nothing, but in a target. */
export type PartitionSet = ReadonlyMap<string, readonly number[]>;

export const NO_PARTITIONS: PartitionSet = new Map();

export interface TopicIdPartitions {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

/** Ascending. */
export function fromList(topics: readonly TopicIdPartitions[]): PartitionSet {
  return new Map(
    topics
      .filter(({ partitions }) => partitions.length > 0)
      .map(({ topicId, partitions }) => [topicId, [...partitions].sort((a, b) => a - b)]),
  );
}

/** In the order of a record, which the next assignment may depend on. */
export const fromRecord = (topics: readonly TopicIdPartitions[]): PartitionSet =>
  new Map(
    topics.filter(({ partitions }) => partitions.length > 0).map(({ topicId, partitions }) => [topicId, partitions]),
  );

export const toList = (set: PartitionSet): { topicId: string; partitions: number[] }[] =>
  [...set].map(([topicId, partitions]) => ({ topicId, partitions: [...partitions] }));

export function filter(set: PartitionSet, keep: (topicId: string, partition: number) => boolean): PartitionSet {
  const kept = new Map<string, number[]>();
  for (const [topicId, partitions] of set) {
    const left = partitions.filter((partition) => keep(topicId, partition));
    if (left.length > 0) kept.set(topicId, left);
  }
  return kept;
}

export const has = (set: PartitionSet, topicId: string, partition: number): boolean =>
  set.get(topicId)?.includes(partition) ?? false;

export function union(a: PartitionSet, b: PartitionSet): PartitionSet {
  const all = new Map<string, readonly number[]>(a);
  for (const [topicId, partitions] of b) {
    all.set(
      topicId,
      [...new Set([...(all.get(topicId) ?? []), ...partitions])].sort((x, y) => x - y),
    );
  }
  return all;
}

export const minus = (a: PartitionSet, b: PartitionSet): PartitionSet =>
  filter(a, (topicId, partition) => !has(b, topicId, partition));

export const isSame = (a: PartitionSet, b: PartitionSet): boolean => minus(a, b).size === 0 && minus(b, a).size === 0;
