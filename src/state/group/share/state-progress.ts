import { uuidHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type {
  ShareGroupStatePartitionMetadataValue,
  TopicPartitionsInfo,
} from '../../../protocol/generated/share-group-state-partition-metadata-value.js';
import type { PartitionSet } from '../assignment/partition-sets.js';
import { partitionOrder } from './share-partitions.js';

export interface NamedPartitions {
  readonly name: string;
  readonly partitions: readonly number[];
}

/** By topic id. */
export type NamedTopics = ReadonlyMap<string, NamedPartitions>;

/** How far a group is with the share coordinators that keep the state of its partitions. */
export interface StateProgress {
  /** The coordinators were asked to begin with these. */
  readonly initializing: NamedTopics;
  /** These have a state, and may be assigned. */
  readonly initialized: NamedTopics;
  /** Ids of topics whose state is being deleted. */
  readonly deleting: ReadonlySet<string>;
  /** Whether there is a record of all this. */
  readonly isKept: boolean;
}

export const NO_PROGRESS: StateProgress = {
  initializing: new Map(),
  initialized: new Map(),
  deleting: new Set(),
  isKept: false,
};

export function progressFrom(value: ShareGroupStatePartitionMetadataValue): StateProgress {
  const named = (topics: readonly TopicPartitionsInfo[]): NamedTopics =>
    new Map(topics.map(({ topicId, topicName, partitions }) => [topicId, { name: topicName, partitions }]));
  return {
    initializing: named(value.initializingTopics),
    initialized: named(value.initializedTopics),
    deleting: new Set(value.deletingTopics.map(({ topicId }) => topicId)),
    isKept: true,
  };
}

/** @param nameOf of topics that are being deleted; those that are gone have none */
export function progressValue(
  state: Omit<StateProgress, 'isKept'>,
  nameOf: (topicId: string) => string | undefined,
): ShareGroupStatePartitionMetadataValue {
  return {
    initializingTopics: listed(state.initializing),
    initializedTopics: listed(state.initialized),
    deletingTopics: inHashOrder([...state.deleting], uuidHash).map((topicId) => ({
      topicId,
      topicName: nameOf(topicId) ?? UNKNOWN_NAME,
    })),
  };
}

export const UNKNOWN_NAME = '<UNKNOWN>';

const listed = (topics: NamedTopics): TopicPartitionsInfo[] =>
  inHashOrder([...topics], ([topicId]) => uuidHash(topicId)).map(([topicId, { name, partitions }]) => ({
    topicId,
    topicName: name,
    partitions: partitionOrder(partitions),
  }));

/** Both together; of a topic that is in both the name is that of `more`. */
export function withMore(topics: NamedTopics, more: NamedTopics): NamedTopics {
  const all = new Map(topics);
  for (const [topicId, { name, partitions }] of more) {
    const known = topics.get(topicId)?.partitions ?? [];
    all.set(topicId, { name, partitions: [...new Set([...known, ...partitions])].sort((a, b) => a - b) });
  }
  return all;
}

/** Topics of which nothing is left go too. */
export function without(topics: NamedTopics, taken: PartitionSet): NamedTopics {
  const left = new Map(topics);
  for (const [topicId, partitions] of taken) {
    const known = topics.get(topicId);
    if (known === undefined) continue;
    const rest = known.partitions.filter((partition) => !partitions.includes(partition));
    if (rest.length === 0) left.delete(topicId);
    else left.set(topicId, { name: known.name, partitions: rest });
  }
  return left;
}

export const withoutTopics = (topics: NamedTopics, topicIds: ReadonlySet<string>): NamedTopics =>
  new Map([...topics].filter(([topicId]) => !topicIds.has(topicId)));

export const partitionsOf = (topics: NamedTopics): PartitionSet =>
  new Map([...topics].map(([topicId, { partitions }]) => [topicId, partitions]));

/** In the order in which Kafka's copy of them gives them out; of no group there are none. */
export const initializedPartitions = (progress: StateProgress = NO_PROGRESS): PartitionSet =>
  new Map(listed(progress.initialized).map(({ topicId, partitions }): [string, number[]] => [topicId, partitions]));
