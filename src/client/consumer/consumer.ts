import { ConfigException } from '../../config/config-exception.js';
import { KafkaError } from '../../protocol/errors.js';
import { type FoundOffset, listOffsets, type OffsetQuery, OffsetSpec } from '../admin/records.js';
import type { ClientHost, ClientProperties } from '../client-config.js';
import { ClientClosedError } from '../client-errors.js';
import { Cluster } from '../cluster.js';
import type { CommittedOffset } from '../committed-offset.js';
import { ConsumerMetadata } from '../consumer-metadata.js';
import { isError } from '../fan-out.js';
import type { PartitionMetadata } from '../metadata-cache.js';
import { Progress } from '../progress.js';
import { comparePartitions, type OfPartition, type TopicPartition } from '../topic-partition.js';
import { AutoCommit } from './auto-commit.js';
import { ClassicGroup } from './classic-group.js';
import type { ConsumedRecords } from './consumed-records.js';
import { type ConsumerSettings, consumerSettings } from './consumer-config.js';
import { ConsumerGroup } from './consumer-group.js';
import { Fetcher } from './fetcher.js';
import type { GroupMembership, RebalanceListener } from './group-membership.js';
import { commitOffsets, fetchCommitted, type MemberIdentity } from './group-offsets.js';
import { Positions } from './positions.js';
import { SubscriptionState } from './subscription-state.js';

/** Topics by name, by a test of the names that this client knows, or by a regular expression (RE2) of the broker. */
export type Subscription =
  | { readonly topics: readonly string[] }
  | { readonly matches: (topic: string) => boolean }
  | { readonly brokerRegex: string };

const NO_MEMBER: MemberIdentity = { memberId: '', generation: -1, groupInstanceId: null };
const DEFAULT_CLOSE_TIMEOUT_MS = 30_000;

/**
 * Reads records of partitions that it is given ({@link assign}) or that its group shares out ({@link subscribe}).
 * Everything but heartbeats and fetching ahead happens within {@link poll}. One call at a time, except
 * {@link wakeup}.
 */
export class Consumer {
  readonly settings: ConsumerSettings;
  readonly cluster: Cluster;
  private readonly state = new SubscriptionState();
  private readonly fetcher: Fetcher;
  private readonly positions: Positions;
  private readonly metadata: ConsumerMetadata;
  private readonly autoCommit: AutoCommit;
  private mode: 'none' | 'assign' | 'subscribe' = 'none';
  private subscription: Subscription = { topics: [] };
  private matched: readonly string[] = [];
  private listener: RebalanceListener = {};
  private group: GroupMembership | null = null;
  private polledAs: MemberIdentity = NO_MEMBER;
  private readonly progress: Progress;
  private isWoken = false;
  private closed = false;

  /** Opens no connection yet. @throws ConfigException */
  constructor(properties: ClientProperties, host: ClientHost) {
    this.settings = consumerSettings(properties);
    this.cluster = new Cluster(this.settings, host);
    this.progress = new Progress(host.clock);
    const onProgress = () => this.progress.signal();
    const wishMetadata = () => this.metadata.wish();
    this.metadata = new ConsumerMetadata(this.cluster, {
      topics: () => this.topicsToKnow(),
      neededTopics: () => this.topicsToKnow() ?? [],
      allowAutoTopicCreation: this.settings.allowAutoCreateTopics,
      onUpdate: () => this.onMetadata(),
      onProgress,
    });
    this.autoCommit = new AutoCommit(host, this.settings, (timeoutMs) => this.commit(this.consumed(), timeoutMs));
    this.fetcher = new Fetcher(this.cluster, this.settings, this.state, { wishMetadata, onProgress });
    const { groupId } = this.settings;
    this.positions = new Positions(this.cluster, this.settings, this.state, {
      wishMetadata,
      onProgress,
      fetchCommitted:
        groupId === null
          ? null
          : (partitions) => fetchCommitted(this.cluster, groupId, () => this.identity(), partitions),
    });
  }

  /** Takes these partitions, without the group sharing anything out. Positions of those that stay are kept. */
  assign(partitions: readonly TopicPartition[]): void {
    this.ensureOpen();
    this.ensureMode('assign');
    this.state.assign(partitions);
    if (partitions.length > 0) this.metadata.wish();
  }

  /** Joins the group with the next {@link poll}. @throws KafkaError INVALID_GROUP_ID without group.id */
  subscribe(subscription: Subscription, listener: RebalanceListener = {}): void {
    this.ensureOpen();
    this.ensureMode('subscribe');
    this.requireGroup();
    if (this.settings.groupProtocol === 'classic' && this.settings.assignors.length === 0) {
      throw new ConfigException(
        'Must configure at least one partition assigner class name to partition.assignment.strategy configuration property',
        { javaClass: 'java.lang.IllegalStateException' },
      );
    }
    if ('brokerRegex' in subscription && this.settings.groupProtocol !== 'consumer') {
      throw new KafkaError(
        'UNSUPPORTED_VERSION',
        'Subscribe to RE2/J regex is not supported when using the CLASSIC protocol',
      );
    }
    this.subscription = subscription;
    this.listener = listener;
    if ('topics' in subscription) this.matched = [...subscription.topics].sort();
    this.group ??= this.newGroup(subscription);
    this.group.onTopicsChanged();
    this.metadata.wish();
  }

  /** Gives up all partitions and leaves the group. */
  async unsubscribe(): Promise<void> {
    const owned = this.state.assigned();
    if (this.group !== null) {
      if (owned.length > 0) await this.listener.onRevoked?.(owned);
      await this.group.close({ timeoutMs: this.settings.defaultApiTimeoutMs, leaveGroup: true });
    }
    this.group = null;
    this.polledAs = NO_MEMBER;
    this.mode = 'none';
    this.subscription = { topics: [] };
    this.matched = [];
    this.state.assign([]);
  }

  assignment(): TopicPartition[] {
    return this.state.assigned();
  }

  /**
   * Waits for records, at most `timeoutMs`, and moves the positions behind them. Batches come as they are; of a batch
   * that goes beyond max.poll.records the rest comes next time.
   * @throws KafkaError; BootstrapError; what a rebalance listener throws
   */
  async poll(timeoutMs: number): Promise<ConsumedRecords[]> {
    this.ensureOpen();
    const { clock } = this.cluster.host;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    for (;;) {
      this.progress.begin();
      await this.group?.poll();
      const identity = this.identity();
      if (identity.generation >= 0) this.polledAs = identity;
      this.metadata.throwError();
      if (this.mode !== 'none') this.autoCommit.commitWhenDue();
      this.positions.update();
      const records = this.fetcher.collect(this.settings.maxPollRecords);
      this.fetcher.sendFetches();
      if (records.length > 0) return records;
      const leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs <= 0 || this.isWoken) {
        this.isWoken = false;
        return records;
      }
      await this.progress.wait(this.autoCommit.waitMs(leftMs));
    }
  }

  /** Ends the {@link poll} that is going on, or the next one, without records. */
  wakeup(): void {
    this.isWoken = true;
    this.progress.signal();
  }

  /** Offset of the next record that {@link poll} gives. @throws KafkaError */
  async position(partition: TopicPartition, timeoutMs = this.settings.defaultApiTimeoutMs): Promise<number> {
    const { clock } = this.cluster.host;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    for (;;) {
      const { position } = this.state.require(partition);
      if (position !== null) return position.offset;
      this.progress.begin();
      this.metadata.throwError();
      this.positions.update();
      const leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs <= 0) {
        const where = `${partition.topic}-${partition.partition}`;
        throw new KafkaError(
          'REQUEST_TIMED_OUT',
          `Timeout of ${timeoutMs}ms expired before the position for partition ${where} could be determined`,
        );
      }
      if (this.state.require(partition).position === null) await this.progress.wait(this.autoCommit.waitMs(leftMs));
    }
  }

  seek(partition: TopicPartition, offset: number, leaderEpoch = -1): void {
    if (offset < 0) throw new RangeError('seek offset must not be a negative number');
    this.state.seek(this.state.require(partition), { offset, offsetEpoch: leaderEpoch });
  }

  /** No partitions: all that are assigned. */
  seekToBeginning(partitions: readonly TopicPartition[] = []): void {
    this.reset(partitions, 'earliest');
  }

  seekToEnd(partitions: readonly TopicPartition[] = []): void {
    this.reset(partitions, 'latest');
  }

  pause(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.state.require(one).isPaused = true;
  }

  resume(partitions: readonly TopicPartition[]): void {
    for (const one of partitions) this.state.require(one).isPaused = false;
    this.progress.signal();
  }

  paused(): TopicPartition[] {
    return this.assignment().filter((one) => this.state.require(one).isPaused);
  }

  /** Records between the position and the end, as of the last fetch; null while it is not known. */
  lag(partition: TopicPartition): number | null {
    const { position, highWatermark, lastStableOffset } = this.state.require(partition);
    const end = this.settings.readCommitted ? lastStableOffset : highWatermark;
    return position === null || end < 0 ? null : Math.max(0, end - position.offset);
  }

  /** Where the consumer stands, for each partition that has a position: what {@link commit} commits. */
  consumed(): OfPartition<CommittedOffset>[] {
    const positions: OfPartition<CommittedOffset>[] = [];
    for (const { topic, partition, position } of this.state.partitions.values()) {
      if (position === null) continue;
      const value = { offset: position.offset, leaderEpoch: position.offsetEpoch, metadata: '' };
      positions.push({ topic, partition, value });
    }
    return positions.sort(comparePartitions);
  }

  /** Commits the positions, or the offsets given, and waits until the coordinator has them. @throws KafkaError */
  async commit(offsets: readonly OfPartition<CommittedOffset>[] = this.consumed(), timeoutMs?: number): Promise<void> {
    const groupId = this.requireGroup();
    const options = timeoutMs === undefined ? {} : { timeoutMs };
    try {
      await commitOffsets(this.cluster, groupId, () => this.identity(), offsets, options);
    } catch (error) {
      this.group?.onCommitError(error);
      throw error;
    }
  }

  /** What the group has committed; null where nothing was. @throws KafkaError */
  committed(partitions: readonly TopicPartition[]): Promise<OfPartition<CommittedOffset | null>[]> {
    return fetchCommitted(this.cluster, this.requireGroup(), () => this.identity(), partitions);
  }

  beginningOffsets(partitions: readonly TopicPartition[]): Promise<OfPartition<number>[]> {
    return this.offsetsAt(partitions, OffsetSpec.EARLIEST);
  }

  /** Under read_committed the end is that of the last transaction that is decided. */
  endOffsets(partitions: readonly TopicPartition[]): Promise<OfPartition<number>[]> {
    return this.offsetsAt(partitions, OffsetSpec.LATEST);
  }

  /** The first record of each partition that is not older than its time; null where there is none. */
  async offsetsForTimes(queries: readonly OffsetQuery[]): Promise<OfPartition<FoundOffset | null>[]> {
    const found = await this.lookUp(queries);
    return found.map(({ topic, partition, value }) => ({ topic, partition, value: value.offset < 0 ? null : value }));
  }

  /** Partitions of a topic. @throws KafkaError */
  async partitionsFor(topic: string): Promise<readonly PartitionMetadata[]> {
    const { allowAutoCreateTopics } = this.settings;
    await this.cluster.retry('Metadata', ({ timeoutMs }) => {
      return this.cluster.fetchMetadata([topic], { allowAutoTopicCreation: allowAutoCreateTopics, timeoutMs });
    });
    const known = this.cluster.metadata.topics.get(topic);
    if (known === undefined || known.error === 'UNKNOWN_TOPIC_OR_PARTITION') return [];
    if (known.error !== null && known.partitions.length === 0) throw new KafkaError(known.error);
    return known.partitions;
  }

  /**
   * Who this member was in its group when {@link poll} gave its last records. Offsets that go with a transaction carry
   * it, so that the coordinator refuses them once the group went on without this member (KIP-447); what it is now would
   * not do: a member that was just lost is nobody, and offsets of nobody are taken.
   */
  groupMetadata(): MemberIdentity {
    return this.polledAs;
  }

  /** The name that the coordinator knows this member by; empty outside a group. */
  get memberId(): string {
    return this.identity().memberId;
  }

  /** Commits where auto commit is on, gives the partitions up, leaves the group and ends all connections. */
  async close(timeoutMs = DEFAULT_CLOSE_TIMEOUT_MS): Promise<void> {
    if (this.closed) return;
    const { clock } = this.cluster.host;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    const leftMs = () => Math.max(0, deadlineMs - clock.monotonicMs());
    try {
      if (this.mode !== 'none') await this.autoCommit.commitNow(leftMs());
      const owned = this.state.assigned();
      if (this.group !== null && owned.length > 0) await this.listener.onRevoked?.(owned);
      this.fetcher.close();
      await this.group?.close({ timeoutMs: leftMs(), leaveGroup: true });
    } finally {
      this.closed = true;
      this.fetcher.close();
      this.metadata.close();
      this.cluster.close();
      this.progress.signal();
    }
  }

  private ensureOpen(): void {
    if (this.closed) throw new ClientClosedError();
  }

  private ensureMode(mode: 'assign' | 'subscribe'): void {
    if (this.mode !== 'none' && this.mode !== mode) {
      throw new KafkaError('INVALID_REQUEST', 'Subscription to topics, partitions and pattern are mutually exclusive');
    }
    this.mode = mode;
  }

  private requireGroup(): string {
    const { groupId } = this.settings;
    if (groupId !== null && groupId !== '') return groupId;
    throw new KafkaError(
      'INVALID_GROUP_ID',
      'To use the group management or offset commit APIs, you must provide a valid group.id in the consumer configuration.',
    );
  }

  private identity(): MemberIdentity {
    return this.group?.identity ?? NO_MEMBER;
  }

  private newGroup(subscription: Subscription): GroupMembership {
    const context = {
      topics: () => this.matched,
      brokerRegex: 'brokerRegex' in subscription ? subscription.brokerRegex : null,
      owned: () => this.state.assigned(),
      assign: (partitions: readonly TopicPartition[]) => this.takeAssigned(partitions),
      partitionCounts: (topics: readonly string[]) => this.partitionCounts(topics),
      topicName: (topicId: string) => this.metadata.topicName(topicId),
      topicId: (name: string) => this.cluster.metadata.topicId(name),
      commitBeforeRebalance: () => this.autoCommit.commitNow(this.settings.maxPollIntervalMs),
      listener: {
        onAssigned: (partitions: readonly TopicPartition[]) => this.listener.onAssigned?.(partitions),
        onRevoked: (partitions: readonly TopicPartition[]) => this.listener.onRevoked?.(partitions),
        onLost: (partitions: readonly TopicPartition[]) =>
          this.listener.onLost === undefined ? this.listener.onRevoked?.(partitions) : this.listener.onLost(partitions),
      },
      onProgress: () => this.progress.signal(),
    };
    return this.settings.groupProtocol === 'consumer'
      ? new ConsumerGroup(this.cluster, this.settings, context)
      : new ClassicGroup(this.cluster, this.settings, context);
  }

  private takeAssigned(partitions: readonly TopicPartition[]): void {
    this.state.assign(partitions);
    const isKnown = ({ topic, partition }: TopicPartition) =>
      this.cluster.metadata.partition(topic, partition) !== undefined;
    if (!partitions.every(isKnown)) this.metadata.wish();
    this.autoCommit.postpone();
  }

  private async partitionCounts(topics: readonly string[]): Promise<Map<string, number>> {
    const { allowAutoCreateTopics } = this.settings;
    const isKnown = (topic: string) => this.cluster.metadata.topics.get(topic)?.error === null;
    if (!topics.every(isKnown))
      await this.cluster.fetchMetadata(topics, { allowAutoTopicCreation: allowAutoCreateTopics });
    const counts = new Map<string, number>();
    for (const topic of topics) {
      const count = this.cluster.metadata.topics.get(topic)?.partitions.length ?? 0;
      if (count > 0) counts.set(topic, count);
    }
    return counts;
  }

  /** Null, all topics, where only their names tell which are wanted. */
  private topicsToKnow(): readonly string[] | null {
    if (!('topics' in this.subscription)) return null;
    return [...new Set([...this.subscription.topics, ...this.state.assigned().map(({ topic }) => topic)])];
  }

  private onMetadata(): void {
    if ('matches' in this.subscription) {
      const { matches } = this.subscription;
      const { excludeInternalTopics } = this.settings;
      this.matched = [...this.cluster.metadata.topics.values()]
        .filter(({ name, isInternal }) => matches(name) && !(isInternal && excludeInternalTopics))
        .map(({ name }) => name)
        .sort();
    }
    this.group?.onTopicsChanged();
  }

  private reset(partitions: readonly TopicPartition[], to: 'earliest' | 'latest'): void {
    const chosen = partitions.length > 0 ? partitions : this.assignment();
    for (const one of chosen) this.state.requestReset(this.state.require(one), to);
  }

  private async offsetsAt(partitions: readonly TopicPartition[], timestamp: number): Promise<OfPartition<number>[]> {
    const found = await this.lookUp(partitions.map(({ topic, partition }) => ({ topic, partition, timestamp })));
    return found.map(({ topic, partition, value }) => ({ topic, partition, value: value.offset }));
  }

  private async lookUp(queries: readonly OffsetQuery[]): Promise<OfPartition<FoundOffset>[]> {
    const isolationLevel = this.settings.readCommitted ? 'read_committed' : 'read_uncommitted';
    const found = await listOffsets(this.cluster, queries, { isolationLevel });
    return found.map(({ topic, partition, value }) => {
      if (isError(value)) throw value;
      return { topic, partition, value };
    });
  }
}
