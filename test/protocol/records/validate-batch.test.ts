import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompressionType } from '../../../src/protocol/compression/codec.js';
import { crc32c } from '../../../src/protocol/crc32c.js';
import { BatchBuilder, type BatchFields } from '../../../src/protocol/records/batch-builder.js';
import * as header from '../../../src/protocol/records/batch-header.js';
import { readRecords } from '../../../src/protocol/records/batch-reader.js';
import {
  type AcceptedBatch,
  type RefusedBatch,
  type ValidationRules,
  validateBatch,
} from '../../../src/protocol/records/validate-batch.js';
import { readVectors, vectorFile } from '../../support/codec/vector-file.js';

const NOW_MS = 1_700_000_000_000;
const RULES: ValidationRules = {
  topicPartition: 't-0',
  compacted: false,
  timestampType: 'CreateTime',
  nowMs: NOW_MS,
  timestampBeforeMaxMs: Number.POSITIVE_INFINITY,
  timestampAfterMaxMs: 3_600_000,
  maxMessageBytes: 1_048_588,
  compression: 'producer',
  produceVersion: 13,
};

function batch(count: number, fields: BatchFields = {}, timestamp = NOW_MS): Buffer {
  const builder = new BatchBuilder();
  for (let n = 0; n < count; n++) builder.append(timestamp + n, Buffer.from(`k${n}`), Buffer.alloc(50, 'value'));
  return Buffer.from(builder.build(fields));
}

function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32c(bytes, header.ATTRIBUTES_AT), header.CRC_AT);
  return bytes;
}

function accepted(records: Buffer, rules: Partial<ValidationRules> = {}): AcceptedBatch {
  const outcome = validateBatch(records, { ...RULES, ...rules });
  assert.ok(outcome.accepted, JSON.stringify(outcome));
  return outcome;
}

function refused(records: Buffer, rules: Partial<ValidationRules> = {}): RefusedBatch {
  const outcome = validateBatch(records, { ...RULES, ...rules });
  assert.ok(!outcome.accepted);
  return outcome;
}

/** Batches with all sorts of faults, and what Apache Kafka 4.3.1's LogValidator made of them. */
interface Vector {
  name: string;
  hex: string;
  compression: string;
  timestampType: ValidationRules['timestampType'];
  compacted: boolean;
  nowMs: number;
  beforeMaxMs: number | null;
  afterMaxMs: number | null;
  error?: string;
  message?: string;
  recordErrors?: [number, string][];
  maxTimestamp?: number;
  /** At base offset 1000 and leader epoch 5; the header alone where the codec's output may differ. */
  batch?: string;
  records?: [string, string, string | null, string | null, [string, string | null][]][];
}

/** What does not depend on the codec's output: neither length nor checksum. */
function headerOf(bytes: Buffer): string {
  const copy = Buffer.from(bytes.subarray(0, header.BATCH_HEADER_BYTES));
  copy.fill(0, header.LENGTH_AT, header.LENGTH_AT + 4);
  copy.fill(0, header.CRC_AT, header.ATTRIBUTES_AT);
  return copy.toString('hex');
}

test('judges as Kafka judges, and stores what Kafka stores', () => {
  for (const vector of readVectors<Vector>(vectorFile('validated.jsonl.gz'))) {
    const { name, timestampType, compacted, nowMs } = vector;
    const outcome = validateBatch(Buffer.from(vector.hex, 'hex'), {
      ...RULES,
      timestampType,
      compacted,
      nowMs,
      timestampBeforeMaxMs: vector.beforeMaxMs ?? Number.POSITIVE_INFINITY,
      timestampAfterMaxMs: vector.afterMaxMs ?? Number.POSITIVE_INFINITY,
      compression:
        vector.compression === 'producer'
          ? 'producer'
          : CompressionType[vector.compression as keyof typeof CompressionType],
    });
    if (!outcome.accepted) {
      assert.equal(outcome.errorName, vector.error, `${name}: ${outcome.message}`);
      assert.equal(outcome.replyMessage, vector.message ?? null, name);
      const errors = outcome.recordErrors.map(({ batchIndex, message }) => [batchIndex, message]);
      assert.deepEqual(errors, vector.recordErrors ?? [], name);
      continue;
    }
    assert.equal(vector.error, undefined, `${name}: accepted`);
    assert.equal(outcome.maxTimestamp, vector.maxTimestamp, name);
    header.assignOffset(outcome.batch, 0, 1000, 5);
    const expected = Buffer.from(vector.batch as string, 'hex');
    if (vector.records === undefined) assert.equal(outcome.batch.toString('hex'), vector.batch, name);
    else assert.equal(headerOf(outcome.batch), headerOf(expected), name);
    if (vector.records === undefined) continue;
    const records = readRecords(outcome.batch).map(({ offset, timestamp, key, value, headers }) => [
      `${offset}`,
      `${timestamp}`,
      key?.toString('hex') ?? null,
      value?.toString('hex') ?? null,
      headers.map((one) => [one.key, one.value?.toString('hex') ?? null]),
    ]);
    assert.deepEqual(records, vector.records, name);
  }
});

test('a batch in order is not touched and not copied', () => {
  for (const compression of Object.values(CompressionType)) {
    const sent = batch(3, { compression });
    const before = Buffer.from(sent);
    const { batch: stored, recordCount, maxTimestamp, logAppendTimeMs } = accepted(sent);
    assert.ok(stored.equals(before));
    assert.equal(stored.buffer, sent.buffer);
    assert.deepEqual([recordCount, maxTimestamp, logAppendTimeMs], [3, NOW_MS + 2, -1]);
  }
});

test('a cut batch behind the first is dropped, a whole one is refused', () => {
  const sent = batch(1);
  assert.equal(accepted(Buffer.concat([sent, sent.subarray(0, 30)])).batch.length, sent.length);
  assert.match(refused(Buffer.concat([sent, sent])).message, /exactly one record batch/);
  const { errorName, replyMessage } = refused(Buffer.concat([sent, Buffer.alloc(20)]));
  assert.deepEqual([errorName, replyMessage], ['CORRUPT_MESSAGE', null]);
});

test('LogAppendTime is written into the header', () => {
  const {
    batch: stored,
    maxTimestamp,
    logAppendTimeMs,
  } = accepted(batch(2), { timestampType: 'LogAppendTime', nowMs: 5 });
  assert.deepEqual([maxTimestamp, logAppendTimeMs], [5, 5]);
  assert.deepEqual(
    readRecords(stored).map(({ timestamp }) => timestamp),
    [5, 5],
  );
  assert.equal(header.baseTimestamp(stored, 0), NOW_MS);
});

test('a wrong largest timestamp is put right, whatever it is', () => {
  const sent = batch(2);
  sent.writeBigInt64BE(2n ** 62n, header.MAX_TIMESTAMP_AT);
  const { batch: stored } = accepted(sealed(sent));
  assert.equal(header.maxTimestamp(stored, 0), NOW_MS + 1);
  assert.equal(readRecords(stored).length, 2);
});

test('sizes: the batch as sent, and as compressed anew', () => {
  const plain = batch(100);
  assert.equal(refused(plain, { maxMessageBytes: plain.length - 1 }).errorName, 'MESSAGE_TOO_LARGE');
  accepted(plain, { maxMessageBytes: plain.length });
  const compressed = batch(100, { compression: CompressionType.gzip });
  const rules = { maxMessageBytes: compressed.length };
  accepted(compressed, rules);
  assert.equal(refused(compressed, { ...rules, compression: CompressionType.none }).errorName, 'MESSAGE_TOO_LARGE');
  assert.equal(refused(plain, { ...rules, compression: CompressionType.gzip }).errorName, 'MESSAGE_TOO_LARGE');
});

test('content larger than allowed is refused as too large', () => {
  const sent = batch(100, { compression: CompressionType.zstd });
  assert.equal(refused(sent, { maxDecompressedBytes: 1000 }).errorName, 'MESSAGE_TOO_LARGE');
});

test('another codec keeps producer, sequence and transaction', () => {
  const fields = { producerId: 7, producerEpoch: 1, baseSequence: 10, transactional: true };
  const sent = batch(3, { ...fields, compression: CompressionType.lz4 });
  const { batch: stored } = accepted(sent, { compression: CompressionType.zstd, compressionLevel: 9 });
  assert.equal(header.attributes(stored, 0), CompressionType.zstd | header.TRANSACTIONAL_BIT);
  assert.deepEqual(
    [header.producerId(stored, 0), header.producerEpoch(stored, 0), header.baseSequence(stored, 0)],
    [7, 1, 10],
  );
  assert.deepEqual(readRecords(stored), readRecords(sent));
});

test('what a number cannot hold is refused', () => {
  const producer = batch(1, { producerId: 1, producerEpoch: 0, baseSequence: 0 });
  for (const id of [2n ** 60n, -(2n ** 60n)]) {
    producer.writeBigInt64BE(id, header.PRODUCER_ID_AT);
    assert.match(refused(sealed(producer)).message, new RegExp(`Producer id ${id}`));
  }
  const early = batch(1);
  early.writeBigInt64BE(-(2n ** 60n), header.BASE_TIMESTAMP_AT);
  assert.equal(refused(sealed(early)).errorName, 'INVALID_TIMESTAMP');
  // Under LogAppendTime nobody asks for the producer's times, unless they have to be written anew.
  const late = (): Buffer => {
    const bytes = batch(1);
    bytes.writeBigInt64BE(2n ** 60n, header.BASE_TIMESTAMP_AT);
    return sealed(bytes);
  };
  accepted(late(), { timestampType: 'LogAppendTime' });
  const anew = { timestampType: 'LogAppendTime', compression: CompressionType.gzip } as const;
  assert.match(refused(late(), anew).message, /beyond 2\^53/);
  const offset = batch(1);
  offset.writeBigInt64BE(2n ** 60n, 0);
  assert.match(refused(offset).message, /should be 0, but it is 1152921504606846976/);
});

test('all record errors are told, three of them in the message', () => {
  const builder = new BatchBuilder();
  for (let n = 0; n < 5; n++) builder.append(NOW_MS, null, null);
  const { errorName, recordErrors, replyMessage } = refused(builder.build(), { compacted: true });
  assert.equal(errorName, 'INVALID_RECORD');
  assert.deepEqual(
    recordErrors.map(({ batchIndex }) => batchIndex),
    [0, 1, 2, 3, 4],
  );
  assert.equal(replyMessage?.split('RecordError(').length, 4);
  assert.match(replyMessage ?? '', /due to 5 record errors in total/);
});

test('zstd needs version 7 of Produce', () => {
  const sent = batch(1, { compression: CompressionType.zstd });
  assert.equal(refused(sent, { produceVersion: 6 }).errorName, 'UNSUPPORTED_COMPRESSION_TYPE');
  accepted(sent, { produceVersion: 7 });
});
