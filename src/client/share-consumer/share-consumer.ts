import { KafkaError } from '../../protocol/errors.js';
import type { ClientHost, ClientProperties } from '../client-config.js';
import { asError, ClientClosedError } from '../client-errors.js';
import { Cluster } from '../cluster.js';
import { ConsumerMetadata } from '../consumer-metadata.js';
import { Progress } from '../progress.js';
import type { OfPartition, TopicPartition } from '../topic-partition.js';
import type { AcknowledgeType } from './acknowledgement-runs.js';
import { type ShareConsumerSettings, shareConsumerSettings } from './share-consumer-config.js';
import { ShareFetcher } from './share-fetcher.js';
import { ShareGroup } from './share-group.js';
import type { AcknowledgementResult } from './share-node.js';
import type { ShareRecords } from './share-records.js';

const DEFAULT_CLOSE_TIMEOUT_MS = 30_000;

/** The call does not fit what the consumer is in the middle of. */
class IllegalShareStateError extends Error {
  override readonly name = 'IllegalShareStateError';
  readonly javaClass = 'java.lang.IllegalStateException';
}

/** Told what brokers said to acknowledgements, within the next call of poll, commit or close. */
export type AcknowledgementListener = (results: readonly AcknowledgementResult[]) => void;

/**
 * Reads records of topics that its share group (KIP-932) shares out one by one, and acknowledges each: implicitly, as
 * the next {@link poll} accepts what the one before gave, or explicitly with {@link acknowledge}, by
 * share.acknowledgement.mode. Everything but heartbeats happens within {@link poll}. One call at a time, except
 * {@link wakeup}.
 */
export class ShareConsumer {
  readonly settings: ShareConsumerSettings;
  readonly cluster: Cluster;
  private readonly fetcher: ShareFetcher;
  private readonly metadata: ConsumerMetadata;
  private readonly progress: Progress;
  private readonly group: ShareGroup;
  private topics: readonly string[] = [];
  /** What poll gave last. */
  private given: ShareRecords[] = [];
  private listener: AcknowledgementListener | null = null;
  private isWoken = false;
  private closed = false;

  /** Opens no connection yet. @throws ConfigException; KafkaError INVALID_GROUP_ID */
  constructor(properties: ClientProperties, host: ClientHost) {
    this.settings = shareConsumerSettings(properties);
    this.cluster = new Cluster(this.settings, host);
    this.progress = new Progress(host.clock);
    const onProgress = () => this.progress.signal();
    const wishMetadata = () => this.metadata.wish();
    this.metadata = new ConsumerMetadata(this.cluster, {
      topics: () => this.topicsToKnow(),
      neededTopics: () => this.topics,
      allowAutoTopicCreation: this.settings.allowAutoCreateTopics,
      onProgress,
    });
    this.fetcher = new ShareFetcher(this.cluster, this.settings, {
      memberId: () => this.group.memberId,
      wishMetadata,
      onProgress,
    });
    this.group = new ShareGroup(this.cluster, this.settings, {
      topics: () => this.topics,
      topicName: (topicId) => this.metadata.topicName(topicId),
      assign: (partitions) => this.fetcher.assign(partitions),
      onProgress,
    });
  }

  /** Joins the group with the next {@link poll}, or changes what this member reads. */
  subscribe(topics: readonly string[]): void {
    this.ensureOpen();
    this.topics = [...new Set(topics)].sort();
    this.group.onTopicsChanged();
    if (topics.length > 0) this.metadata.wish();
  }

  subscription(): readonly string[] {
    return this.topics;
  }

  assignment(): readonly TopicPartition[] {
    return this.fetcher.assignment();
  }

  get memberId(): string {
    return this.group.memberId;
  }

  /** How long a record is kept for this member before others may get it, in milliseconds; null before the first came. */
  get acquisitionLockTimeoutMs(): number | null {
    return this.fetcher.lockTimeoutMs;
  }

  /** Has a listener told what becomes of acknowledgements; null for nobody. */
  setAcknowledgementListener(listener: AcknowledgementListener | null): void {
    this.listener = listener;
  }

  /**
   * Waits for records, at most `timeoutMs`. Batches come whole, also where that goes beyond max.poll.records, unless
   * share.acquire.mode says otherwise. Records that were renewed come again, before any others.
   * @throws KafkaError; BootstrapError; IllegalStateException (of Java) while explicit acknowledgements are missing
   */
  async poll(timeoutMs: number): Promise<ShareRecords[]> {
    this.ensureOpen();
    this.tellListener();
    this.acknowledgeGiven();
    if (this.topics.length === 0) throw new IllegalShareStateError('Consumer is not subscribed to any topics.');
    const { clock } = this.cluster.host;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    for (;;) {
      this.progress.begin();
      this.group.poll();
      this.metadata.throwError();
      const isRenewing = this.fetcher.isRenewing;
      const records = isRenewing ? [] : this.fetcher.collect(this.settings.maxPollRecords);
      if (records.length > 0) {
        this.given = records;
        this.fetcher.flush();
        return records;
      }
      if (isRenewing) this.fetcher.flush();
      else this.fetcher.fetch();
      const leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs <= 0 || this.isWoken) {
        this.isWoken = false;
        return records;
      }
      await this.progress.wait(leftMs);
      this.tellListener();
    }
  }

  /** Ends the {@link poll} that is going on, or the next one, without records. */
  wakeup(): void {
    this.isWoken = true;
    this.progress.signal();
  }

  /**
   * Says what becomes of a record that the last {@link poll} gave; the cursor's, unless another offset is named.
   * @throws IllegalStateException (of Java) under implicit acknowledgement, or where the record was acknowledged
   */
  acknowledge(records: ShareRecords, type: AcknowledgeType = 'accept', offset = records.cursor.offset): void {
    if (!this.settings.isExplicit) {
      throw new IllegalShareStateError('Implicit acknowledgement of delivery is being used.');
    }
    if (!records.acknowledge(offset, type)) throw new IllegalShareStateError('The record cannot be acknowledged.');
  }

  /**
   * Sends what was acknowledged, under implicit acknowledgement all that was given, and waits for the answers.
   * @returns for each partition null, or what its broker did not like
   * @throws KafkaError REQUEST_TIMED_OUT
   */
  async commit(timeoutMs = this.settings.defaultApiTimeoutMs): Promise<OfPartition<Error | null>[]> {
    this.commitLater();
    const { clock } = this.cluster.host;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    const results: AcknowledgementResult[] = [];
    for (;;) {
      this.progress.begin();
      results.push(...this.fetcher.takeResults());
      if (!this.fetcher.hasUnsettled) break;
      const leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs <= 0) {
        this.tell(results);
        throw new KafkaError('REQUEST_TIMED_OUT', `Timeout of ${timeoutMs}ms expired before all was acknowledged`);
      }
      await this.progress.wait(leftMs);
    }
    this.tell(results);
    const byPartition = new Map<string, OfPartition<Error | null>>();
    for (const { topicId, topic, partition, error } of results) {
      const key = `${topicId}-${partition}`;
      const before = byPartition.get(key)?.value ?? null;
      byPartition.set(key, { topic, partition, value: before ?? error });
    }
    return [...byPartition.values()];
  }

  /** The same without waiting: a listener is told the answers. */
  commitLater(): void {
    this.ensureOpen();
    this.tellListener();
    if (!this.settings.isExplicit) for (const records of this.given) records.acknowledgeRest('accept');
    for (const records of this.given) this.fetcher.acknowledge(records);
    this.fetcher.flush();
  }

  /** Leaves the group and reads nothing until topics are subscribed to again. */
  async unsubscribe(): Promise<void> {
    this.ensureOpen();
    this.topics = [];
    this.fetcher.assign([]);
    await this.group.leave(this.settings.defaultApiTimeoutMs);
  }

  /** Sends what was acknowledged, lets others have the rest, leaves the group and ends all connections. */
  async close(timeoutMs = DEFAULT_CLOSE_TIMEOUT_MS): Promise<void> {
    if (this.closed) return;
    const { clock } = this.cluster.host;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    const leftMs = () => Math.max(0, deadlineMs - clock.monotonicMs());
    this.closed = true;
    try {
      if (!this.settings.isExplicit) for (const records of this.given) records.acknowledgeRest('accept');
      for (const records of this.given) this.fetcher.acknowledge(records);
      await this.fetcher.close(leftMs());
      await this.group.close(leftMs());
      this.tellListener();
    } finally {
      this.metadata.close();
      this.cluster.close();
      this.progress.signal();
    }
  }

  private ensureOpen(): void {
    if (this.closed) throw new ClientClosedError();
  }

  private acknowledgeGiven(): void {
    if (!this.settings.isExplicit) for (const records of this.given) records.acknowledgeRest('accept');
    if (this.given.some(({ undecided }) => undecided > 0)) {
      throw new IllegalShareStateError('All records must be acknowledged in explicit acknowledgement mode.');
    }
    for (const records of this.given) this.fetcher.acknowledge(records);
    this.given = [];
  }

  private tellListener(): void {
    this.tell(this.fetcher.takeResults());
  }

  private tell(results: readonly AcknowledgementResult[]): void {
    if (results.length === 0 || this.listener === null) return;
    try {
      this.listener(results);
    } catch (error) {
      this.cluster.host.logger.error('Failed invoking acknowledgement commit callback', asError(error));
    }
  }

  private topicsToKnow(): readonly string[] {
    return [...new Set([...this.topics, ...this.fetcher.assignment().map(({ topic }) => topic)])];
  }
}
