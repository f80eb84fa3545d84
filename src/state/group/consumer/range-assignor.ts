import { uuidHash } from '../../../base/java-hash.js';
import { JavaHashMap, roomyCapacity } from '../assignment/java-hash-map.js';
import type { PartitionSet } from '../assignment/partition-sets.js';
import type { AssignmentMember, GroupToAssign } from './assignors.js';

/** Each topic is cut into ranges, in the order of the members: the same ranges of all topics go to the same member. */
export function range({ members, partitionCounts }: GroupToAssign): Map<string, PartitionSet> {
  const ordered = [...members].sort(byInstanceAndId);
  const readers = new Map<string, number>();
  for (const { topicIds } of ordered) for (const id of topicIds) readers.set(id, (readers.get(id) ?? 0) + 1);
  const cuts = new Map([...readers].map(([id, count]) => [id, new Cut(partitionCounts.get(id) ?? 0, count)]));
  const assigned = new Map<string, PartitionSet>(members.map(({ memberId }) => [memberId, new Map()]));
  for (const { memberId, topicIds } of ordered) {
    const topics = new JavaHashMap<string, readonly number[]>(uuidHash, roomyCapacity(topicIds.size));
    for (const id of topicIds) {
      const share = cuts.get(id)?.next() ?? [];
      if (share.length > 0) topics.set(id, share);
    }
    assigned.set(memberId, new Map(topics.entries()));
  }
  return assigned;
}

/** Members with an instance id come first: their places survive a restart. */
function byInstanceAndId(a: AssignmentMember, b: AssignmentMember): number {
  if (a.instanceId !== null && b.instanceId !== null) return a.instanceId < b.instanceId ? -1 : 1;
  if (a.instanceId !== null) return -1;
  if (b.instanceId !== null) return 1;
  return a.memberId < b.memberId ? -1 : 1;
}

/** What is left of a topic. */
class Cut {
  private readonly each: number;
  private extra: number;
  private from = 0;

  constructor(partitions: number, readers: number) {
    this.each = Math.floor(partitions / readers);
    this.extra = partitions % readers;
  }

  next(): number[] {
    const length = this.each + (this.extra > 0 ? 1 : 0);
    this.extra -= 1;
    const share = Array.from({ length }, (_, offset) => this.from + offset);
    this.from += length;
    return share;
  }
}
