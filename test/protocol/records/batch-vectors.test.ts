import assert from 'node:assert/strict';
import { test } from 'node:test';
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
import { readVectors, vectorFile } from '../../support/codec/vector-file.js';

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

interface Vector {
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

const vectors = readVectors<Vector>(vectorFile('batches.jsonl.gz'));
const bytesOf = (vector: Vector): Buffer => Buffer.from(vector.hex, 'hex');
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

test('reads every batch as Kafka reads it', () => {
  let read = 0;
  for (const vector of vectors.filter(({ error }) => error === undefined)) {
    const bytes = bytesOf(vector);
    let end = 0;
    const starts = [...batchStarts(bytes)];
    assert.equal(starts.length, vector.batches?.length, vector.sample);
    starts.forEach((at, n) => {
      const expected = vector.batches?.[n] as BatchVector;
      checkHeader(bytes, at, expected);
      assert.ok(expected.isValid);
      const records = readRecords(bytes, at);
      assert.deepEqual(
        records.map((record) => described(bytes, at, record)),
        expected.records,
        vector.sample,
      );
      if (expected.magic < 2) assert.equal(records[0]?.offset, expected.baseOffset, vector.sample);
      end = at + expected.sizeInBytes;
      read++;
    });
    assert.equal(bytes.length - end, vector.incompleteBytes ?? 0, vector.sample);
  }
  assert.ok(read > 180);
});

test('says of damaged batches what Kafka says', () => {
  const damaged = vectors.filter(({ error }) => error !== undefined);
  assert.equal(damaged.length, 16);
  for (const vector of damaged) {
    const bytes = bytesOf(vector);
    const read = () => {
      for (const at of batchStarts(bytes)) readRecords(bytes, at);
    };
    const kind = ERRORS[vector.error as string];
    assert.ok(kind, vector.error);
    assert.throws(read, (error: Error) => {
      assert.ok(error instanceof kind, `${vector.sample}: ${error}`);
      if (kind === CorruptRecordError) assert.equal(error.message, vector.message);
      return true;
    });
  }
});

test('writes batches of magic 2 to the byte, as far as they follow from their content', () => {
  let exact = 0;
  for (const vector of vectors.filter((one) => one.exact && one.batches?.every(({ magic }) => magic === 2))) {
    const written = Buffer.concat((vector.batches as BatchVector[]).map(rebuilt));
    assert.equal(written.toString('hex'), vector.hex, vector.sample);
    exact++;
  }
  assert.equal(exact, 26);
});

test('writes compressed batches that read the same', () => {
  let compressed = 0;
  for (const vector of vectors) {
    for (const batch of vector.batches ?? []) {
      if (batch.magic !== 2 || batch.compression === 'none') continue;
      const bytes = rebuilt(batch);
      ensureValidBatch(bytes, 0);
      assert.deepEqual(
        readRecords(bytes).map((record) => described(bytes, 0, record)),
        batch.records,
        vector.sample,
      );
      compressed++;
    }
  }
  assert.ok(compressed > 60, `${compressed}`);
});
