import type { JavaAssignment } from '../assignment/java-assignment.js';
import { JavaHashMap, roomyCapacity } from '../assignment/java-hash-map.js';

type JavaIntSet = JavaHashMap<number, true>;

const itself = (value: number): number => value;

/** A partition that is shared out; which it is among the others of its round is its key. */
export interface SharedPartition {
  readonly topicId: string;
  readonly partition: number;
  readonly hash: number;
}

/** What everybody is to have so that all partitions have the same number of readers. */
export interface Shares {
  /** How many members read each partition. */
  readonly readers: number;
  /** How many partitions each member reads, by its place among them. */
  readonly counts: readonly number[];
}

export function fairShares(members: number, partitions: number): Shares {
  const readers = partitions === 0 ? 0 : Math.trunc((members + partitions - 1) / partitions);
  const exact = (readers * partitions) / members;
  const counts = Array.from(
    { length: members },
    (_, index) => Math.ceil(exact * (index + 1)) - Math.ceil(exact * index),
  );
  return { readers, counts };
}

interface RoundOptions {
  /** By key. */
  readonly partitions: readonly SharedPartition[];
  /** How many of them there are to be shared out; the others are only had by somebody still. */
  readonly targets: number;
  /** Who may take part, of all members of the group. */
  readonly takers: number;
  /** Of each member of the group. */
  readonly assignments: readonly JavaAssignment[];
  readonly readers: number;
  /** How many each member of the group is to have. */
  readonly counts: readonly number[];
}

/**
 * Shares partitions out among members so that all partitions have the same number of readers, and leaves what members
 * have as it is as far as that allows. Members go by their index. As Apache Kafka 4.3.1 does it, to the partition: it
 * walks over hash maps, and so must this.
 */
export class SharingRound {
  private readonly options: RoundOptions;
  private readonly readersOf: JavaHashMap<number, JavaIntSet>;
  private readonly partitionsOf: JavaHashMap<number, JavaIntSet>;
  private readonly unfilled: JavaIntSet;

  constructor(options: RoundOptions) {
    this.options = options;
    const { assignments, targets, takers } = options;
    this.readersOf = new JavaHashMap((key) => this.partition(key).hash, roomyCapacity(targets + 1));
    this.partitionsOf = new JavaHashMap(itself, roomyCapacity(takers + 1));
    this.unfilled = new JavaHashMap(itself, roomyCapacity(assignments.length + 1));
  }

  /** Notes what a member has. */
  keep(member: number, key: number): void {
    this.readers(key).set(member, true);
    this.keys(member).set(key, true);
  }

  /** Notes that a member has less than it is to have. */
  miss(member: number): void {
    this.unfilled.set(member, true);
  }

  get holders(): number[] {
    return this.partitionsOf.keys();
  }

  /** How many partitions a member has now. */
  held(member: number): number {
    return this.partitionsOf.get(member)?.size ?? 0;
  }

  count(member: number): number {
    return this.options.counts[member] ?? 0;
  }

  /** Takes away what a member has too much. */
  revokeExcess(member: number): void {
    const had = this.partitionsOf.get(member);
    for (const key of had?.keys() ?? []) {
      if (this.held(member) <= this.count(member)) return;
      this.take(member, key);
    }
  }

  /** Takes partitions away from those who are too many. @param missed told of each of them */
  revokeOvershared(missed: (member: number) => void): void {
    for (const [key, readers] of this.readersOf.entries()) {
      for (const member of readers.keys()) {
        if (readers.size <= this.options.readers) break;
        this.take(member, key);
        missed(member);
      }
    }
  }

  /** Gives the partitions that have too few readers to members that have too little, one after the other. */
  fill(targets: Iterable<number>): void {
    for (const key of targets) this.readers(key);
    let turn = this.unfilled.keys();
    let at = 0;
    let hasGiven = false;
    for (const [key, readers] of this.readersOf.entries()) {
      if (this.unfilled.size === 0) return;
      for (let left = this.options.readers - readers.size; left > 0; ) {
        if (at === turn.length) {
          if (!hasGiven) break;
          turn = this.unfilled.keys();
          at = 0;
          hasGiven = false;
        }
        const member = turn[at++];
        if (member === undefined) return;
        if (readers.get(member)) continue;
        this.give(member, key);
        left -= 1;
        hasGiven = true;
        if (this.held(member) >= this.count(member)) this.unfilled.delete(member);
      }
    }
  }

  private give(member: number, key: number): void {
    const { topicId, partition } = this.partition(key);
    this.options.assignments[member]?.add(topicId, partition);
    this.keys(member).set(key, true);
  }

  private take(member: number, key: number): void {
    const { topicId, partition } = this.partition(key);
    this.options.assignments[member]?.take(topicId, partition);
    this.readersOf.get(key)?.delete(member);
    this.partitionsOf.get(member)?.delete(key);
  }

  private readers(key: number): JavaIntSet {
    return this.readersOf.getOrSet(key, () => new JavaHashMap<number, true>(itself));
  }

  private keys(member: number): JavaIntSet {
    return this.partitionsOf.getOrSet(member, () => new JavaHashMap<number, true>((key) => this.partition(key).hash));
  }

  private partition(key: number): SharedPartition {
    return this.options.partitions[key] as SharedPartition;
  }
}
