import assert from 'node:assert/strict';
import test from 'node:test';
import { StickyPartition } from '../../../src/client/producer/sticky-partition.js';
import { SeededRandom } from '../../support/seeded-random.js';

test('stays until enough bytes went there, and leaves at the end of a batch', () => {
  const sticky = new StickyPartition(100);
  const fractions = [0, 0.99, 0];
  const next = () => (sticky.current >= 0 ? sticky.current : sticky.choose([3, 5], null, fractions.shift() ?? 0));
  assert.equal(next(), 3);
  sticky.onAppended(99, true);
  assert.equal(next(), 3);
  sticky.onAppended(50, false);
  assert.equal(next(), 3, 'in the middle of a batch it stays');
  sticky.onAppended(1, true);
  assert.equal(next(), 5);
  sticky.onAppended(200, false);
  assert.equal(next(), 3, 'but not for ever');
});

test('partitions with fewer batches waiting are likelier', () => {
  const random = new SeededRandom(5);
  const counts = [0, 0, 0];
  for (let n = 0; n < 4000; n++) {
    const chosen = new StickyPartition(1).choose([0, 1, 2], [0, 2, 1], random.fraction());
    counts[chosen] = (counts[chosen] ?? 0) + 1;
  }
  const shares = counts.map((count) => count / 4000);
  for (const [index, expected] of [3 / 6, 1 / 6, 2 / 6].entries()) {
    assert.ok(Math.abs((shares[index] ?? 0) - expected) < 0.05, `${shares}`);
  }
});
