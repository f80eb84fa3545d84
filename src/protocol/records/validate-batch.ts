/**
 * What a broker checks of the records that a producer sends for one partition, and what it changes in them (measured on
 * Apache Kafka 4.3.1): exactly one batch of magic 2 whose counts, offsets, checksum and records fit. The batch stays as
 * it came, but for the largest timestamp, LogAppendTime, and a topic that wants another codec. Producer ids, epochs and
 * sequences are judged elsewhere: this looks at no state.
 */
import { writeInt64 } from '../../base/bytes.js';
import { CompressionType } from '../compression/codec.js';
import { CompressionError } from '../compression/compression-error.js';
import { crc32c } from '../crc32c.js';
import { BatchBuilder } from './batch-builder.js';
import * as header from './batch-header.js';
import { batchEnd, ensureValidBatch, openRecords } from './batch-reader.js';
import type { RecordCursor } from './record-cursor.js';
import { CorruptRecordError, InvalidRecordError } from './record-errors.js';

export type TimestampType = 'CreateTime' | 'LogAppendTime';

export interface ValidationRules {
  /** As messages name it, e.g. `orders-3`. */
  readonly topicPartition: string;
  /** Whether cleanup.policy has `compact`: such topics take no record without a key. */
  readonly compacted: boolean;
  readonly timestampType: TimestampType;
  readonly nowMs: number;
  /** message.timestamp.before.max.ms and after.max.ms; Infinity for no limit. */
  readonly timestampBeforeMaxMs: number;
  readonly timestampAfterMaxMs: number;
  readonly maxMessageBytes: number;
  /** compression.type of the topic: the codec batches are stored with, or `producer` for whatever they came with. */
  readonly compression: CompressionType | 'producer';
  readonly compressionLevel?: number;
  /** Version of the Produce request: before 7 it knows no zstd (KIP-110). */
  readonly produceVersion: number;
  readonly maxDecompressedBytes?: number;
}

/** The error codes that validation can end in, by their names in Kafka. */
export type ValidationErrorName =
  | 'CORRUPT_MESSAGE'
  | 'INVALID_RECORD'
  | 'INVALID_TIMESTAMP'
  | 'MESSAGE_TOO_LARGE'
  | 'UNKNOWN_SERVER_ERROR'
  | 'UNSUPPORTED_COMPRESSION_TYPE';

export interface RecordError {
  readonly batchIndex: number;
  readonly message: string;
}

export interface AcceptedBatch {
  readonly accepted: true;
  /**
   * The batch to append, one and whole; base offset and leader epoch are still to be written. It is a view of the
   * records given, which may have been changed in place, unless it was compressed anew.
   */
  readonly batch: Buffer;
  readonly recordCount: number;
  /** -1 when no record has one. Where it is found, to the precision of an index, is the batch's last offset. */
  readonly maxTimestamp: number;
  /** -1 under CreateTime. */
  readonly logAppendTimeMs: number;
}

export interface RefusedBatch {
  readonly accepted: false;
  readonly errorName: ValidationErrorName;
  readonly message: string;
  /** Kafka tells the producer its message only when single records are to blame, else null. */
  readonly replyMessage: string | null;
  readonly recordErrors: readonly RecordError[];
}

const FIRST_VERSION_WITH_ZSTD = 7;
const ERRORS_SHOWN = 3;
const NO_ERRORS: readonly RecordError[] = [];
/** Timestamps beyond could not be kept in a number. */
const MAX_TIMESTAMP = Number.MAX_SAFE_INTEGER;
const INT64_MAX = 2n ** 63n - 1n;

/** Ends validation; caught in {@link validateBatch}. */
class Refusal extends Error {
  readonly errorName: ValidationErrorName;
  readonly recordErrors: readonly RecordError[];

  constructor(errorName: ValidationErrorName, message: string, recordErrors = NO_ERRORS) {
    super(message);
    this.errorName = errorName;
    this.recordErrors = recordErrors;
  }
}

/**
 * Whether the records begin with a transactional batch; a broker looks at no further one here. It asks this of a whole
 * Produce request before anything else: a request with records that are no batches fails for all of its partitions,
 * with this error's message.
 * @throws CorruptRecordError
 */
export function hasTransactionalBatch(records: Buffer): boolean {
  const end = batchEnd(records, 0, records.length);
  return end >= 0 && header.magic(records, 0) === 2 && header.isTransactional(header.attributes(records, 0));
}

/** @param records what a Produce request holds for one partition. */
export function validateBatch(records: Buffer, rules: ValidationRules): AcceptedBatch | RefusedBatch {
  try {
    const batch = onlyBatch(records, rules);
    checkFrame(batch, rules);
    checkHeader(batch, rules.topicPartition);
    return checkRecords(batch, rules);
  } catch (error) {
    return refused(error);
  }
}

function refused(error: unknown): RefusedBatch {
  const { message } = error as Error;
  const refuse = (errorName: ValidationErrorName): RefusedBatch => ({
    accepted: false,
    errorName,
    message,
    replyMessage: null,
    recordErrors: NO_ERRORS,
  });
  if (error instanceof Refusal) {
    const { errorName, recordErrors } = error;
    return { ...refuse(errorName), recordErrors, replyMessage: recordErrors.length > 0 ? message : null };
  }
  if (error instanceof CorruptRecordError) return refuse('CORRUPT_MESSAGE');
  if (error instanceof InvalidRecordError) return refuse('INVALID_RECORD');
  if (error instanceof CompressionError) {
    // Kafka decompresses without a limit. A producer that is told this splits its batch.
    return refuse(error.fault === 'too-large' ? 'MESSAGE_TOO_LARGE' : 'UNKNOWN_SERVER_ERROR');
  }
  throw error;
}

/** The one batch; a cut one behind it is dropped. */
function onlyBatch(records: Buffer, rules: ValidationRules): Buffer {
  const version = rules.produceVersion;
  const end = batchEnd(records, 0, records.length);
  if (end < 0) {
    throw new InvalidRecordError(
      `Produce requests with version ${version} must have at least one record batch per partition`,
    );
  }
  if (header.magic(records, 0) !== 2) {
    throw new InvalidRecordError(
      `Produce requests with version ${version} are only allowed to contain record batches with magic version 2`,
    );
  }
  if (version < FIRST_VERSION_WITH_ZSTD && codecOf(records) === CompressionType.zstd) {
    throw new Refusal(
      'UNSUPPORTED_COMPRESSION_TYPE',
      `Produce requests with version ${version} are not allowed to use ZStandard compression`,
    );
  }
  if (batchEnd(records, end, records.length) >= 0) {
    throw new InvalidRecordError(
      `Produce requests with version ${version} are only allowed to contain exactly one record batch per partition`,
    );
  }
  return records.subarray(0, end);
}

function checkFrame(batch: Buffer, rules: ValidationRules): void {
  if (batch.readInt32BE(header.BASE_OFFSET_AT) !== 0 || batch.readInt32BE(header.BASE_OFFSET_AT + 4) !== 0) {
    throw new InvalidRecordError(
      `The baseOffset of the record batch in the append to ${rules.topicPartition} should be 0, but it is ${batch.readBigInt64BE(header.BASE_OFFSET_AT)}`,
    );
  }
  checkSize(batch, rules);
  ensureValidBatch(batch, 0);
}

function checkSize(batch: Buffer, rules: ValidationRules): void {
  if (batch.length <= rules.maxMessageBytes) return;
  throw new Refusal(
    'MESSAGE_TOO_LARGE',
    `The record batch size in the append to ${rules.topicPartition} is ${batch.length} bytes which exceeds the maximum configured value of ${rules.maxMessageBytes}.`,
  );
}

function checkHeader(batch: Buffer, topicPartition: string): void {
  const attributes = header.attributes(batch, 0);
  const lastOffset = header.lastOffsetDelta(batch, 0);
  const count = header.recordCount(batch, 0);
  if (codecOf(batch) > CompressionType.zstd) {
    throw new CompressionError('unsupported', `Unknown compression type id: ${codecOf(batch)}`);
  }
  if (lastOffset < 0) {
    throw new InvalidRecordError(
      `Batch has an invalid offset range: [0, ${lastOffset}] in topic partition ${topicPartition}`,
    );
  }
  if (count <= 0) {
    throw new InvalidRecordError(
      `Invalid reported count for record batch: ${count} in topic partition ${topicPartition}`,
    );
  }
  if (lastOffset + 1 !== count) {
    throw new InvalidRecordError(
      `Inconsistent batch offset range [0, ${lastOffset}] and count of records ${count} in topic partition ${topicPartition}`,
    );
  }
  if (header.isControl(attributes)) {
    throw new InvalidRecordError(
      `Clients are not allowed to write control records in topic partition ${topicPartition}`,
    );
  }
  const producerId = batch.readBigInt64BE(header.PRODUCER_ID_AT);
  if (!Number.isSafeInteger(Number(producerId))) {
    throw new InvalidRecordError(`Producer id ${producerId} in topic partition ${topicPartition} is beyond 2^53`);
  }
  if (producerId > header.NO_PRODUCER_ID && header.baseSequence(batch, 0) < 0) {
    throw new InvalidRecordError(
      `Invalid sequence number ${header.baseSequence(batch, 0)} in record batch with producerId ${producerId} in topic partition ${topicPartition}`,
    );
  }
}

function checkRecords(batch: Buffer, rules: ValidationRules): AcceptedBatch {
  const source = codecOf(batch);
  const target = rules.compression === 'producer' ? source : rules.compression;
  // What is only looked at needs no memory of its own; what is compressed anew is held until that is done.
  const cursor = openRecords(batch, 0, rules.maxDecompressedBytes, source === target ? 'passing' : 'kept');
  const maxTimestamp = walk(cursor, batch, source !== CompressionType.none && source === target, rules);
  const append = rules.timestampType === 'LogAppendTime';
  let stored = batch;
  if (source === target) setMaxTimestamp(batch, append ? rules.nowMs : maxTimestamp, append);
  else {
    stored = rebuild(batch, cursor, target, rules);
    checkSize(stored, rules);
  }
  return {
    accepted: true,
    batch: stored,
    recordCount: header.recordCount(batch, 0),
    maxTimestamp: append ? rules.nowMs : maxTimestamp,
    logAppendTimeMs: append ? rules.nowMs : -1,
  };
}

/**
 * Goes through all records; gives the largest timestamp, -1 when none has one.
 * @param kept whether compressed content is stored as it came: its offsets have to be right then.
 */
function walk(cursor: RecordCursor, batch: Buffer, kept: boolean, rules: ValidationRules): number {
  const { compacted, nowMs } = rules;
  const create = rules.timestampType === 'CreateTime';
  const saysAppendTime = (header.attributes(batch, 0) & header.LOG_APPEND_TIME_BIT) !== 0;
  const earliest = Math.max(nowMs - rules.timestampBeforeMaxMs, -MAX_TIMESTAMP);
  const latest = Math.min(nowMs + rules.timestampAfterMaxMs, MAX_TIMESTAMP);
  const noKey = `Compacted topic cannot accept message without key in topic partition ${rules.topicPartition}`;
  const errors: RecordError[] = [];
  let maxTimestamp = header.NO_TIMESTAMP;
  let badTimestamp = false;
  let misplaced = -1;
  while (cursor.next()) {
    const { timestamp } = cursor;
    const batchIndex = cursor.index - 1;
    const ranged = create && timestamp !== header.NO_TIMESTAMP;
    if (compacted && cursor.keySizeBytes < 0) errors.push({ batchIndex, message: noKey });
    else if (ranged ? timestamp < earliest || timestamp > latest : saysAppendTime) {
      const message = ranged ? timestampMessage(cursor, rules) : timestampTypeMessage(cursor, kept);
      errors.push({ batchIndex, message });
      badTimestamp = true;
    } else {
      if (timestamp > maxTimestamp) maxTimestamp = timestamp;
      if (cursor.offsetDelta !== batchIndex && misplaced < 0) misplaced = batchIndex;
    }
  }
  if (errors.length > 0) throw recordErrors(errors, badTimestamp);
  if (kept && misplaced >= 0) {
    throw new Refusal(
      'UNKNOWN_SERVER_ERROR',
      `compressed record ${misplaced} has another offset than its place gives it`,
    );
  }
  return maxTimestamp;
}

function timestampMessage(cursor: RecordCursor, rules: ValidationRules): string {
  const now = BigInt(rules.nowMs);
  const earliest = BigInt.asIntN(64, now - toInt64(rules.timestampBeforeMaxMs));
  const latest = BigInt.asIntN(64, now + toInt64(rules.timestampAfterMaxMs));
  return `Timestamp ${BigInt(cursor.timestamp)} of message with offset ${cursor.offset} is out of range. The timestamp should be within [${earliest}, ${latest}]`;
}

/** Kafka prints its record object here, of another class where keys and values are passed over. */
function timestampTypeMessage(cursor: RecordCursor, kept: boolean): string {
  const [kind, none] = kept ? ['PartialDefaultRecord', -1] : ['DefaultRecord', 0];
  const key = cursor.keySizeBytes < 0 ? none : cursor.keySizeBytes;
  const value = cursor.valueSizeBytes < 0 ? none : cursor.valueSizeBytes;
  return `Invalid timestamp type in message ${kind}(offset=${cursor.offset}, timestamp=${cursor.timestamp}, key=${key} bytes, value=${value} bytes). Producer should not set timestamp type to LogAppendTime.`;
}

const toInt64 = (limitMs: number): bigint => (Number.isFinite(limitMs) ? BigInt(limitMs) : INT64_MAX);

function recordErrors(errors: readonly RecordError[], badTimestamp: boolean): Refusal {
  if (badTimestamp) {
    return new Refusal('INVALID_TIMESTAMP', 'One or more records have been rejected due to invalid timestamp', errors);
  }
  const shown = errors
    .slice(0, ERRORS_SHOWN)
    .map(({ batchIndex, message }) => `RecordError(batchIndex=${batchIndex}, message='${message}')`);
  return new Refusal(
    'INVALID_RECORD',
    `One or more records have been rejected due to ${errors.length} record errors in total, and only showing the first three errors at most: [${shown.join(', ')}]`,
    errors,
  );
}

/** Where timestamp type and largest timestamp are right already, nothing is written; else the checksum is made anew. */
function setMaxTimestamp(batch: Buffer, maxTimestamp: number, append: boolean): void {
  const attributes = header.attributes(batch, 0);
  const wasAppend = (attributes & header.LOG_APPEND_TIME_BIT) !== 0;
  if (wasAppend === append && batch.readBigInt64BE(header.MAX_TIMESTAMP_AT) === BigInt(maxTimestamp)) return;
  // Bits that have no meaning go, as in Kafka.
  const kept = attributes & (header.CODEC_MASK | header.TRANSACTIONAL_BIT | header.DELETE_HORIZON_BIT);
  batch.writeInt16BE(append ? kept | header.LOG_APPEND_TIME_BIT : kept, header.ATTRIBUTES_AT);
  writeInt64(batch, maxTimestamp, header.MAX_TIMESTAMP_AT);
  batch.writeUInt32BE(crc32c(batch, header.ATTRIBUTES_AT), header.CRC_AT);
}

/** The same records in another codec; offsets follow their order. What Kafka's builder refuses is refused. */
function rebuild(batch: Buffer, cursor: RecordCursor, target: CompressionType, rules: ValidationRules): Buffer {
  const producerId = header.producerId(batch, 0);
  const producerEpoch = header.producerEpoch(batch, 0);
  const transactional = header.isTransactional(header.attributes(batch, 0));
  if (transactional && producerId === header.NO_PRODUCER_ID) {
    throw new Refusal('UNKNOWN_SERVER_ERROR', 'Cannot write transactional messages without a valid producer ID');
  }
  if (producerId !== header.NO_PRODUCER_ID && producerEpoch < 0) {
    throw new Refusal('UNKNOWN_SERVER_ERROR', 'Invalid negative producer epoch');
  }
  const builder = new BatchBuilder({ initialBytes: cursor.bytes.length + 2 * header.BATCH_HEADER_BYTES });
  cursor.rewind();
  while (cursor.next()) {
    if (cursor.timestamp < header.NO_TIMESTAMP) {
      throw new Refusal('UNKNOWN_SERVER_ERROR', `Invalid negative timestamp ${cursor.timestamp}`);
    }
    if (cursor.timestamp > MAX_TIMESTAMP) {
      throw new Refusal('UNKNOWN_SERVER_ERROR', `Timestamp ${cursor.timestamp} is beyond 2^53`);
    }
    builder.appendFrom(cursor, cursor.index - 1);
  }
  return builder.build({
    compression: target,
    level: rules.compressionLevel,
    producerId,
    producerEpoch,
    baseSequence: header.baseSequence(batch, 0),
    transactional,
    logAppendTimeMs: rules.timestampType === 'LogAppendTime' ? rules.nowMs : undefined,
  });
}

/** May be an id that is none: {@link checkHeader} refuses it. */
const codecOf = (batch: Buffer): CompressionType =>
  (header.attributes(batch, 0) & header.CODEC_MASK) as CompressionType;
