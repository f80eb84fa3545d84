import { BrokerConfig, brokerKey } from '../config/broker-config.js';
import { resolveVariables } from '../config/config-providers.js';
import { propertiesFromEnvironment } from '../config/environment.js';
import type { Io } from './io.js';
import { readProperties } from './load-properties.js';

/**
 * The configuration of a node: its file, over it the environment (as in Kafka's container images), and over both what
 * the command line says.
 *
 * @throws ToolError, ConfigException
 */
export function loadBrokerConfig(
  io: Io,
  path: string,
  overrides: ReadonlyMap<string, string> = new Map(),
): BrokerConfig {
  const environment = propertiesFromEnvironment(io.env, isBrokerKey);
  const properties = new Map([...readProperties(io, path), ...environment, ...overrides]);
  return new BrokerConfig(resolveVariables(properties, { disk: io.host.disk, env: io.env }));
}

function isBrokerKey(name: string): boolean {
  return brokerKey(name) !== null;
}
