/** What one fetch brought of one partition. Batches are checked and decompressed when their turn comes. */

import { KafkaError } from '../../protocol/errors.js';
import type { AbortedTransaction } from '../../protocol/generated/fetch.js';
import { BatchBuilder } from '../../protocol/records/batch-builder.js';
import * as header from '../../protocol/records/batch-header.js';
import { batchEnd, ensureValidBatch, openRecords, readRecords } from '../../protocol/records/batch-reader.js';
import { ControlRecordType, controlRecordType } from '../../protocol/records/control-records.js';
import type { RecordCursor } from '../../protocol/records/record-cursor.js';
import { asError } from '../client-errors.js';
import { partitionKey } from '../topic-partition.js';
import type { ConsumedRecords, TimestampType } from './consumed-records.js';

const FIRST_MAGIC_WITH_BATCHES = 2;

export interface FetchedOptions {
  readonly readCommitted: boolean;
  readonly checkCrcs: boolean;
}

export class FetchedPartition {
  readonly topic: string;
  readonly partition: number;
  /** Of the fetch position at which it was asked for. */
  readonly version: number;
  /** Where the next fetch goes on: behind the last whole batch. */
  readonly endOffset: number;
  /** Of the next record that was not given out. */
  nextOffset: number;
  /** Leader epoch of the last batch that was given out or passed over; -1 at first. */
  lastEpoch = -1;
  private readonly bytes: Buffer;
  private readonly options: FetchedOptions;
  /** Not begun yet, in order of their first offsets. */
  private readonly aborted: AbortedTransaction[];
  private readonly abortedProducers = new Set<number>();
  private at = 0;
  /** Where the batch begins that was looked at last. */
  private current = 0;
  /** The batch that is being given out in parts, a record of it being the next one. */
  private open: RecordCursor | null = null;
  private openAt = 0;
  private openBytes: Buffer;

  constructor(
    topic: string,
    partition: number,
    version: number,
    fetchOffset: number,
    bytes: Buffer,
    aborted: readonly AbortedTransaction[],
    options: FetchedOptions,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.version = version;
    this.nextOffset = fetchOffset;
    this.bytes = bytes;
    this.openBytes = bytes;
    this.aborted = [...aborted].sort((a, b) => a.firstOffset - b.firstOffset);
    this.options = options;
    this.endOffset = endOf(bytes, fetchOffset);
  }

  get sizeBytes(): number {
    return this.bytes.length;
  }

  /**
   * The next records, at most `limit`; null when there are no more.
   * @throws KafkaError CORRUPT_MESSAGE, and again at the same place until somebody seeks past it.
   */
  take(limit: number): ConsumedRecords | null {
    while (this.open === null) if (!this.openNext()) return null;
    const cursor = this.open;
    const left = cursor.count - cursor.index;
    const bytes = this.openBytes;
    const at = this.openAt;
    if (cursor.index === 0 && left <= limit && header.baseOffset(bytes, at) >= this.nextOffset) {
      return this.close(cursor, left, header.lastOffset(bytes, at) + 1);
    }
    return this.takePart(cursor, limit);
  }

  /**
   * Goes behind the batch that {@link take} failed at.
   * @returns false where its frame does not tell where that is.
   */
  passOver(): boolean {
    const { bytes, current } = this;
    try {
      const end = batchEnd(bytes, current, bytes.length);
      if (end < 0 || header.magic(bytes, current) < FIRST_MAGIC_WITH_BATCHES) return false;
      this.at = end;
      this.open = null;
      this.nextOffset = Math.max(this.nextOffset, header.lastOffset(bytes, current) + 1);
      return true;
    } catch {
      return false;
    }
  }

  /** Goes over records to find where the part begins and ends; the part has a cursor of its own. */
  private takePart(cursor: RecordCursor, limit: number): ConsumedRecords | null {
    let start = -1;
    let count = 0;
    let nextOffset = this.nextOffset;
    while (count < limit && this.step(cursor)) {
      if (cursor.offset < this.nextOffset) continue;
      if (start < 0) start = cursor.recordAt;
      count++;
      nextOffset = cursor.offset + 1;
    }
    const isDone = cursor.index === cursor.count;
    if (isDone) nextOffset = header.lastOffset(this.openBytes, this.openAt) + 1;
    if (count === 0) {
      this.open = null;
      this.nextOffset = Math.max(this.nextOffset, nextOffset);
      return this.take(limit);
    }
    const window = cursor.part(start, cursor.recordEnd, count);
    if (isDone) return this.close(window, count, nextOffset);
    this.nextOffset = nextOffset;
    return this.recordsOf(window, count, nextOffset);
  }

  private step(cursor: RecordCursor): boolean {
    try {
      return cursor.next();
    } catch (error) {
      throw this.corrupt(error);
    }
  }

  private close(cursor: RecordCursor, count: number, nextOffset: number): ConsumedRecords {
    const records = this.recordsOf(cursor, count, nextOffset);
    this.open = null;
    this.nextOffset = nextOffset;
    return records;
  }

  private recordsOf(cursor: RecordCursor, count: number, nextOffset: number): ConsumedRecords {
    const leaderEpoch = header.leaderEpoch(this.openBytes, this.openAt);
    this.lastEpoch = leaderEpoch;
    const { topic, partition } = this;
    return { topic, partition, count, cursor, leaderEpoch, timestampType: this.timestampType, nextOffset };
  }

  private timestampType: TimestampType = 'CreateTime';

  /** Goes on to the next batch; false when there is none. Batches that the application must not see are passed over. */
  private openNext(): boolean {
    const { bytes, at } = this;
    this.current = at;
    const end = this.nextEnd();
    if (end < 0) return false;
    if (this.options.checkCrcs) this.check(at);
    this.at = end;
    if (header.magic(bytes, at) < FIRST_MAGIC_WITH_BATCHES) {
      this.openLegacy(at);
      return true;
    }
    const nextOffset = header.lastOffset(bytes, at) + 1;
    if (nextOffset <= this.nextOffset || this.isHidden(at)) {
      this.nextOffset = Math.max(this.nextOffset, nextOffset);
      this.lastEpoch = header.leaderEpoch(bytes, at);
      return true;
    }
    this.begin(bytes, at);
    return true;
  }

  private begin(bytes: Buffer, at: number): void {
    const isAppendTime = (header.attributes(bytes, at) & header.LOG_APPEND_TIME_BIT) !== 0;
    this.timestampType = isAppendTime ? 'LogAppendTime' : 'CreateTime';
    this.openBytes = bytes;
    this.openAt = at;
    try {
      this.open = openRecords(bytes, at);
    } catch (error) {
      throw this.corrupt(error);
    }
  }

  /** Records of an old format in a batch of the new one, so that there is one kind of cursor. */
  private openLegacy(at: number): void {
    let records: ReturnType<typeof readRecords>;
    try {
      records = readRecords(this.bytes, at);
    } catch (error) {
      throw this.corrupt(error);
    }
    const [first] = records;
    if (first === undefined) return;
    const builder = new BatchBuilder();
    for (const { offset, timestamp, key, value } of records) {
      builder.appendAt(offset - first.offset, timestamp, key, value);
    }
    const isAppendTime = (this.bytes[at + header.MAGIC_AT + 1] ?? 0) & header.LOG_APPEND_TIME_BIT;
    const legacyMagic = header.magic(this.bytes, at);
    this.begin(builder.build({ baseOffset: first.offset }), 0);
    this.timestampType = legacyMagic === 0 ? 'NoTimestampType' : isAppendTime ? 'LogAppendTime' : 'CreateTime';
  }

  /** Control batches, and under read_committed what belongs to transactions that were aborted. */
  private isHidden(at: number): boolean {
    const attributes = header.attributes(this.bytes, at);
    if (!this.options.readCommitted) return header.isControl(attributes);
    const producerId = header.producerId(this.bytes, at);
    const lastOffset = header.lastOffset(this.bytes, at);
    while (this.aborted.length > 0 && (this.aborted[0] as AbortedTransaction).firstOffset <= lastOffset) {
      this.abortedProducers.add((this.aborted.shift() as AbortedTransaction).producerId);
    }
    if (header.isControl(attributes)) {
      if (this.isAbortMarker(at)) this.abortedProducers.delete(producerId);
      return true;
    }
    return header.isTransactional(attributes) && this.abortedProducers.has(producerId);
  }

  private isAbortMarker(at: number): boolean {
    try {
      const cursor = openRecords(this.bytes, at);
      return cursor.next() && controlRecordType(cursor.key()) === ControlRecordType.abort;
    } catch (error) {
      throw this.corrupt(error);
    }
  }

  private nextEnd(): number {
    try {
      return batchEnd(this.bytes, this.at, this.bytes.length);
    } catch (error) {
      throw this.corrupt(error);
    }
  }

  private check(at: number): void {
    try {
      ensureValidBatch(this.bytes, at);
    } catch (error) {
      throw this.corrupt(error);
    }
  }

  /** What is told of a batch that cannot be read. */
  corrupt(error: unknown): KafkaError {
    const where = partitionKey(this.topic, this.partition);
    const told = new KafkaError(
      'CORRUPT_MESSAGE',
      `Record batch for partition ${where} at offset ${this.nextOffset} is invalid, cause: ${asError(error).message}`,
    );
    told.cause = error;
    return told;
  }
}

/** Offset behind the last batch that is whole and can be told from its frame; what is broken is found when its turn comes. */
function endOf(bytes: Buffer, fetchOffset: number): number {
  let end = fetchOffset;
  try {
    for (let at = 0, next = batchEnd(bytes, 0, bytes.length); next >= 0; next = batchEnd(bytes, at, bytes.length)) {
      const isBatch = header.magic(bytes, at) >= FIRST_MAGIC_WITH_BATCHES;
      end = Math.max(end, (isBatch ? header.lastOffset(bytes, at) : header.baseOffset(bytes, at)) + 1);
      at = next;
    }
  } catch {
    return end;
  }
  return end;
}
