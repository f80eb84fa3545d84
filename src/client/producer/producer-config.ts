import { Config } from '../../config/config.js';
import { ConfigException } from '../../config/config-exception.js';
import { PRODUCER_KEYS } from '../../config/keys/producer.js';
import { type CompressionName, CompressionType } from '../../protocol/compression/codec.js';
import { type ClientProperties, type ClientSettings, sharedSettings } from '../client-config.js';

const SERIALIZER = 'org.apache.kafka.common.serialization.ByteArraySerializer';
const MOST_IN_FLIGHT_IDEMPOTENT = 5;
const ALL = -1;

export interface ProducerSettings extends ClientSettings {
  /** -1 for all. */
  readonly acks: number;
  readonly idempotent: boolean;
  /** Null for a producer without transactions. */
  readonly transactionalId: string | null;
  readonly transactionTimeoutMs: number;
  readonly batchSizeBytes: number;
  readonly lingerMs: number;
  readonly bufferMemoryBytes: number;
  readonly maxBlockMs: number;
  readonly maxInFlight: number;
  readonly maxRequestBytes: number;
  readonly deliveryTimeoutMs: number;
  readonly compression: CompressionType;
  readonly compressionLevel: number | undefined;
  readonly ignoreKeys: boolean;
  readonly adaptivePartitioning: boolean;
  /** RoundRobinPartitioner instead of the built-in one. */
  readonly roundRobin: boolean;
}

/** @throws ConfigException with Kafka's messages. */
export function producerSettings(properties: ClientProperties): ProducerSettings {
  const given = new Map([['key.serializer', SERIALIZER], ['value.serializer', SERIALIZER], ...properties]);
  const config = new Config(PRODUCER_KEYS, given);
  const acksText = config.get('acks');
  const acks = acksText === 'all' ? ALL : Number(acksText);
  const compression = config.get('compression.type') as CompressionName;
  const maxBlockMs = config.get('max.block.ms');
  const partitioner = config.get('partitioner.class');
  return {
    ...sharedSettings(config, {
      bootstrap: config.get('bootstrap.servers'),
      clientId: config.get('client.id') || 'producer-1',
      defaultApiTimeoutMs: maxBlockMs,
      retries: config.get('retries'),
    }),
    acks,
    idempotent: isIdempotent(config, acks),
    transactionalId: transactionalId(config),
    transactionTimeoutMs: config.get('transaction.timeout.ms'),
    batchSizeBytes: Math.max(1, config.get('batch.size')),
    lingerMs: config.get('linger.ms'),
    bufferMemoryBytes: config.get('buffer.memory'),
    maxBlockMs,
    maxInFlight: config.get('max.in.flight.requests.per.connection'),
    maxRequestBytes: config.get('max.request.size'),
    deliveryTimeoutMs: deliveryTimeoutMs(config),
    compression: CompressionType[compression],
    compressionLevel: levelOf(config, compression),
    ignoreKeys: config.get('partitioner.ignore.keys'),
    adaptivePartitioning: config.get('partitioner.adaptive.partitioning.enable'),
    roundRobin: partitioner?.endsWith('.RoundRobinPartitioner') ?? false,
  };
}

/** Settings that rule idempotence out turn its default off, and contradict an explicit wish for it. */
function isIdempotent(config: Config<typeof PRODUCER_KEYS>, acks: number): boolean {
  if (!config.get('enable.idempotence')) return false;
  const isWished = config.isSet('enable.idempotence');
  if (config.get('retries') === 0) {
    if (isWished) throw new ConfigException('Must set retries to non-zero when using the idempotent producer.');
    return false;
  }
  if (acks !== ALL) {
    if (!isWished) return false;
    throw new ConfigException(
      'Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.',
    );
  }
  const inFlight = config.get('max.in.flight.requests.per.connection');
  if (inFlight <= MOST_IN_FLIGHT_IDEMPOTENT) return true;
  throw new ConfigException(
    `To use the idempotent producer, max.in.flight.requests.per.connection must be set to at most 5. Current value is ${inFlight}.`,
  );
}

function transactionalId(config: Config<typeof PRODUCER_KEYS>): string | null {
  const id = config.get('transactional.id');
  if (id !== null && !config.get('enable.idempotence') && config.isSet('enable.idempotence')) {
    throw new ConfigException('Cannot set a transactional.id without also enabling idempotence.');
  }
  return id;
}

function deliveryTimeoutMs(config: Config<typeof PRODUCER_KEYS>): number {
  const deliveryMs = config.get('delivery.timeout.ms');
  const leastMs = Math.min(config.get('linger.ms') + config.get('request.timeout.ms'), 0x7fff_ffff);
  if (deliveryMs >= leastMs) return deliveryMs;
  if (!config.isSet('delivery.timeout.ms')) return leastMs;
  throw new ConfigException('delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms');
}

function levelOf(config: Config<typeof PRODUCER_KEYS>, compression: CompressionName): number | undefined {
  switch (compression) {
    case 'gzip':
      return config.get('compression.gzip.level');
    case 'lz4':
      return config.get('compression.lz4.level');
    case 'zstd':
      return config.get('compression.zstd.level');
    default:
      return undefined;
  }
}
