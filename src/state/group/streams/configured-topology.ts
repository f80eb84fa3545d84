import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { MetadataImage } from '../../metadata/image.js';
import { JavaHashMap } from '../assignment/java-hash-map.js';
import { decidePartitionCounts } from './partition-counts.js';
import { incorrectlyPartitioned, STATUS, type Status, TopicProblem } from './topic-problem.js';
import { inputsOf, requiredTopics, type Subtopology, subtopologiesOf, type Topology } from './topology.js';

/** A topic that the application needs for itself, and has the broker make. */
export interface InternalTopic {
  readonly name: string;
  readonly partitions: number;
  /** 0 for the broker's own. */
  readonly replicationFactor: number;
  readonly topicConfigs: readonly { readonly key: string; readonly value: string }[];
}

export interface ConfiguredSubtopology {
  readonly subtopologyId: string;
  readonly taskCount: number;
  readonly sourceTopics: readonly string[];
  readonly repartitionSinkTopics: readonly string[];
  readonly repartitionSourceTopics: readonly InternalTopic[];
  readonly stateChangelogTopics: readonly InternalTopic[];
}

/** A topology with what follows from the topics that are there. */
export interface ConfiguredTopology {
  readonly epoch: number;
  /** Sorted by id; null when the topics do not say how many tasks there are. */
  readonly subtopologies: readonly ConfiguredSubtopology[] | null;
  readonly missingTopics: readonly InternalTopic[];
  /** Why nobody gets tasks. */
  readonly problem: Status | null;
}

/** So many topics are named where there may be more. */
const MOST_NAMED = 3;

/** @throws KafkaError where no topics could help the topology */
export function configureTopology(topology: Topology, image: MetadataImage): ConfiguredTopology {
  const { epoch } = topology;
  try {
    checkSourceTopics(topology, image);
    const counts = decidePartitionCounts(topology, (name) => image.topics.get(name)?.partitions.length);
    const countOf = (name: string): number => {
      const count = image.topics.get(name)?.partitions.length ?? counts.get(name);
      if (count === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR');
      return count;
    };
    const subtopologies = subtopologiesOf(topology)
      .map((subtopology) => configured(subtopology, counts, countOf))
      .sort((a, b) => (a.subtopologyId < b.subtopologyId ? -1 : 1));
    const missingTopics = findMissing(subtopologies, topology, image);
    const names = missingTopics.map(({ name }) => name);
    const problem =
      names.length === 0
        ? null
        : {
            statusCode: STATUS.missingInternalTopics,
            statusDetail: `Internal topics are missing: ${someOf(names)}`,
          };
    return { epoch, subtopologies, missingTopics, problem };
  } catch (error) {
    if (!(error instanceof TopicProblem)) throw error;
    return { epoch, subtopologies: null, missingTopics: [], problem: error.status };
  }
}

function checkSourceTopics(topology: Topology, image: MetadataImage): void {
  const sources = new Set(topology.subtopologies.flatMap(({ sourceTopics }) => sourceTopics));
  const missing = [...sources].filter((name) => !image.topics.has(name)).sort();
  if (missing.length > 0) {
    throw new TopicProblem(STATUS.missingSourceTopics, `Source topics ${someOf(missing)} are missing.`);
  }
}

function someOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMED).join(', ');
  return names.length > MOST_NAMED ? `${shown} and ${names.length - MOST_NAMED} additional topics` : shown;
}

function configured(
  subtopology: Subtopology,
  counts: ReadonlyMap<string, number>,
  countOf: (name: string) => number,
): ConfiguredSubtopology {
  const internal = (topics: Subtopology['stateChangelogTopics']): InternalTopic[] =>
    topics.map(({ name, partitions, replicationFactor, topicConfigs }) => ({
      name,
      partitions: partitions === 0 ? (counts.get(name) ?? 0) : partitions,
      replicationFactor,
      topicConfigs: inHashOrder(topicConfigs, ({ key }) => javaHash(key)),
    }));
  return {
    subtopologyId: subtopology.subtopologyId,
    taskCount: Math.max(...inputsOf(subtopology).map(countOf)),
    sourceTopics: subtopology.sourceTopics,
    repartitionSinkTopics: subtopology.repartitionSinkTopics,
    repartitionSourceTopics: internal(subtopology.repartitionSourceTopics),
    stateChangelogTopics: internal(subtopology.stateChangelogTopics),
  };
}

/** @throws TopicProblem when one that is there is not as it has to be */
function findMissing(
  subtopologies: readonly ConfiguredSubtopology[],
  topology: Topology,
  image: MetadataImage,
): InternalTopic[] {
  const missing = new JavaHashMap<string, InternalTopic>(javaHash);
  for (const { repartitionSourceTopics, stateChangelogTopics } of subtopologies) {
    for (const topics of [repartitionSourceTopics, stateChangelogTopics]) {
      for (const topic of inHashOrder(topics, ({ name }) => javaHash(name))) missing.set(topic.name, topic);
    }
  }
  for (const name of requiredTopics(topology)) {
    const existing = image.topics.get(name);
    if (existing === undefined) continue;
    const expected = missing.get(name);
    missing.delete(name);
    const found = existing.partitions.length;
    if (expected === undefined || expected.partitions === found) continue;
    throw incorrectlyPartitioned(
      `Existing topic ${name} has different number of partitions: expected ${expected.partitions}, found ${found}`,
    );
  }
  return missing.entries().map(([, topic]) => topic);
}
