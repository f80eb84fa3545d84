import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inScalaOrder } from '../../../../src/cli/tools/configs/scala-order.js';

test('up to four stay as they came, more are by their hashes', () => {
  assert.deepEqual(inScalaOrder(['d', 'a', 'c', 'a']), ['d', 'a', 'c']);
  assert.deepEqual(inScalaOrder(['a', 'c', 'e', 'g', 'i', 'k']), ['e', 'a', 'i', 'g', 'c', 'k']);
});

test('what shares a branch comes after what stands alone', () => {
  const many = Array.from({ length: 200 }, (_, index) => `name-${index}`);
  const ordered = inScalaOrder(many);
  assert.deepEqual([...ordered].sort(), [...many].sort());
  assert.notDeepEqual(ordered, many);
  assert.deepEqual(inScalaOrder([...many].reverse()), ordered);
});
