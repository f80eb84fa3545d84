import type { BrokerConfig } from '../config/broker-config.js';
import type { GroupSettings, MigrationPolicy } from '../state/group/settings.js';

export function groupSettings(config: BrokerConfig): GroupSettings {
  return {
    initialRebalanceDelayMs: config.get('group.initial.rebalance.delay.ms'),
    minSessionTimeoutMs: config.get('group.min.session.timeout.ms'),
    maxSessionTimeoutMs: config.get('group.max.session.timeout.ms'),
    maxSize: config.get('group.max.size'),
    offsetMetadataMaxBytes: config.get('offset.metadata.max.bytes'),
    offsetsRetentionMs: config.get('offsets.retention.minutes') * 60_000,
    retentionCheckIntervalMs: config.get('offsets.retention.check.interval.ms'),
    consumerSessionTimeoutMs: config.get('group.consumer.session.timeout.ms'),
    consumerHeartbeatIntervalMs: config.get('group.consumer.heartbeat.interval.ms'),
    consumerMaxSize: config.get('group.consumer.max.size'),
    consumerRegexRefreshIntervalMs: config.get('group.consumer.regex.refresh.interval.ms'),
    consumerAssignmentIntervalMs: config.get('group.consumer.assignment.interval.ms'),
    shareSessionTimeoutMs: config.get('group.share.session.timeout.ms'),
    shareHeartbeatIntervalMs: config.get('group.share.heartbeat.interval.ms'),
    shareMaxSize: config.get('group.share.max.size'),
    shareAssignmentIntervalMs: config.get('group.share.assignment.interval.ms'),
    shareInitializeRetryIntervalMs: config.get('group.share.initialize.retry.interval.ms'),
    streamsSessionTimeoutMs: config.get('group.streams.session.timeout.ms'),
    streamsHeartbeatIntervalMs: config.get('group.streams.heartbeat.interval.ms'),
    streamsMaxSize: config.get('group.streams.max.size'),
    streamsNumStandbyReplicas: config.get('group.streams.num.standby.replicas'),
    streamsInitialRebalanceDelayMs: config.get('group.streams.initial.rebalance.delay.ms'),
    streamsAssignmentIntervalMs: config.get('group.streams.assignment.interval.ms'),
    migrationPolicy: config.get('group.consumer.migration.policy').toLowerCase() as MigrationPolicy,
  };
}
