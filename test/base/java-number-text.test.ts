import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { javaDoubleText, javaFloatText } from '../../src/base/java-number-text.js';
import { vectorFile } from '../support/codec/vector-file.js';

type Row = readonly [bits: string, text: string];
const vectors = JSON.parse(readFileSync(vectorFile('java-numbers.json'), 'utf8')) as Record<
  'doubles' | 'floats',
  Row[]
>;

test('doubles are written as Java 25 writes them', () => {
  for (const [bits, text] of vectors.doubles) {
    assert.equal(javaDoubleText(Buffer.from(bits, 'hex').readDoubleBE()), text, bits);
  }
  assert.ok(vectors.doubles.length > 200);
});

test('floats are written as Java 25 writes them', () => {
  for (const [bits, text] of vectors.floats) {
    assert.equal(javaFloatText(Buffer.from(bits, 'hex').readFloatBE()), text, bits);
  }
  assert.ok(vectors.floats.length > 200);
});
