import { boolean, type ConfigKey, int, string } from '../config-key.js';
import { atLeast, oneOf, SHARE_OFFSET_RESET } from '../validators.js';

/** Keys of a group; `server` names the broker key that stands in where a group says nothing. */
export const GROUP_KEYS = {
  'consumer.session.timeout.ms': int('45000', 'MEDIUM', {
    valid: atLeast(1),
    server: [['group.consumer.session.timeout.ms', 1]],
  }),
  'consumer.heartbeat.interval.ms': int('5000', 'MEDIUM', {
    valid: atLeast(1),
    server: [['group.consumer.heartbeat.interval.ms', 1]],
  }),
  'consumer.assignment.interval.ms': int('1000', 'MEDIUM', {
    valid: atLeast(0),
    server: [['group.consumer.assignment.interval.ms', 1]],
  }),
  'share.session.timeout.ms': int('45000', 'MEDIUM', {
    valid: atLeast(1),
    server: [['group.share.session.timeout.ms', 1]],
  }),
  'share.heartbeat.interval.ms': int('5000', 'MEDIUM', {
    valid: atLeast(1),
    server: [['group.share.heartbeat.interval.ms', 1]],
  }),
  'share.record.lock.duration.ms': int('30000', 'MEDIUM', {
    valid: atLeast(1000),
    server: [['group.share.record.lock.duration.ms', 1]],
  }),
  'share.delivery.count.limit': int('5', 'MEDIUM', {
    valid: atLeast(2),
    server: [['group.share.delivery.count.limit', 1]],
  }),
  'share.partition.max.record.locks': int('2000', 'MEDIUM', {
    valid: atLeast(100),
    server: [['group.share.partition.max.record.locks', 1]],
  }),
  'share.auto.offset.reset': string('latest', 'MEDIUM', { valid: SHARE_OFFSET_RESET }),
  'share.isolation.level': string('read_uncommitted', 'MEDIUM', { valid: oneOf('read_committed', 'read_uncommitted') }),
  'share.renew.acknowledge.enable': boolean('true', 'MEDIUM'),
  'share.assignment.interval.ms': int('1000', 'MEDIUM', {
    valid: atLeast(0),
    server: [['group.share.assignment.interval.ms', 1]],
  }),
  'streams.session.timeout.ms': int('45000', 'MEDIUM', {
    valid: atLeast(1),
    server: [['group.streams.session.timeout.ms', 1]],
  }),
  'streams.heartbeat.interval.ms': int('5000', 'MEDIUM', {
    valid: atLeast(1),
    server: [['group.streams.heartbeat.interval.ms', 1]],
  }),
  'streams.num.standby.replicas': int('0', 'MEDIUM', {
    valid: atLeast(0),
    server: [['group.streams.num.standby.replicas', 1]],
  }),
  'streams.initial.rebalance.delay.ms': int('3000', 'MEDIUM', {
    valid: atLeast(0),
    server: [['group.streams.initial.rebalance.delay.ms', 1]],
  }),
  'streams.assignment.interval.ms': int('1000', 'MEDIUM', {
    valid: atLeast(0),
    server: [['group.streams.assignment.interval.ms', 1]],
  }),
} satisfies Record<string, ConfigKey>;
