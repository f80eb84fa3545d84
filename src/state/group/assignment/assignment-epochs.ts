import type { PartitionSet } from './partition-sets.js';

/** By topic id and partition: the epoch in which a member came to have it, and from which on it may commit for it (KIP-1251). */
export type AssignmentEpochs = ReadonlyMap<string, ReadonlyMap<number, number>>;

export const NO_EPOCHS: AssignmentEpochs = new Map();

/** @param before what stays as it is; all else is of `epoch` */
export function epochsOf(sets: readonly PartitionSet[], before: AssignmentEpochs, epoch: number): AssignmentEpochs {
  const epochs = new Map<string, Map<number, number>>();
  for (const set of sets) {
    for (const [topicId, partitions] of set) {
      const ofTopic = epochs.get(topicId) ?? new Map<number, number>();
      for (const partition of partitions) ofTopic.set(partition, before.get(topicId)?.get(partition) ?? epoch);
      epochs.set(topicId, ofTopic);
    }
  }
  return epochs;
}

interface Assigned {
  readonly topicId: string;
  readonly partitions: readonly number[];
  readonly assignmentEpochs: readonly number[] | null;
}

/** @param memberEpoch stands in where a record says nothing, as those from before Apache Kafka 4.3 */
export function epochsFrom(lists: readonly (readonly Assigned[])[], memberEpoch: number): AssignmentEpochs {
  const epochs = new Map<string, Map<number, number>>();
  for (const { topicId, partitions, assignmentEpochs } of lists.flat()) {
    const isWhole = assignmentEpochs?.length === partitions.length;
    const ofTopic = epochs.get(topicId) ?? new Map<number, number>();
    for (const [index, partition] of partitions.entries()) {
      ofTopic.set(partition, isWhole ? (assignmentEpochs[index] as number) : Math.max(memberEpoch, 0));
    }
    epochs.set(topicId, ofTopic);
  }
  return epochs;
}
