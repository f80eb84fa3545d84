import assert from 'node:assert/strict';
import { test } from 'node:test';
import { javaDouble } from '../../../../src/cli/tools/configs/java-double.js';

test('numbers as Java reads them', () => {
  const cases: [string, number | null][] = [
    ['1e2', 100],
    [' -1.5f ', -1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1d', 1],
    ['0x1p3', 8],
    ['-0x.8p1', -1],
    ['1e400', Number.POSITIVE_INFINITY],
    ['-Infinity', Number.NEGATIVE_INFINITY],
    ['NaN', Number.NaN],
    ['', null],
    ['abc', null],
    ['0x1', null],
    ['1 2', null],
    ['infinity', null],
  ];
  for (const [text, expected] of cases) assert.deepEqual(javaDouble(text), expected, text);
});
