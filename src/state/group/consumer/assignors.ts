import type { PartitionSet } from '../assignment/partition-sets.js';
import { range } from './range-assignor.js';
import { uniformHeterogeneous } from './uniform-heterogeneous.js';
import { uniformHomogeneous } from './uniform-homogeneous.js';

export interface AssignmentMember {
  readonly memberId: string;
  readonly instanceId: string | null;
  /** Ids of the topics that it reads. */
  readonly topicIds: ReadonlySet<string>;
  /** What it was to have until now, in the order of its record. */
  readonly target: PartitionSet;
}

export interface GroupToAssign {
  /** In the order of their record's map (`member-order.ts`): who is first gets what is left over. */
  readonly members: readonly AssignmentMember[];
  /** Of each topic that anybody reads. */
  readonly partitionCounts: ReadonlyMap<string, number>;
  /** Whether all read the same topics, and said so by name. */
  readonly isHomogeneous: boolean;
}

/**
 * One of the server's own assignors of consumer groups (KIP-848). Pure, and the same as Apache Kafka's to the partition:
 * a group whose coordinator changes does not move.
 * @returns an assignment for each member, in the order of the members and its topics and partitions in that of the record
 */
export type Assignor = (group: GroupToAssign) => Map<string, PartitionSet>;

/** Everybody gets as many partitions as everybody else, and keeps what it had as far as that allows. */
export const uniform: Assignor = (group) =>
  group.isHomogeneous ? uniformHomogeneous(group) : uniformHeterogeneous(group);

export const ASSIGNORS: ReadonlyMap<string, Assignor> = new Map([
  ['uniform', uniform],
  ['range', range],
]);
export const DEFAULT_ASSIGNOR = 'uniform';
