import type { ByteRanges } from '../../base/byte-ranges.js';
import { partitionOfKey } from '../../base/murmur2.js';
import { KafkaError } from '../../protocol/errors.js';
import { recordSizeBound, runSizeBound } from '../../protocol/records/batch-builder.js';
import { BATCH_HEADER_BYTES } from '../../protocol/records/batch-header.js';
import type { RecordHeader } from '../../protocol/records/record.js';
import type { TopicMetadata } from '../metadata-cache.js';
import { partitionKey } from '../topic-partition.js';
import { BatchMemory } from './batch-memory.js';
import { Delivery } from './delivery.js';
import { ProducerBatch } from './producer-batch.js';
import type { ProducerSettings } from './producer-config.js';
import { StickyPartition } from './sticky-partition.js';

const NO_HEADERS: readonly RecordHeader[] = [];
/** The estimate of what compression will give errs on the large side, as Java's does. */
const COMPRESSION_ESTIMATE_FACTOR = 1.05;
const RATIO_STEP_UP = 0.05;
const RATIO_STEP_DOWN = 0.005;
/** The most that a record takes beside key, value and headers, as Java counts it. */
const JAVA_RECORD_OVERHEAD_BYTES = 21;

/** The batches of one partition that wait to be sent, the oldest first; records go into the last. */
export interface PartitionQueue {
  readonly key: string;
  readonly topic: string;
  readonly partition: number;
  readonly batches: ProducerBatch[];
  /** Batches that were sent and not answered. */
  inFlight: number;
}

interface TopicState {
  metadata: TopicMetadata;
  /** Partitions with a leader. */
  available: number[];
  readonly queues: PartitionQueue[];
  readonly sticky: StickyPartition;
  roundRobin: number;
  compressionRatio: number;
}

/** Collects records into batches. */
export class Accumulator {
  /** Queues with batches that wait. */
  readonly waiting = new Set<PartitionQueue>();
  /** Batches that are not settled. */
  readonly unsettled = new Set<ProducerBatch>();
  usedBytes = 0;
  /** Of the last batch that there was no room for. */
  refusedBytes: number;
  /** From this size on a record is looked at more closely. */
  private readonly largestBytes: number;
  private readonly settings: ProducerSettings;
  private readonly fraction: () => number;
  private readonly nowMs: () => number;
  private readonly topics = new Map<string, TopicState>();
  private readonly memory: BatchMemory;

  /** @param nowMs monotonic; asked when a batch begins */
  constructor(settings: ProducerSettings, fraction: () => number, nowMs: () => number) {
    this.settings = settings;
    this.refusedBytes = settings.batchSizeBytes;
    this.largestBytes = Math.min(settings.maxRequestBytes, settings.bufferMemoryBytes);
    this.fraction = fraction;
    this.nowMs = nowMs;
    this.memory = new BatchMemory(settings.batchSizeBytes);
  }

  hasTopic(topic: string): boolean {
    return this.topics.has(topic);
  }

  partitionCount(topic: string): number {
    return this.topics.get(topic)?.metadata.partitions.length ?? 0;
  }

  /** Takes what is known of a topic now. */
  updateTopic(metadata: TopicMetadata): void {
    const state = this.topics.get(metadata.name);
    const available = metadata.partitions.filter(({ leader }) => leader >= 0).map(({ partition }) => partition);
    if (state !== undefined) {
      state.metadata = metadata;
      state.available = available;
      return;
    }
    this.topics.set(metadata.name, {
      metadata,
      available,
      queues: [],
      sticky: new StickyPartition(this.settings.batchSizeBytes),
      roundRobin: Math.floor(this.fraction() * 0x7fff),
      compressionRatio: 1,
    });
  }

  /** Room for a batch like the last one that there was no room for. */
  hasRoom(sizeBytes = this.refusedBytes): boolean {
    return this.usedBytes + sizeBytes <= this.settings.bufferMemoryBytes;
  }

  /**
   * Adds a record to a batch.
   * @returns its batch, or null when the topic or partition is not known or the memory is used up.
   * @throws KafkaError MESSAGE_TOO_LARGE
   */
  append(
    topic: string,
    partition: number | null,
    key: Buffer | null,
    value: Buffer | null,
    headers: readonly RecordHeader[] = NO_HEADERS,
    timestamp: number,
  ): ProducerBatch | null {
    const state = this.topics.get(topic);
    if (state === undefined) return null;
    const isSticky = partition === null && !this.settings.roundRobin && (key === null || this.settings.ignoreKeys);
    const chosen = partition ?? this.partitionOf(state, key, isSticky);
    const boundBytes = recordSizeBound(key, value, headers);
    if (BATCH_HEADER_BYTES + boundBytes > this.largestBytes) this.checkSize(key, value, headers);
    const batch = this.batchFor(state, chosen, boundBytes);
    if (batch === null) return null;
    batch.open?.append(timestamp, key, value, headers);
    batch.recordCount++;
    batch.delivery.count++;
    if (isSticky) state.sticky.onAppended(boundBytes, batch.recordCount === 1);
    return batch;
  }

  /**
   * Adds as many of the next values as go into one batch, at least one, as records without key and headers.
   * @returns and throws as {@link append}; when it throws, nothing was taken.
   */
  appendValues(topic: string, values: ByteRanges, timestamp: number): ProducerBatch | null {
    const state = this.topics.get(topic);
    if (state === undefined) return null;
    const chosen = this.partitionOf(state, null, !this.settings.roundRobin);
    const firstBytes = runSizeBound(values, 1);
    if (BATCH_HEADER_BYTES + firstBytes > this.largestBytes) this.checkSize(null, values.at(values.next), NO_HEADERS);
    const batch = this.batchFor(state, chosen, firstBytes);
    if (batch === null) return null;
    const isNew = batch.recordCount === 0;
    const roomBytes = this.settings.batchSizeBytes - this.estimatedBytes(batch, state);
    const count = this.settings.roundRobin ? 1 : fittingCount(values, roomBytes);
    const boundBytes = runSizeBound(values, count);
    batch.open?.appendValues(timestamp, values, count);
    batch.recordCount += count;
    batch.delivery.count += count;
    if (!this.settings.roundRobin) state.sticky.onAppended(boundBytes, isNew);
    return batch;
  }

  /** Whether a batch waits behind others or has no room for one more record of its mean size. */
  isFull(queue: PartitionQueue): boolean {
    const batch = queue.batches[0];
    if (batch === undefined) return false;
    if (batch.isSealed || queue.batches.length > 1) return true;
    const state = this.topics.get(queue.topic);
    return state !== undefined && this.estimatedBytes(batch, state) >= this.settings.batchSizeBytes;
  }

  /** Takes the oldest batch out and lets no more records in. */
  take(queue: PartitionQueue): ProducerBatch {
    const batch = queue.batches.shift() as ProducerBatch;
    if (queue.batches.length === 0) this.waiting.delete(queue);
    this.sealOpen(batch);
    return batch;
  }

  /** Puts a batch back that has to go again: before all that were numbered after it and all that never went. */
  putBack(queue: PartitionQueue, batch: ProducerBatch): void {
    const { batches } = queue;
    let at = 0;
    while (at < batches.length && goesBefore(batches[at] as ProducerBatch, batch)) at++;
    batches.splice(at, 0, batch);
    this.waiting.add(queue);
    this.unsettled.add(batch);
  }

  /** Uses the memory of a batch again that a broker has answered for: the connection no longer holds it. */
  reuse(batch: ProducerBatch): void {
    const memory = batch.takeMemory();
    if (memory !== null) this.memory.giveBack(memory);
  }

  /** Forgets a batch that is settled, or was replaced by its pieces. */
  release(batch: ProducerBatch): void {
    this.unsettled.delete(batch);
    this.usedBytes -= batch.reservedBytes;
    batch.reservedBytes = 0;
  }

  remove(queue: PartitionQueue, batch: ProducerBatch): void {
    const at = queue.batches.indexOf(batch);
    if (at >= 0) queue.batches.splice(at, 1);
    if (queue.batches.length === 0) this.waiting.delete(queue);
  }

  /** What compression gave, for the estimate of the next batches of the topic. */
  observeRatio(topic: string, ratio: number): void {
    const state = this.topics.get(topic);
    if (state === undefined) return;
    const known = state.compressionRatio;
    state.compressionRatio =
      ratio > known ? Math.max(known + RATIO_STEP_UP, ratio) : Math.max(known - RATIO_STEP_DOWN, ratio);
  }

  /** After a batch was too large for the broker, batches of the topic are taken not to shrink. */
  resetRatio(topic: string): void {
    const state = this.topics.get(topic);
    if (state !== undefined) state.compressionRatio = Math.max(1, state.compressionRatio);
  }

  queue(topic: string, partition: number): PartitionQueue | undefined {
    return this.topics.get(topic)?.queues[partition];
  }

  sealOpen(batch: ProducerBatch | undefined): void {
    if (batch === undefined || batch.isSealed) return;
    batch.seal();
    batch.delivery.seal();
  }

  /** The partition's open batch, or a new one when that has no room; null without memory or without the partition. */
  private batchFor(state: TopicState, partition: number, boundBytes: number): ProducerBatch | null {
    if (partition < 0 || partition >= state.metadata.partitions.length) return null;
    const queue = this.queueOf(state, partition);
    const open = queue.batches.at(-1);
    if (open !== undefined && this.fits(open, state, boundBytes)) return open;
    const neededBytes = Math.max(this.settings.batchSizeBytes, BATCH_HEADER_BYTES + boundBytes);
    if (!this.hasRoom(neededBytes)) {
      this.refusedBytes = neededBytes;
      return null;
    }
    this.sealOpen(open);
    const delivery = new Delivery(queue.topic, partition);
    const batch = new ProducerBatch(delivery, this.nowMs(), this.memory.take(neededBytes));
    batch.reservedBytes = neededBytes;
    this.usedBytes += neededBytes;
    queue.batches.push(batch);
    this.waiting.add(queue);
    this.unsettled.add(batch);
    return batch;
  }

  private partitionOf(state: TopicState, key: Buffer | null, isSticky: boolean): number {
    const { length } = state.metadata.partitions;
    if (this.settings.roundRobin) {
      const choices =
        state.available.length > 0 ? state.available : state.metadata.partitions.map(({ partition }) => partition);
      return choices[state.roundRobin++ % choices.length] as number;
    }
    if (!isSticky) return partitionOfKey(key as Buffer, length);
    const { sticky } = state;
    return sticky.current >= 0 ? sticky.current : this.nextSticky(state);
  }

  private nextSticky(state: TopicState): number {
    const choices =
      state.available.length > 0 ? state.available : state.metadata.partitions.map(({ partition }) => partition);
    return state.sticky.choose(choices, this.waitingCounts(state, choices), this.fraction());
  }

  private waitingCounts(state: TopicState, choices: readonly number[]): number[] | null {
    if (!this.settings.adaptivePartitioning) return null;
    return choices.map((partition) => state.queues[partition]?.batches.length ?? 0);
  }

  private queueOf(state: TopicState, partition: number): PartitionQueue {
    let queue = state.queues[partition];
    if (queue === undefined) {
      const topic = state.metadata.name;
      queue = { key: partitionKey(topic, partition), topic, partition, batches: [], inFlight: 0 };
      state.queues[partition] = queue;
    }
    return queue;
  }

  private fits(batch: ProducerBatch, state: TopicState, boundBytes: number): boolean {
    if (batch.isSealed) return false;
    return this.estimatedBytes(batch, state) + boundBytes <= this.settings.batchSizeBytes;
  }

  private estimatedBytes(batch: ProducerBatch, state: TopicState): number {
    const sizeBytes = batch.open?.sizeBytes ?? 0;
    if (this.settings.compression === 0) return sizeBytes;
    const contentBytes = sizeBytes - BATCH_HEADER_BYTES;
    return BATCH_HEADER_BYTES + contentBytes * state.compressionRatio * COMPRESSION_ESTIMATE_FACTOR;
  }

  private checkSize(key: Buffer | null, value: Buffer | null, headers: readonly RecordHeader[]): void {
    const { maxRequestBytes, bufferMemoryBytes } = this.settings;
    const sizeBytes = javaSizeBytes(key, value, headers);
    if (sizeBytes > maxRequestBytes) {
      throw new KafkaError(
        'MESSAGE_TOO_LARGE',
        `The message is ${sizeBytes} bytes when serialized which is larger than ${maxRequestBytes}, which is the value of the max.request.size configuration.`,
      );
    }
    if (sizeBytes > bufferMemoryBytes) {
      throw new KafkaError(
        'MESSAGE_TOO_LARGE',
        `The message is ${sizeBytes} bytes when serialized which is larger than the total memory buffer you have configured with the buffer.memory configuration.`,
      );
    }
  }
}

/** How many of the next values there is room for; never none. */
function fittingCount(values: ByteRanges, roomBytes: number): number {
  const most = values.count - values.next;
  let count = 1;
  while (count < most && runSizeBound(values, count + 1) <= roomBytes) count++;
  return count;
}

/** A batch that was sent stays before one that was not, and in the order of numbers. */
function goesBefore(waiting: ProducerBatch, batch: ProducerBatch): boolean {
  if (waiting.attempts === 0) return false;
  if (waiting.baseSequence < 0 || batch.baseSequence < 0) return waiting.createdMs <= batch.createdMs;
  const distance = batch.baseSequence - waiting.baseSequence;
  return distance > 0 ? distance < 0x4000_0000 : distance < -0x4000_0000;
}

/** The upper bound that Java names in its message. */
function javaSizeBytes(key: Buffer | null, value: Buffer | null, headers: readonly RecordHeader[]): number {
  let sizeBytes = BATCH_HEADER_BYTES + JAVA_RECORD_OVERHEAD_BYTES + fieldBytes(key) + fieldBytes(value);
  sizeBytes += varintBytes(headers.length);
  for (const header of headers) sizeBytes += fieldBytes(Buffer.from(header.key)) + fieldBytes(header.value);
  return sizeBytes;
}

const fieldBytes = (bytes: Buffer | null): number => (bytes === null ? 1 : varintBytes(bytes.length) + bytes.length);

function varintBytes(value: number): number {
  let sizeBytes = 1;
  for (let rest = value * 2; rest >= 0x80; rest = Math.floor(rest / 0x80)) sizeBytes++;
  return sizeBytes;
}
