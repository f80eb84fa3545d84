/** What group coordinators take from the broker's configuration. Times in milliseconds. */
export interface GroupSettings {
  readonly initialRebalanceDelayMs: number;
  readonly minSessionTimeoutMs: number;
  readonly maxSessionTimeoutMs: number;
  /** group.max.size */
  readonly maxSize: number;
  /** offset.metadata.max.bytes */
  readonly offsetMetadataMaxBytes: number;
  /** offsets.retention.minutes */
  readonly offsetsRetentionMs: number;
  /** offsets.retention.check.interval.ms */
  readonly retentionCheckIntervalMs: number;
  /** Of consumer groups (KIP-848), where the group does not say otherwise. */
  readonly consumerSessionTimeoutMs: number;
  readonly consumerHeartbeatIntervalMs: number;
  readonly consumerMaxSize: number;
  /** How long a consumer group keeps its assignment at least. */
  readonly consumerAssignmentIntervalMs: number;
  /** After how long it is looked up again, without a new topic, what the patterns of its members match. */
  readonly consumerRegexRefreshIntervalMs: number;
  /** Of share groups (KIP-932), where the group does not say otherwise. */
  readonly shareSessionTimeoutMs: number;
  readonly shareHeartbeatIntervalMs: number;
  readonly shareMaxSize: number;
  /** How long a share group keeps its assignment at least. */
  readonly shareAssignmentIntervalMs: number;
  /** After how long a share partition that got no state is tried again. */
  readonly shareInitializeRetryIntervalMs: number;
  /** Of streams groups (KIP-1071), where the group does not say otherwise. */
  readonly streamsSessionTimeoutMs: number;
  readonly streamsHeartbeatIntervalMs: number;
  readonly streamsMaxSize: number;
  readonly streamsNumStandbyReplicas: number;
  /** How long the first members gather before anybody gets tasks. */
  readonly streamsInitialRebalanceDelayMs: number;
  /** How long a streams group keeps its assignment at least. */
  readonly streamsAssignmentIntervalMs: number;
  /** Which way a group may change its protocol while it has members (KIP-848). */
  readonly migrationPolicy: MigrationPolicy;
}

/** group.consumer.migration.policy: from the classic protocol to the newer one, back, both or neither. */
export type MigrationPolicy = 'upgrade' | 'downgrade' | 'bidirectional' | 'disabled';
