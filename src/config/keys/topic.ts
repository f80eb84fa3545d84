import { boolean, type ConfigKey, double, int, list, long, string } from '../config-key.js';
import { atLeast, between, distinctOf, GZIP_LEVEL, oneOf, THROTTLED_REPLICAS } from '../validators.js';

/** Keys of a topic; `server` names the broker keys that stand in where a topic says nothing, with their factor. */
export const TOPIC_KEYS = {
  'segment.bytes': int('1073741824', 'MEDIUM', { valid: atLeast(1048576), server: [['log.segment.bytes', 1]] }),
  'segment.ms': long('604800000', 'MEDIUM', {
    valid: atLeast(1),
    server: [
      ['log.roll.ms', 1],
      ['log.roll.hours', 3600000],
    ],
  }),
  'segment.jitter.ms': long('0', 'MEDIUM', {
    valid: atLeast(0),
    server: [
      ['log.roll.jitter.ms', 1],
      ['log.roll.jitter.hours', 3600000],
    ],
  }),
  'segment.index.bytes': int('10485760', 'MEDIUM', { valid: atLeast(4), server: [['log.index.size.max.bytes', 1]] }),
  'flush.messages': long('9223372036854775807', 'MEDIUM', {
    valid: atLeast(1),
    server: [['log.flush.interval.messages', 1]],
  }),
  'flush.ms': long('9223372036854775807', 'MEDIUM', {
    valid: atLeast(0),
    server: [
      ['log.flush.interval.ms', 1],
      ['log.flush.scheduler.interval.ms', 1],
    ],
  }),
  'retention.bytes': long('-1', 'MEDIUM', { server: [['log.retention.bytes', 1]] }),
  'retention.ms': long('604800000', 'MEDIUM', {
    valid: atLeast(-1),
    server: [
      ['log.retention.ms', 1],
      ['log.retention.minutes', 60000],
      ['log.retention.hours', 3600000],
    ],
  }),
  'max.message.bytes': int('1048588', 'MEDIUM', { valid: atLeast(0), server: [['message.max.bytes', 1]] }),
  'index.interval.bytes': int('4096', 'MEDIUM', { valid: atLeast(0), server: [['log.index.interval.bytes', 1]] }),
  'delete.retention.ms': long('86400000', 'MEDIUM', {
    valid: atLeast(0),
    server: [['log.cleaner.delete.retention.ms', 1]],
  }),
  'min.compaction.lag.ms': long('0', 'MEDIUM', {
    valid: atLeast(0),
    server: [['log.cleaner.min.compaction.lag.ms', 1]],
  }),
  'max.compaction.lag.ms': long('9223372036854775807', 'MEDIUM', {
    valid: atLeast(1),
    server: [['log.cleaner.max.compaction.lag.ms', 1]],
  }),
  'file.delete.delay.ms': long('60000', 'MEDIUM', { valid: atLeast(0), server: [['log.segment.delete.delay.ms', 1]] }),
  'min.cleanable.dirty.ratio': double('0.5', 'MEDIUM', {
    valid: between(0, 1),
    server: [['log.cleaner.min.cleanable.ratio', 1]],
  }),
  'cleanup.policy': list('delete', 'MEDIUM', {
    valid: distinctOf(['compact', 'delete'], { empty: true }),
    server: [['log.cleanup.policy', 1]],
  }),
  'unclean.leader.election.enable': boolean('false', 'MEDIUM', { server: [['unclean.leader.election.enable', 1]] }),
  'min.insync.replicas': int('1', 'MEDIUM', { valid: atLeast(1), server: [['min.insync.replicas', 1]] }),
  'compression.type': string('producer', 'MEDIUM', {
    valid: oneOf('uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'),
    server: [['compression.type', 1]],
  }),
  'compression.gzip.level': int('-1', 'MEDIUM', { valid: GZIP_LEVEL, server: [['compression.gzip.level', 1]] }),
  'compression.lz4.level': int('9', 'MEDIUM', { valid: between(1, 17), server: [['compression.lz4.level', 1]] }),
  'compression.zstd.level': int('3', 'MEDIUM', {
    valid: between(-131072, 22),
    server: [['compression.zstd.level', 1]],
  }),
  preallocate: boolean('false', 'MEDIUM', { server: [['log.preallocate', 1]] }),
  'message.timestamp.type': string('CreateTime', 'MEDIUM', {
    valid: oneOf('CreateTime', 'LogAppendTime'),
    server: [['log.message.timestamp.type', 1]],
  }),
  'message.timestamp.before.max.ms': long('9223372036854775807', 'MEDIUM', {
    valid: atLeast(0),
    server: [['log.message.timestamp.before.max.ms', 1]],
  }),
  'message.timestamp.after.max.ms': long('3600000', 'MEDIUM', {
    valid: atLeast(0),
    server: [['log.message.timestamp.after.max.ms', 1]],
  }),
  'leader.replication.throttled.replicas': list('', 'MEDIUM', { valid: THROTTLED_REPLICAS }),
  'follower.replication.throttled.replicas': list('', 'MEDIUM', { valid: THROTTLED_REPLICAS }),
  'remote.storage.enable': boolean('false', 'MEDIUM'),
  'local.retention.ms': long('-2', 'MEDIUM', { valid: atLeast(-2), server: [['log.local.retention.ms', 1]] }),
  'local.retention.bytes': long('-2', 'MEDIUM', { valid: atLeast(-2), server: [['log.local.retention.bytes', 1]] }),
  'remote.log.copy.disable': boolean('false', 'MEDIUM'),
  'remote.log.delete.on.disable': boolean('false', 'MEDIUM'),
  'internal.segment.bytes': int(null, 'MEDIUM', { internal: true }),
} satisfies Record<string, ConfigKey>;
