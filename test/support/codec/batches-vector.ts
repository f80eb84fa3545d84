import assert from 'node:assert/strict';
import { COMPRESSION_NAMES, CompressionType } from '../../../src/protocol/compression/codec.js';
import { CompressionError } from '../../../src/protocol/compression/compression-error.js';
import { BatchBuilder, type BatchFields } from '../../../src/protocol/records/batch-builder.js';
import * as header from '../../../src/protocol/records/batch-header.js';
import { batchStarts, ensureValidBatch, readRecords } from '../../../src/protocol/records/batch-reader.js';
import { controlRecordType, readEndTxnMarker } from '../../../src/protocol/records/control-records.js';
import { legacyCodec, legacyTimestamp } from '../../../src/protocol/records/legacy.js';
import type { Rec } from '../../../src/protocol/records/record.js';
import { sequenceAfter } from '../../../src/protocol/records/record-cursor.js';
import { CorruptRecordError, InvalidRecordError } from '../../../src/protocol/records/record-errors.js';

interface RecordVector {
  offset: number;
  timestamp: number;
  sequence?: number;
  key: string | null;
  value: string | null;
  headers?: { key: string; value: string | null }[];
  controlType?: string;
  coordinatorEpoch?: number;
}

interface BatchVector {
  magic: number;
  baseOffset: number;
  lastOffset: number;
  sizeInBytes: number;
  isValid: boolean;
  crc: number;
  compression: string;
  timestampType: string;
  maxTimestamp: number;
  baseTimestamp: number;
  partitionLeaderEpoch: number;
  producerId: number;
  producerEpoch: number;
  baseSequence: number;
  lastSequence: number;
  count: number;
  isTransactional: boolean;
  isControl: boolean;
  deleteHorizonMs: number | null;
  records: RecordVector[];
}

/** Record batches of one file or message set, as bytes and as what a reader gets of them. */
export interface BatchesVector {
  sample: string;
  exact: boolean;
  hex: string;
  batches?: BatchVector[];
  incompleteBytes?: number;
  error?: string;
  message?: string;
}

const ERRORS: Record<string, typeof CorruptRecordError | typeof InvalidRecordError | typeof CompressionError> = {
  CorruptRecordException: CorruptRecordError,
  InvalidRecordException: InvalidRecordError,
  KafkaException: CompressionError,
  IllegalArgumentException: CompressionError,
};
const CONTROL_TYPES = [
  'ABORT',
  'COMMIT',
  'LEADER_CHANGE',
  'SNAPSHOT_HEADER',
  'SNAPSHOT_FOOTER',
  'KRAFT_VERSION',
  'KRAFT_VOTERS',
];

const decoded = (text: string | null): Buffer | null => (text === null ? null : Buffer.from(text, 'base64'));

/** What the vectors say of a record, from a record that was read. */
function described(bytes: Buffer, at: number, record: Rec): RecordVector {
  const current = header.magic(bytes, at) === 2;
  const headers = record.headers.map(({ key, value }) => ({ key, value: value?.toString('base64') ?? null }));
  const control = current && header.isControl(header.attributes(bytes, at));
  const type = control ? controlRecordType(record.key) : -1;
  return {
    offset: record.offset,
    timestamp: record.timestamp,
    ...(current && {
      sequence: sequenceAfter(header.baseSequence(bytes, at), record.offset - header.baseOffset(bytes, at)),
    }),
    key: record.key?.toString('base64') ?? null,
    value: record.value?.toString('base64') ?? null,
    ...(headers.length > 0 && { headers }),
    ...(control && { controlType: CONTROL_TYPES[type] }),
    ...(control && type <= 1 && { coordinatorEpoch: readEndTxnMarker(record.key, record.value).coordinatorEpoch }),
  };
}

function checkHeader(bytes: Buffer, at: number, expected: BatchVector): void {
  assert.equal(header.magic(bytes, at), expected.magic);
  assert.equal(header.batchSizeBytes(bytes, at), expected.sizeInBytes);
  if (expected.magic < 2) {
    assert.equal(legacyTimestamp(bytes, at), expected.maxTimestamp);
    assert.equal(COMPRESSION_NAMES[legacyCodec(bytes, at)], expected.compression);
    assert.equal(header.baseOffset(bytes, at), expected.lastOffset);
    return;
  }
  const attributes = header.attributes(bytes, at);
  assert.equal(header.baseOffset(bytes, at), expected.baseOffset);
  assert.equal(header.lastOffset(bytes, at), expected.lastOffset);
  assert.equal(header.crc(bytes, at), expected.crc);
  assert.equal(COMPRESSION_NAMES[attributes & header.CODEC_MASK], expected.compression);
  assert.equal(attributes & header.LOG_APPEND_TIME_BIT ? 'LogAppendTime' : 'CreateTime', expected.timestampType);
  assert.equal(header.maxTimestamp(bytes, at), expected.maxTimestamp);
  assert.equal(header.leaderEpoch(bytes, at), expected.partitionLeaderEpoch);
  assert.equal(header.producerId(bytes, at), expected.producerId);
  assert.equal(header.producerEpoch(bytes, at), expected.producerEpoch);
  assert.equal(header.baseSequence(bytes, at), expected.baseSequence);
  assert.equal(sequenceAfter(expected.baseSequence, header.lastOffsetDelta(bytes, at)), expected.lastSequence);
  assert.equal(header.recordCount(bytes, at), expected.count);
  assert.equal(header.isTransactional(attributes), expected.isTransactional);
  assert.equal(header.isControl(attributes), expected.isControl);
  const horizon = attributes & header.DELETE_HORIZON_BIT ? header.baseTimestamp(bytes, at) : null;
  assert.equal(horizon, expected.deleteHorizonMs);
}

function rebuilt(batch: BatchVector): Buffer {
  const horizon = batch.deleteHorizonMs ?? undefined;
  const builder = new BatchBuilder({ initialBytes: 61, deleteHorizonMs: horizon });
  for (const { offset, timestamp, key, value, headers } of batch.records) {
    const own = (headers ?? []).map((one) => ({ key: one.key, value: decoded(one.value) }));
    builder.appendAt(offset - batch.baseOffset, timestamp, decoded(key), decoded(value), own);
  }
  const fields: BatchFields = {
    baseOffset: batch.baseOffset,
    leaderEpoch: batch.partitionLeaderEpoch,
    compression: CompressionType[batch.compression as keyof typeof CompressionType],
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    transactional: batch.isTransactional,
    control: batch.isControl,
    logAppendTimeMs: batch.timestampType === 'LogAppendTime' ? batch.maxTimestamp : undefined,
    lastOffsetDelta: batch.lastOffset - batch.baseOffset,
    maxTimestamp: batch.records.length === 0 ? batch.maxTimestamp : undefined,
  };
  return builder.build(fields);
}

/** Throws unless the batches read as Kafka reads them, and are written so that they read the same; to the byte where they are `exact`. */
export function checkBatchesVector(vector: BatchesVector): void {
  const bytes = Buffer.from(vector.hex, 'hex');
  if (vector.error !== undefined) {
    checkRefused(bytes, vector);
    return;
  }
  const batches = vector.batches ?? [];
  const starts = [...batchStarts(bytes)];
  assert.equal(starts.length, batches.length);
  let end = 0;
  for (const [index, at] of starts.entries()) {
    const expected = batches[index] as BatchVector;
    checkHeader(bytes, at, expected);
    assert.ok(expected.isValid);
    const records = readRecords(bytes, at);
    assert.deepEqual(
      records.map((record) => described(bytes, at, record)),
      expected.records,
    );
    if (expected.magic < 2) assert.equal(records[0]?.offset, expected.baseOffset);
    else checkRewritten(expected);
    end = at + expected.sizeInBytes;
  }
  assert.equal(bytes.length - end, vector.incompleteBytes ?? 0);
  if (vector.exact && batches.every(({ magic }) => magic === 2)) {
    assert.equal(Buffer.concat(batches.map(rebuilt)).toString('hex'), vector.hex);
  }
}

function checkRefused(bytes: Buffer, vector: BatchesVector): void {
  const kind = ERRORS[vector.error as string];
  assert.ok(kind, vector.error);
  const read = (): void => {
    for (const at of batchStarts(bytes)) readRecords(bytes, at);
  };
  assert.throws(read, (error: Error) => {
    assert.ok(error instanceof kind, `${error}`);
    if (kind === CorruptRecordError) assert.equal(error.message, vector.message);
    return true;
  });
}

function checkRewritten(expected: BatchVector): void {
  const bytes = rebuilt(expected);
  ensureValidBatch(bytes, 0);
  assert.deepEqual(
    readRecords(bytes).map((record) => described(bytes, 0, record)),
    expected.records,
  );
}
