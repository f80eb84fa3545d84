/** How many partitions the topics have to have that an application makes for itself. */
import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { KafkaError } from '../../../protocol/errors.js';
import { incorrectlyPartitioned } from './topic-problem.js';
import { inputsOf, type Subtopology, subtopologiesOf, type Topology } from './topology.js';

/** Of a topic that is there; undefined where it is not. */
export type PartitionCount = (topic: string) => number | undefined;

/**
 * @returns counts by name of repartition and changelog topics
 * @throws TopicProblem, or KafkaError where no topics could help the topology
 */
export function decidePartitionCounts(topology: Topology, existing: PartitionCount): Map<string, number> {
  const subtopologies = subtopologiesOf(topology);
  const counts = new Map<string, number>();
  const known = (topic: string): number => {
    const count = existing(topic) ?? counts.get(topic);
    if (count === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR');
    return count;
  };
  for (const [name, count] of repartitionCounts(subtopologies, existing)) counts.set(name, count);
  const topics = subtopologies.flatMap(({ repartitionSourceTopics }) => repartitionSourceTopics);
  const fixed = namesOf(topics.filter(({ partitions }) => partitions !== 0));
  const flexible = namesOf(topics.filter(({ partitions }) => partitions === 0));
  for (const subtopology of subtopologies) {
    for (const group of copartitionGroups(subtopology)) {
      for (const [name, count] of copartitioned(group, fixed, flexible, known)) counts.set(name, count);
    }
  }
  for (const subtopology of subtopologies) {
    const inputs = inputsOf(subtopology).map(known);
    if (inputs.length === 0) {
      throw invalid(`No source topics found for subtopology ${subtopology.subtopologyId}`);
    }
    for (const { name } of subtopology.stateChangelogTopics) counts.set(name, Math.max(...inputs));
  }
  return counts;
}

/** As many as the widest input of who writes to the topic, where the application does not say. */
function repartitionCounts(subtopologies: readonly Subtopology[], existing: PartitionCount): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { name, partitions } of subtopologies.flatMap((subtopology) => subtopology.repartitionSourceTopics)) {
    if (partitions !== 0) counts.set(name, partitions);
  }
  for (;;) {
    let [isOpen, hasProgressed] = [false, false];
    for (const subtopology of subtopologies) {
      for (const sink of subtopology.repartitionSinkTopics) {
        if (counts.has(sink)) continue;
        const inputs = [
          ...subtopology.repartitionSourceTopics.map(({ name }) => counts.get(name)),
          ...subtopology.sourceTopics.map(existing),
        ].filter((count) => count !== undefined);
        if (inputs.length > 0) {
          counts.set(sink, Math.max(...inputs));
          hasProgressed = true;
        } else isOpen = true;
      }
    }
    if (!isOpen) break;
    if (!hasProgressed) {
      throw invalid(
        'Failed to compute number of partitions for all repartition topics. There may be loops in the topology that cannot be resolved.',
      );
    }
  }
  const isKnown = subtopologies.every((one) => one.repartitionSourceTopics.every(({ name }) => counts.has(name)));
  if (isKnown) return counts;
  throw invalid(
    'Failed to compute number of partitions for all repartition topics, because a repartition source topic is never used as a sink topic.',
  );
}

/** Topics that are joined, by name: a group names them by their places in the lists of the subtopology. */
function copartitionGroups({ copartitionGroups: groups, ...subtopology }: Subtopology): string[][] {
  return groups.map((group) => {
    const names = [
      ...group.sourceTopics.map((index) => subtopology.sourceTopics[index]),
      ...group.repartitionSourceTopics.map((index) => subtopology.repartitionSourceTopics[index]?.name),
    ];
    const found = names.filter((name) => name !== undefined);
    if (found.length < names.length) throw new KafkaError('UNKNOWN_SERVER_ERROR');
    return inHashOrder([...new Set(found)], javaHash);
  });
}

/** All of a group get the same count: that of its source topics, else the one that is asked for, else the largest. */
function copartitioned(
  group: readonly string[],
  fixed: ReadonlySet<string>,
  flexible: ReadonlySet<string>,
  known: (topic: string) => number,
): Map<string, number> {
  const isRepartition = (name: string): boolean => fixed.has(name) || flexible.has(name);
  const own = new Map(group.filter(isRepartition).map((name) => [name, known(name)]));
  const others = new Map(group.filter((name) => !isRepartition(name)).map((name) => [name, known(name)]));
  if (group.length === 0) return own;
  const count = others.size > 0 ? theSame(others, others) : sharedBy(own, fixed, known);
  for (const [name, ownCount] of own) {
    if (!fixed.has(name) || ownCount === count) continue;
    throw incorrectlyPartitioned(
      `Number of partitions [${ownCount}] of repartition topic [${name}] doesn't match number of partitions [${count}] of the source topic.`,
    );
  }
  return new Map([...own.keys()].map((name) => [name, count]));
}

/** As Apache Kafka 4.3.1 has it, counts that are asked for have to be the same in the whole topology here. */
function sharedBy(
  own: ReadonlyMap<string, number>,
  fixed: ReadonlySet<string>,
  known: (topic: string) => number,
): number {
  if (fixed.size > 0) return theSame(new Map([...fixed].map((name) => [name, known(name)])), own);
  return Math.max(...own.values());
}

/** @param named what the member is told of */
function theSame(counts: ReadonlyMap<string, number>, named: ReadonlyMap<string, number>): number {
  const [first = 0, ...rest] = counts.values();
  if (rest.every((count) => count === first)) return first;
  const listed = [...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => `${name}=${count}`);
  throw incorrectlyPartitioned(`Following topics do not have the same number of partitions: [{${listed.join(', ')}}]`);
}

const namesOf = (topics: readonly { readonly name: string }[]): Set<string> => new Set(topics.map(({ name }) => name));

const invalid = (text: string): KafkaError => new KafkaError('STREAMS_INVALID_TOPOLOGY', text);
