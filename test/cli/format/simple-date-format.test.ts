import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simpleDateFormat } from '../../../src/cli/format/simple-date-format.js';

/** A Sunday, in the time zone of this process. */
const AFTERNOON = new Date(2026, 10, 22, 15, 4, 5, 67).getTime();
const MIDNIGHT = new Date(2026, 0, 1).getTime();

/** As Java 17 writes them. */
const EXPECTED: readonly [string, number, string][] = [
  ['yyyy-MM-dd HH:mm:ss:SSS', AFTERNOON, '2026-11-22 15:04:05:067'],
  ['yy/M/d h:m:s a', AFTERNOON, '26/11/22 3:4:5 PM'],
  ['EEE, MMM d; EEEE MMMM', AFTERNOON, 'Sun, Nov 22; Sunday November'],
  ["'on' dd 'o''clock' ''", AFTERNOON, "on 22 o'clock '"],
  ['k K h H a', MIDNIGHT, '24 0 12 0 AM'],
  ['D w W F u G', AFTERNOON, '326 48 4 4 7 AD'],
  ['DDD w W F u', MIDNIGHT, '001 1 1 1 4'],
];

for (const [pattern, timeMs, expected] of EXPECTED) {
  test(`${pattern} makes ${expected}`, () => {
    assert.equal(simpleDateFormat(pattern)(timeMs), expected);
  });
}

test('what Java refuses is refused in its words', () => {
  assert.throws(() => simpleDateFormat('bogus'), /Illegal pattern character 'b'/);
  assert.throws(() => simpleDateFormat("yyyy 'x"), /Unterminated quote/);
});
