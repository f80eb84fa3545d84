import {
  type ConfigEntry,
  ConfigResourceType,
  type ConfigSource,
  describeConfigs,
} from '../../../../client/admin/configs.js';
import { describeTopics } from '../../../../client/admin/describe-topics.js';
import type { Cluster } from '../../../../client/cluster.js';
import { KafkaError } from '../../../../protocol/errors.js';
import type { ClusterDescription } from './description.js';
import { type ClusterNow, resourceKey, type SetValues, type TopicNow } from './plan.js';

/** Which of the sources of a value is a setting of the resource itself. */
const OWN_SOURCES: Readonly<Record<number, ConfigSource>> = {
  [ConfigResourceType.TOPIC]: 'DYNAMIC_TOPIC_CONFIG',
  [ConfigResourceType.BROKER]: 'DYNAMIC_BROKER_CONFIG',
  [ConfigResourceType.CLIENT_METRICS]: 'DYNAMIC_CLIENT_METRICS_CONFIG',
  [ConfigResourceType.GROUP]: 'DYNAMIC_GROUP_CONFIG',
};

/** Asks for all that the description names, and for nothing else. @throws KafkaError */
export async function clusterNow(
  admin: Cluster,
  { topics: wantedTopics, resources: wanted }: ClusterDescription,
): Promise<ClusterNow> {
  const described = await describeTopics(
    admin,
    wantedTopics.map(({ name }) => name),
  );
  const topics = new Map<string, TopicNow>();
  for (const [name, topic] of described) {
    if (topic instanceof KafkaError && topic.error === 'UNKNOWN_TOPIC_OR_PARTITION') continue;
    if (topic instanceof Error) throw topic;
    const { partitions } = topic;
    const replicationFactor = partitions[0]?.replicas.length ?? 0;
    topics.set(name, { partitions: partitions.length, replicationFactor, configs: new Map() });
  }
  const named = [
    ...[...topics.keys()].map((name) => ({ type: ConfigResourceType.TOPIC, name })),
    ...wanted.map(({ type, name }) => ({ type, name })),
  ];
  const resources = new Map<string, SetValues>();
  for (const { resource, entries } of await describeConfigs(admin, named)) {
    if (entries instanceof Error) throw entries;
    const values = ownValues(entries, resource.type, resource.name);
    const topic = resource.type === ConfigResourceType.TOPIC ? topics.get(resource.name) : undefined;
    if (topic !== undefined) topics.set(resource.name, { ...topic, configs: values });
    else resources.set(resourceKey(resource.type, resource.name), values);
  }
  return { topics, resources };
}

function ownValues(entries: readonly ConfigEntry[], type: ConfigResourceType, name: string): SetValues {
  const isDefault = type === ConfigResourceType.BROKER && name === '';
  const own = isDefault ? 'DYNAMIC_DEFAULT_BROKER_CONFIG' : OWN_SOURCES[type];
  return new Map(entries.filter(({ source }) => source === own).map((entry) => [entry.name, entry.value]));
}
