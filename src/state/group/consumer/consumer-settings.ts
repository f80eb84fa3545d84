import { CONFIG_BROKER } from '../../metadata/config-resource.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import { configuredNumber, ofGroup } from '../configured-number.js';

/** What holds for a consumer group: its own settings, else the broker's. Times in milliseconds. */
export const consumerSessionTimeoutMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(context, groupId, 'consumer.session.timeout.ms') ?? context.settings.consumerSessionTimeoutMs;

export const consumerHeartbeatIntervalMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(context, groupId, 'consumer.heartbeat.interval.ms') ?? context.settings.consumerHeartbeatIntervalMs;

/** The one of these that brokers take over while they run. */
export const consumerAssignmentIntervalMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(context, groupId, 'consumer.assignment.interval.ms') ??
  configuredNumber(context, CONFIG_BROKER, '', 'group.consumer.assignment.interval.ms') ??
  context.settings.consumerAssignmentIntervalMs;
