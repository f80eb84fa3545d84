import { Config } from '../../config/config.js';
import { ConfigException } from '../../config/config-exception.js';
import { CONSUMER_KEYS } from '../../config/keys/consumer.js';
import { KafkaError } from '../../protocol/errors.js';
import { type ClientProperties, type ClientSettings, sharedSettings } from '../client-config.js';

const DESERIALIZER = 'org.apache.kafka.common.serialization.ByteArrayDeserializer';

/** Keys of consumers that have no meaning in a share group, in the order in which Java names them. */
const NOT_OF_SHARE_GROUPS = [
  ...['auto.offset.reset', 'enable.auto.commit', 'group.instance.id', 'isolation.level'],
  ...['partition.assignment.strategy', 'interceptor.classes', 'session.timeout.ms', 'heartbeat.interval.ms'],
  ...['group.protocol', 'group.remote.assignor'],
];

export interface ShareConsumerSettings extends ClientSettings {
  readonly groupId: string;
  readonly maxPollIntervalMs: number;
  readonly maxPollRecords: number;
  readonly fetchMinBytes: number;
  readonly fetchMaxBytes: number;
  readonly fetchMaxWaitMs: number;
  readonly checkCrcs: boolean;
  readonly clientRack: string;
  readonly allowAutoCreateTopics: boolean;
  /** The application acknowledges each record itself; otherwise the next poll accepts those of the one before. */
  readonly isExplicit: boolean;
  /** max.poll.records is a limit of what is acquired too: no whole batches, and of one broker at a time. */
  readonly isRecordLimit: boolean;
}

/** @throws ConfigException with Kafka's messages; KafkaError INVALID_GROUP_ID without a group */
export function shareConsumerSettings(properties: ClientProperties): ShareConsumerSettings {
  const given = new Map([['key.deserializer', DESERIALIZER], ['value.deserializer', DESERIALIZER], ...properties]);
  // Apache Kafka 4.3.1 tells of values that are no values at all first.
  const config = checked(given);
  const groupId = config.get('group.id');
  if (groupId === null || groupId.trim() === '') {
    throw new KafkaError('INVALID_GROUP_ID', 'You must provide a valid group.id in the consumer configuration.');
  }
  return {
    ...sharedSettings(config, {
      bootstrap: config.get('bootstrap.servers'),
      clientId: config.get('client.id') || `consumer-${groupId}-1`,
      defaultApiTimeoutMs: config.get('default.api.timeout.ms'),
    }),
    groupId,
    maxPollIntervalMs: config.get('max.poll.interval.ms'),
    maxPollRecords: config.get('max.poll.records'),
    fetchMinBytes: config.get('fetch.min.bytes'),
    fetchMaxBytes: config.get('fetch.max.bytes'),
    fetchMaxWaitMs: config.get('fetch.max.wait.ms'),
    checkCrcs: config.get('check.crcs'),
    clientRack: config.get('client.rack'),
    allowAutoCreateTopics: config.get('allow.auto.create.topics'),
    isExplicit: config.get('share.acknowledgement.mode').toLowerCase() === 'explicit',
    isRecordLimit: config.get('share.acquire.mode').toLowerCase() === 'record_limit',
  };
}

function checked(given: ClientProperties): Config<typeof CONSUMER_KEYS> {
  const refused = NOT_OF_SHARE_GROUPS.filter((key) => given.has(key));
  if (refused.length > 0) {
    throw new ConfigException(`${refused.join(', ')} cannot be set when using a share group.`);
  }
  return new Config(CONSUMER_KEYS, given);
}
