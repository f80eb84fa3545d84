import { boolean, type ConfigKey, int, javaClass, list, long, REQUIRED, string } from '../config-key.js';
import { atLeast, between, distinct, GZIP_LEVEL, NON_EMPTY, oneOf } from '../validators.js';
import { CLIENT_KEYS } from './client.js';

/** Keys of a producer. */
export const PRODUCER_KEYS = {
  ...CLIENT_KEYS,
  'bootstrap.servers': list(REQUIRED, 'HIGH', { valid: distinct() }),
  'buffer.memory': long('33554432', 'HIGH', { valid: atLeast(0) }),
  retries: int('2147483647', 'HIGH', { valid: between(0, 2147483647) }),
  acks: string('all', 'LOW', { valid: oneOf('all', '-1', '0', '1') }),
  'compression.type': string('none', 'HIGH', { valid: oneOf('none', 'gzip', 'snappy', 'lz4', 'zstd') }),
  'compression.gzip.level': int('-1', 'MEDIUM', { valid: GZIP_LEVEL }),
  'compression.lz4.level': int('9', 'MEDIUM', { valid: between(1, 17) }),
  'compression.zstd.level': int('3', 'MEDIUM', { valid: between(-131072, 22) }),
  'batch.size': int('16384', 'MEDIUM', { valid: atLeast(0) }),
  'partitioner.adaptive.partitioning.enable': boolean('true', 'LOW'),
  'partitioner.availability.timeout.ms': long('0', 'LOW', { valid: atLeast(0) }),
  'partitioner.ignore.keys': boolean('false', 'MEDIUM'),
  'linger.ms': long('5', 'MEDIUM', { valid: atLeast(0) }),
  'delivery.timeout.ms': int('120000', 'MEDIUM', { valid: atLeast(0) }),
  'client.id': string('', 'MEDIUM'),
  'receive.buffer.bytes': int('32768', 'MEDIUM', { valid: atLeast(-1) }),
  'max.request.size': int('1048576', 'MEDIUM', { valid: atLeast(0) }),
  'enable.metrics.push': boolean('true', 'LOW'),
  'max.block.ms': long('60000', 'MEDIUM', { valid: atLeast(0) }),
  'metadata.max.idle.ms': long('300000', 'LOW', { valid: atLeast(5000) }),
  'max.in.flight.requests.per.connection': int('5', 'LOW', { valid: atLeast(1) }),
  'key.serializer': javaClass(REQUIRED, 'HIGH'),
  'value.serializer': javaClass(REQUIRED, 'HIGH'),
  'connections.max.idle.ms': long('540000', 'MEDIUM'),
  'partitioner.class': javaClass(null, 'MEDIUM'),
  'interceptor.classes': list('', 'LOW', { valid: distinct({ empty: true }) }),
  'enable.idempotence': boolean('true', 'LOW'),
  'transaction.timeout.ms': int('60000', 'LOW'),
  'transactional.id': string(null, 'LOW', { valid: NON_EMPTY }),
  'transaction.two.phase.commit.enable': boolean('false', 'LOW'),
} satisfies Record<string, ConfigKey>;
