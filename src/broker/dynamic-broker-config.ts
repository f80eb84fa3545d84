/** What a broker checks before it lets its own settings be changed while it runs (KIP-226). */
import { type BrokerConfig, type BrokerKeyName, brokerKey, settableBrokerKey } from '../config/broker-config.js';
import { parseValue } from '../config/config.js';
import { ConfigException } from '../config/config-exception.js';
import type { ConfigKey } from '../config/config-key.js';
import { KafkaError } from '../protocol/errors.js';
import { CONFIG_BROKER } from '../state/metadata/config-resource.js';
import type { MetadataImage } from '../state/metadata/image.js';
import { effectiveConfig } from './topic-settings.js';

const THREAD_POOLS = [
  'num.io.threads',
  'num.network.threads',
  'num.replica.fetchers',
  'num.recovery.threads.per.data.dir',
  'background.threads',
  'remote.log.reader.threads',
  'remote.log.manager.copier.thread.pool.size',
  'remote.log.manager.expiration.thread.pool.size',
  'remote.log.manager.follower.thread.pool.size',
] satisfies BrokerKeyName[];

const JMX_REPORTER = 'org.apache.kafka.common.metrics.JmxReporter';

/** Settings of one listener, however they are named in full. */
const LISTENER_PREFIX = /^listener\.name\.[^.]*\.(.*)$/;
/** The keys and certificates: no listener shares them with the others. */
const PER_LISTENER_ONLY = /^ssl\.(?:keystore|truststore|key\.password)/;
const LISTENER_QUOTAS = ['max.connections', 'max.connection.creation.rate'] satisfies BrokerKeyName[];
/** What may be set for a listener of every broker at once; all else of a listener is one broker's. */
const OF_ALL_BROKERS: readonly string[] = [...LISTENER_QUOTAS, 'num.network.threads'];

/**
 * @param changed all settings of this resource as they would be
 * @throws KafkaError INVALID_REQUEST
 */
export function checkBrokerChange(
  resourceName: string,
  changed: ReadonlyMap<string, string>,
  node: BrokerConfig,
  image: MetadataImage,
): void {
  const names = [...changed.keys()];
  refuseAll('Cannot update these configs dynamically', names.filter(isFixed));
  refuseAll(
    'These security configs can be dynamically updated only per-listener using the listener prefix',
    names.filter((name) => PER_LISTENER_ONLY.test(name)),
  );
  try {
    for (const [name, text] of changed) {
      const key = keyOf(name);
      if (key !== null) parseValue(plainName(name), key, text);
    }
    if (resourceName === '') {
      refuseAll(
        'Cannot update these configs at default cluster level, broker id must be specified',
        names.filter(isOfOneBroker),
      );
    }
    checkTogether(resourceName, changed, node, image);
  } catch (error) {
    if (error instanceof ConfigException) throw new KafkaError('INVALID_REQUEST', error.message);
    throw error;
  }
}

function refuseAll(text: string, names: readonly string[]): void {
  if (names.length > 0) throw new KafkaError('INVALID_REQUEST', `${text}: [${names.join(', ')}]`);
}

const plainName = (name: string): string => LISTENER_PREFIX.exec(name)?.[1] ?? name;

const keyOf = (name: string): ConfigKey | null => settableBrokerKey(name) ?? brokerKey(plainName(name));

const isFixed = (name: string): boolean =>
  brokerKey(name) !== null && (brokerKey(name)?.mode ?? 'read-only') === 'read-only';

const isOfOneBroker = (name: string): boolean =>
  LISTENER_PREFIX.test(name) ? !OF_ALL_BROKERS.includes(plainName(name)) : brokerKey(name)?.mode === 'per-broker';

/** The node as it would be then has to be one that could start, and not too far from what it is now. */
function checkTogether(
  resourceName: string,
  changed: ReadonlyMap<string, string>,
  node: BrokerConfig,
  image: MetadataImage,
): void {
  const own = resourceName === '' ? image.configsOf(CONFIG_BROKER, String(node.nodeId)) : changed;
  const defaults = resourceName === '' ? changed : image.configsOf(CONFIG_BROKER, '');
  const after = node.with(new Map([...defaults, ...own]));
  const before = effectiveConfig(node, image);
  for (const name of THREAD_POOLS) checkThreads(name, before.get(name), after.get(name));
  for (const { listener } of node.brokerListeners) checkListener(listener, before, after);
  checkCleanerThreads(before.get('log.cleaner.threads'), after.get('log.cleaner.threads'));
  checkLocalRetention(after);
  if (changed.has('metric.reporters') && after.get('metric.reporters').some((name) => name !== JMX_REPORTER)) {
    throw invalid(
      'Validation of dynamic config update of Set(metric.reporters) failed with class class ' +
        'kafka.server.DynamicMetricsReporters',
    );
  }
}

const invalid = (text: string): ConfigException =>
  new ConfigException(
    `Invalid value org.apache.kafka.common.config.ConfigException: ${text} for configuration Invalid dynamic configuration`,
  );

function checkListener(listener: string, before: BrokerConfig, after: BrokerConfig): void {
  const [old, wanted] = [before.forListener(listener), after.forListener(listener)];
  for (const name of LISTENER_QUOTAS) {
    const limit = wanted.get(name);
    if (limit !== old.get(name) && limit <= 0) throw invalid(`Invalid ${name} ${limit}`);
  }
  checkThreads('num.network.threads', old.get('num.network.threads'), wanted.get('num.network.threads'));
}

function checkThreads(name: string, before: number, after: number): void {
  if (after === before) return;
  const failed = `Dynamic thread count update validation failed for ${name}=${after}, value should`;
  if (after <= 0) throw invalid(`${failed} be at least 1`);
  if (after < Math.trunc(before / 2)) throw invalid(`${failed} be at least half the current value ${before}`);
  if (after > before * 2) throw invalid(`${failed} not be greater than double the current value ${before}`);
}

function checkCleanerThreads(before: number, after: number): void {
  if (after < 1) throw invalid('Log cleaner threads should be at least 1');
  if (after < Math.trunc(before / 2)) {
    throw invalid(`Log cleaner threads cannot be reduced to less than half the current value ${before}`);
  }
  if (after > before * 2) {
    throw invalid(`Log cleaner threads cannot be increased to more than double the current value ${before}`);
  }
}

/** -2 stands for what the whole log keeps, which may be -1, without a limit. */
function checkLocalRetention(after: BrokerConfig): void {
  const limits = [
    ['log.local.retention.ms', 'log.retention.ms', after.logRetentionMs],
    ['log.local.retention.bytes', 'log.retention.bytes', after.get('log.retention.bytes')],
  ] as const;
  for (const [name, whole, most] of limits) {
    const local = after.get(name);
    if (most === -1 || local === -2) continue;
    const what = `Invalid value ${after.text(name)} for configuration ${name}: Value must not be`;
    if (local === -1) throw invalid(`${what} -1 as ${whole} value is set as ${most}.`);
    if (local > most) throw invalid(`${what} more than ${whole} property value: ${most}`);
  }
}
