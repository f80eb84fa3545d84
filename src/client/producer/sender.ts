import { ZERO_UUID } from '../../base/bytes.js';
import type { Logger, Timer } from '../../base/host.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { errorOfCode, KafkaError } from '../../protocol/errors.js';
import { initProducerIdApi } from '../../protocol/generated/init-producer-id.js';
import {
  type PartitionProduceResponse,
  type ProduceRequest,
  type ProduceResponse,
  produceApi,
} from '../../protocol/generated/produce.js';
import { asError, isRetriable, kafkaErrorOf, needsMetadata, timedOut } from '../client-errors.js';
import type { Cluster } from '../cluster.js';
import type { BrokerConnection, SendOptions } from '../connection.js';
import { byTopic, partitionKey } from '../topic-partition.js';
import type { Accumulator, PartitionQueue } from './accumulator.js';
import type { ProducerBatch } from './producer-batch.js';
import type { ProducerSettings } from './producer-config.js';
import { Sequences } from './sequences.js';
import { Transactions } from './transactions.js';

/** The last version that names topics instead of giving their ids. */
const LAST_VERSION_WITH_NAMES = 12;

export interface SenderEvents {
  wishMetadata(): void;
  /** Memory was freed. */
  onFreed(): void;
  /** No batch can be sent any more. */
  onFatal(error: Error): void;
}

/** Sends batches to the leaders of their partitions until each is delivered or lost. */
export class Sender {
  /** Sends batches that are not full yet, too. */
  hurry = false;
  private readonly cluster: Cluster;
  private readonly settings: ProducerSettings;
  private readonly accumulator: Accumulator;
  private readonly events: SenderEvents;
  private readonly logger: Logger;
  /** Null without a transactional.id. */
  readonly transactions: Transactions | null;
  private readonly sequences: Sequences;
  private readonly sent = new Set<ProducerBatch>();
  private readonly connecting = new Set<number>();
  private identifying = false;
  private noneExpiresBeforeMs = 0;
  private timer: Timer | null = null;
  private timerAtMs = Number.POSITIVE_INFINITY;
  private closed = false;

  constructor(cluster: Cluster, settings: ProducerSettings, accumulator: Accumulator, events: SenderEvents) {
    this.cluster = cluster;
    this.settings = settings;
    this.accumulator = accumulator;
    this.events = events;
    this.logger = cluster.host.logger;
    const { transactionalId, transactionTimeoutMs } = settings;
    this.sequences = new Sequences(transactionalId === null);
    this.transactions =
      transactionalId === null
        ? null
        : new Transactions(cluster, { transactionalId, transactionTimeoutMs }, this.sequences, () => this.onAdded());
  }

  /** Sends all that can go now, and arms a timer for what can go later. */
  pump(): void {
    if (this.closed || this.accumulator.unsettled.size === 0) return;
    const nowMs = this.nowMs();
    this.expire(nowMs);
    if (this.settings.idempotent && !this.sequences.resolve()) {
      if (this.transactions === null) this.identify();
    } else this.sendReady(nowMs);
    this.armFor(this.nextMs(nowMs));
  }

  /** Makes sure that a batch begun now is looked at when its linger is over. */
  onBatchBegun(): void {
    const nowMs = this.nowMs();
    this.arm(nowMs + this.settings.lingerMs);
  }

  close(): void {
    this.closed = true;
    this.timer?.cancel();
  }

  /** Gives up all that is not settled. */
  abort(error: Error): void {
    for (const batch of [...this.accumulator.unsettled]) this.settle(batch, -1, -1, error);
  }

  /** Gives up what was never sent. */
  abortUnsent(error: Error): void {
    for (const batch of [...this.accumulator.unsettled]) {
      if (batch.attempts === 0) this.settle(batch, -1, -1, error);
    }
    this.events.onFreed();
  }

  private nowMs(): number {
    return this.cluster.host.clock.monotonicMs();
  }

  private sendReady(nowMs: number): void {
    const byLeader = new Map<number, PartitionQueue[]>();
    let isLeaderless = false;
    for (const queue of this.accumulator.waiting) {
      if (!this.isReady(queue, nowMs)) continue;
      const leader = this.cluster.metadata.partition(queue.topic, queue.partition)?.leader ?? -1;
      if (leader < 0 || this.cluster.node(leader) === undefined) {
        isLeaderless = true;
        continue;
      }
      const known = byLeader.get(leader);
      if (known === undefined) byLeader.set(leader, [queue]);
      else known.push(queue);
    }
    if (isLeaderless) this.events.wishMetadata();
    for (const [leader, queues] of byLeader) this.sendTo(leader, queues, nowMs);
  }

  private isReady(queue: PartitionQueue, nowMs: number): boolean {
    const batch = queue.batches[0];
    if (batch === undefined || batch.notBeforeMs > nowMs) return false;
    if (this.settings.idempotent && !this.sequences.maySend(queue.key, batch)) return false;
    if (this.settings.maxInFlight === 1 && queue.inFlight > 0) return false;
    const isDue =
      this.hurry ||
      batch.attempts > 0 ||
      this.accumulator.isFull(queue) ||
      nowMs - batch.createdMs >= this.settings.lingerMs;
    return isDue && (this.transactions === null || this.transactions.maySend(queue.topic, queue.partition));
  }

  private sendTo(leader: number, queues: PartitionQueue[], nowMs: number): void {
    const connection = this.cluster.currentConnection(leader);
    if (connection === null) {
      this.connect(leader);
      return;
    }
    let start = 0;
    while (connection.inFlightCount < this.settings.maxInFlight) {
      const batches: ProducerBatch[] = [];
      let sizeBytes = 0;
      for (const queue of queues) {
        if (!this.isReady(queue, nowMs)) continue;
        const waitingBytes = queue.batches[0]?.sizeBytes ?? 0;
        if (batches.length > 0 && sizeBytes + waitingBytes > this.settings.maxRequestBytes) continue;
        const batch = this.encoded(queue);
        sizeBytes += batch.sizeBytes;
        batches.push(batch);
      }
      if (batches.length === 0) return;
      this.sendBatches(leader, connection, batches);
      // Who was left out for want of room comes first next time.
      start = (start + 1) % queues.length;
      queues.push(...queues.splice(0, start));
    }
  }

  private encoded(queue: PartitionQueue): ProducerBatch {
    const batch = this.accumulator.take(queue);
    if (this.settings.idempotent) this.sequences.assign(queue.key, batch);
    const isFirst = batch.attempts === 0;
    batch.encode(this.settings);
    if (isFirst && this.settings.compression !== 0) this.accumulator.observeRatio(batch.topic, batch.compressionRatio);
    batch.attempts++;
    queue.inFlight++;
    this.sent.add(batch);
    return batch;
  }

  private sendBatches(leader: number, connection: BrokerConnection, batches: ProducerBatch[]): void {
    const { metadata } = this.cluster;
    const hasIds = batches.every(({ topic }) => metadata.topicId(topic) !== ZERO_UUID);
    const topicData = [...byTopic(batches)].map(([name, ofTopic]) => ({
      name,
      topicId: metadata.topicId(name),
      partitionData: ofTopic.map((batch) => ({
        index: batch.partition,
        records: batch.encode(this.settings),
      })),
    }));
    const { acks, requestTimeoutMs, transactionalId } = this.settings;
    const request: Init<ProduceRequest> = { transactionalId, acks, timeoutMs: requestTimeoutMs, topicData };
    try {
      if (acks === 0) {
        connection.sendWithoutAnswer(produceApi, request);
        for (const batch of batches) this.delivered(batch, -1, -1);
        return;
      }
      connection.send(produceApi, request, this.versionLimit(hasIds)).then(
        (response) => this.onResponse(batches, response),
        (error: unknown) => this.onFailure(batches, asError(error)),
      );
    } catch (error) {
      this.logger.debug(`produce request to broker ${leader} could not be sent: ${asError(error).message}`);
      this.onFailure(batches, asError(error));
    }
  }

  private versionLimit(hasIds: boolean): SendOptions {
    const maxVersion = this.transactions?.maxProduceVersion ?? (hasIds ? undefined : LAST_VERSION_WITH_NAMES);
    return maxVersion === undefined ? {} : { maxVersion };
  }

  /** Partitions became part of the transaction, or it cannot go on: then what was not sent never will be. */
  private onAdded(): void {
    const failure = this.transactions?.failure ?? null;
    if (failure !== null) this.abortUnsent(failure);
    this.pump();
  }

  private onResponse(batches: readonly ProducerBatch[], response: ProduceResponse): void {
    const answers = new Map<string, PartitionProduceResponse>();
    const { metadata } = this.cluster;
    for (const { name, topicId, partitionResponses } of response.responses) {
      const topic = name === '' ? metadata.topicName(topicId) : name;
      for (const answer of partitionResponses) answers.set(partitionKey(topic ?? topicId, answer.index), answer);
    }
    for (const { nodeId, host, port, rack } of response.nodeEndpoints)
      metadata.nodes.set(nodeId, { id: nodeId, host, port, rack });
    for (const batch of batches) {
      const answer = answers.get(partitionKey(batch.topic, batch.partition));
      if (answer === undefined) this.onError(batch, new KafkaError('UNKNOWN_TOPIC_OR_PARTITION'), null);
      else if (answer.errorCode === 0) {
        this.delivered(batch, answer.baseOffset, answer.logAppendTimeMs);
        this.accumulator.reuse(batch);
      } else this.onError(batch, errorOf(answer), answer);
    }
    this.events.onFreed();
    this.pump();
  }

  private onFailure(batches: readonly ProducerBatch[], error: Error): void {
    for (const batch of batches) this.onError(batch, error, null);
    this.events.onFreed();
    this.pump();
  }

  private delivered(batch: ProducerBatch, baseOffset: number, logAppendTimeMs: number): void {
    this.unsend(batch);
    if (batch.isDone) return;
    if (this.settings.idempotent) this.sequences.acked(partitionKey(batch.topic, batch.partition), batch);
    this.settle(batch, baseOffset, logAppendTimeMs, null);
  }

  private onError(batch: ProducerBatch, error: Error, answer: PartitionProduceResponse | null): void {
    this.unsend(batch);
    if (batch.isDone) return;
    if (needsMetadata(error)) this.refreshLeader(batch, answer);
    const key = partitionKey(batch.topic, batch.partition);
    const isKafka = error instanceof KafkaError;
    if (isKafka && error.error === 'MESSAGE_TOO_LARGE' && batch.recordCount > 1) {
      this.split(key, batch);
      return;
    }
    const verdict =
      this.settings.idempotent && isKafka
        ? this.sequences.verdictOf(key, batch, error.error, isRetriable(error))
        : isRetriable(error)
          ? 'retry'
          : 'failed';
    if (verdict === 'delivered') {
      this.sequences.acked(key, batch);
      this.settle(batch, answer?.baseOffset ?? -1, -1, null);
      return;
    }
    const isInTime = this.nowMs() - batch.createdMs < this.settings.deliveryTimeoutMs;
    if (verdict === 'retry' && isInTime && batch.attempts <= this.settings.retries) {
      this.retry(batch, error);
      return;
    }
    // A broker that answered with an error has not taken the batch; without its answer nobody knows.
    this.sequences.failed(key, batch, answer !== null);
    if (answer === null) this.transactions?.loseSequences();
    this.settle(batch, -1, -1, isInTime ? error : this.expiry(batch));
  }

  private retry(batch: ProducerBatch, error: Error): void {
    const { retryBackoffMs, retryBackoffMaxMs } = this.settings;
    batch.notBeforeMs =
      this.nowMs() + this.cluster.pauses.backoffMs(batch.attempts - 1, retryBackoffMs, retryBackoffMaxMs);
    const queue = this.accumulator.queue(batch.topic, batch.partition);
    if (queue !== undefined) this.accumulator.putBack(queue, batch);
    const where = partitionKey(batch.topic, batch.partition);
    this.logger.warn(`Got error produce response on topic-partition ${where}, retrying. Error: ${error.message}`);
  }

  private split(key: string, batch: ProducerBatch): void {
    const halfBytes = Math.ceil(batch.sizeBytes / 2);
    const bySize = batch.isSplit ? [] : batch.split(this.settings.batchSizeBytes);
    // Compressed records may make several batches of batch.size; what is no larger than that is halved.
    const smaller = bySize.length > 1 ? bySize : batch.split(halfBytes);
    if (this.settings.idempotent) this.sequences.replaced(key, batch, smaller);
    this.accumulator.resetRatio(batch.topic);
    const [first] = smaller;
    if (first !== undefined) first.reservedBytes = batch.reservedBytes;
    batch.reservedBytes = 0;
    batch.isDone = true;
    this.accumulator.release(batch);
    const queue = this.accumulator.queue(batch.topic, batch.partition);
    if (queue === undefined) return;
    for (const piece of smaller) {
      piece.attempts = 1;
      this.accumulator.putBack(queue, piece);
    }
  }

  private settle(batch: ProducerBatch, baseOffset: number, logAppendTimeMs: number, error: Error | null): void {
    this.accumulator.release(batch);
    this.accumulator.sealOpen(batch);
    const queue = this.accumulator.queue(batch.topic, batch.partition);
    if (queue !== undefined) this.accumulator.remove(queue, batch);
    if (error !== null) this.transactions?.failed(error);
    batch.settle(baseOffset, logAppendTimeMs, error);
  }

  private unsend(batch: ProducerBatch): void {
    if (!this.sent.delete(batch)) return;
    const queue = this.accumulator.queue(batch.topic, batch.partition);
    if (queue !== undefined) queue.inFlight--;
  }

  private refreshLeader(batch: ProducerBatch, answer: PartitionProduceResponse | null): void {
    const leader = answer?.currentLeader;
    const isTold =
      leader !== undefined &&
      this.cluster.metadata.updateLeader(batch.topic, batch.partition, leader.leaderId, leader.leaderEpoch);
    if (!isTold) this.events.wishMetadata();
  }

  private expire(nowMs: number): void {
    if (nowMs < this.noneExpiresBeforeMs) return;
    const { deliveryTimeoutMs } = this.settings;
    let isFreed = false;
    let oldestMs = nowMs;
    for (const batch of this.accumulator.unsettled) {
      if (nowMs - batch.createdMs < deliveryTimeoutMs) {
        oldestMs = Math.min(oldestMs, batch.createdMs);
        continue;
      }
      if (batch.attempts > 0) {
        this.sequences.failed(partitionKey(batch.topic, batch.partition), batch, false);
        this.transactions?.loseSequences();
      }
      this.settle(batch, -1, -1, this.expiry(batch));
      isFreed = true;
    }
    // Later batches are younger, and parts of one that was too large are as old as it.
    this.noneExpiresBeforeMs = oldestMs + deliveryTimeoutMs;
    if (isFreed) this.events.onFreed();
  }

  private expiry({ topic, partition, recordCount, createdMs }: ProducerBatch): KafkaError {
    const ageMs = Math.round(this.nowMs() - createdMs);
    return timedOut(
      `Expiring ${recordCount} record(s) for ${partitionKey(topic, partition)}:${ageMs} ms has passed since batch creation`,
    );
  }

  private connect(leader: number): void {
    if (this.connecting.has(leader)) return;
    this.connecting.add(leader);
    this.cluster.connectToNode(leader).then(
      () => {
        this.connecting.delete(leader);
        this.pump();
      },
      (error: unknown) => {
        this.connecting.delete(leader);
        if (this.closed) return;
        this.logger.warn(`Connection to node ${leader} could not be established: ${asError(error).message}`);
        if (!isRetriable(error)) this.fatal(asError(error));
        this.events.wishMetadata();
        this.arm(this.nowMs() + this.settings.reconnectBackoffMs);
      },
    );
  }

  /** Fetches the id that makes batches recognizable; nothing is sent before. */
  private identify(): void {
    if (this.identifying) return;
    this.identifying = true;
    const { deliveryTimeoutMs } = this.settings;
    const options = { timeoutMs: deliveryTimeoutMs };
    this.cluster
      .retry('InitProducerId', () => this.initProducerId(), options)
      .then(
        ({ producerId, producerEpoch }) => {
          this.identifying = false;
          this.sequences.begin(producerId, producerEpoch);
          this.pump();
        },
        (error: unknown) => {
          this.identifying = false;
          if (this.closed) return;
          if (!isRetriable(error)) this.fatal(asError(error));
          this.pump();
        },
      );
  }

  private async initProducerId(): Promise<{ readonly producerId: number; readonly producerEpoch: number }> {
    const connection = await this.cluster.connectTo('any');
    const request = { transactionalId: null, transactionTimeoutMs: 0x7fff_ffff };
    const response = await connection.send(initProducerIdApi, request);
    const error = kafkaErrorOf(response.errorCode);
    if (error !== null) throw error;
    return response;
  }

  private fatal(error: Error): void {
    this.events.onFatal(error);
    this.abort(error);
    this.events.onFreed();
  }

  /** When something can change by time alone. */
  private nextMs(nowMs: number): number {
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { batches } of this.accumulator.waiting) {
      const batch = batches[0] as ProducerBatch;
      const lingerEndMs = batch.attempts > 0 ? batch.notBeforeMs : batch.createdMs + this.settings.lingerMs;
      if (lingerEndMs > nowMs) nextMs = Math.min(nextMs, lingerEndMs);
    }
    for (const { createdMs } of this.accumulator.unsettled) {
      nextMs = Math.min(nextMs, createdMs + this.settings.deliveryTimeoutMs);
      break;
    }
    return nextMs;
  }

  private arm(atMs: number): void {
    if (atMs < this.timerAtMs) this.armFor(atMs);
  }

  private armFor(atMs: number): void {
    if (atMs === this.timerAtMs || this.closed) return;
    this.timer?.cancel();
    this.timerAtMs = atMs;
    if (atMs === Number.POSITIVE_INFINITY) return;
    this.timer = this.cluster.host.clock.setTimer(Math.max(0, atMs - this.nowMs()), () => {
      this.timerAtMs = Number.POSITIVE_INFINITY;
      this.pump();
    });
  }
}

/** The broker's words, with what it says of single records. */
function errorOf({ errorCode, errorMessage, recordErrors }: PartitionProduceResponse): KafkaError {
  const message = errorMessage ?? recordErrors[0]?.batchIndexErrorMessage ?? null;
  return new KafkaError(errorOfCode(errorCode).name, message);
}
