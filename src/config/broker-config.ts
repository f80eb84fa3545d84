import { checkBrokerConfig } from './broker-config-checks.js';
import { Config } from './config.js';
import { ConfigException } from './config-exception.js';
import type { ConfigKey } from './config-key.js';
import {
  type Endpoint,
  listenerName,
  type ProtocolMap,
  parseColonMap,
  parseEndpoints,
  parseProtocolMap,
  type SecurityProtocol,
} from './endpoint.js';
import type { HostPort } from './host-port.js';
import { BROKER_KEYS } from './keys/broker.js';
import { BROKER_QUOTA_KEYS } from './keys/broker-quota.js';
import { parseQuorumBootstrapServers, parseQuorumVoters, voterAddress } from './quorum-voters.js';

export type BrokerKeys = typeof BROKER_KEYS;
export type BrokerKeyName = keyof BrokerKeys & string;
export type ProcessRole = 'broker' | 'controller';

const PROTOCOL_MAP = 'listener.security.protocol.map';
const INTER_BROKER_NAME = 'inter.broker.listener.name';
const INTER_BROKER_PROTOCOL = 'security.inter.broker.protocol';

/** What a node is set to: server.properties, checked key by key and as a whole, and what follows from it. */
export class BrokerConfig extends Config<BrokerKeys> {
  readonly nodeId: number;
  readonly roles: ReadonlySet<ProcessRole>;
  readonly quorumVoters: ReadonlyMap<number, HostPort | null>;
  readonly quorumBootstrapServers: readonly HostPort[];
  readonly protocolMap: ProtocolMap;
  /** All of `listeners`. */
  readonly listeners: readonly Endpoint[];
  /** Those of them that `controller.listener.names` names. */
  readonly controllerListeners: readonly Endpoint[];
  /** The others: for brokers and clients. */
  readonly brokerListeners: readonly Endpoint[];
  readonly advertisedBrokerListeners: readonly Endpoint[];
  readonly advertisedControllerListeners: readonly Endpoint[];
  readonly interBroker: { readonly listener: string; readonly securityProtocol: SecurityProtocol };
  readonly earlyStartListeners: ReadonlySet<string>;
  readonly logDirs: readonly string[];
  readonly metadataLogDir: string;
  /** What Kafka logs about settings that work but should be changed. */
  readonly warnings: readonly string[];

  /** @throws ConfigException with the message of Apache Kafka's server. */
  constructor(properties: ReadonlyMap<string, string>) {
    super(BROKER_KEYS, withNodeId(properties));
    this.nodeId = this.get('node.id');
    this.roles = new Set(this.get('process.roles') as ProcessRole[]);
    this.quorumVoters = parseQuorumVoters(this.get('controller.quorum.voters'));
    this.quorumBootstrapServers = parseQuorumBootstrapServers(this.get('controller.quorum.bootstrap.servers'));
    this.protocolMap = this.effectiveProtocolMap();
    this.listeners = parseEndpoints(this.get('listeners'), this.protocolMap, true);
    const controllerNames = this.get('controller.listener.names');
    this.controllerListeners = this.listeners.filter(({ listener }) => controllerNames.includes(listener));
    this.brokerListeners = this.listeners.filter(({ listener }) => !controllerNames.includes(listener));
    this.earlyStartListeners = this.parseEarlyStartListeners();
    const advertised = this.parseAdvertisedListeners();
    this.advertisedBrokerListeners = advertised.filter(({ listener }) => !controllerNames.includes(listener));
    this.advertisedControllerListeners = this.effectiveAdvertisedControllerListeners(advertised);
    this.logDirs = this.get('log.dirs') ?? this.get('log.dir');
    this.metadataLogDir = this.get('metadata.log.dir') ?? this.logDirs[0] ?? '';
    this.interBroker = this.parseInterBroker();
    this.warnings = checkBrokerConfig(this);
  }

  /** These settings with others put over them: those of the running cluster, or of the command line. */
  with(changes: ReadonlyMap<string, string>): BrokerConfig {
    return new BrokerConfig(new Map([...this.originals, ...changes]));
  }

  /**
   * The settings that hold for one listener: those that begin with `listener.name.NAME.` stand in place of the
   * plain ones.
   */
  forListener(name: string): BrokerListenerConfig {
    const prefix = `listener.name.${name.toLowerCase()}.`;
    const own = [...this.originals].filter(([key]) => key.startsWith(prefix));
    const stripped = own.map(([key, text]) => [key.slice(prefix.length), text] as const);
    return new Config(BROKER_KEYS, new Map([...this.originals, ...stripped]));
  }

  isController(): boolean {
    return this.roles.has('controller');
  }

  isBroker(): boolean {
    return this.roles.has('broker');
  }

  /** `log.retention.ms`, or minutes, or hours; -1 for ever. */
  get logRetentionMs(): number {
    const minutes = this.get('log.retention.minutes');
    const hours = this.get('log.retention.hours');
    const ms = this.get('log.retention.ms') ?? (minutes === null ? hours * 3_600_000 : minutes * 60_000);
    return ms < 0 ? -1 : ms;
  }

  get logRollMs(): number {
    return this.get('log.roll.ms') ?? this.get('log.roll.hours') * 3_600_000;
  }

  get logRollJitterMs(): number {
    return this.get('log.roll.jitter.ms') ?? this.get('log.roll.jitter.hours') * 3_600_000;
  }

  get logFlushIntervalMs(): number {
    return this.get('log.flush.interval.ms') ?? this.get('log.flush.scheduler.interval.ms');
  }

  /** Connections allowed of single hosts, by host name or address. */
  maxConnectionsPerIpOverrides(): Map<string, number> {
    const key = 'max.connections.per.ip.overrides';
    const limits = new Map<string, number>();
    for (const [host, text] of parseColonMap(key, this.get(key))) {
      if (!/^[+-]?[0-9]+$/.test(text)) {
        throw new ConfigException(
          `Error parsing configuration property '${key}': '${text}' of ${host} is not a number`,
        );
      }
      limits.set(host, Number(text));
    }
    return limits;
  }

  /**
   * The protocols of the listeners. Where none are given, those of the controllers are PLAINTEXT unless SSL or SASL
   * is in use anywhere.
   */
  private effectiveProtocolMap(): ProtocolMap {
    const map = parseProtocolMap(PROTOCOL_MAP, this.get(PROTOCOL_MAP));
    if (this.isSet(PROTOCOL_MAP)) return map;
    const controllerNames = this.get('controller.listener.names');
    const listenerNames = this.get('listeners').map(nameOfListener);
    if ([...controllerNames, ...listenerNames].some(isSecured)) return map;
    for (const name of controllerNames) map.set(name, 'PLAINTEXT');
    return map;
  }

  private parseAdvertisedListeners(): readonly Endpoint[] {
    const entries = this.get('advertised.listeners');
    return entries === null ? this.listeners : parseEndpoints(entries, this.protocolMap, false);
  }

  /**
   * Where a controller listener is not advertised it is its own address; a wildcard of the first one gives way to
   * what `controller.quorum.voters` says of this node.
   */
  private effectiveAdvertisedControllerListeners(advertised: readonly Endpoint[]): Endpoint[] {
    const found: Endpoint[] = [];
    for (const [index, name] of this.get('controller.listener.names').entries()) {
      const isNamed = ({ listener }: Endpoint): boolean => listener === listenerName(name);
      const explicit = this.isSet('advertised.listeners') ? advertised.find(isNamed) : undefined;
      const endpoint = explicit ?? this.controllerListeners.find(isNamed);
      if (endpoint === undefined) continue;
      found.push(explicit ?? this.withReachableHost(endpoint, index === 0));
    }
    return found;
  }

  private withReachableHost(endpoint: Endpoint, isFirst: boolean): Endpoint {
    if (endpoint.host !== null && endpoint.host !== '0.0.0.0') return endpoint;
    const address = isFirst ? voterAddress(this.quorumVoters, this.nodeId) : null;
    return { ...endpoint, ...(address ?? { host: null }) };
  }

  private parseEarlyStartListeners(): ReadonlySet<string> {
    const names = this.get('early.start.listeners');
    if (names === null) return new Set(this.controllerListeners.map(({ listener }) => listener));
    for (const name of names) {
      if (this.listeners.some(({ listener }) => listener === name)) continue;
      const places = 'listeners or controller.listener.names';
      throw new ConfigException(
        `early.start.listeners contains listener ${name}, but this is not contained in ${places}`,
      );
    }
    return new Set(names);
  }

  private parseInterBroker(): { listener: string; securityProtocol: SecurityProtocol } {
    const name = this.get(INTER_BROKER_NAME);
    if (name === null) {
      const securityProtocol = this.get(INTER_BROKER_PROTOCOL) as SecurityProtocol;
      return { listener: securityProtocol, securityProtocol };
    }
    if (this.isSet(INTER_BROKER_PROTOCOL)) {
      throw new ConfigException(`Only one of ${INTER_BROKER_NAME} and ${INTER_BROKER_PROTOCOL} should be set.`);
    }
    const listener = listenerName(name);
    const securityProtocol = this.protocolMap.get(listener);
    if (securityProtocol === undefined) {
      const where = `defined in ${INTER_BROKER_NAME} not found in ${PROTOCOL_MAP}`;
      throw new ConfigException(`Listener with name ${listener} ${where}.`);
    }
    return { listener, securityProtocol };
  }
}

export type BrokerListenerConfig = Config<BrokerKeys>;

/** The row of a broker key, for keys that are known by name only at run time. */
export function brokerKey(name: string): ConfigKey | null {
  return Object.hasOwn(BROKER_KEYS, name) ? BROKER_KEYS[name as BrokerKeyName] : null;
}

/** Also of those that can only be set while a broker runs; null for a name that no broker knows. */
export function settableBrokerKey(name: string): ConfigKey | null {
  return Object.hasOwn(BROKER_QUOTA_KEYS, name)
    ? BROKER_QUOTA_KEYS[name as keyof typeof BROKER_QUOTA_KEYS]
    : brokerKey(name);
}

/** `node.id` and the older `broker.id` stand for each other. */
function withNodeId(properties: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const nodeId = properties.get('node.id');
  const brokerId = properties.get('broker.id');
  if (nodeId === undefined && brokerId !== undefined) return new Map([...properties, ['node.id', brokerId]]);
  if (nodeId !== undefined && brokerId === undefined) return new Map([...properties, ['broker.id', nodeId]]);
  return properties;
}

function nameOfListener(entry: string): string {
  const colon = entry.indexOf(':');
  if (colon < 0) {
    const message = `Unable to parse a listener name from ${entry}`;
    throw new ConfigException(message, { javaClass: 'org.apache.kafka.common.KafkaException' });
  }
  return entry.slice(0, colon).toUpperCase();
}

function isSecured(name: string): boolean {
  return name === 'SSL' || name === 'SASL_SSL' || name === 'SASL_PLAINTEXT';
}
