import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { KafkaError } from '../../../protocol/errors.js';
import type {
  StreamsGroupTopologyValue,
  Subtopology,
} from '../../../protocol/generated/streams-group-topology-value.js';

/** What an application does, part by part, as its members send it and the record keeps it (KIP-1071). */
export type Topology = Pick<StreamsGroupTopologyValue, 'epoch' | 'subtopologies'>;
export type { Subtopology };

/** In the order of Kafka's map: some answers depend on which comes first. */
export const subtopologiesOf = (topology: Topology): Subtopology[] =>
  inHashOrder(topology.subtopologies, ({ subtopologyId }) => javaHash(subtopologyId));

/** Names of all topics that have to be there, in the order of a Java set. */
export function requiredTopics(topology: Topology): string[] {
  const names = subtopologiesOf(topology).flatMap((subtopology) => [
    ...inputsOf(subtopology),
    ...subtopology.stateChangelogTopics.map(({ name }) => name),
  ]);
  return inHashOrder([...new Set(names)], javaHash);
}

/** Topics that the tasks of a subtopology read. */
export const inputsOf = ({ sourceTopics, repartitionSourceTopics }: Subtopology): string[] => [
  ...sourceTopics,
  ...repartitionSourceTopics.map(({ name }) => name),
];

/** Which subtopology reads a topic. */
export function readersOf(topology: Topology): Map<string, string> {
  return new Map(
    subtopologiesOf(topology).flatMap((subtopology) =>
      inputsOf(subtopology).map((topic): [string, string] => [topic, subtopology.subtopologyId]),
    ),
  );
}

/** The order of the subtopologies says nothing, that of everything within them does. */
export const isSameTopology = (a: Topology, b: Topology): boolean => asText(a) === asText(b);

function asText({ epoch, subtopologies }: Topology): string {
  const parts = [...subtopologies].sort((a, b) => (a.subtopologyId < b.subtopologyId ? -1 : 1)).map(shapeOf);
  return JSON.stringify([epoch, parts]);
}

/** A topology of a request, without what clients may have added to it. @throws KafkaError */
export function topologyOf({ epoch, subtopologies }: Topology): Topology {
  const ids = new Set(subtopologies.map(({ subtopologyId }) => subtopologyId));
  if (epoch < 0 || ids.size < subtopologies.length) throw new KafkaError('UNKNOWN_SERVER_ERROR');
  return { epoch, subtopologies: subtopologies.map(shapeOf) };
}

const shapeOf = (subtopology: Subtopology): Subtopology => ({
  subtopologyId: subtopology.subtopologyId,
  sourceTopics: subtopology.sourceTopics,
  sourceTopicRegex: subtopology.sourceTopicRegex,
  stateChangelogTopics: subtopology.stateChangelogTopics.map(topicOf),
  repartitionSinkTopics: subtopology.repartitionSinkTopics,
  repartitionSourceTopics: subtopology.repartitionSourceTopics.map(topicOf),
  copartitionGroups: subtopology.copartitionGroups.map(
    ({ sourceTopics, sourceTopicRegex, repartitionSourceTopics }) => ({
      sourceTopics,
      sourceTopicRegex,
      repartitionSourceTopics,
    }),
  ),
});

const topicOf = ({
  name,
  partitions,
  replicationFactor,
  topicConfigs,
}: Subtopology['stateChangelogTopics'][number]) => ({
  name,
  partitions,
  replicationFactor,
  topicConfigs: topicConfigs.map(({ key, value }) => ({ key, value })),
});
