import { keyOf, type TopicPartition } from '../../../client/topic-partition.js';

/** Where --reset-offsets puts partitions. */
export type Reset =
  | { readonly to: 'earliest' }
  | { readonly to: 'latest' }
  | { readonly to: 'current' }
  | { readonly to: 'offset'; readonly offset: number }
  | { readonly to: 'shifted'; readonly by: number }
  | { readonly to: 'time'; readonly timeMs: number }
  /** Offsets by partition. */
  | { readonly to: 'listed'; readonly offsets: ReadonlyMap<string, number> };

/** What has to be known of a partition; facts that its reset does not need may be null. */
export interface PartitionFacts extends TopicPartition {
  /** Of the first record. */
  readonly start: number | null;
  /** One after the last. */
  readonly end: number | null;
  /** Of the first record that is no older than the time; -1 where all are. */
  readonly atTime: number | null;
  /** Null where the group has none. */
  readonly committed: number | null;
}

export type Fact = 'start' | 'end' | 'atTime' | 'committed';

const NEEDED: Readonly<Record<Reset['to'], readonly Fact[]>> = {
  earliest: ['start'],
  latest: ['end'],
  current: ['committed', 'end'],
  offset: ['start', 'end'],
  shifted: ['committed', 'start', 'end'],
  time: ['atTime', 'end'],
  listed: ['start', 'end'],
};

export function needsFact(reset: Reset, fact: Fact): boolean {
  return NEEDED[reset.to].includes(fact);
}

export interface ResetPlan {
  readonly offsets: readonly (TopicPartition & { readonly newOffset: number })[];
  readonly notes: readonly PlanNote[];
}

/** What the user should know of a partition that did not go where it was sent. */
export type PlanNote =
  | { readonly is: 'lowered' | 'raised'; readonly at: TopicPartition; readonly wanted: number; readonly taken: number }
  | { readonly is: 'empty'; readonly at: TopicPartition };

/** A partition that cannot be shifted from where the group is, since the group is nowhere. */
export class NothingCommittedError extends Error {
  override readonly name = 'NothingCommittedError';

  constructor(at: TopicPartition) {
    super(`Cannot shift offset for partition ${keyOf(at)} since there is no current committed offset`);
  }
}

/** Decides; reads and changes nothing. @throws NothingCommittedError */
export function planReset(reset: Reset, partitions: readonly PartitionFacts[]): ResetPlan {
  const notes: PlanNote[] = [];
  const offsets = partitions.map((facts) => {
    const { topic, partition } = facts;
    return { topic, partition, newOffset: newOffset(reset, facts, notes) };
  });
  return { offsets, notes };
}

function newOffset(reset: Reset, facts: PartitionFacts, notes: PlanNote[]): number {
  switch (reset.to) {
    case 'earliest':
      return known(facts.start);
    case 'latest':
      return known(facts.end);
    case 'current':
      return facts.committed ?? known(facts.end);
    case 'offset':
      return clamped(reset.offset, facts, notes);
    case 'shifted':
      if (facts.committed === null) throw new NothingCommittedError(facts);
      return clamped(javaSum(facts.committed, reset.by), facts, notes);
    case 'listed':
      return clamped(reset.offsets.get(keyOf(facts)) ?? 0, facts, notes);
    case 'time':
      if (known(facts.atTime) >= 0) return known(facts.atTime);
      notes.push({ is: 'empty', at: facts });
      return known(facts.end);
  }
}

/** An offset that the partition does not have is moved to the nearer end. */
function clamped(wanted: number, facts: PartitionFacts, notes: PlanNote[]): number {
  const start = known(facts.start);
  const end = known(facts.end);
  if (wanted > end) {
    notes.push({ is: 'lowered', at: facts, wanted, taken: end });
    return end;
  }
  if (wanted < start) {
    notes.push({ is: 'raised', at: facts, wanted, taken: start });
    return start;
  }
  return wanted;
}

/** A sum beyond Long.MAX_VALUE, which Infinity stands for, begins again at the other end, as in Java. */
function javaSum(offset: number, by: number): number {
  if (by === Number.POSITIVE_INFINITY) return offset > 0 ? Number.NEGATIVE_INFINITY : by;
  return offset + by >= LONG_END ? Number.NEGATIVE_INFINITY : offset + by;
}

const LONG_END = 2 ** 63;

function known(fact: number | null): number {
  if (fact === null) throw new RangeError('a fact that the reset needs is not there');
  return fact;
}
