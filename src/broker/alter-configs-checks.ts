import { KafkaError } from '../protocol/errors.js';
import type { AlterConfigsResourceResponse } from '../protocol/generated/incremental-alter-configs.js';
import { CONFIG_BROKER, CONFIG_CLIENT_METRICS, CONFIG_GROUP, CONFIG_TOPIC } from '../state/metadata/config-resource.js';
import type { BrokerServices } from './services.js';

interface Resource {
  readonly resourceType: number;
  readonly resourceName: string;
  readonly configs: readonly { readonly name: string }[];
}

const FORWARDED = [CONFIG_TOPIC, CONFIG_BROKER, CONFIG_CLIENT_METRICS, CONFIG_GROUP];

/**
 * What a broker refuses by itself never gets to the controller, which knows nothing of the broker's own settings; the
 * rest goes there. AlterConfigsResourceResponses keep the order of the request.
 */
export async function alterThroughBroker<R extends Resource>(
  resources: readonly R[],
  services: BrokerServices,
  check: (resource: R) => void,
  alter: (left: R[]) => Promise<{ responses: AlterConfigsResourceResponse[] }>,
): Promise<{ responses: AlterConfigsResourceResponse[] }> {
  const refused = new Map<R, AlterConfigsResourceResponse>();
  for (const resource of resources) {
    try {
      checkResource(resource, resources, services.nodeId);
      check(resource);
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      const { resourceType, resourceName } = resource;
      refused.set(resource, { resourceType, resourceName, errorCode: error.code, errorMessage: error.message });
    }
  }
  const left = resources.filter((resource) => !refused.has(resource));
  const { responses } = left.length === 0 ? { responses: [] } : await alter(left);
  const answered = new Map(left.map((resource, index) => [resource, responses[index]]));
  return { responses: resources.flatMap((resource) => refused.get(resource) ?? answered.get(resource) ?? []) };
}

function checkResource(resource: Resource, all: readonly Resource[], nodeId: number): void {
  const { resourceType, resourceName, configs } = resource;
  const refuse = (text: string): never => {
    throw new KafkaError('INVALID_REQUEST', text);
  };
  const same = all.filter((other) => other.resourceType === resourceType && other.resourceName === resourceName);
  if (same.length > 1) refuse('Each resource must appear at most once.');
  if (new Set(configs.map(({ name }) => name)).size < configs.length) refuse('Error due to duplicate config keys');
  if (resourceType === CONFIG_BROKER && resourceName !== '') {
    if (!/^[+-]?[0-9]+$/.test(resourceName)) refuse(`Node id must be an integer, but it is: ${resourceName}`);
    if (Number(resourceName) !== nodeId) {
      refuse(`Unexpected broker id, expected ${nodeId}, but received ${resourceName}`);
    }
    return;
  }
  if (!FORWARDED.includes(resourceType)) refuse(`Unknown resource type ${resourceType}`);
}
