import type { PartitionReassignment } from '../../../client/admin/reassignments.js';
import { keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import type { PartitionReplicas } from './plan-file.js';

/** Which brokers a partition is copied from, and which to. */
export interface PartitionMove extends TopicPartition {
  readonly sources: ReadonlySet<number>;
  readonly destinations: ReadonlySet<number>;
}

/**
 * The moves that go on together with those of a plan. Where a partition moves already its sources stay what they are,
 * and only the destinations are those of the plan.
 */
export function movesWith(
  ongoing: readonly PartitionReassignment[],
  planned: readonly PartitionReplicas[],
  current: readonly PartitionReplicas[],
): PartitionMove[] {
  const moves = new Map<string, PartitionMove>();
  for (const { topic, partition, replicas, adding } of ongoing) {
    const sources = new Set(replicas.filter((id) => !adding.includes(id)));
    moves.set(keyOf({ topic, partition }), { topic, partition, sources, destinations: new Set(adding) });
  }
  const replicasOf = new Map(current.map((of) => [keyOf(of), of.replicas]));
  for (const { topic, partition, replicas } of planned) {
    const key = keyOf({ topic, partition });
    const sources = moves.get(key)?.sources ?? new Set(replicasOf.get(key));
    const destinations = new Set(replicas.filter((id) => !sources.has(id)));
    moves.set(key, { topic, partition, sources, destinations });
  }
  return [...moves.values()];
}

export interface TopicThrottles {
  readonly topic: string;
  /** `partition:broker` of each replica that is read from, separated by commas. */
  readonly leaders: string;
  /** The same of each that is written. */
  readonly followers: string;
}

/** The replicas of each topic whose traffic is to be throttled. */
export function topicThrottles(moves: readonly PartitionMove[]): TopicThrottles[] {
  return [...new Set(moves.map(({ topic }) => topic))].map((topic) => {
    const ofTopic = moves.filter((move) => move.topic === topic);
    const leaders = ofTopic.flatMap(({ partition, sources }) => [...sources].map((id) => `${partition}:${id}`));
    const followers = ofTopic.flatMap(({ partition, sources, destinations }) =>
      [...destinations].filter((id) => !sources.has(id)).map((id) => `${partition}:${id}`),
    );
    return { topic, leaders: sortedList(leaders), followers: sortedList(followers) };
  });
}

/** As texts, so that 10 comes before 2. */
const sortedList = (entries: readonly string[]): string => [...new Set(entries)].sort().join(',');

/** All brokers that send or take copies. */
export function movingBrokers(moves: readonly PartitionMove[]): number[] {
  return [...new Set(moves.flatMap(({ sources, destinations }) => [...sources, ...destinations]))];
}
