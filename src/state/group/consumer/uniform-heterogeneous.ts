import { uuidOrder } from '../../../base/java-hash.js';
import { JavaAssignment } from '../assignment/java-assignment.js';
import { roomyCapacity } from '../assignment/java-hash-map.js';
import type { PartitionSet } from '../assignment/partition-sets.js';
import type { GroupToAssign } from './assignors.js';
import { MemberLoads } from './member-loads.js';

/** After as many rounds over all topics Kafka leaves it at what it has. */
const MOST_ROUNDS = 16;
const NOBODY = -1;

/**
 * Members read different topics. They keep what they had; what nobody has goes to those with the least, and then
 * partitions move, topic by topic, from those with the most to those with the least until no two differ by more than one.
 */
export function uniformHeterogeneous(group: GroupToAssign): Map<string, PartitionSet> {
  return new Assigning(group).run();
}

/** Members go by their index. */
class Assigning {
  private readonly group: GroupToAssign;
  private readonly shares: JavaAssignment[];
  private readonly loads: number[];
  private readonly readers = new Map<string, number[]>();
  private readonly owners = new Map<string, number[]>();

  constructor(group: GroupToAssign) {
    this.group = group;
    this.shares = group.members.map(({ target }) => new JavaAssignment(target));
    this.loads = group.members.map(() => 0);
    for (const [index, { topicIds }] of group.members.entries()) {
      for (const id of topicIds) {
        const readers = this.readers.get(id);
        if (readers === undefined) this.readers.set(id, [index]);
        else readers.push(index);
      }
    }
    for (const id of this.readers.keys()) this.owners.set(id, Array(this.count(id)).fill(NOBODY));
  }

  run(): Map<string, PartitionSet> {
    if (this.readers.size === 0) return new Map(this.group.members.map(({ memberId }) => [memberId, new Map()]));
    this.keep();
    this.assignRest();
    this.balance();
    return new Map(this.group.members.map(({ memberId }, index) => [memberId, this.share(index).toSet()]));
  }

  private keep(): void {
    for (const [index, { topicIds, target }] of this.group.members.entries()) {
      for (const [topicId, partitions] of target) {
        if (!topicIds.has(topicId)) {
          this.share(index).removeTopic(topicId);
          continue;
        }
        this.load(index, partitions.length);
        for (const partition of partitions) this.ownersOf(topicId)[partition] = index;
      }
    }
  }

  private assignRest(): void {
    const loads = new MemberLoads(this.loads);
    const open = [...this.readers.keys()].filter((id) => this.ownersOf(id).includes(NOBODY));
    for (const topicId of this.inOrder(open)) {
      loads.start(this.readersOf(topicId));
      for (const [partition, owner] of this.ownersOf(topicId).entries()) {
        if (owner === NOBODY) this.assign(topicId, partition, loads.nextLeast());
      }
    }
  }

  /** Until a whole round over the topics since the last move moved nothing. */
  private balance(): void {
    const loads = new MemberLoads(this.loads);
    const topicIds = this.inOrder([...this.readers.keys()].filter((id) => this.readersOf(id).length > 1));
    let lastMoved = -1;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      for (const [index, topicId] of topicIds.entries()) {
        if (index === lastMoved) return;
        const moved = this.balanceTopic(topicId, loads);
        if (moved > 0 || lastMoved === -1) lastMoved = index;
      }
    }
  }

  /** @returns how many partitions moved */
  private balanceTopic(topicId: string, loads: MemberLoads): number {
    if (loads.start(this.readersOf(topicId)) <= 1) return 0;
    const held = new Map<number, number[]>();
    for (const [partition, owner] of this.ownersOf(topicId).entries()) {
      const partitions = held.get(owner);
      if (partitions === undefined) held.set(owner, [partition]);
      else partitions.push(partition);
    }
    let moved = 0;
    while (!loads.isBalanced) {
      let from = loads.nextMost();
      while (from !== null && (held.get(from)?.length ?? 0) === 0) {
        loads.excludeMost();
        from = loads.nextMost();
      }
      const partition = from === null ? undefined : held.get(from)?.pop();
      if (partition === undefined) break;
      const to = loads.nextLeast();
      if (loads.isBalanced) break;
      this.assign(topicId, partition, to);
      moved += 1;
    }
    return moved;
  }

  private assign(topicId: string, partition: number, to: number): void {
    const owners = this.ownersOf(topicId);
    const from = owners[partition] ?? NOBODY;
    if (from !== NOBODY) {
      this.share(from).remove(topicId, partition);
      this.load(from, -1);
    }
    const most = Math.ceil(this.count(topicId) / this.readersOf(topicId).length);
    this.share(to).add(topicId, partition, roomyCapacity(most));
    this.load(to, 1);
    owners[partition] = to;
  }

  /** Those with the most partitions for each reader first, then those with the fewest readers. */
  private inOrder(topicIds: readonly string[]): string[] {
    const perReader = (id: string): number => this.count(id) / this.readersOf(id).length;
    return [...topicIds].sort(
      (a, b) => perReader(b) - perReader(a) || this.readersOf(a).length - this.readersOf(b).length || uuidOrder(a, b),
    );
  }

  private count(topicId: string): number {
    return this.group.partitionCounts.get(topicId) ?? 0;
  }

  private readersOf(topicId: string): readonly number[] {
    return this.readers.get(topicId) ?? [];
  }

  private ownersOf(topicId: string): number[] {
    return this.owners.get(topicId) ?? [];
  }

  private share(index: number): JavaAssignment {
    return this.shares[index] as JavaAssignment;
  }

  private load(index: number, change: number): void {
    this.loads[index] = (this.loads[index] ?? 0) + change;
  }
}
