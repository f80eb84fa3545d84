import type { Clock, Logger, Random } from '../base/host.js';
import type { Network } from '../base/network.js';
import { Config } from '../config/config.js';
import { ConfigException } from '../config/config-exception.js';
import type { ConfigKeys } from '../config/config-key.js';
import { type HostPort, hostPortText, parseHostPort } from '../config/host-port.js';
import { ADMIN_KEYS } from '../config/keys/admin.js';
import type { CLIENT_KEYS } from '../config/keys/client.js';
import type { Security } from './security.js';
import { securityOf } from './security.js';

/** What a client needs of the machine. */
export interface ClientHost {
  readonly clock: Clock;
  readonly random: Random;
  readonly network: Network;
  readonly logger: Logger;
}

/** Settings that all clients share, read and checked. Times in milliseconds. */
export interface ClientSettings {
  readonly bootstrap: readonly HostPort[];
  /** Whether the addresses are those of controllers (bootstrap.controllers). */
  readonly bootstrapControllers: boolean;
  readonly clientId: string;
  readonly requestTimeoutMs: number;
  readonly defaultApiTimeoutMs: number;
  readonly retries: number;
  readonly retryBackoffMs: number;
  readonly retryBackoffMaxMs: number;
  readonly reconnectBackoffMs: number;
  readonly reconnectBackoffMaxMs: number;
  readonly connectionSetupTimeoutMs: number;
  readonly connectionSetupTimeoutMaxMs: number;
  readonly connectionsMaxIdleMs: number;
  readonly metadataMaxAgeMs: number;
  readonly security: Security;
}

/** The properties of a client, by name. */
export type ClientProperties = ReadonlyMap<string, string>;

type SharedKeys = typeof CLIENT_KEYS & {
  readonly 'connections.max.idle.ms': (typeof ADMIN_KEYS)['connections.max.idle.ms'];
};

interface SettingsOfKind {
  readonly bootstrap: readonly string[];
  readonly bootstrapControllers?: boolean;
  readonly clientId: string;
  readonly defaultApiTimeoutMs: number;
  readonly retries?: number;
}

/** Settings of an admin client. @throws ConfigException */
export function adminSettings(properties: ClientProperties): ClientSettings {
  const config = new Config(ADMIN_KEYS, properties);
  const brokers = config.get('bootstrap.servers');
  const controllers = config.get('bootstrap.controllers');
  if (brokers.length > 0 && controllers.length > 0) {
    throw new ConfigException('You cannot specify both bootstrap.controllers and bootstrap.servers');
  }
  if (brokers.length === 0 && controllers.length === 0) {
    throw new ConfigException('You must set either bootstrap.servers or bootstrap.controllers');
  }
  return sharedSettings(config, {
    bootstrap: controllers.length > 0 ? controllers : brokers,
    bootstrapControllers: controllers.length > 0,
    clientId: config.get('client.id') || 'adminclient-1',
    defaultApiTimeoutMs: config.get('default.api.timeout.ms'),
    retries: config.get('retries'),
  });
}

/** The part of the settings that every kind of client has. @throws ConfigException */
export function sharedSettings<Keys extends SharedKeys & ConfigKeys>(
  given: Config<Keys>,
  kind: SettingsOfKind,
): ClientSettings {
  const config = given as unknown as Config<SharedKeys>;
  const controllers = kind.bootstrapControllers ?? false;
  return {
    bootstrap: bootstrapAddresses(kind.bootstrap, controllers ? 'bootstrap.controllers' : 'bootstrap.servers'),
    bootstrapControllers: controllers,
    clientId: kind.clientId,
    requestTimeoutMs: config.get('request.timeout.ms'),
    defaultApiTimeoutMs: kind.defaultApiTimeoutMs,
    retries: kind.retries ?? 0x7fff_ffff,
    retryBackoffMs: config.get('retry.backoff.ms'),
    retryBackoffMaxMs: config.get('retry.backoff.max.ms'),
    reconnectBackoffMs: config.get('reconnect.backoff.ms'),
    reconnectBackoffMaxMs: config.get('reconnect.backoff.max.ms'),
    connectionSetupTimeoutMs: config.get('socket.connection.setup.timeout.ms'),
    connectionSetupTimeoutMaxMs: config.get('socket.connection.setup.timeout.max.ms'),
    connectionsMaxIdleMs: config.get('connections.max.idle.ms'),
    metadataMaxAgeMs: config.get('metadata.max.age.ms'),
    security: securityOf(config.get('security.protocol')),
  };
}

/** @throws ConfigException with Kafka's message. */
export function bootstrapAddresses(texts: readonly string[], key = 'bootstrap.servers'): HostPort[] {
  const addresses: HostPort[] = [];
  const seen = new Set<string>();
  for (const text of texts) {
    if (text === '') continue;
    const address = parseHostPort(text);
    if (address === null || address.host === '') throw new ConfigException(`Invalid url in ${key}: ${text}`);
    if (address.port > 65535) throw new ConfigException(`Invalid port in ${key}: ${text}`);
    const canonical = hostPortText(address.host, address.port);
    if (seen.has(canonical)) continue;
    seen.add(canonical);
    addresses.push(address);
  }
  if (addresses.length === 0) throw new ConfigException(`No resolvable bootstrap urls given in ${key}`);
  return addresses;
}
