import assert from 'node:assert/strict';
import { test } from 'node:test';
import { catchUpText, durationText, rateText } from '../../../../src/cli/tools/consumer-groups/lag-text.js';

test('a rate has as many digits as say something', () => {
  assert.deepEqual([null, 0, 0.254, 4.25, 42.04, 123.4, 12345.6].map(rateText), [
    null,
    '0',
    '0.25',
    '4.3',
    '42',
    '123',
    '12,346',
  ]);
});

test('a duration has its two greatest units', () => {
  assert.deepEqual([0, 0.2, 59, 60, 200, 3600, 7500, 90_000, 86_400 * 400].map(durationText), [
    '0 s',
    '1 s',
    '59 s',
    '1 min',
    '3 min 20 s',
    '1 h',
    '2 h 5 min',
    '1 d 1 h',
    '400 d',
  ]);
});

test('catching up is now, some time, never, or not known yet', () => {
  const row = { currentOffset: 1, logEndOffset: 2, lag: 1, consumedPerSecond: 1, producedPerSecond: 0 };
  assert.equal(catchUpText({ ...row, catchUpSeconds: 0 }), 'now');
  assert.equal(catchUpText({ ...row, catchUpSeconds: 90 }), '1 min 30 s');
  assert.equal(catchUpText({ ...row, catchUpSeconds: null }), 'never');
  assert.equal(catchUpText({ ...row, consumedPerSecond: null, catchUpSeconds: null }), null);
});
