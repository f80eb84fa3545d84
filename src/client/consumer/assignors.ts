/** How the leader of a classic group hands out partitions. Pure: the same members and topics give the same answer. */
import { ConfigException } from '../../config/config-exception.js';
import type { TopicPartition } from '../topic-partition.js';
import { assignSticky } from './sticky-assignor.js';

export interface AssignableMember {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly topics: readonly string[];
  /** What the member says that it has, and since which generation (-1: it does not tell). */
  readonly owned: readonly TopicPartition[];
  readonly generation: number;
}

export type Assignment = Map<string, TopicPartition[]>;

export interface Assignor {
  /** As members name it to the coordinator. */
  readonly name: string;
  /** Cooperative: members keep what they have while a rebalance goes on (KIP-429). */
  readonly isCooperative: boolean;
  /** What a member tells the leader beside its topics. */
  readonly userData: 'none' | 'generation' | 'assignment';
  assign(partitionCounts: ReadonlyMap<string, number>, members: readonly AssignableMember[]): Assignment;
}

const RANGE: Assignor = { name: 'range', isCooperative: false, userData: 'none', assign: assignRanges };
const ROUND_ROBIN: Assignor = { name: 'roundrobin', isCooperative: false, userData: 'none', assign: assignInTurn };
const STICKY: Assignor = { name: 'sticky', isCooperative: false, userData: 'assignment', assign: assignSticky };
const COOPERATIVE_STICKY: Assignor = {
  name: 'cooperative-sticky',
  isCooperative: true,
  userData: 'generation',
  assign: assignCooperatively,
};

const BY_CLASS = new Map<string, Assignor>([
  ['RangeAssignor', RANGE],
  ['RoundRobinAssignor', ROUND_ROBIN],
  ['StickyAssignor', STICKY],
  ['CooperativeStickyAssignor', COOPERATIVE_STICKY],
]);
const PACKAGE = 'org.apache.kafka.clients.consumer.';

/** An assignor by the name of Java's class, with or without its package, or by its own. @throws ConfigException */
export function assignorOfClass(name: string): Assignor {
  const short = name.startsWith(PACKAGE) ? name.slice(PACKAGE.length) : name;
  const found = BY_CLASS.get(short) ?? [...BY_CLASS.values()].find((assignor) => assignor.name === name);
  if (found !== undefined) return found;
  throw new ConfigException(
    `Invalid value ${name} for configuration partition.assignment.strategy: Class ${name} could not be found.`,
  );
}

/** Static members come first, by their instance; then the others by their id. */
export function inOrder(members: readonly AssignableMember[]): AssignableMember[] {
  return [...members].sort((a, b) => {
    if (a.groupInstanceId !== null && b.groupInstanceId !== null) return compare(a.groupInstanceId, b.groupInstanceId);
    if (a.groupInstanceId !== null) return -1;
    if (b.groupInstanceId !== null) return 1;
    return compare(a.memberId, b.memberId);
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function emptyAssignment(members: readonly AssignableMember[]): Assignment {
  return new Map(members.map(({ memberId }) => [memberId, []]));
}

/** Of each topic every member gets one run of partitions, the first members one more where it does not come out even. */
function assignRanges(partitionCounts: ReadonlyMap<string, number>, members: readonly AssignableMember[]): Assignment {
  const assignment = emptyAssignment(members);
  const ordered = inOrder(members);
  for (const [topic, count] of [...partitionCounts].sort(([a], [b]) => compare(a, b))) {
    const takers = ordered.filter(({ topics }) => topics.includes(topic));
    let partition = 0;
    for (const [index, { memberId }] of takers.entries()) {
      const share = Math.floor(count / takers.length) + (index < count % takers.length ? 1 : 0);
      const taken = assignment.get(memberId) as TopicPartition[];
      for (const end = partition + share; partition < end; partition++) taken.push({ topic, partition });
    }
  }
  return assignment;
}

/** All partitions of all topics in turn, passing over members that do not want a topic. */
function assignInTurn(partitionCounts: ReadonlyMap<string, number>, members: readonly AssignableMember[]): Assignment {
  const assignment = emptyAssignment(members);
  const ordered = inOrder(members);
  let turn = 0;
  for (const [topic, count] of [...partitionCounts].sort(([a], [b]) => compare(a, b))) {
    if (!ordered.some(({ topics }) => topics.includes(topic))) continue;
    for (let partition = 0; partition < count; partition++) {
      let member = ordered[turn % ordered.length] as AssignableMember;
      while (!member.topics.includes(topic)) member = ordered[++turn % ordered.length] as AssignableMember;
      assignment.get(member.memberId)?.push({ topic, partition });
      turn++;
    }
  }
  return assignment;
}

/** As sticky, but what changes hands is given to nobody until its owner has let go of it: the next rebalance does. */
function assignCooperatively(
  partitionCounts: ReadonlyMap<string, number>,
  members: readonly AssignableMember[],
): Assignment {
  const assignment = assignSticky(partitionCounts, members);
  const owners = new Map<string, string>();
  for (const { memberId, owned } of members) {
    for (const { topic, partition } of owned) owners.set(`${topic}-${partition}`, memberId);
  }
  for (const [memberId, partitions] of assignment) {
    const free = partitions.filter(({ topic, partition }) => {
      const owner = owners.get(`${topic}-${partition}`);
      return owner === undefined || owner === memberId;
    });
    assignment.set(memberId, free);
  }
  return assignment;
}
