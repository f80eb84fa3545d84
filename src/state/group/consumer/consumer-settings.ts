import { CONFIG_BROKER, CONFIG_GROUP } from '../../metadata/config-resource.js';
import type { MetadataImage } from '../../metadata/image.js';
import type { GroupCommandContext } from '../classic/rebalance.js';

type GroupKey = 'consumer.session.timeout.ms' | 'consumer.heartbeat.interval.ms' | 'consumer.assignment.interval.ms';

/** What holds for a consumer group: its own settings, else the broker's. Times in milliseconds. */
export const consumerSessionTimeoutMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(groupId, 'consumer.session.timeout.ms', context) ?? context.settings.consumerSessionTimeoutMs;

export const consumerHeartbeatIntervalMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(groupId, 'consumer.heartbeat.interval.ms', context) ?? context.settings.consumerHeartbeatIntervalMs;

/** The one of these that brokers take over while they run. */
export const consumerAssignmentIntervalMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(groupId, 'consumer.assignment.interval.ms', context) ??
  numberAt(context.image as MetadataImage, CONFIG_BROKER, '', 'group.consumer.assignment.interval.ms') ??
  context.settings.consumerAssignmentIntervalMs;

const ofGroup = (groupId: string, key: GroupKey, context: GroupCommandContext): number | undefined =>
  numberAt(context.image as MetadataImage, CONFIG_GROUP, groupId, key);

function numberAt(image: MetadataImage, type: number, name: string, key: string): number | undefined {
  const value = image.configsOf(type, name).get(key);
  return value === undefined ? undefined : Number(value);
}
