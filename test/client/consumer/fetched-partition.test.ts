import assert from 'node:assert/strict';
import test from 'node:test';
import type { ConsumedRecords } from '../../../src/client/consumer/consumed-records.js';
import { FetchedPartition } from '../../../src/client/consumer/fetched-partition.js';
import { BatchBuilder, type BatchFields } from '../../../src/protocol/records/batch-builder.js';
import { buildEndTxnMarkerBatch } from '../../../src/protocol/records/control-records.js';

function batch(baseOffset: number, deltas: readonly number[], fields: BatchFields = {}): Buffer {
  const builder = new BatchBuilder();
  for (const delta of deltas) builder.appendAt(delta, 1000 + delta, null, Buffer.from(String(baseOffset + delta)));
  return builder.build({ baseOffset, leaderEpoch: 3, ...fields });
}

function fetched(
  batches: readonly Buffer[],
  offset = 0,
  options = {},
  aborted: { producerId: number; firstOffset: number }[] = [],
) {
  const all = { readCommitted: false, checkCrcs: true, ...options };
  return new FetchedPartition('t', 0, 1, offset, Buffer.concat(batches), aborted, all);
}

function offsetsOf(records: ConsumedRecords | null): number[] {
  const offsets: number[] = [];
  while (records?.cursor.next()) {
    assert.equal(String(records.cursor.value()), String(records.cursor.offset));
    assert.equal(records.cursor.timestamp, 1000 + records.cursor.offsetDelta);
    offsets.push(records.cursor.offset);
  }
  if (records !== null) assert.equal(records.count, offsets.length);
  return offsets;
}

function all(partition: FetchedPartition, limit = 100): number[][] {
  const taken: number[][] = [];
  for (let records = partition.take(limit); records !== null; records = partition.take(limit))
    taken.push(offsetsOf(records));
  return taken;
}

test('gives batches as they are, and parts of one where it goes beyond the limit', () => {
  for (const compression of [0, 1] as const) {
    const batches = [batch(0, [0, 1, 2, 3, 4], { compression }), batch(5, [0, 1], { compression })];
    assert.deepEqual(all(fetched(batches)), [
      [0, 1, 2, 3, 4],
      [5, 6],
    ]);
    const parts = fetched(batches);
    assert.deepEqual(all(parts, 2), [[0, 1], [2, 3], [4], [5, 6]]);
    assert.equal(parts.nextOffset, 7);
  }
});

test('begins in the middle of a batch, and goes over gaps', () => {
  assert.deepEqual(all(fetched([batch(0, [0, 1, 2, 3])], 2)), [[2, 3]]);
  const compacted = fetched([batch(0, [1, 5], { lastOffsetDelta: 9 }), batch(10, [0])]);
  const first = compacted.take(1);
  assert.deepEqual([offsetsOf(first), first?.nextOffset], [[1], 2]);
  const second = compacted.take(1);
  assert.deepEqual([offsetsOf(second), second?.nextOffset], [[5], 10]);
  assert.deepEqual(all(compacted), [[10]]);
  const behind = fetched([batch(0, [1, 2], { lastOffsetDelta: 9 }), batch(10, [0])], 5);
  assert.deepEqual(all(behind), [[10]]);
});

test('a batch cut at the end is left alone', () => {
  const cut = fetched([batch(0, [0, 1]), batch(2, [0]).subarray(0, 50)]);
  assert.equal(cut.endOffset, 2);
  assert.deepEqual(all(cut), [[0, 1]]);
});

test('the end stays where it is while a batch is given out in parts', () => {
  const partition = fetched([batch(0, [0, 1, 2])]);
  partition.take(1);
  assert.deepEqual([partition.nextOffset, partition.endOffset], [1, 3]);
});

test('read_committed passes over what was aborted, and both levels over control batches', () => {
  const of = (producerId: number) => ({ producerId, producerEpoch: 0, baseSequence: 0, transactional: true });
  const marker = (baseOffset: number, producerId: number, commit: boolean) =>
    buildEndTxnMarkerBatch({ baseOffset, producerId, producerEpoch: 0, commit, coordinatorEpoch: 0, timestamp: 1 });
  const log = [
    batch(0, [0], of(1)),
    batch(1, [0], of(2)),
    batch(2, [0]),
    marker(3, 1, false),
    batch(4, [0], of(1)),
    marker(5, 2, true),
    marker(6, 1, true),
  ];
  const aborted = [{ producerId: 1, firstOffset: 0 }];
  const committed = fetched(log, 0, { readCommitted: true }, aborted);
  assert.deepEqual(all(committed), [[1], [2], [4]]);
  assert.equal(committed.nextOffset, 7);
  assert.deepEqual(all(fetched(log)), [[0], [1], [2], [4]]);
});

test('a broken batch is an error at its place, after what is before it', () => {
  const broken = batch(2, [0, 1]);
  broken[70] = (broken[70] as number) ^ 0xff;
  const partition = fetched([batch(0, [0, 1]), broken]);
  assert.deepEqual(offsetsOf(partition.take(10)), [0, 1]);
  const text = /Record batch for partition t-0 at offset 2 is invalid, cause: Record is corrupt/;
  assert.throws(() => partition.take(10), { error: 'CORRUPT_MESSAGE', message: text });
  assert.throws(() => partition.take(10), text);
});

test('timestamps of the broker are told apart', () => {
  const records = fetched([batch(0, [0], { logAppendTimeMs: 5 })]).take(1);
  assert.equal(records?.timestampType, 'LogAppendTime');
  assert.ok(records.cursor.next());
  assert.equal(records.cursor.timestamp, 5);
  assert.equal(fetched([batch(0, [0])]).take(1)?.timestampType, 'CreateTime');
});
