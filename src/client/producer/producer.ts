import type { ByteRanges } from '../../base/byte-ranges.js';
import { KafkaError } from '../../protocol/errors.js';
import type { RecordHeader } from '../../protocol/records/record.js';
import type { ClientHost, ClientProperties } from '../client-config.js';
import { ClientClosedError, isRetriable, timedOut } from '../client-errors.js';
import { Cluster } from '../cluster.js';
import type { CommittedOffset } from '../committed-offset.js';
import type { MemberIdentity } from '../consumer/group-offsets.js';
import { MetadataRefresh } from '../metadata-refresh.js';
import { topicsError } from '../topic-errors.js';
import type { OfPartition } from '../topic-partition.js';
import { Accumulator } from './accumulator.js';
import type { Delivery } from './delivery.js';
import type { ProducerBatch } from './producer-batch.js';
import { type ProducerSettings, producerSettings } from './producer-config.js';
import { Sender } from './sender.js';
import { TransactionStateError, type Transactions } from './transactions.js';

const NO_HEADERS: readonly RecordHeader[] = [];
/** So many keep every broker busy. */
const LEAST_BATCHES = 32;

interface Waiter {
  isReady(): boolean;
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Sends records in batches. Keys and values are copied into a batch at once, so that the caller may use its buffers
 * again.
 *
 *     let delivery = producer.append(topic, null, key, value);
 *     while (delivery === null) {
 *       await producer.ready(topic);
 *       delivery = producer.append(topic, null, key, value);
 *     }
 *     ...
 *     await producer.close();
 *
 * {@link append} takes no promise and no object a record; {@link send} is the comfortable form of the same.
 */
export class Producer {
  readonly settings: ProducerSettings;
  readonly cluster: Cluster;
  private readonly accumulator: Accumulator;
  private readonly sender: Sender;
  private readonly refresh: MetadataRefresh;
  private readonly topics = new Set<string>();
  private readonly waiters = new Set<Waiter>();
  private fatal: Error | null = null;
  private closing = false;
  private flushes = 0;

  /** Opens no connection yet. @throws ConfigException */
  constructor(properties: ClientProperties, host: ClientHost) {
    this.settings = producerSettings(properties);
    this.cluster = new Cluster(this.settings, host);
    this.accumulator = new Accumulator(
      this.settings,
      () => host.random.fraction(),
      () => host.clock.monotonicMs(),
    );
    this.refresh = new MetadataRefresh(this.cluster, {
      topics: () => [...this.topics],
      allowAutoTopicCreation: true,
      onUpdate: () => this.onMetadata(),
      onError: (error) => this.onMetadataError(error),
    });
    this.sender = new Sender(this.cluster, this.settings, this.accumulator, {
      wishMetadata: () => this.refresh.wish(),
      onFreed: () => this.wake(),
      onFatal: (error) => {
        this.fatal = error;
      },
    });
  }

  /**
   * Puts a record into a batch.
   *
   * @param partition null to choose it by the key or, without one, by load.
   * @param timestamp milliseconds; now when left out.
   * @returns the batch's handle, shared by all its records; null when the record cannot be taken now: wait for
   *   {@link ready} and try again.
   * @throws KafkaError MESSAGE_TOO_LARGE; the error that ended all sending.
   */
  append(
    topic: string,
    partition: number | null,
    key: Buffer | null,
    value: Buffer | null,
    headers: readonly RecordHeader[] = NO_HEADERS,
    timestamp = this.cluster.host.clock.nowMs(),
  ): Delivery | null {
    this.ensureOpen();
    this.sender.transactions?.check();
    const batch = this.accumulator.append(topic, partition, key, value, headers, timestamp);
    return this.appended(batch, 1);
  }

  /**
   * Puts values into a batch, as records without key and headers, as many as it has room for, and takes them from
   * `values`: the way of many small records.
   * @returns and throws as {@link append}; what did not go in is the next to be appended.
   */
  appendValues(topic: string, values: ByteRanges, timestamp: number): Delivery | null {
    this.ensureOpen();
    this.sender.transactions?.check();
    const { next } = values;
    const batch = this.accumulator.appendValues(topic, values, timestamp);
    return this.appended(batch, values.next - next);
  }

  private appended(batch: ProducerBatch | null, count: number): Delivery | null {
    if (batch === null) {
      this.sender.pump();
      return null;
    }
    if (batch.recordCount === count) this.onBatchBegun(batch.topic, batch.partition);
    return batch.delivery;
  }

  /**
   * Waits until a record for the topic can be taken: its metadata is known (the broker may create it now) and there is
   * room in buffer.memory, at most max.block.ms.
   * @throws KafkaError REQUEST_TIMED_OUT with Java's message; INVALID_TOPIC_EXCEPTION, TOPIC_AUTHORIZATION_FAILED;
   *   BootstrapError
   */
  async ready(topic: string, partition: number | null = null): Promise<void> {
    this.ensureOpen();
    if (!this.topics.has(topic)) {
      this.topics.add(topic);
      this.refresh.wish();
    }
    await this.topicKnown(topic, partition);
    if (this.accumulator.hasRoom()) return;
    this.sender.pump();
    const { maxBlockMs, bufferMemoryBytes, batchSizeBytes } = this.settings;
    const { refusedBytes } = this.accumulator;
    await this.until(
      () => this.accumulator.hasRoom(),
      () =>
        `Failed to allocate ${refusedBytes} bytes within the configured max blocking time ${maxBlockMs} ms. Total memory: ${bufferMemoryBytes} bytes. Available memory: ${bufferMemoryBytes - this.accumulator.usedBytes} bytes. Poolable size: ${batchSizeBytes} bytes`,
    );
  }

  /** {@link append}, waiting for room where it has to. */
  async send(
    topic: string,
    partition: number | null,
    key: Buffer | null,
    value: Buffer | null,
    headers?: readonly RecordHeader[],
    timestamp?: number,
  ): Promise<Delivery> {
    for (;;) {
      const delivery = this.append(topic, partition, key, value, headers, timestamp);
      if (delivery !== null) return delivery;
      await this.ready(topic, partition);
    }
  }

  /**
   * Waits until no more than so many bytes are on their way, or a few batches: whoever reads what it sends need not read
   * on before. Only for records without keys, as others may fill many batches that leave when their linger is over.
   * Never fails.
   */
  async settledTo(sizeBytes: number): Promise<void> {
    const { batchSizeBytes, roundRobin } = this.settings;
    const mostBytes = Math.max(sizeBytes, LEAST_BATCHES * batchSizeBytes);
    if (roundRobin || this.accumulator.usedBytes <= mostBytes) return;
    this.sender.pump();
    await new Promise<void>((resolve) => {
      const end = () => {
        this.waiters.delete(waiter);
        resolve();
      };
      const waiter: Waiter = {
        isReady: () => this.accumulator.usedBytes <= mostBytes,
        resolve: end,
        // Whoever appends next is told.
        reject: end,
      };
      this.waiters.add(waiter);
    });
  }

  /** How many partitions the topic has. @throws as {@link ready} */
  async partitionCount(topic: string): Promise<number> {
    await this.ready(topic);
    return this.accumulator.partitionCount(topic);
  }

  /**
   * Takes the transactional.id: producers that had it before are fenced, and what one of them left open is aborted.
   * Comes before the first transaction. @throws KafkaError
   */
  async initTransactions(): Promise<void> {
    await this.transactions().init(this.settings.maxBlockMs);
  }

  beginTransaction(): void {
    this.ensureOpen();
    this.transactions().begin();
  }

  /** Commits offsets of a group with the transaction. @throws KafkaError */
  async sendOffsetsToTransaction(
    groupId: string,
    member: MemberIdentity,
    offsets: readonly OfPartition<CommittedOffset>[],
  ): Promise<void> {
    await this.transactions().sendOffsets(groupId, member, offsets);
  }

  /** @throws what kept a record from being sent: then the transaction has to be aborted */
  async commitTransaction(): Promise<void> {
    const transactions = this.transactions();
    transactions.check();
    await this.flush();
    await transactions.end(true);
  }

  async abortTransaction(): Promise<void> {
    const transactions = this.transactions();
    this.sender.abortUnsent(new KafkaError('TRANSACTION_ABORTABLE', 'Failing batch since transaction was aborted'));
    await this.flush();
    await transactions.end(false);
  }

  private transactions(): Transactions {
    const { transactions } = this.sender;
    if (transactions !== null) return transactions;
    throw new TransactionStateError(
      'Cannot use transactional methods without enabling transactions by setting the transactional.id configuration property',
    );
  }

  /** Sends all that was appended before and waits until each batch is settled, well or not. */
  async flush(): Promise<void> {
    const deliveries = new Set([...this.accumulator.unsettled].map(({ delivery }) => delivery));
    for (const batch of this.accumulator.unsettled) this.accumulator.sealOpen(batch);
    this.flushes++;
    this.sender.hurry = true;
    this.sender.pump();
    await Promise.all([...deliveries].map((delivery) => delivery.settled()));
    this.flushes--;
    this.sender.hurry = this.flushes > 0 || this.closing;
  }

  /** Sends what is there, at most for `timeoutMs`; what is left then fails. */
  async close(timeoutMs = Number.POSITIVE_INFINITY): Promise<void> {
    if (this.closing) return;
    this.closing = true;
    this.refuseWaiters(new ClientClosedError());
    if (timeoutMs > 0 && this.accumulator.unsettled.size > 0) await this.flushWithin(timeoutMs);
    this.refresh.close();
    this.sender.close();
    this.sender.abort(new KafkaError('REQUEST_TIMED_OUT', 'Producer is closed forcefully.'));
    this.cluster.close();
  }

  private async flushWithin(timeoutMs: number): Promise<void> {
    if (timeoutMs === Number.POSITIVE_INFINITY) return this.flush();
    const { clock } = this.cluster.host;
    await new Promise<void>((resolve) => {
      const timer = clock.setTimer(timeoutMs, resolve);
      void this.flush().then(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  private ensureOpen(): void {
    if (this.closing) throw new ClientClosedError();
    if (this.fatal !== null) throw this.fatal;
  }

  private onBatchBegun(topic: string, partition: number): void {
    const queue = this.accumulator.queue(topic, partition);
    if (this.settings.lingerMs === 0 || (queue !== undefined && queue.batches.length > 1)) this.sender.pump();
    this.sender.onBatchBegun();
  }

  private async topicKnown(topic: string, partition: number | null): Promise<void> {
    const isKnown = () => this.accumulator.hasTopic(topic) && this.accumulator.partitionCount(topic) > (partition ?? 0);
    if (isKnown()) return;
    const { maxBlockMs } = this.settings;
    this.refresh.wish();
    await this.until(
      isKnown,
      () => {
        const count = this.accumulator.partitionCount(topic);
        return partition !== null && count > 0
          ? `Partition ${partition} of topic ${topic} with partition count ${count} is not present in metadata after ${maxBlockMs} ms.`
          : `Topic ${topic} not present in metadata after ${maxBlockMs} ms.`;
      },
      topic,
    );
  }

  private until(isReady: () => boolean, timeoutText: () => string, topic?: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (settle: () => void) => {
        this.waiters.delete(waiter);
        timer.cancel();
        settle();
      };
      const timer = this.cluster.host.clock.setTimer(this.settings.maxBlockMs, () => {
        end(() => reject(timedOut(timeoutText())));
      });
      const waiter: Waiter = {
        isReady: () => {
          const error = topic === undefined ? null : this.topicError(topic);
          if (error !== null) throw error;
          return isReady();
        },
        resolve: () => end(resolve),
        reject: (error) => end(() => reject(error)),
      };
      this.waiters.add(waiter);
    });
  }

  /** Errors of a topic that waiting does not mend. */
  private topicError(topic: string): KafkaError | null {
    const error = this.cluster.metadata.topics.get(topic)?.error ?? null;
    if (error === null || isRetriable(new KafkaError(error))) return null;
    const [invalid, unauthorized] = [error === 'INVALID_TOPIC_EXCEPTION', error === 'TOPIC_AUTHORIZATION_FAILED'];
    return topicsError(invalid ? [topic] : [], unauthorized ? [topic] : []) ?? new KafkaError(error);
  }

  private wake(): void {
    for (const waiter of [...this.waiters]) {
      try {
        if (this.fatal !== null) throw this.fatal;
        if (waiter.isReady()) waiter.resolve();
      } catch (error) {
        waiter.reject(error as Error);
      }
    }
  }

  private refuseWaiters(error: Error): void {
    for (const waiter of [...this.waiters]) waiter.reject(error);
  }

  private onMetadata(): void {
    for (const topic of this.topics) {
      const metadata = this.cluster.metadata.topics.get(topic);
      if (metadata !== undefined && metadata.error === null && metadata.partitions.length > 0) {
        this.accumulator.updateTopic(metadata);
      }
    }
    this.wake();
    if ([...this.waiters].some((waiter) => !isSettledReady(waiter)) && this.accumulator.hasRoom()) this.refresh.wish();
    this.sender.pump();
  }

  private onMetadataError(error: Error): void {
    this.cluster.host.logger.warn(`metadata could not be fetched: ${error.message}`);
    this.refuseWaiters(error);
  }
}

/** A topic that is being waited for is asked for again, until it is there. */
function isSettledReady(waiter: Waiter): boolean {
  try {
    return waiter.isReady();
  } catch {
    return true;
  }
}
