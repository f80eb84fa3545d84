import { uuidHash } from '../../../base/java-hash.js';
import { JavaAssignment } from '../assignment/java-assignment.js';
import { JavaHashMap } from '../assignment/java-hash-map.js';
import type { PartitionSet } from '../assignment/partition-sets.js';
import { fairShares, type SharedPartition, SharingRound } from './sharing-round.js';

interface ShareAssignmentMember {
  readonly memberId: string;
  /** Ids of the topics that it reads, as far as they are there. */
  readonly topicIds: ReadonlySet<string>;
  /** What it was to have until now. */
  readonly target: PartitionSet;
}

export interface ShareGroupToAssign {
  /** In the order in which Kafka's assignor meets them. */
  readonly members: readonly ShareAssignmentMember[];
  /** What may be assigned of each topic that anybody reads, ascending. */
  readonly assignable: PartitionSet;
  /** Whether all read the same topics. */
  readonly isHomogeneous: boolean;
  /** Whether nobody names a topic to read. */
  readonly isIdle: boolean;
}

/**
 * The assignor of share groups (KIP-932): as many members for each partition as for every other, and nobody without a
 * partition. Pure, and the same as Apache Kafka 4.3.1's, so that a group whose coordinator changes does not move.
 */
export function simple(group: ShareGroupToAssign): Map<string, PartitionSet> {
  const isNothingRead = group.isHomogeneous ? group.isIdle : group.members.every(({ topicIds }) => topicIds.size === 0);
  if (isNothingRead) return new Map(group.members.map(({ memberId }) => [memberId, new Map()]));
  const assignments = group.members.map(({ target }) => new JavaAssignment(target));
  if (group.isHomogeneous) shareAllTopics(group, assignments);
  else for (const topicId of topicsInOrder(group)) shareTopic(topicId, group, assignments);
  return new Map(
    group.members.map(({ memberId }, index) => [memberId, (assignments[index] as JavaAssignment).toSet()]),
  );
}

/** All read the same: all partitions of all topics are shared out in one go. */
function shareAllTopics(group: ShareGroupToAssign, assignments: readonly JavaAssignment[]): void {
  const { members } = group;
  const topicIds = members[0]?.topicIds ?? new Set<string>();
  const { partitions, keyOf } = keysOfPartitions();
  const targets = [...topicIds].flatMap((id) => (group.assignable.get(id) ?? []).map((index) => keyOf(id, index)));
  const { readers, counts } = fairShares(members.length, targets.length);
  const takers = members.length;
  const round = new SharingRound({ partitions, targets: targets.length, takers, assignments, readers, counts });
  for (const [member, assignment] of assignments.entries()) {
    let kept = 0;
    for (const [topicId, indexes] of assignment.entries()) {
      if (!topicIds.has(topicId)) {
        assignment.removeTopic(topicId);
        continue;
      }
      for (const index of indexes) {
        round.keep(member, keyOf(topicId, index));
        // From here on Kafka works on a copy, whether or not anything is to change: the order of the topics shows it.
        if (++kept >= round.count(member)) assignment.copyOnce();
      }
    }
    if (kept < round.count(member)) round.miss(member);
  }
  for (const member of round.holders) round.revokeExcess(member);
  round.revokeOvershared((member) => round.miss(member));
  round.fill(targets);
}

/** Members read different topics: each topic is shared out for itself among its readers. */
function shareTopic(topicId: string, group: ShareGroupToAssign, assignments: readonly JavaAssignment[]): void {
  const { partitions, keyOf } = keysOfPartitions(({ partition }) => partition);
  const targets = (group.assignable.get(topicId) ?? []).map((index) => keyOf(topicId, index));
  const takers = [...group.members.keys()].filter((index) => group.members[index]?.topicIds.has(topicId));
  const { readers, counts: countsOfTakers } = fairShares(takers.length, targets.length);
  const counts = group.members.map(() => 0);
  for (const [place, member] of takers.entries()) counts[member] = countsOfTakers[place] ?? 0;
  const options = { partitions, targets: targets.length, takers: takers.length, assignments, readers, counts };
  const round = new SharingRound(options);
  for (const [member, { target }] of group.members.entries()) {
    for (const index of target.get(topicId) ?? []) round.keep(member, keyOf(topicId, index));
  }
  for (const member of round.holders) round.revokeExcess(member);
  round.revokeOvershared(() => undefined);
  for (const member of takers) if (round.held(member) < round.count(member)) round.miss(member);
  round.fill(targets);
}

/** Topics that anybody reads, in the order of a Java set that each member's were added to. */
function topicsInOrder(group: ShareGroupToAssign): string[] {
  const topics = new JavaHashMap<string, true>(uuidHash);
  for (const { topicIds } of group.members) for (const id of topicIds) topics.set(id, true);
  return topics.keys();
}

type HashOf = (partition: { topicId: string; partition: number }) => number;

/** As Java hashes a record of a topic's id and a partition. */
const hashOfBoth: HashOf = ({ topicId, partition }) => (Math.imul(31, uuidHash(topicId)) + partition) | 0;

/** Gives each partition that is asked for a key of its own. */
function keysOfPartitions(hashOf = hashOfBoth) {
  const partitions: SharedPartition[] = [];
  const keys = new Map<string, number[]>();
  const keyOf = (topicId: string, partition: number): number => {
    const ofTopic = keys.get(topicId) ?? [];
    keys.set(topicId, ofTopic);
    const known = ofTopic[partition];
    if (known !== undefined) return known;
    const key = partitions.push({ topicId, partition, hash: hashOf({ topicId, partition }) }) - 1;
    ofTopic[partition] = key;
    return key;
  };
  return { partitions, keyOf };
}
