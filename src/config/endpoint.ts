import { ConfigException, illegalArgument } from './config-exception.js';
import { javaTrim } from './java-text.js';

export const SECURITY_PROTOCOLS = ['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'] as const;
export type SecurityProtocol = (typeof SECURITY_PROTOCOLS)[number];

/** One entry of `listeners` or `advertised.listeners`. */
export interface Endpoint {
  readonly listener: string;
  readonly securityProtocol: SecurityProtocol;
  /** Null for all addresses, where the entry has none. */
  readonly host: string | null;
  readonly port: number;
}

export type ProtocolMap = ReadonlyMap<string, SecurityProtocol>;

export function securityProtocolOf(name: string): SecurityProtocol | null {
  const wanted = name.toUpperCase();
  return SECURITY_PROTOCOLS.find((protocol) => protocol === wanted) ?? null;
}

/** Listener names are compared in capitals. */
export function listenerName(name: string): string {
  if (name === '') throw new ConfigException('The provided listener name is null or empty string');
  return name.toUpperCase();
}

/** Reads `listener.security.protocol.map`. */
export function parseProtocolMap(key: string, text: string): Map<string, SecurityProtocol> {
  const map = new Map<string, SecurityProtocol>();
  for (const [name, protocolName] of parseColonMap(key, text)) {
    const protocol = securityProtocolOf(protocolName);
    if (protocol === null) throw new ConfigException(`Invalid security protocol \`${protocolName}\` defined in ${key}`);
    map.set(listenerName(name), protocol);
  }
  return map;
}

/** Reads `a:1,b:2`; the last colon of an entry parts name and value, since an IPv6 address may be the name. */
export function parseColonMap(key: string, text: string): Map<string, string> {
  const map = new Map<string, string>();
  const entries = javaTrim(text);
  if (entries === '') return map;
  for (const entry of entries.split(',')) {
    const colon = entry.lastIndexOf(':');
    if (colon < 0) {
      throw illegalArgument(`Error parsing configuration property '${key}': '${entry}' is not of the form name:value`);
    }
    map.set(javaTrim(entry.slice(0, colon)), javaTrim(entry.slice(colon + 1)));
  }
  return map;
}

const ENDPOINT = /^(.*):\/\/\[?([0-9a-zA-Z\-%._:]*)\]?:(-?[0-9]+)$/;

/**
 * Reads a list of endpoints. `distinctPorts`: each needs a port of its own, but for a pair of an IPv4 and an IPv6
 * address.
 */
export function parseEndpoints(entries: readonly string[], protocols: ProtocolMap, distinctPorts: boolean): Endpoint[] {
  const list = `[${entries.join(', ')}]`;
  try {
    const endpoints = entries.map((entry) => parseEndpoint(entry, protocols));
    if (new Set(endpoints.map(({ listener }) => listener)).size !== endpoints.length) {
      throw new ConfigException(`Each listener must have a different name, listeners: ${list}`);
    }
    if (distinctPorts) checkPorts(endpoints, list);
    return endpoints;
  } catch (cause) {
    const message = `Error creating broker listeners from '${list}': ${(cause as Error).message}`;
    throw illegalArgument(message, cause);
  }
}

function parseEndpoint(entry: string, protocols: ProtocolMap): Endpoint {
  const [, name, host, port] = ENDPOINT.exec(entry) ?? [];
  if (name === undefined) throw new ConfigException(`Unable to parse ${entry} to a broker endpoint`);
  if (Math.abs(Number(port)) > 0x7fff_ffff) throw new ConfigException(`For input string: "${port}"`);
  const listener = listenerName(name);
  const securityProtocol = protocols.get(listener);
  if (securityProtocol === undefined) {
    throw new ConfigException(`No security protocol defined for listener ${listener}`);
  }
  return { listener, securityProtocol, host: host === '' ? null : (host ?? null), port: Number(port) };
}

function checkPorts(endpoints: readonly Endpoint[], list: string): void {
  const ports = new Set(endpoints.map(({ port }) => port));
  for (const port of ports) {
    const sharing = endpoints.filter((endpoint) => endpoint.port === port && port !== 0);
    if (sharing.length > 1) checkSharedPort(port, sharing, list);
  }
}

function checkSharedPort(port: number, sharing: readonly Endpoint[], list: string): void {
  const numeric = sharing.map(({ host }) => addressFamily(host)).filter((family) => family !== null);
  if (sharing.length - numeric.length > 1) {
    throw new ConfigException(`Each listener must have a different port, listeners: ${list}`);
  }
  if (numeric.length === 2) {
    if (numeric[0] !== numeric[1] && sharing.length === 2) return;
    const rule = 'If you have two listeners on the same port then one needs to be IPv4 and the other IPv6';
    throw new ConfigException(`${rule}, listeners: ${list}, port: ${port}`);
  }
  const rule =
    'Each listener must have a different port unless exactly one listener has an IPv4 address and the other IPv6 address';
  throw new ConfigException(`${rule}, listeners: ${list}, port: ${port}`);
}

function addressFamily(host: string | null): 4 | 6 | null {
  if (host === null) return null;
  if (host.includes(':')) return 6;
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) ? 4 : null;
}
