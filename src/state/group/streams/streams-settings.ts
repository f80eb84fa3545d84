import { CONFIG_BROKER } from '../../metadata/config-resource.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import { configuredNumber, ofGroup } from '../configured-number.js';

/** What holds for a streams group: its own settings, else the broker's. Times in milliseconds. */
export const streamsSessionTimeoutMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(context, groupId, 'streams.session.timeout.ms') ?? context.settings.streamsSessionTimeoutMs;

export const streamsHeartbeatIntervalMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(context, groupId, 'streams.heartbeat.interval.ms') ?? context.settings.streamsHeartbeatIntervalMs;

/** The one of these that brokers take over while they run. */
export const streamsAssignmentIntervalMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(context, groupId, 'streams.assignment.interval.ms') ??
  configuredNumber(context, CONFIG_BROKER, '', 'group.streams.assignment.interval.ms') ??
  context.settings.streamsAssignmentIntervalMs;

export const streamsInitialRebalanceDelayMs = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(context, groupId, 'streams.initial.rebalance.delay.ms') ?? context.settings.streamsInitialRebalanceDelayMs;

export const streamsStandbyReplicas = (groupId: string, context: GroupCommandContext): number =>
  ofGroup(context, groupId, 'streams.num.standby.replicas') ?? context.settings.streamsNumStandbyReplicas;
