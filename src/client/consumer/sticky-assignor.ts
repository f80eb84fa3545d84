/**
 * The sticky assignment: as even as can be, and of all such assignments one that leaves most partitions where they are.
 * A partition that several members claim belongs to the one of the newest generation; of equals, to nobody.
 */
import { comparePartitions, keyOf, partitionKey, type TopicPartition } from '../topic-partition.js';
import type { AssignableMember, Assignment } from './assignors.js';

type Counts = ReadonlyMap<string, number>;

export function assignSticky(partitionCounts: Counts, members: readonly AssignableMember[]): Assignment {
  if (members.length === 0) return new Map();
  const owned = validOwnership(partitionCounts, members);
  return haveSameTopics(members)
    ? assignEvenly(partitionCounts, members, owned)
    : assignByWish(partitionCounts, members, owned);
}

function haveSameTopics(members: readonly AssignableMember[]): boolean {
  const first = new Set(members[0]?.topics);
  return members.every(
    ({ topics }) => new Set(topics).size === first.size && topics.every((topic) => first.has(topic)),
  );
}

/** What each member may keep: it exists, is still wanted, and nobody has a better claim. */
function validOwnership(partitionCounts: Counts, members: readonly AssignableMember[]): Map<string, TopicPartition[]> {
  const claims = new Map<string, { memberId: string | null; generation: number }>();
  for (const { memberId, owned, generation } of members) {
    for (const partition of owned) {
      const key = keyOf(partition);
      const known = claims.get(key);
      if (known === undefined || generation > known.generation) claims.set(key, { memberId, generation });
      else if (generation === known.generation && known.memberId !== memberId)
        claims.set(key, { memberId: null, generation });
    }
  }
  const kept = new Map<string, TopicPartition[]>();
  for (const { memberId, owned, topics } of members) {
    const mine = owned.filter((one) => {
      const exists = one.partition < (partitionCounts.get(one.topic) ?? 0);
      return exists && topics.includes(one.topic) && claims.get(keyOf(one))?.memberId === memberId;
    });
    kept.set(memberId, mine.sort(comparePartitions));
  }
  return kept;
}

/** All want the same topics: everybody has the lesser quota, and as many as need be one more. */
function assignEvenly(
  partitionCounts: Counts,
  members: readonly AssignableMember[],
  owned: ReadonlyMap<string, TopicPartition[]>,
): Assignment {
  const partitions = allPartitions(partitionCounts, members);
  const least = Math.floor(partitions.length / members.length);
  const withMore = partitions.length % members.length;
  const assignment: Assignment = new Map();
  const taken = new Set<string>();
  let countWithMore = 0;
  for (const { memberId } of members) {
    const mine = owned.get(memberId) ?? [];
    const mayHaveMore = mine.length > least && countWithMore < withMore;
    if (mayHaveMore) countWithMore++;
    const kept = mine.slice(0, mayHaveMore ? least + 1 : least);
    for (const one of kept) taken.add(keyOf(one));
    assignment.set(memberId, kept);
  }
  const ids = members.map(({ memberId }) => memberId).sort();
  const free = partitions.filter((one) => !taken.has(keyOf(one)));
  let next = 0;
  const giveInTurn = (quota: number, limit: number): void => {
    let given = 0;
    let open = ids.filter((id) => (assignment.get(id) as TopicPartition[]).length < quota);
    while (open.length > 0 && next < free.length && given < limit) {
      for (const id of open) {
        if (next >= free.length || given >= limit) break;
        (assignment.get(id) as TopicPartition[]).push(free[next++] as TopicPartition);
        given++;
      }
      open = open.filter((id) => (assignment.get(id) as TopicPartition[]).length < quota);
    }
  };
  giveInTurn(least, Number.POSITIVE_INFINITY);
  giveInTurn(least + 1, withMore - countWithMore);
  return assignment;
}

/** Members want different topics: the scarcest partitions first to the least burdened, then evened out. */
function assignByWish(
  partitionCounts: Counts,
  members: readonly AssignableMember[],
  owned: ReadonlyMap<string, TopicPartition[]>,
): Assignment {
  const takersOf = new Map<string, AssignableMember[]>();
  for (const topic of partitionCounts.keys()) {
    takersOf.set(
      topic,
      members.filter(({ topics }) => topics.includes(topic)),
    );
  }
  const assignment: Assignment = new Map(members.map(({ memberId }) => [memberId, [...(owned.get(memberId) ?? [])]]));
  const ownerOf = new Map<string, string>();
  for (const [memberId, partitions] of assignment) for (const one of partitions) ownerOf.set(keyOf(one), memberId);
  const partitions = allPartitions(partitionCounts, members);
  const byScarcity = [...partitions].sort((a, b) => {
    return (takersOf.get(a.topic)?.length ?? 0) - (takersOf.get(b.topic)?.length ?? 0) || comparePartitions(a, b);
  });
  for (const one of byScarcity) {
    if (ownerOf.has(keyOf(one))) continue;
    const taker = leastBurdened(takersOf.get(one.topic) ?? [], assignment);
    if (taker === null) continue;
    assignment.get(taker)?.push(one);
    ownerOf.set(keyOf(one), taker);
  }
  evenOut(byScarcity, takersOf, assignment, ownerOf);
  return assignment;
}

/** Moves a partition wherever its owner has at least two more than another member that wants it. Each move brings the counts closer, so it ends. */
function evenOut(
  partitions: readonly TopicPartition[],
  takersOf: ReadonlyMap<string, AssignableMember[]>,
  assignment: Assignment,
  ownerOf: Map<string, string>,
): void {
  for (let hasMoved = true; hasMoved; ) {
    hasMoved = false;
    for (const one of partitions) {
      const owner = ownerOf.get(keyOf(one));
      const taker = leastBurdened(takersOf.get(one.topic) ?? [], assignment);
      if (owner === undefined || taker === null) continue;
      const ofOwner = assignment.get(owner) as TopicPartition[];
      const ofTaker = assignment.get(taker) as TopicPartition[];
      if (ofOwner.length < ofTaker.length + 2) continue;
      ofOwner.splice(
        ofOwner.findIndex((mine) => keyOf(mine) === keyOf(one)),
        1,
      );
      ofTaker.push(one);
      ownerOf.set(keyOf(one), taker);
      hasMoved = true;
    }
  }
}

function leastBurdened(takers: readonly AssignableMember[], assignment: Assignment): string | null {
  let best: string | null = null;
  let fewest = Number.POSITIVE_INFINITY;
  for (const { memberId } of takers) {
    const count = assignment.get(memberId)?.length ?? 0;
    if (count < fewest || (count === fewest && best !== null && memberId < best)) {
      best = memberId;
      fewest = count;
    }
  }
  return best;
}

function allPartitions(partitionCounts: Counts, members: readonly AssignableMember[]): TopicPartition[] {
  const wanted = new Set(members.flatMap(({ topics }) => topics));
  const partitions: TopicPartition[] = [];
  const seen = new Set<string>();
  for (const topic of [...partitionCounts.keys()].sort()) {
    if (!wanted.has(topic)) continue;
    for (let partition = 0; partition < (partitionCounts.get(topic) ?? 0); partition++) {
      if (!seen.has(partitionKey(topic, partition))) partitions.push({ topic, partition });
      seen.add(partitionKey(topic, partition));
    }
  }
  return partitions;
}
