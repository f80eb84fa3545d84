import { uuidHash } from '../../../base/java-hash.js';
import { copyCapacity, JavaHashMap } from './java-hash-map.js';
import type { PartitionSet } from './partition-sets.js';

type JavaIntSet = JavaHashMap<number, true>;

const itself = (value: number): number => value;

/** What one member gets, in the collections in which Kafka's assignors hold it: they decide the order of its record. */
export class JavaAssignment {
  private topics: JavaHashMap<string, JavaIntSet>;
  /** What a member had is left alone until it changes, and then copied into a map of just that size. */
  private isCopy = false;

  /** @param target in the order of its record */
  constructor(target: PartitionSet) {
    this.topics = new JavaHashMap(uuidHash);
    for (const [topicId, partitions] of target) this.topics.set(topicId, setOf(partitions));
  }

  /** In the order of their hashes. */
  entries(): [string, number[]][] {
    return this.topics.entries().map(([topicId, partitions]) => [topicId, partitions.keys()]);
  }

  removeTopic(topicId: string): void {
    this.copyOnce().delete(topicId);
  }

  remove(topicId: string, partition: number): void {
    const topics = this.copyOnce();
    const partitions = topics.get(topicId);
    partitions?.delete(partition);
    if (partitions?.size === 0) topics.delete(topicId);
  }

  /** As `remove`, but leaves a topic of which nothing is left. */
  take(topicId: string, partition: number): void {
    this.copyOnce().get(topicId)?.delete(partition);
  }

  /** @param capacity of the set of a topic of which the member has nothing yet */
  add(topicId: string, partition: number, capacity?: number): void {
    const partitions = this.copyOnce().getOrSet(topicId, () => new JavaHashMap<number, true>(itself, capacity));
    partitions.set(partition, true);
  }

  copyOnce(): JavaHashMap<string, JavaIntSet> {
    if (this.isCopy) return this.topics;
    const copy = new JavaHashMap<string, JavaIntSet>(uuidHash, this.topics.size);
    for (const [topicId, partitions] of this.topics.entries()) copy.set(topicId, setOf(partitions.keys()));
    this.topics = copy;
    this.isCopy = true;
    return copy;
  }

  toSet(): PartitionSet {
    return new Map(this.entries());
  }
}

function setOf(partitions: readonly number[]): JavaIntSet {
  const set = new JavaHashMap<number, true>(itself, copyCapacity(partitions.length));
  for (const partition of partitions) set.set(partition, true);
  return set;
}
