import type { BrokerConfig } from './broker-config.js';
import { Config } from './config.js';
import { ConfigException, invalidValue } from './config-exception.js';
import { TOPIC_KEYS } from './keys/topic.js';
import { withServerDefaults } from './server-defaults.js';

export type TopicKeys = typeof TOPIC_KEYS;
export type TopicKeyName = keyof TopicKeys & string;
export type TimestampType = 'CreateTime' | 'LogAppendTime';
export type CompressionType = 'uncompressed' | 'gzip' | 'snappy' | 'lz4' | 'zstd' | 'producer';

/**
 * What holds for a topic: its own settings, else the broker's, else Kafka's. The fields are values ready for the
 * log; limits that are off are `Infinity`.
 */
export class TopicConfig extends Config<TopicKeys> {
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly segmentJitterMs: number;
  readonly indexBytes: number;
  readonly indexIntervalBytes: number;
  readonly preallocate: boolean;
  readonly fileDeleteDelayMs: number;
  readonly flushMessages: number;
  readonly flushMs: number;
  readonly deletes: boolean;
  readonly compacts: boolean;
  readonly retentionMs: number;
  readonly retentionBytes: number;
  readonly maxMessageBytes: number;
  readonly deleteRetentionMs: number;
  readonly minCompactionLagMs: number;
  readonly maxCompactionLagMs: number;
  readonly minCleanableRatio: number;
  readonly uncleanLeaderElection: boolean;
  readonly minInsyncReplicas: number;
  readonly compressionType: CompressionType;
  readonly gzipLevel: number;
  readonly lz4Level: number;
  readonly zstdLevel: number;
  readonly timestampType: TimestampType;
  readonly timestampBeforeMaxMs: number;
  readonly timestampAfterMaxMs: number;
  readonly remoteStorage: boolean;

  /** @throws ConfigException where a value is none that its key takes. */
  constructor(overrides: ReadonlyMap<string, string>, broker: BrokerConfig) {
    super(TOPIC_KEYS, withServerDefaults(TOPIC_KEYS, clamped(overrides, broker), broker));
    this.segmentBytes = this.get('internal.segment.bytes') ?? this.get('segment.bytes');
    this.segmentJitterMs = this.get('segment.jitter.ms');
    this.indexBytes = this.get('segment.index.bytes');
    this.indexIntervalBytes = this.get('index.interval.bytes');
    this.preallocate = this.get('preallocate');
    this.fileDeleteDelayMs = this.get('file.delete.delay.ms');
    this.flushMessages = this.get('flush.messages');
    this.flushMs = this.get('flush.ms');
    const policies = this.get('cleanup.policy');
    this.deletes = policies.includes('delete');
    this.compacts = policies.includes('compact');
    this.retentionMs = limit(this.get('retention.ms'));
    this.retentionBytes = limit(this.get('retention.bytes'));
    this.maxMessageBytes = this.get('max.message.bytes');
    this.deleteRetentionMs = this.get('delete.retention.ms');
    this.minCompactionLagMs = this.get('min.compaction.lag.ms');
    this.maxCompactionLagMs = this.get('max.compaction.lag.ms');
    // What is to be compacted in time must leave the active segment in time.
    const compactedMs =
      this.compacts && this.maxCompactionLagMs > 0 ? this.maxCompactionLagMs : Number.POSITIVE_INFINITY;
    this.segmentMs = Math.min(this.get('segment.ms'), compactedMs);
    this.minCleanableRatio = this.get('min.cleanable.dirty.ratio');
    this.uncleanLeaderElection = this.get('unclean.leader.election.enable');
    this.minInsyncReplicas = this.get('min.insync.replicas');
    this.compressionType = this.get('compression.type') as CompressionType;
    this.gzipLevel = this.get('compression.gzip.level');
    this.lz4Level = this.get('compression.lz4.level');
    this.zstdLevel = this.get('compression.zstd.level');
    this.timestampType = this.get('message.timestamp.type') as TimestampType;
    this.timestampBeforeMaxMs = this.get('message.timestamp.before.max.ms');
    this.timestampAfterMaxMs = this.get('message.timestamp.after.max.ms');
    this.remoteStorage = this.get('remote.storage.enable');
  }
}

/** The broker takes any negative `log.retention.ms` as unlimited, which for a topic is -1. */
function clamped(overrides: ReadonlyMap<string, string>, broker: BrokerConfig): ReadonlyMap<string, string> {
  if (overrides.has('retention.ms') || broker.logRetentionMs !== -1) return overrides;
  return new Map([...overrides, ['retention.ms', '-1']]);
}

function limit(value: number): number {
  return value < 0 ? Number.POSITIVE_INFINITY : value;
}

/**
 * Checks what a topic is to be set to, as the controller does before it writes anything. `existing`: what it was
 * set to until now.
 *
 * @throws ConfigException with Kafka's message
 */
export function checkTopicConfig(
  overrides: ReadonlyMap<string, string>,
  broker: BrokerConfig,
  existing: ReadonlyMap<string, string> = new Map(),
): void {
  for (const name of overrides.keys()) {
    if (!Object.hasOwn(TOPIC_KEYS, name)) throw new ConfigException(`Unknown topic config name: ${name}`);
  }
  const config = new TopicConfig(overrides, broker);
  if (config.minCompactionLagMs > config.maxCompactionLagMs) {
    const least = `min.compaction.lag.ms (${config.text('min.compaction.lag.ms')})`;
    const most = `max.compaction.lag.ms (${config.text('max.compaction.lag.ms')})`;
    throw new ConfigException(`conflict topic config setting ${least} > ${most}`);
  }
  if (config.remoteStorage) checkRemoteStorage(config, broker);
  else if (existing.get('remote.storage.enable') === 'true') checkRemoteStorageEnds(config);
}

function checkRemoteStorage(config: TopicConfig, broker: BrokerConfig): void {
  if (!broker.get('remote.log.storage.system.enable')) {
    throw new ConfigException(
      'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.',
    );
  }
  if (config.compacts) {
    throw new ConfigException(
      'Remote log storage only supports topics with cleanup.policy=delete or cleanup.policy being an empty list.',
    );
  }
  checkLocalRetention(config, 'local.retention.bytes', 'retention.bytes');
  checkLocalRetention(config, 'local.retention.ms', 'retention.ms');
}

/** A local limit of -2 is the whole log's. */
function checkLocalRetention(
  config: TopicConfig,
  localName: 'local.retention.bytes' | 'local.retention.ms',
  wholeName: 'retention.bytes' | 'retention.ms',
): void {
  const local = config.get(localName);
  const whole = config.get(wholeName);
  const shown = config.text(localName);
  if (whole !== -1 && local === -1) {
    throw invalidValue(
      localName,
      shown,
      `Value must not be -1 as ${wholeName} value is set as ${config.text(wholeName)}.`,
    );
  }
  if (whole !== -1 && local > whole) {
    const rule = `Value must not be more than ${wholeName} property value: ${config.text(wholeName)}`;
    throw invalidValue(localName, shown, rule);
  }
  if (config.get('remote.log.copy.disable') && local !== -2 && local !== whole) {
    throw new ConfigException(
      `When \`remote.log.copy.disable\` is set to true, the \`${localName}\` and \`${wholeName}\` must be set to the ` +
        'identical value because there will be no more logs copied to the remote storage.',
    );
  }
}

function checkRemoteStorageEnds(config: TopicConfig): void {
  if (config.get('remote.log.delete.on.disable')) return;
  throw new ConfigException(
    'It is invalid to disable remote storage without deleting remote data. If you want to keep the remote data and ' +
      'turn to read only, please set `remote.storage.enable=true,remote.log.copy.disable=true`. If you want to disable ' +
      'remote storage and delete all remote data, please set ' +
      '`remote.storage.enable=false,remote.log.delete.on.disable=true`.',
  );
}
