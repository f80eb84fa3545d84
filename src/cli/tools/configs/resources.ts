import {
  type ConfigEntry,
  ConfigResourceType,
  type ConfigSource,
  describeConfigs,
} from '../../../client/admin/configs.js';
import type { Cluster } from '../../../client/cluster.js';
import { isError } from '../../../client/fan-out.js';
import type { Io } from '../../io.js';
import { checkTopicName, type EntityType } from './entities.js';
import { called } from './failure.js';

/** What has its settings from DescribeConfigs. */
export type ResourceType = Exclude<EntityType, 'users' | 'clients' | 'ips'>;

export const RESOURCE_TYPES: Readonly<Record<ResourceType, ConfigResourceType>> = {
  topics: ConfigResourceType.TOPIC,
  brokers: ConfigResourceType.BROKER,
  'broker-loggers': ConfigResourceType.BROKER_LOGGER,
  'client-metrics': ConfigResourceType.CLIENT_METRICS,
  groups: ConfigResourceType.GROUP,
};

/** Where that comes from which was set for the entity itself; null where all does. */
function ownSource(type: ResourceType, name: string): ConfigSource | null {
  switch (type) {
    case 'topics':
      return 'DYNAMIC_TOPIC_CONFIG';
    case 'brokers':
      return name === '' ? 'DYNAMIC_DEFAULT_BROKER_CONFIG' : 'DYNAMIC_BROKER_CONFIG';
    case 'broker-loggers':
      return null;
    case 'client-metrics':
      return 'DYNAMIC_CLIENT_METRICS_CONFIG';
    case 'groups':
      return 'DYNAMIC_GROUP_CONFIG';
  }
}

/** Settings by name: those of the entity itself, or all. @throws CallError, ToolError */
export async function settingsOf(
  admin: Cluster,
  type: ResourceType,
  name: string,
  isAll: boolean,
  io: Io,
): Promise<ConfigEntry[]> {
  if (type === 'topics' && name !== '') checkTopicName(name);
  const isOfBroker = (type === 'brokers' || type === 'broker-loggers') && name !== '';
  const call = isOfBroker ? 'describeBrokerConfigs' : 'describeConfigs';
  const entries = await called(call, io, askedSettings(admin, type, name));
  const source = isAll ? null : ownSource(type, name);
  return entries
    .filter((entry) => source === null || entry.source === source)
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

async function askedSettings(admin: Cluster, type: ResourceType, name: string): Promise<readonly ConfigEntry[]> {
  const [described] = await describeConfigs(admin, [{ type: RESOURCE_TYPES[type], name }], { includeSynonyms: true });
  const entries = described?.entries ?? [];
  if (isError(entries)) throw entries;
  return entries;
}
