import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ComputedMap } from '../../../../src/cli/tools/dump-log/computed-map.js';

const filled = (keys: readonly string[]): string[] => {
  const map = new ComputedMap<string>();
  for (const key of keys) map.at(key, () => key);
  return [...map].map(([key]) => key);
};

it('sets a new key before the others of its bucket', () => {
  // Aa and BB have the same hash in Java.
  assert.deepEqual(filled(['Aa', 'BB', 'Aa']), ['BB', 'Aa']);
});

it('doubles its table at the call after the key that is too many', () => {
  // The letters a to m have buckets 1 to 13 of 16; q (113) is in bucket 1 of 16 and 17 of 32.
  const twelve = [...'abcdefghijkl'];
  assert.deepEqual(filled([...twelve, 'q']).slice(0, 2), ['q', 'a']);
  // Of 32 buckets a lower-case letter has the one of its place from 1 on; all stand in order then.
  assert.deepEqual(filled([...twelve, 'q', 'q']), [...twelve, 'q']);
});
