import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteRanges } from '../../../src/base/byte-ranges.js';
import { CompressionType } from '../../../src/protocol/compression/codec.js';
import { BatchBuilder, recordSizeBound, runSizeBound } from '../../../src/protocol/records/batch-builder.js';
import * as header from '../../../src/protocol/records/batch-header.js';
import { ensureValidBatch, openRecords, readRecords } from '../../../src/protocol/records/batch-reader.js';

const anyBytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)));
const plain = { noNullPrototype: true };
const anyRecord = fc.record(
  {
    timestamp: fc.oneof(
      fc.integer({ min: -1, max: 5 }),
      fc.integer({ min: 1_700_000_000_000, max: 1_700_000_100_000 }),
      fc.maxSafeInteger(),
    ),
    key: anyBytes,
    value: anyBytes,
    headers: fc.array(fc.record({ key: fc.string({ unit: 'binary', maxLength: 70 }), value: anyBytes }, plain), {
      maxLength: 3,
    }),
  },
  plain,
);

test('what was appended is read back, and the size was known before', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { maxLength: 20 }), fc.integer({ min: 0, max: 4 }), (records, codec) => {
      const builder = new BatchBuilder({ initialBytes: 0 });
      for (const { timestamp, key, value, headers } of records) {
        const before = builder.sizeBytes;
        builder.append(timestamp, key, value, headers);
        assert.ok(builder.sizeBytes - before <= recordSizeBound(key, value, headers));
      }
      const { sizeBytes } = builder;
      const batch = builder.build({ baseOffset: 1000, compression: codec as CompressionType });
      if (codec === CompressionType.none) assert.equal(batch.length, sizeBytes);
      const expected = records.map((record, n) => ({ offset: 1000 + n, ...record }));
      assert.deepEqual(readRecords(batch), expected);
      assert.equal(header.maxTimestamp(batch, 0), Math.max(-1, ...records.map(({ timestamp }) => timestamp)));
    }),
    { numRuns: 150 },
  );
});

test('values that lie in one buffer make the batch that they make one by one', () => {
  const values = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 9 }), fc.nat(200), (values, runLength, initialBytes) => {
      const ranges = new ByteRanges();
      ranges.reset(Buffer.concat(values.flatMap((value) => [value, Buffer.from('\n')])));
      let at = 0;
      for (const { length } of values) {
        ranges.add(at, at + length);
        at += length + 1;
      }
      const [many, single] = [new BatchBuilder({ initialBytes }), new BatchBuilder()];
      for (let timestamp = 50; !ranges.isTaken; timestamp += 7) {
        const count = Math.min(runLength, ranges.count - ranges.next);
        for (let n = ranges.next; n < ranges.next + count; n++) single.append(timestamp, null, ranges.at(n));
        const before = many.sizeBytes;
        const boundBytes = runSizeBound(ranges, count);
        many.appendValues(timestamp, ranges, count);
        assert.ok(many.sizeBytes - before <= boundBytes);
      }
      assert.deepEqual(many.build(), single.build());
    }),
  );
});

test('records move to another batch without being decoded', () => {
  const first = new BatchBuilder();
  first.append(50, Buffer.from('a'), null, [{ key: 'h', value: Buffer.from('1') }]);
  first.append(10, null, Buffer.from('b'));
  first.append(90, Buffer.alloc(0), Buffer.alloc(200, 'c'));
  const cursor = openRecords(first.build({ baseOffset: 7 }), 0);
  const second = new BatchBuilder({ initialBytes: 0 });
  cursor.next();
  cursor.next();
  second.appendFrom(cursor, 1);
  cursor.next();
  second.appendFrom(cursor, 5);
  const batch = second.build({ baseOffset: 7, lastOffsetDelta: 8 });
  assert.deepEqual(
    readRecords(batch).map(({ offset, timestamp, key, value }) => [offset, timestamp, key?.length, value?.length]),
    [
      [8, 10, undefined, 1],
      [12, 90, 0, 200],
    ],
  );
  assert.equal(header.baseTimestamp(batch, 0), 10);
  assert.equal(header.lastOffset(batch, 0), 15);
});

test('headers move along', () => {
  const first = new BatchBuilder();
  const headers = [
    { key: 'h', value: null },
    { key: 'ü', value: Buffer.from('1') },
  ];
  first.append(1, null, null, headers);
  const cursor = openRecords(first.build(), 0);
  cursor.next();
  const second = new BatchBuilder();
  second.appendFrom(cursor, 0);
  assert.deepEqual(readRecords(second.build())[0]?.headers, headers);
});

test('all fields of the header are written', () => {
  const builder = new BatchBuilder({ deleteHorizonMs: 99 });
  builder.append(5, null, null);
  const batch = builder.build({
    baseOffset: 2 ** 40,
    leaderEpoch: 3,
    producerId: 2 ** 45,
    producerEpoch: 4,
    baseSequence: 6,
    transactional: true,
    control: true,
    logAppendTimeMs: 500,
  });
  ensureValidBatch(batch, 0);
  assert.equal(header.baseOffset(batch, 0), 2 ** 40);
  assert.equal(header.leaderEpoch(batch, 0), 3);
  assert.equal(header.producerId(batch, 0), 2 ** 45);
  assert.equal(header.producerEpoch(batch, 0), 4);
  assert.equal(header.baseSequence(batch, 0), 6);
  assert.equal(header.attributes(batch, 0), 0x78);
  assert.equal(header.baseTimestamp(batch, 0), 99);
  assert.equal(header.maxTimestamp(batch, 0), 500);
});

test('a batch says of itself that it has no producer, epoch and sequence', () => {
  const batch = new BatchBuilder().build();
  assert.equal(batch.length, header.BATCH_HEADER_BYTES);
  assert.equal(header.producerId(batch, 0), -1);
  assert.equal(header.producerEpoch(batch, 0), -1);
  assert.equal(header.baseSequence(batch, 0), -1);
  assert.equal(header.leaderEpoch(batch, 0), -1);
  assert.equal(header.lastOffsetDelta(batch, 0), -1);
  assert.equal(header.baseTimestamp(batch, 0), -1);
  assert.equal(header.maxTimestamp(batch, 0), -1);
});
