import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompressionType } from '../../../src/protocol/compression/codec.js';
import { crc32c } from '../../../src/protocol/crc32c.js';
import { BatchBuilder } from '../../../src/protocol/records/batch-builder.js';
import { MAX_TIMESTAMP_AT, RECORD_COUNT_AT } from '../../../src/protocol/records/batch-header.js';
import {
  batchEnd,
  batchStarts,
  ensureValidBatch,
  openRecords,
  readRecords,
} from '../../../src/protocol/records/batch-reader.js';
import { CorruptRecordError, InvalidRecordError } from '../../../src/protocol/records/record-errors.js';

function batch(value: string, compression: CompressionType = CompressionType.none): Buffer {
  const builder = new BatchBuilder();
  builder.append(5, null, Buffer.from(value));
  return Buffer.from(builder.build({ compression }));
}

function sealed(bytes: Buffer): Buffer {
  bytes.writeUInt32BE(crc32c(bytes, 21), 17);
  return bytes;
}

test('walks over whole batches and leaves a cut one alone', () => {
  const one = batch('one');
  const two = batch('two, which is longer');
  const both = Buffer.concat([Buffer.alloc(3), one, two]);
  assert.deepEqual([...batchStarts(both, 3)], [3, 3 + one.length]);
  for (let cut = 1; cut <= two.length; cut++) {
    assert.deepEqual([...batchStarts(both, 3, both.length - cut)], [3], `${cut}`);
  }
  assert.equal(batchEnd(both, 3, both.length), 3 + one.length);
  assert.deepEqual([...batchStarts(Buffer.alloc(0))], []);
});

test('bytes that are no batch are an error, even where few of them are there', () => {
  const bytes = batch('x');
  bytes.writeInt32BE(13, 8);
  assert.throws(() => batchEnd(bytes, 0, 12), CorruptRecordError);
  bytes.writeInt32BE(1000, 8);
  bytes[16] = 3;
  assert.equal(batchEnd(bytes, 0, 16), -1);
  assert.throws(() => batchEnd(bytes, 0, 17), /Invalid magic found in record: 3/);
});

test('a batch of magic 2 has a whole header', () => {
  const bytes = batch('x').subarray(0, 50);
  bytes.writeInt32BE(38, 8);
  assert.throws(() => ensureValidBatch(bytes, 0), /size 50 is smaller than the minimum allowed overhead 61/);
});

test('what comes out of a batch is bounded', () => {
  const bytes = batch('x'.repeat(10_000), CompressionType.gzip);
  assert.equal(readRecords(bytes, 0, 20_000)[0]?.value?.length, 10_000);
  assert.throws(() => readRecords(bytes, 0, 9_000), /larger than 9000 bytes/);
});

test('a stray timestamp in the header does not make a batch unreadable', () => {
  const bytes = batch('x');
  bytes.writeBigInt64BE(2n ** 62n, MAX_TIMESTAMP_AT);
  assert.equal(readRecords(sealed(bytes))[0]?.timestamp, 5);
  bytes[22] = 0x08;
  assert.equal(readRecords(sealed(bytes))[0]?.timestamp, 2 ** 62);
});

test('a batch of no records has no content, whatever its codec', () => {
  const empty = new BatchBuilder().build({ compression: CompressionType.none, maxTimestamp: 9 });
  assert.deepEqual(readRecords(empty), []);
  empty[22] = CompressionType.zstd;
  assert.deepEqual(readRecords(sealed(empty)), []);
  empty.writeInt32BE(-2, RECORD_COUNT_AT);
  assert.throws(() => openRecords(empty, 0), InvalidRecordError);
});
