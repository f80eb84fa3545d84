/** The server's own assignors of consumer groups (KIP-848). Pure: the same input always gives the same assignment. */
import { has, type PartitionSet } from './partition-sets.js';

export interface AssignmentMember {
  readonly memberId: string;
  /** Ids of the topics that it reads. */
  readonly topicIds: ReadonlySet<string>;
  /** What it was to have until now. */
  readonly target: PartitionSet;
}

/** @param partitionCounts partitions of each topic that anybody reads */
export type Assignor = (
  members: readonly AssignmentMember[],
  partitionCounts: ReadonlyMap<string, number>,
) => Map<string, PartitionSet>;

/** Each topic is cut into ranges, in the order of member ids: the same ranges of all topics go to the same member. */
export const range: Assignor = (members, partitionCounts) => {
  const assigned = emptyAssignment(members);
  for (const [topicId, partitions] of partitionCounts) {
    const readers = sorted(members.filter((member) => member.topicIds.has(topicId)));
    const each = Math.floor(partitions / readers.length);
    const extra = partitions % readers.length;
    let next = 0;
    for (const [index, { memberId }] of readers.entries()) {
      const share = each + (index < extra ? 1 : 0);
      if (share > 0)
        assigned.get(memberId)?.set(
          topicId,
          Array.from({ length: share }, (_, offset) => next + offset),
        );
      next += share;
    }
  }
  return assigned;
};

/** Everybody gets as many partitions as everybody else, and keeps what it had as far as that allows. */
export const uniform: Assignor = (members, partitionCounts) => {
  const ordered = sorted(members);
  const shares = new Map(ordered.map(({ memberId }) => [memberId, [] as [string, number][]]));
  const unassigned: [string, number][] = [];
  const all = [...partitionCounts].flatMap(([topicId, partitions]) =>
    Array.from({ length: partitions }, (_, partition) => [topicId, partition] as [string, number]),
  );
  const most = Math.ceil(all.length / Math.max(1, ordered.length));
  for (const [topicId, partition] of all) {
    const holder = ordered.find((member) => has(member.target, topicId, partition) && member.topicIds.has(topicId));
    const share = holder === undefined ? undefined : shares.get(holder.memberId);
    if (share !== undefined && share.length < most) share.push([topicId, partition]);
    else unassigned.push([topicId, partition]);
  }
  for (const [topicId, partition] of unassigned) {
    leastLoaded(ordered, shares, topicId)?.push([topicId, partition]);
  }
  level(ordered, shares);
  const assigned = emptyAssignment(members);
  for (const [memberId, share] of shares) {
    const topics = assigned.get(memberId);
    for (const [topicId, partition] of share)
      topics?.set(
        topicId,
        [...(topics.get(topicId) ?? []), partition].sort((a, b) => a - b),
      );
  }
  return assigned;
};

type Shares = Map<string, [string, number][]>;

function leastLoaded(
  members: readonly AssignmentMember[],
  shares: Shares,
  topicId: string,
): [string, number][] | undefined {
  let best: [string, number][] | undefined;
  for (const member of members) {
    const share = shares.get(member.memberId);
    if (!member.topicIds.has(topicId) || share === undefined) continue;
    if (best === undefined || share.length < best.length) best = share;
  }
  return best;
}

/** Moves partitions from those with many to those with few until no move would make it more even. */
function level(members: readonly AssignmentMember[], shares: Shares): void {
  for (let moved = true; moved; ) {
    moved = false;
    for (const { memberId } of members) {
      const share = shares.get(memberId) ?? [];
      const index = share.findIndex(
        ([topicId]) => (leastLoaded(members, shares, topicId)?.length ?? 0) + 1 < share.length,
      );
      if (index < 0) continue;
      const [partition] = share.splice(index, 1);
      if (partition !== undefined) leastLoaded(members, shares, partition[0])?.push(partition);
      moved = true;
    }
  }
}

const sorted = (members: readonly AssignmentMember[]): AssignmentMember[] =>
  [...members].sort((a, b) => (a.memberId < b.memberId ? -1 : 1));

const emptyAssignment = (members: readonly AssignmentMember[]): Map<string, Map<string, readonly number[]>> =>
  new Map(members.map(({ memberId }) => [memberId, new Map()]));

export const ASSIGNORS: ReadonlyMap<string, Assignor> = new Map([
  ['uniform', uniform],
  ['range', range],
]);
export const DEFAULT_ASSIGNOR = 'uniform';
