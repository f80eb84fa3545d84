import { connectWithin } from './connect-to.js';
import type { Io } from './io.js';
import { loadProperties } from './load-properties.js';

/** The options of tools that can begin with brokers or with controllers (KIP-919): texts, and `timeout` a number. */
export interface BootstrapOptions {
  value(name: 'bootstrap-server' | 'bootstrap-controller' | 'command-config' | 'timeout'): unknown;
}

/**
 * Properties of an admin client: those of the file, if any, and over them the addresses of the kind that was given;
 * addresses of the other kind in the file do not count.
 *
 * @throws ToolError
 */
export function bootstrapProperties(options: BootstrapOptions, io: Io): Map<string, string> {
  const path = options.value('command-config') as string | null;
  const properties = path === null ? new Map<string, string>() : loadProperties(io, path);
  return bootstrapFrom(properties, options);
}

/** The same with properties that were read already. */
export function bootstrapFrom(properties: Map<string, string>, options: BootstrapOptions): Map<string, string> {
  const controllers = options.value('bootstrap-controller') as string | null;
  const brokers = options.value('bootstrap-server') as string | null;
  properties.delete('bootstrap.servers');
  properties.delete('bootstrap.controllers');
  if (controllers !== null) properties.set('bootstrap.controllers', controllers);
  else if (brokers !== null) properties.set('bootstrap.servers', brokers);
  return connectWithin(properties, options.value('timeout') as number | null);
}
