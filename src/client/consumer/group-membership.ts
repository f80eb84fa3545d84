import type { TopicPartition } from '../topic-partition.js';
import type { MemberIdentity } from './group-offsets.js';

/** Called within `poll`, which waits for what they return. */
export interface RebalanceListener {
  /** Partitions that were not there before. */
  onAssigned?(partitions: readonly TopicPartition[]): void | Promise<void>;
  /** Partitions that are given up in an orderly way: the last moment to commit. */
  onRevoked?(partitions: readonly TopicPartition[]): void | Promise<void>;
  /** Partitions that were lost, since the group went on without this member. */
  onLost?(partitions: readonly TopicPartition[]): void | Promise<void>;
}

/** What a membership needs of its consumer. */
export interface MembershipContext {
  /** Topics that the consumer wants now. */
  topics(): readonly string[];
  /** A regular expression that the broker evaluates (KIP-848); null for none. */
  readonly brokerRegex: string | null;
  owned(): TopicPartition[];
  assign(partitions: readonly TopicPartition[]): void;
  /** Partition counts; topics that do not exist are left out. */
  partitionCounts(topics: readonly string[]): Promise<Map<string, number>>;
  /** The name of a topic by its id; undefined while it is not known, and then it is looked up. */
  topicName(topicId: string): string | undefined;
  topicId(name: string): string;
  /** Commits positions before partitions go, where auto commit is on; failures are logged. */
  commitBeforeRebalance(): Promise<void>;
  readonly listener: RebalanceListener;
  /** Something came that `poll` waits for. */
  onProgress(): void;
}

export interface GroupMembership {
  readonly identity: MemberIdentity;
  /** Does what a member has to do within the application's `poll`: listeners and changes of assignment. @throws KafkaError */
  poll(): Promise<void>;
  /** The subscription or the topics' partitions changed. */
  onTopicsChanged(): void;
  /** A commit failed: what that tells of the membership. */
  onCommitError(error: unknown): void;
  /** Leaves the group and stops all timers. */
  close(options: { readonly timeoutMs: number; readonly leaveGroup: boolean }): Promise<void>;
}
