import { brokerKey } from '../../config/broker-config.js';
import { KafkaError } from '../../protocol/errors.js';
import {
  type AlterConfigsResource,
  incrementalAlterConfigsApi,
} from '../../protocol/generated/incremental-alter-configs.js';
import { changedConfigs, incrementalAlterConfigs as command } from '../../state/controller/alter-configs.js';
import { CONFIG_BROKER } from '../../state/metadata/config-resource.js';
import { alterThroughBroker } from '../alter-configs-checks.js';
import { handler } from '../handler.js';
import type { BrokerServices } from '../services.js';

const KNOWN_OPERATIONS = [0, 1, 2, 3];
const DELETE = 1;
const OPERATIONS_OF_LISTS = new Map([
  [2, 'append'],
  [3, 'subtract'],
]);

export const incrementalAlterConfigs = handler({
  api: incrementalAlterConfigsApi,
  handle: (request, { services }) =>
    services.loggers.alter(request.resources, request.validateOnly, (others) =>
      alterThroughBroker(
        others,
        services,
        (resource) => check(resource, services),
        (resources) => services.controller.run((call, context) => command(call, { ...request, resources }, context)),
      ),
    ),
});

/** A controller does not look at what brokers make of their settings. */
export const incrementalAlterConfigsOfController = handler({
  api: incrementalAlterConfigsApi,
  handle: (request, { services }) =>
    services.loggers.alter(request.resources, request.validateOnly, (resources) =>
      services.controller.run((call, context) => command(call, { ...request, resources }, context)),
    ),
});

function check(resource: AlterConfigsResource, services: BrokerServices): void {
  const without = resource.configs.find(({ configOperation, value }) => configOperation !== DELETE && value === null);
  if (without !== undefined) throw new KafkaError('INVALID_REQUEST', `Null value not supported for : ${without.name}`);
  const odd = resource.configs.find(({ configOperation }) => !KNOWN_OPERATIONS.includes(configOperation));
  if (odd !== undefined) throw new KafkaError('INVALID_REQUEST', `Unknown operations type ${odd.configOperation}`);
  if (resource.resourceType !== CONFIG_BROKER) return;
  for (const { name, configOperation } of resource.configs) {
    const verb = OPERATIONS_OF_LISTS.get(configOperation);
    if (verb === undefined || brokerKey(name)?.type.name === 'LIST') continue;
    throw new KafkaError('INVALID_CONFIG', `Config value ${verb} is not allowed for config key: ${name}`);
  }
  const changed = changedConfigs(resource, services.controller.context());
  services.checkBrokerChange(resource.resourceName, changed);
}
