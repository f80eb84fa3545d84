import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitWidths } from '../../../src/cli/format/fit-widths.js';

test('columns that fit stay as wide as they are', () => {
  assert.deepEqual(fitWidths([10, 20], [5, 5], 30), [10, 20]);
});

test('the widest gives way first, then all alike', () => {
  assert.deepEqual(fitWidths([10, 40], [5, 5], 30), [10, 20]);
  assert.deepEqual(fitWidths([10, 40, 40], [5, 5, 5], 30), [10, 10, 10]);
});

test('none becomes narrower than its least, and where that is too wide there is no way', () => {
  assert.deepEqual(fitWidths([20, 20], [20, 5], 30), [20, 10]);
  assert.equal(fitWidths([20, 20], [20, 15], 30), null);
});
