import assert from 'node:assert/strict';
import { test } from 'node:test';
import { javaHash } from '../../src/base/java-hash.js';
import { inHashOrder } from '../../src/base/java-hash-order.js';
import { partitionHash } from '../../src/cli/format/partition-hash.js';

test('hashes are those of Java', () => {
  assert.equal(javaHash(''), 0);
  assert.equal(javaHash('hello'), 99_162_322);
  assert.equal(javaHash('negative hash'), -670_761_447);
  assert.equal(partitionHash({ topic: '', partition: 0 }), 961);
});

test('topics come in the order of a map that was made for so many, as kafka-topics --describe shows them', () => {
  const names = ['__consumer_offsets', 'ra', 'rb', 'rc', 'x', 'x.y_z'];
  const measured = ['rb', 'x', 'rc', '__consumer_offsets', 'ra', 'x.y_z'];
  assert.deepEqual(inHashOrder(names, javaHash, names.length), measured);
});

test('a map grows when it is three quarters full, which changes its order', () => {
  // The hash of p is 112: a multiple of 16, but not of 32.
  const names = ['p', ...'abcdefghijkl'];
  assert.equal(inHashOrder(names.slice(0, 12), javaHash).join(''), 'pabcdefghijk');
  assert.equal(inHashOrder(names, javaHash).join(''), 'abcdefghijklp');
});

test('partitions come as kafka-consumer-groups --reset-offsets shows them', () => {
  const partitions = [
    { topic: 't1', partition: 0 },
    { topic: 't1', partition: 1 },
    { topic: 't2', partition: 0 },
  ];
  const order = inHashOrder(partitions, partitionHash).map(({ topic, partition }) => `${topic}-${partition}`);
  assert.deepEqual(order, ['t1-1', 't1-0', 't2-0']);
});
