import { uuidHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { copyCapacity, roomyCapacity } from '../assignment/java-hash-map.js';
import { minus, type PartitionSet, type TopicIdPartitions } from '../assignment/partition-sets.js';

const itself = (partition: number): number => partition;

/** Partitions in the order in which a Java set of them gives them out. */
export const partitionOrder = (partitions: readonly number[]): number[] =>
  inHashOrder(partitions, itself, copyCapacity(partitions.length));

/**
 * What a record lists, in the order in which Kafka has it in memory, on which its next record and answer depend. Topics
 * without partitions stay: they are there when a member had some and lost them to others.
 */
export const asJavaHolds = (topics: readonly TopicIdPartitions[]): PartitionSet =>
  new Map(
    inHashOrder(topics, ({ topicId }) => uuidHash(topicId)).map(({ topicId, partitions }) => [
      topicId,
      partitionOrder(partitions),
    ]),
  );

/** Without topics that are not to be read any more. */
export function onlyTopics(set: PartitionSet, topicIds: ReadonlySet<string>): PartitionSet {
  if ([...set.keys()].every((topicId) => topicIds.has(topicId))) return set;
  // Kafka copies the map before it takes away: the copy has room for just so many.
  const copied = inHashOrder([...set], ([topicId]) => uuidHash(topicId), roomyCapacity(set.size));
  return new Map(copied.filter(([topicId]) => topicIds.has(topicId)));
}

/** Whether they are the same down to topics without partitions. */
export const isEqual = (a: PartitionSet, b: PartitionSet): boolean =>
  a.size === b.size &&
  [...a.keys()].every((topicId) => b.has(topicId)) &&
  minus(a, b).size === 0 &&
  minus(b, a).size === 0;
