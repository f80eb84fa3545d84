import assert from 'node:assert/strict';
import test from 'node:test';
import { AcknowledgementRuns } from '../../../src/client/share-consumer/acknowledgement-runs.js';
import { AcquiredRecords } from '../../../src/client/share-consumer/acquired-records.js';
import type { ShareRecords } from '../../../src/client/share-consumer/share-records.js';
import { BatchBuilder } from '../../../src/protocol/records/batch-builder.js';

function records(count: number): ShareRecords {
  const builder = new BatchBuilder();
  for (let n = 0; n < count; n++) builder.append(1, null, Buffer.from(`v${n}`));
  const origin = { node: 1, generation: 0, partition: { key: 'id-0', topic: 't', topicId: 'id', partition: 0 } };
  const ranges = [{ firstOffset: 0, lastOffset: count - 1, deliveryCount: 2 }];
  const bytes = builder.build({ baseOffset: 0 });
  return new AcquiredRecords(origin, bytes, ranges, { checkCrcs: true }).take() as ShareRecords;
}

function taken(of: ShareRecords) {
  const runs = new AcknowledgementRuns();
  of.take(runs);
  return runs
    .batches()
    .map(({ firstOffset, lastOffset, acknowledgeTypes }) => [firstOffset, lastOffset, acknowledgeTypes]);
}

test('what was said last of a record holds, until it is on its way', () => {
  const of = records(3);
  assert.equal(of.acknowledge(0, 'accept'), true);
  assert.equal(of.acknowledge(0, 'reject'), true);
  assert.equal(of.undecided, 2);
  assert.deepEqual(taken(of), [[0, 0, [3]]]);
  assert.equal(of.acknowledge(0, 'accept'), false);
  assert.deepEqual(taken(of), []);
});

test('only its own records can be acknowledged', () => {
  const of = records(3);
  assert.equal(of.acknowledge(3, 'accept'), false);
  assert.equal(of.acknowledge(-1, 'accept'), false);
});

test('the rest is that of which nothing was said', () => {
  const of = records(4);
  of.acknowledge(1, 'release');
  of.acknowledgeRest('accept');
  assert.equal(of.undecided, 0);
  assert.deepEqual(taken(of), [[0, 3, [1, 2, 1, 1]]]);
});

test('renewed records come again once the broker agreed, each run with a cursor of its own', () => {
  const of = records(6);
  for (const offset of [0, 1, 4]) of.acknowledge(offset, 'renew');
  of.acknowledgeRest('accept');
  assert.deepEqual(taken(of), [[0, 5, [4, 4, 1, 1, 4, 1]]]);
  assert.equal(of.acknowledge(0, 'accept'), false);
  const again = of.settleRenewals(true);
  const offsets = again.map(({ cursor }) => {
    const read: string[] = [];
    while (cursor.next()) read.push(`${cursor.offset}${cursor.value()}`);
    return read;
  });
  assert.deepEqual(offsets, [['0v0', '1v1'], ['4v4']]);
  assert.deepEqual([again[0]?.deliveryCount, again[0]?.undecided], [2, 2]);
  assert.equal(again[0]?.acknowledge(1, 'accept'), true);
  assert.deepEqual(of.settleRenewals(true), []);
});

test('records whose renewal was refused are gone', () => {
  const of = records(2);
  of.acknowledge(0, 'renew');
  taken(of);
  assert.deepEqual(of.settleRenewals(false), []);
  assert.equal(of.acknowledge(0, 'accept'), false);
});
