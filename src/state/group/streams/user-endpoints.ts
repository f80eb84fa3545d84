import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { EndpointToPartitions } from '../../../protocol/generated/streams-group-heartbeat.js';
import type { MetadataImage } from '../../metadata/image.js';
import type { PartitionSet } from '../assignment/partition-sets.js';
import type { ConfiguredSubtopology, ConfiguredTopology } from './configured-topology.js';
import type { StreamsGroup, StreamsMember } from './streams-group.js';

/**
 * Which partitions each instance serves that can be asked for its state, the member's own last.
 * @throws KafkaError where the topology does not say what its tasks read, as in Apache Kafka 4.3.1
 */
export function partitionsByEndpoint(
  group: StreamsGroup,
  member: StreamsMember,
  configured: ConfiguredTopology,
  image: MetadataImage,
): EndpointToPartitions[] {
  const others = group.membersInOrder().filter(({ memberId }) => memberId !== member.memberId);
  return [...others, member].flatMap(({ userEndpoint, assigned }) => {
    if (userEndpoint === null) return [];
    if (configured.subtopologies === null) throw new KafkaError('UNKNOWN_SERVER_ERROR');
    const subtopologies = new Map(configured.subtopologies.map((one) => [one.subtopologyId, one]));
    return {
      userEndpoint: { ...userEndpoint },
      activePartitions: partitionsOf(assigned.active, subtopologies, image),
      standbyPartitions: partitionsOf(assigned.standby, subtopologies, image),
    };
  });
}

function partitionsOf(
  tasks: PartitionSet,
  subtopologies: ReadonlyMap<string, ConfiguredSubtopology>,
  image: MetadataImage,
) {
  return [...tasks].flatMap(([subtopologyId, partitions]) => {
    const subtopology = subtopologies.get(subtopologyId);
    const names = [
      ...(subtopology?.sourceTopics ?? []),
      ...(subtopology?.repartitionSourceTopics.map(({ name }) => name) ?? []),
    ];
    return inHashOrder([...new Set(names)], javaHash).map((topic) => {
      const count = image.topics.get(topic)?.partitions.length;
      if (count === undefined) throw new KafkaError('UNKNOWN_SERVER_ERROR');
      // A topic that has fewer partitions than there are tasks here has its first ones named.
      return { topic, partitions: [...partitions].sort((a, b) => a - b).slice(0, count) };
    });
  });
}
