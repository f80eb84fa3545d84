import type { Config } from '../config/config.js';
import type { ConfigKey, ConfigKeys } from '../config/config-key.js';
import type { SecurityProtocol } from '../config/endpoint.js';
import { CLIENT_KEYS } from '../config/keys/client.js';

/** What a client says of keys that it was given and that change nothing. */
export interface KeyNotes {
  readonly warnings: readonly string[];
  /** Names that this client does not use, though another may, in Java's words; null where there are none. */
  readonly unused: string | null;
}

const NO_METRICS = 'this client keeps no metrics';
const NODE_TLS = 'TLS is that of Node, and not of Java';
const NO_KERBEROS = 'Kerberos is not available in this client';
const OF_BROKERS = 'only brokers look at it';
const BUILT_IN = 'what it would replace is built in, and Java classes cannot be loaded';

/** Keys that Java's clients know and that mean nothing here, with the reason. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  'metrics.sample.window.ms': NO_METRICS,
  'metrics.num.samples': NO_METRICS,
  'metrics.recording.level': NO_METRICS,
  'metric.reporters': NO_METRICS,
  'enable.metrics.push': NO_METRICS,
  'interceptor.classes': 'Java classes cannot be loaded',
  'security.providers': NODE_TLS,
  'ssl.provider': NODE_TLS,
  'ssl.keymanager.algorithm': NODE_TLS,
  'ssl.trustmanager.algorithm': NODE_TLS,
  'ssl.secure.random.implementation': NODE_TLS,
  'ssl.engine.factory.class': BUILT_IN,
  'sasl.login.class': BUILT_IN,
  'sasl.client.callback.handler.class': BUILT_IN,
  'sasl.oauthbearer.jwt.validator.class': BUILT_IN,
  'sasl.kerberos.service.name': NO_KERBEROS,
  'sasl.kerberos.kinit.cmd': NO_KERBEROS,
  'sasl.kerberos.ticket.renew.window.factor': NO_KERBEROS,
  'sasl.kerberos.ticket.renew.jitter': NO_KERBEROS,
  'sasl.kerberos.min.time.before.relogin': NO_KERBEROS,
  'sasl.oauthbearer.jwks.endpoint.url': OF_BROKERS,
  'sasl.oauthbearer.jwks.endpoint.refresh.ms': OF_BROKERS,
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms': OF_BROKERS,
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms': OF_BROKERS,
  'sasl.oauthbearer.clock.skew.seconds': OF_BROKERS,
  'sasl.oauthbearer.expected.audience': OF_BROKERS,
  'sasl.oauthbearer.expected.issuer': OF_BROKERS,
  'metadata.recovery.rebootstrap.trigger.ms': 'bootstrap.servers are asked again as soon as no known broker answers',
  'metadata.max.idle.ms': 'topics are kept as long as the producer lives',
  'partitioner.availability.timeout.ms': 'partitions are chosen by the load of their brokers alone',
};

/** Wishes about sockets, which Node leaves to the system; tools set them by themselves, so nobody is warned. */
const OF_SOCKETS: ReadonlySet<string> = new Set(['send.buffer.bytes', 'receive.buffer.bytes']);

/** @param config any client's */
export function keyNotes(config: Pick<Config<ConfigKeys>, 'keys' | 'originals'>, protocol: SecurityProtocol): KeyNotes {
  const warnings: string[] = [];
  const unused: string[] = [];
  for (const [name, text] of config.originals) {
    if (name.startsWith('config.providers.') || name.startsWith('kafkalite.')) continue;
    const key = Object.hasOwn(config.keys, name) ? config.keys[name] : undefined;
    const reason = WITHOUT_EFFECT[name];
    if (key === undefined) {
      unused.push(name);
      const meant = similarName(name);
      if (meant !== null) warnings.push(`There is no configuration ${name}. Was ${meant} meant?`);
    } else if (reason !== undefined) {
      if (differs(key, text)) warnings.push(`The configuration ${name} has no effect: ${reason}.`);
    } else if (OF_SOCKETS.has(name) || !isOfProtocol(name, protocol)) unused.push(name);
  }
  const list = unused.join(', ');
  return {
    warnings,
    unused: list === '' ? null : `These configurations '[${list}]' were supplied but are not used yet.`,
  };
}

function differs({ type, default: usual }: ConfigKey, text: string): boolean {
  return usual === null || usual === undefined ? text.trim() !== '' : type.canonical(text) !== type.canonical(usual);
}

function isOfProtocol(name: string, protocol: SecurityProtocol): boolean {
  if (name.startsWith('ssl.')) return protocol === 'SSL' || protocol === 'SASL_SSL';
  if (name.startsWith('sasl.')) return protocol === 'SASL_PLAINTEXT' || protocol === 'SASL_SSL';
  return true;
}

const MOST_MISTAKES = 2;

/** The key that all clients have and that is nearest to the name; null where none is near. */
function similarName(name: string): string | null {
  let nearest: string | null = null;
  let least = MOST_MISTAKES + 1;
  for (const known of Object.keys(CLIENT_KEYS)) {
    if (Math.abs(known.length - name.length) > MOST_MISTAKES) continue;
    const mistakes = mistakesBetween(name, known);
    if (mistakes < least) [nearest, least] = [known, mistakes];
  }
  return nearest;
}

/** How many letters have to be put in, left out or replaced to make one of the other. */
function mistakesBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      const replaced = (row[j - 1] as number) + (one[i - 1] === other[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
