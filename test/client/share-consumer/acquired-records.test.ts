import assert from 'node:assert/strict';
import test from 'node:test';
import { AcknowledgementRuns } from '../../../src/client/share-consumer/acknowledgement-runs.js';
import { AcquiredRecords } from '../../../src/client/share-consumer/acquired-records.js';
import type { ShareRecords } from '../../../src/client/share-consumer/share-records.js';
import { BatchBuilder } from '../../../src/protocol/records/batch-builder.js';
import { buildControlBatch, ControlRecordType } from '../../../src/protocol/records/control-records.js';

const partition = { key: 'id-0', topic: 't', topicId: 'id', partition: 0 };
const origin = { node: 1, generation: 0, partition };

function batch(baseOffset: number, deltas: readonly number[]): Buffer {
  const builder = new BatchBuilder();
  for (const delta of deltas) builder.appendAt(delta, 1, null, Buffer.from(`v${baseOffset + delta}`));
  return builder.build({ baseOffset, leaderEpoch: 4 });
}

const range = (firstOffset: number, lastOffset: number, deliveryCount = 1) => ({
  firstOffset,
  lastOffset,
  deliveryCount,
});

function acquired(records: Buffer[], ranges: ReturnType<typeof range>[]) {
  return new AcquiredRecords(origin, Buffer.concat(records), ranges, { checkCrcs: true });
}

function read(given: AcquiredRecords): [offsets: number[], deliveryCount: number][] {
  const all: [number[], number][] = [];
  for (let records = given.take(); records !== null; records = given.take()) {
    all.push([offsetsOf(records), records.deliveryCount]);
  }
  return all;
}

function offsetsOf({ cursor }: ShareRecords): number[] {
  const offsets: number[] = [];
  while (cursor.next()) {
    assert.equal(cursor.value()?.toString(), `v${cursor.offset}`);
    offsets.push(cursor.offset);
  }
  return offsets;
}

const own = ({ ownRuns }: AcquiredRecords) =>
  ownRuns.batches().map(({ firstOffset, lastOffset, acknowledgeTypes }) => [firstOffset, lastOffset, acknowledgeTypes]);

test('a batch that was acquired whole comes as it is', () => {
  const given = acquired([batch(10, [0, 1, 2]), batch(13, [0, 1])], [range(10, 14, 2)]);
  assert.deepEqual(read(given), [
    [[10, 11, 12], 2],
    [[13, 14], 2],
  ]);
  assert.deepEqual(own(given), []);
});

test('of a batch come only records that were acquired, apart by how often they came', () => {
  const given = acquired([batch(0, [0, 1, 2, 3, 4, 5, 6, 7])], [range(1, 2), range(3, 4, 3), range(6, 6)]);
  assert.deepEqual(read(given), [
    [[1, 2], 1],
    [[3, 4], 3],
    [[6], 1],
  ]);
  assert.deepEqual(own(given), []);
});

test('acquired offsets without a record are acknowledged as gaps', () => {
  const given = acquired(
    [
      batch(2, [0, 3, 4]),
      buildControlBatch([{ type: ControlRecordType.commit, value: Buffer.alloc(6) }], 1, { baseOffset: 8 }),
      batch(9, [0]),
    ],
    [range(0, 11)],
  );
  assert.deepEqual(read(given), [
    [[2, 5, 6], 1],
    [[9], 1],
  ]);
  assert.deepEqual(own(given), [
    [0, 1, [0]],
    [3, 4, [0]],
    [7, 8, [0]],
    [10, 11, [0]],
  ]);
});

test('a gap within records is not acknowledged a second time with them', () => {
  const records = acquired([batch(2, [0, 3])], [range(2, 5)]).take() as ShareRecords;
  records.acknowledgeRest('accept');
  const runs = new AcknowledgementRuns();
  records.take(runs);
  assert.deepEqual(
    runs.batches().map(({ firstOffset, lastOffset }) => [firstOffset, lastOffset]),
    [
      [2, 2],
      [5, 5],
    ],
  );
});

test('a batch that cannot be read is rejected, and what is behind it goes on', () => {
  const broken = batch(3, [0, 1]);
  broken[broken.length - 1] = (broken[broken.length - 1] as number) ^ 1;
  const given = acquired([batch(0, [0, 1, 2]), broken, batch(5, [0])], [range(0, 5)]);
  assert.deepEqual(offsetsOf(given.take() as ShareRecords), [0, 1, 2]);
  assert.throws(() => given.take(), /Record batch for partition t-0 at offset 3 is invalid/);
  assert.deepEqual(read(given), [[[5], 1]]);
  assert.deepEqual(own(given), [[3, 4, [3]]]);
});

test('what nobody read is released', () => {
  const given = acquired([batch(0, [0, 1]), batch(2, [0, 1])], [range(0, 3)]);
  given.take();
  given.release();
  assert.deepEqual(own(given), [[2, 3, [2]]]);
  const untouched = acquired([batch(0, [0, 1])], [range(0, 1)]);
  untouched.release();
  assert.deepEqual(own(untouched), [[0, 1, [2]]]);
});
