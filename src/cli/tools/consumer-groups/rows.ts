import type { TopicPartition } from '../../../client/topic-partition.js';

/** A row of `kafka-consumer-groups --list --output json`; its schema is GROUP_LISTING_SCHEMA. */
export interface GroupListingRow {
  readonly group: string;
  /** Of the protocol that its members speak. */
  readonly type: 'classic' | 'consumer';
  /** Empty where the broker does not tell. */
  readonly state: string;
}

/** A row of `--describe --output json`, for a partition; its schema is GROUP_OFFSET_SCHEMA. */
export interface GroupOffsetRow extends TopicPartition {
  readonly group: string;
  /** Of the committed offset; null where it is not known. */
  readonly leaderEpoch: number | null;
  /** Null where nothing is committed. */
  readonly currentOffset: number | null;
  /** Null where it cannot be told: the topic is gone, or the partition has no leader. */
  readonly logEndOffset: number | null;
  readonly lag: number | null;
  /** The member that reads the partition; null with all that follows where none does. */
  readonly consumerId: string | null;
  readonly host: string | null;
  readonly clientId: string | null;
}

/** A row of `--describe --members --output json`; its schema is GROUP_MEMBER_SCHEMA. */
export interface GroupMemberRow {
  readonly group: string;
  readonly consumerId: string;
  /** Null unless the member is static. */
  readonly groupInstanceId: string | null;
  readonly host: string;
  readonly clientId: string;
  readonly partitionCount: number;
  /** Null in a classic group, like all of a target. */
  readonly currentEpoch: number | null;
  readonly currentAssignment: readonly AssignedTopic[];
  readonly targetEpoch: number | null;
  readonly targetAssignment: readonly AssignedTopic[] | null;
  /** Whether the member speaks the consumer protocol; null in a classic group and where the broker does not tell. */
  readonly isUpgraded: boolean | null;
}

export interface AssignedTopic {
  readonly topic: string;
  readonly partitions: readonly number[];
}

/** A row of `--describe --state --output json`; its schema is GROUP_STATE_SCHEMA. */
export interface GroupStateRow {
  readonly group: string;
  readonly coordinator: { readonly id: number; readonly host: string; readonly port: number };
  /** Null while there is none. */
  readonly assignmentStrategy: string | null;
  readonly state: string;
  /** Null in a classic group. */
  readonly groupEpoch: number | null;
  readonly targetAssignmentEpoch: number | null;
  readonly memberCount: number;
}

/** A row of `--reset-offsets --output json`; its schema is GROUP_RESET_SCHEMA. */
export interface GroupResetRow extends TopicPartition {
  readonly group: string;
  readonly newOffset: number;
}

/** A row of `--delete --output json`; its schema is GROUP_DELETION_SCHEMA. */
export interface GroupDeletionRow {
  readonly group: string;
  readonly isDeleted: boolean;
  /** Why not; null where it is. */
  readonly error: string | null;
}

/** A row of `--delete-offsets --output json`; its schema is OFFSET_DELETION_SCHEMA. */
export interface OffsetDeletionRow {
  readonly group: string;
  readonly topic: string;
  /** Null for a topic whose partitions are not known. */
  readonly partition: number | null;
  readonly isDeleted: boolean;
  readonly error: string | null;
}

/** A round of `--describe --watch --output ndjson`; its schema is LAG_ROUND_SCHEMA. */
export interface LagRoundRow {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  readonly group: string;
  readonly state: string;
  readonly total: LagRow;
  readonly partitions: readonly (TopicPartition & LagRow)[];
}

export interface LagRow {
  readonly currentOffset: number | null;
  readonly logEndOffset: number | null;
  readonly lag: number | null;
  /** Records a second that the group committed, and that came in; null until there are two rounds to compare. */
  readonly consumedPerSecond: number | null;
  readonly producedPerSecond: number | null;
  /** Seconds until nothing is left to read if both go on so; null where that is never, or not known. */
  readonly catchUpSeconds: number | null;
}
