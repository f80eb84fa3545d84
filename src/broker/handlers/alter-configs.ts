import { KafkaError } from '../../protocol/errors.js';
import { type AlterConfigsResource, alterConfigsApi } from '../../protocol/generated/alter-configs.js';
import { alterConfigs as command } from '../../state/controller/alter-configs.js';
import { CONFIG_BROKER } from '../../state/metadata/config-resource.js';
import { alterThroughBroker } from '../alter-configs-checks.js';
import { handler } from '../handler.js';
import type { BrokerServices } from '../services.js';

export const alterConfigs = handler({
  api: alterConfigsApi,
  handle: (request, { services }) =>
    alterThroughBroker(
      request.resources,
      services,
      (resource) => check(resource, services),
      (resources) => services.controller.run((call, context) => command(call, { ...request, resources }, context)),
    ),
});

/** A controller does not look at what brokers make of their settings. */
export const alterConfigsOfController = handler({
  api: alterConfigsApi,
  handle: (request, { services }) => services.controller.run((call, context) => command(call, request, context)),
});

function check({ resourceType, resourceName, configs }: AlterConfigsResource, services: BrokerServices): void {
  const without = configs.find(({ value }) => value === null);
  if (without !== undefined) throw new KafkaError('INVALID_REQUEST', `Null value not supported for : ${without.name}`);
  if (resourceType !== CONFIG_BROKER) return;
  services.checkBrokerChange(resourceName, new Map(configs.map(({ name, value }) => [name, value ?? ''])));
}
