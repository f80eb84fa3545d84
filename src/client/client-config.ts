import type { Host, Logger } from '../base/host.js';
import { Config } from '../config/config.js';
import { ConfigException } from '../config/config-exception.js';
import type { ConfigKeys } from '../config/config-key.js';
import { type HostPort, hostPortText, parseHostPort } from '../config/host-port.js';
import { ADMIN_KEYS } from '../config/keys/admin.js';
import type { CLIENT_KEYS } from '../config/keys/client.js';
import { type KeyNotes, keyNotes } from './key-notes.js';
import { type Security, securityOf } from './security.js';

/** What a client needs of the machine. */
export interface ClientHost extends Host {
  readonly logger: Logger;
  /** What the scripts give to Java as `-Dname=value`, by KAFKA_OPTS. */
  readonly javaProperties?: ReadonlyMap<string, string>;
}

/** How long to look for the cluster, in milliseconds: a key of this client alone. */
export const CONNECT_TIMEOUT_KEY = 'kafkalite.connect.timeout.ms';
const CONNECT_TIMEOUT_MS = 5000;
/** A broker that only starts up now refuses connections for a moment; an address that is wrong does so for ever. */
const REFUSAL_PATIENCE_MS = 2000;

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
  /** Of the search for the cluster, from its first address to the brokers that it names. */
  readonly connectTimeoutMs: number;
  /** Within that time: of addresses that refuse. */
  readonly refusalPatienceMs: number;
  readonly connectionSetupTimeoutMs: number;
  readonly connectionSetupTimeoutMaxMs: number;
  readonly connectionsMaxIdleMs: number;
  readonly metadataMaxAgeMs: number;
  /** Whether the addresses of bootstrap.servers are asked again when no known broker answers. */
  readonly rebootstraps: boolean;
  /** Whether the addresses of bootstrap.servers stand for all the names behind them. */
  readonly resolvesBootstrap: boolean;
  readonly security: Security;
  /** What is to be said of keys that change nothing. */
  readonly keyNotes: KeyNotes;
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
  const security = securityOf(config);
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
    rebootstraps: config.get('metadata.recovery.strategy').toLowerCase() !== 'none',
    resolvesBootstrap: config.get('client.dns.lookup') === 'resolve_canonical_bootstrap_servers_only',
    ...connectTimes(config.originals.get(CONNECT_TIMEOUT_KEY), kind.defaultApiTimeoutMs),
    security,
    keyNotes: keyNotes(config, security.protocol),
  };
}

/** @throws ConfigException */
function connectTimes(given: string | undefined, mostMs: number) {
  const timeoutMs = given === undefined ? CONNECT_TIMEOUT_MS : Number(given);
  if (!(timeoutMs > 0)) throw new ConfigException(`The time to look for the cluster is above 0 ms, and not ${given}`);
  const connectTimeoutMs = Math.max(1, Math.min(timeoutMs, mostMs));
  const patienceMs = given === undefined ? REFUSAL_PATIENCE_MS : timeoutMs;
  return { connectTimeoutMs, refusalPatienceMs: Math.min(patienceMs, connectTimeoutMs) };
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
