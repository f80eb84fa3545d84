import type { BrokerConfig } from './broker-config.js';
import { Config } from './config.js';
import { ConfigException } from './config-exception.js';
import { GROUP_KEYS } from './keys/group.js';
import { withServerDefaults } from './server-defaults.js';

export type GroupKeys = typeof GROUP_KEYS;
export type GroupKeyName = keyof GroupKeys & string;

/** What holds for a group: its own settings, else the broker's, else Kafka's. */
export class GroupConfig extends Config<GroupKeys> {
  /** @throws ConfigException where a value is none that its key takes. */
  constructor(overrides: ReadonlyMap<string, string>, broker: BrokerConfig) {
    super(GROUP_KEYS, withServerDefaults(GROUP_KEYS, overrides, broker));
  }
}

type NumberKey = Exclude<
  GroupKeyName,
  | 'share.auto.offset.reset'
  | 'share.isolation.level'
  | 'share.renew.acknowledge.enable'
  | 'streams.initial.rebalance.delay.ms'
  | 'streams.num.standby.replicas'
>;

/** Keys that the broker bounds by two of its own. */
const BOUNDED: readonly NumberKey[] = [
  'consumer.heartbeat.interval.ms',
  'consumer.session.timeout.ms',
  'consumer.assignment.interval.ms',
  'share.heartbeat.interval.ms',
  'share.session.timeout.ms',
  'share.record.lock.duration.ms',
  'share.delivery.count.limit',
  'share.partition.max.record.locks',
  'share.assignment.interval.ms',
  'streams.heartbeat.interval.ms',
  'streams.session.timeout.ms',
  'streams.assignment.interval.ms',
];

/** Checks what a group is to be set to, as the controller does. @throws ConfigException with Kafka's message */
export function checkGroupConfig(overrides: ReadonlyMap<string, string>, broker: BrokerConfig): void {
  for (const name of overrides.keys()) {
    if (!Object.hasOwn(GROUP_KEYS, name)) throw new ConfigException(`Unknown group config name: ${name}`);
  }
  const config = new GroupConfig(overrides, broker);
  for (const name of BOUNDED) checkBounds(config, name, broker);
  const standbys = config.get('streams.num.standby.replicas');
  if (standbys > broker.get('group.streams.max.standby.replicas')) {
    throw new ConfigException(
      'streams.num.standby.replicas must be less than or equal to group.streams.max.standby.replicas',
    );
  }
  for (const kind of ['consumer', 'share', 'streams'] as const) {
    const timeout = `${kind}.session.timeout.ms` as const;
    const heartbeat = `${kind}.heartbeat.interval.ms` as const;
    if (config.get(timeout) <= config.get(heartbeat)) {
      throw new ConfigException(`${timeout} must be greater than ${heartbeat}`);
    }
  }
}

function checkBounds(config: GroupConfig, name: NumberKey, broker: BrokerConfig): void {
  const [kind, ...words] = name.split('.') as ['consumer', 'session', 'timeout', 'ms'];
  const what = words.join('.') as 'session.timeout.ms';
  const least = `group.${kind}.min.${what}` as const;
  const most = `group.${kind}.max.${what}` as const;
  const value = config.get(name);
  if (value < broker.get(least)) throw new ConfigException(`${name} must be greater than or equal to ${least}`);
  if (value > broker.get(most)) throw new ConfigException(`${name} must be less than or equal to ${most}`);
}
