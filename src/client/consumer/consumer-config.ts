import { Config } from '../../config/config.js';
import { ConfigException } from '../../config/config-exception.js';
import { parseDurationMs } from '../../config/iso-duration.js';
import { CONSUMER_KEYS } from '../../config/keys/consumer.js';
import { KafkaError } from '../../protocol/errors.js';
import { type ClientProperties, type ClientSettings, sharedSettings } from '../client-config.js';
import { type Assignor, assignorOfClass } from './assignors.js';

const DESERIALIZER = 'org.apache.kafka.common.serialization.ByteArrayDeserializer';
const BY_DURATION = 'by_duration:';
/** Keys that the broker decides on under group.protocol=consumer. */
const CLASSIC_ONLY = ['partition.assignment.strategy', 'heartbeat.interval.ms', 'session.timeout.ms'];

/** Where to begin without a committed offset, or with one that is out of range. */
export type OffsetReset =
  | { readonly kind: 'earliest' | 'latest' | 'none' }
  /** At the first record that is not older than this. */
  | { readonly kind: 'by_duration'; readonly durationMs: number };

export interface ConsumerSettings extends ClientSettings {
  readonly groupId: string | null;
  readonly groupInstanceId: string | null;
  readonly groupProtocol: 'classic' | 'consumer';
  readonly remoteAssignor: string | null;
  readonly assignors: readonly Assignor[];
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  readonly maxPollIntervalMs: number;
  readonly maxPollRecords: number;
  readonly autoCommit: boolean;
  readonly autoCommitIntervalMs: number;
  readonly offsetReset: OffsetReset;
  readonly readCommitted: boolean;
  readonly fetchMinBytes: number;
  readonly fetchMaxBytes: number;
  readonly fetchMaxWaitMs: number;
  readonly maxPartitionFetchBytes: number;
  readonly checkCrcs: boolean;
  readonly clientRack: string;
  readonly allowAutoCreateTopics: boolean;
  readonly excludeInternalTopics: boolean;
}

/** @throws ConfigException with Kafka's messages; KafkaError INVALID_GROUP_ID for a blank one */
export function consumerSettings(properties: ClientProperties): ConsumerSettings {
  const given = new Map([['key.deserializer', DESERIALIZER], ['value.deserializer', DESERIALIZER], ...properties]);
  const config = new Config(CONSUMER_KEYS, given);
  const groupId = config.get('group.id');
  const groupProtocol = config.get('group.protocol').toLowerCase() as 'classic' | 'consumer';
  checkProtocolKeys(config, groupProtocol);
  if (groupId !== null && groupId.trim() === '') {
    throw new KafkaError('INVALID_GROUP_ID', 'The configured group.id should not be an empty string or whitespace.');
  }
  const groupInstanceId = config.get('group.instance.id');
  const suffix = groupId === null ? '1' : `${groupId}-${groupInstanceId ?? '1'}`;
  return {
    ...sharedSettings(config, {
      bootstrap: config.get('bootstrap.servers'),
      clientId: config.get('client.id') || `consumer-${suffix}`,
      defaultApiTimeoutMs: config.get('default.api.timeout.ms'),
    }),
    groupId,
    groupInstanceId,
    groupProtocol,
    remoteAssignor: config.get('group.remote.assignor'),
    assignors: config.get('partition.assignment.strategy').map(assignorOfClass),
    sessionTimeoutMs: config.get('session.timeout.ms'),
    heartbeatIntervalMs: config.get('heartbeat.interval.ms'),
    maxPollIntervalMs: config.get('max.poll.interval.ms'),
    maxPollRecords: config.get('max.poll.records'),
    autoCommit: autoCommit(config, groupId),
    autoCommitIntervalMs: config.get('auto.commit.interval.ms'),
    offsetReset: offsetResetOf(config.get('auto.offset.reset')),
    readCommitted: config.get('isolation.level') === 'read_committed',
    fetchMinBytes: config.get('fetch.min.bytes'),
    fetchMaxBytes: config.get('fetch.max.bytes'),
    fetchMaxWaitMs: config.get('fetch.max.wait.ms'),
    maxPartitionFetchBytes: config.get('max.partition.fetch.bytes'),
    checkCrcs: config.get('check.crcs'),
    clientRack: config.get('client.rack'),
    allowAutoCreateTopics: config.get('allow.auto.create.topics'),
    excludeInternalTopics: config.get('exclude.internal.topics'),
  };
}

function autoCommit(config: Config<typeof CONSUMER_KEYS>, groupId: string | null): boolean {
  const isOn = config.get('enable.auto.commit');
  if (groupId !== null) return isOn;
  if (isOn && config.isSet('enable.auto.commit')) {
    throw new ConfigException('enable.auto.commit cannot be set to true when default group id (null) is used.');
  }
  return false;
}

function checkProtocolKeys(config: Config<typeof CONSUMER_KEYS>, protocol: 'classic' | 'consumer'): void {
  if (protocol === 'consumer') {
    for (const key of CLASSIC_ONLY) {
      if (config.isSet(key)) throw new ConfigException(`${key} cannot be set when group.protocol=CONSUMER`);
    }
  } else if (config.isSet('group.remote.assignor')) {
    throw new ConfigException('group.remote.assignor cannot be set when group.protocol=CLASSIC');
  }
}

export function offsetResetOf(text: string): OffsetReset {
  if (text === 'earliest' || text === 'latest' || text === 'none') return { kind: text };
  const durationMs = text.startsWith(BY_DURATION) ? parseDurationMs(text.slice(BY_DURATION.length)) : null;
  if (durationMs === null) throw new ConfigException(`Invalid value ${text} for configuration auto.offset.reset`);
  return { kind: 'by_duration', durationMs };
}
