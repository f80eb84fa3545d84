import type { BrokerConfig, BrokerKeyName } from './broker-config.js';
import { ConfigException, illegalArgument } from './config-exception.js';

type NumberKey = BrokerKeyName &
  (`group.${'consumer' | 'share' | 'streams'}.${string}` | 'group.share.max.share.sessions');
type Relation = 'greater than or equal to' | 'less than or equal to' | 'less than';

const HOLDS: Record<Relation, (a: number, b: number) => boolean> = {
  'greater than or equal to': (a, b) => a >= b,
  'less than or equal to': (a, b) => a <= b,
  'less than': (a, b) => a < b,
};

/** The broker's settings for groups have to fit each other. @throws ConfigException with Kafka's message */
export function checkGroupBounds(config: BrokerConfig): void {
  const check = (name: NumberKey, relation: Relation, other: NumberKey): void => {
    if (HOLDS[relation](config.get(name) as number, config.get(other) as number)) return;
    throw illegalArgument(`${name} must be ${relation} ${other}`);
  };
  for (const kind of ['consumer', 'share', 'streams'] as const) {
    for (const what of ['heartbeat.interval.ms', 'session.timeout.ms'] as const) checkRange(check, kind, what);
    check(`group.${kind}.heartbeat.interval.ms`, 'less than', `group.${kind}.session.timeout.ms`);
    checkRange(check, kind, 'assignment.interval.ms');
  }
  check('group.streams.num.standby.replicas', 'less than or equal to', 'group.streams.max.standby.replicas');
  for (const what of ['delivery.count.limit', 'partition.max.record.locks', 'record.lock.duration.ms'] as const) {
    check(`group.share.max.${what}`, 'greater than or equal to', `group.share.${what}`);
    check(`group.share.${what}`, 'greater than or equal to', `group.share.min.${what}`);
  }
  check('group.share.max.share.sessions', 'greater than or equal to', 'group.share.max.size');
  checkAssignors(config);
}

function checkRange(
  check: (name: NumberKey, relation: Relation, other: NumberKey) => void,
  kind: 'consumer' | 'share' | 'streams',
  what: 'heartbeat.interval.ms' | 'session.timeout.ms' | 'assignment.interval.ms',
): void {
  check(`group.${kind}.max.${what}`, 'greater than or equal to', `group.${kind}.min.${what}`);
  check(`group.${kind}.${what}`, 'greater than or equal to', `group.${kind}.min.${what}`);
  check(`group.${kind}.${what}`, 'less than or equal to', `group.${kind}.max.${what}`);
}

const KAFKA_EXCEPTION = 'org.apache.kafka.common.KafkaException';
const ASSIGNOR_PACKAGE = 'org.apache.kafka.coordinator.group.assignor';

/** The assignors that the broker has, by short name and by Kafka's class. */
export const CONSUMER_ASSIGNORS: ReadonlyMap<string, 'uniform' | 'range'> = new Map([
  ['uniform', 'uniform'],
  ['range', 'range'],
  [`${ASSIGNOR_PACKAGE}.UniformAssignor`, 'uniform'],
  [`${ASSIGNOR_PACKAGE}.RangeAssignor`, 'range'],
]);
export const SHARE_ASSIGNORS: ReadonlyMap<string, 'simple'> = new Map([
  ['simple', 'simple'],
  [`${ASSIGNOR_PACKAGE}.SimpleAssignor`, 'simple'],
]);

function checkAssignors(config: BrokerConfig): void {
  for (const name of config.get('group.consumer.assignors')) {
    if (!CONSUMER_ASSIGNORS.has(name))
      throw new ConfigException(`Class ${name} cannot be found`, { javaClass: KAFKA_EXCEPTION });
  }
  const shareAssignors = config.get('group.share.assignors');
  for (const name of shareAssignors) {
    if (!SHARE_ASSIGNORS.has(name))
      throw new ConfigException(`Class ${name} cannot be found`, { javaClass: KAFKA_EXCEPTION });
  }
  if (shareAssignors.length !== 1) {
    const rule = 'group.share.assignors must contain exactly one assignor';
    throw illegalArgument(`${rule}, but found ${shareAssignors.length}`);
  }
}
