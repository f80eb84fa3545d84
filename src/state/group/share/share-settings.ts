import { CONFIG_BROKER } from '../../metadata/config-resource.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import { configuredNumber, ofGroup } from '../configured-number.js';

/** What holds for a share group: its own settings, else the broker's. Times in milliseconds. */
export const shareSessionTimeoutMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(context, groupId, 'share.session.timeout.ms') ?? context.settings.shareSessionTimeoutMs;

export const shareHeartbeatIntervalMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(context, groupId, 'share.heartbeat.interval.ms') ?? context.settings.shareHeartbeatIntervalMs;

/** The one of these that brokers take over while they run. */
export const shareAssignmentIntervalMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(context, groupId, 'share.assignment.interval.ms') ??
  configuredNumber(context, CONFIG_BROKER, '', 'group.share.assignment.interval.ms') ??
  context.settings.shareAssignmentIntervalMs;
