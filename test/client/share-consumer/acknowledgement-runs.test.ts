import assert from 'node:assert/strict';
import test from 'node:test';
import { ACKNOWLEDGE_CODES, AcknowledgementRuns } from '../../../src/client/share-consumer/acknowledgement-runs.js';

const { accept, reject, release, gap, renew } = ACKNOWLEDGE_CODES;

function batchesOf(...runs: [number, number, number][]) {
  const all = new AcknowledgementRuns();
  for (const [first, last, code] of runs) all.add(first, last, code);
  return all
    .batches()
    .map(({ firstOffset, lastOffset, acknowledgeTypes }) => [firstOffset, lastOffset, acknowledgeTypes]);
}

test('what is said of neighbours in the same way is one batch with one type', () => {
  assert.deepEqual(batchesOf([5, 5, accept], [6, 6, accept], [7, 200, accept]), [[5, 200, [accept]]]);
});

test('short runs share a batch with a type for each offset, long ones have their own', () => {
  const mixed = batchesOf([0, 1, accept], [2, 2, reject], [3, 3, release], [4, 30, accept], [31, 31, gap]);
  assert.deepEqual(mixed, [
    [0, 3, [accept, accept, reject, release]],
    [4, 30, [accept]],
    [31, 31, [gap]],
  ]);
});

test('offsets of which nothing is said keep batches apart', () => {
  assert.deepEqual(batchesOf([0, 1, accept], [3, 4, reject]), [
    [0, 1, [accept]],
    [3, 4, [reject]],
  ]);
});

test('batches rise and name each offset once, however the runs came', () => {
  assert.deepEqual(batchesOf([20, 40, accept], [0, 12, release], [10, 25, reject]), [
    [0, 12, [release]],
    [13, 25, [reject]],
    [26, 40, [accept]],
  ]);
});

test('an empty run is none, and renewals are known', () => {
  const runs = new AcknowledgementRuns();
  runs.add(5, 4, renew);
  assert.equal(runs.isEmpty, true);
  assert.equal(runs.hasRenewals, false);
  runs.add(5, 5, renew);
  assert.equal(runs.hasRenewals, true);
});
