import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionFilter } from '../../../../src/cli/tools/get-offsets/partition-filter.js';

function matched(rules: string, topic: string): number[] {
  const filter = partitionFilter(rules, null, null, false);
  return [0, 1, 2, 3, 4].filter((partition) => filter.matches(topic, partition));
}

test('a rule names a partition, a range without its end, or all', () => {
  assert.deepEqual(matched('orders:1', 'orders'), [1]);
  assert.deepEqual(matched('orders:1-3', 'orders'), [1, 2]);
  assert.deepEqual(matched('orders:3-', 'orders'), [3, 4]);
  assert.deepEqual(matched('orders:-2', 'orders'), [0, 1]);
  assert.deepEqual(matched('orders', 'orders'), [0, 1, 2, 3, 4]);
  assert.deepEqual(matched(':4', 'anything'), [4]);
});

test('a topic has to match as a whole, and any rule will do', () => {
  assert.deepEqual(matched('order', 'orders'), []);
  assert.deepEqual(matched('ord.*:0,orders:2', 'orders'), [0, 2]);
});

test('bad rules and numbers are refused with what they were', () => {
  assert.throws(() => partitionFilter('orders:b', null, null, false), /Invalid rule specification: orders:b/);
  assert.throws(() => partitionFilter(null, 'orders', '1,x', false), /but received: 1,x/);
});

test('internal topics can be left out', () => {
  assert.equal(partitionFilter(null, null, null, true).mayMatch('__consumer_offsets'), false);
  assert.equal(partitionFilter(null, null, null, false).mayMatch('__consumer_offsets'), true);
});
