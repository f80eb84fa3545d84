import { uuidHash } from '../../../base/java-hash.js';
import { JavaAssignment } from '../assignment/java-assignment.js';
import { copyCapacity, JavaHashMap } from '../assignment/java-hash-map.js';
import type { PartitionSet } from '../assignment/partition-sets.js';
import type { AssignmentMember, GroupToAssign } from './assignors.js';

type TopicPartition = readonly [topicId: string, partition: number];

/**
 * Everybody reads the same topics. Each member has a quota; the first ones to fill theirs may have one more, while there
 * are some to spare. What is above the quota goes, with what nobody has, to those below it, one after the other.
 */
export function uniformHomogeneous({ members, partitionCounts }: GroupToAssign): Map<string, PartitionSet> {
  const topicIds = inSetOrder(members[0]?.topicIds ?? new Set());
  if (topicIds.length === 0) return new Map(members.map(({ memberId }) => [memberId, new Map()]));
  const unassigned = partitionsOfNobody(topicIds, partitionCounts, members);
  const total = topicIds.reduce((sum, id) => sum + (partitionCounts.get(id) ?? 0), 0);
  const least = Math.floor(total / members.length);
  let extras = total % members.length;
  const shares = new Map<string, JavaAssignment>();
  const unfilled: { share: JavaAssignment; room: number }[] = [];
  for (const [index, member] of members.entries()) {
    const share = new JavaAssignment(member.target);
    shares.set(member.memberId, share);
    let takesExtra = extras > 0;
    const quota = least + (takesExtra ? 1 : 0);
    let room = keepUpTo(quota, share, new Set(topicIds), unassigned);
    // As long as enough members come after it, one that is not full leaves the extra partition to those that are.
    if (room > 0 && takesExtra && members.length - index > extras) {
      room -= 1;
      takesExtra = false;
    }
    if (room > 0) unfilled.push({ share, room });
    if (takesExtra) extras -= 1;
  }
  let next = 0;
  for (const { share, room } of unfilled) {
    share.copyOnce();
    for (const [topicId, partition] of unassigned.slice(next, next + room)) share.add(topicId, partition);
    next += room;
  }
  return new Map([...shares].map(([memberId, share]) => [memberId, share.toSet()]));
}

function inSetOrder(topicIds: ReadonlySet<string>): string[] {
  const set = new JavaHashMap<string, true>(uuidHash, copyCapacity(topicIds.size));
  for (const id of topicIds) set.set(id, true);
  return set.keys();
}

function partitionsOfNobody(
  topicIds: readonly string[],
  partitionCounts: ReadonlyMap<string, number>,
  members: readonly AssignmentMember[],
): TopicPartition[] {
  return topicIds.flatMap((topicId) => {
    const taken = new Set(members.flatMap(({ target }) => target.get(topicId) ?? []));
    const all = Array.from({ length: partitionCounts.get(topicId) ?? 0 }, (_, partition) => partition);
    return all.filter((partition) => !taken.has(partition)).map((partition) => [topicId, partition] as const);
  });
}

/** Takes away what is above the quota, or not read any more. @returns how much is missing to the quota */
function keepUpTo(
  quota: number,
  share: JavaAssignment,
  topicIds: ReadonlySet<string>,
  unassigned: TopicPartition[],
): number {
  let room = quota;
  for (const [topicId, partitions] of share.entries()) {
    if (!topicIds.has(topicId)) {
      share.removeTopic(topicId);
      continue;
    }
    for (const partition of partitions.slice(room)) {
      share.remove(topicId, partition);
      unassigned.push([topicId, partition]);
    }
    room = Math.max(0, room - partitions.length);
  }
  return room;
}
