import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode } from '../../protocol/errors.js';
import { type ConfigResource, listConfigResourcesApi } from '../../protocol/generated/list-config-resources.js';
import {
  CONFIG_BROKER,
  CONFIG_BROKER_LOGGER,
  CONFIG_CLIENT_METRICS,
  CONFIG_GROUP,
  CONFIG_TOPIC,
} from '../../state/metadata/config-resource.js';
import { handler } from '../handler.js';
import type { BrokerServices } from '../services.js';

const ALL = [CONFIG_TOPIC, CONFIG_BROKER, CONFIG_BROKER_LOGGER, CONFIG_CLIENT_METRICS, CONFIG_GROUP];

/** The resources that can have configs (KIP-1142); version 0 knows client metrics alone. */
export const listConfigResources = handler({
  api: listConfigResourcesApi,
  handle({ resourceTypes }, { services, version }) {
    const asked =
      version === 0 ? [CONFIG_CLIENT_METRICS] : resourceTypes.length === 0 ? ALL : [...new Set(resourceTypes)];
    if (asked.some((type) => !ALL.includes(type))) return { errorCode: errorCode('UNSUPPORTED_VERSION') };
    return { configResources: asked.flatMap((type) => resourcesOf(type, services)) };
  },
});

function resourcesOf(resourceType: number, { metadata }: BrokerServices): Init<ConfigResource>[] {
  return namesOf(resourceType, metadata).map((resourceName) => ({ resourceName, resourceType }));
}

function namesOf(type: number, { image }: BrokerServices['metadata']): string[] {
  switch (type) {
    case CONFIG_TOPIC:
      return [...image.topics.keys()];
    case CONFIG_BROKER:
    case CONFIG_BROKER_LOGGER:
      return [...image.brokers.values()].filter(({ fenced }) => !fenced).map(({ id }) => String(id));
    default:
      return image.namesWithConfigs(type);
  }
}
