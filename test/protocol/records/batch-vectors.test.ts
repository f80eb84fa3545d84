import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BatchesVector, checkBatchesVector } from '../../support/codec/batches-vector.js';
import { readVectors, vectorFile } from '../../support/codec/vector-file.js';

const vectors = readVectors<BatchesVector>(vectorFile('batches.jsonl.gz'));

test('all kinds of batches are among the golden ones', () => {
  assert.ok(vectors.length > 180);
  assert.ok(vectors.some(({ error }) => error !== undefined));
  assert.ok(vectors.some(({ exact }) => exact));
});

for (const vector of vectors) {
  test(`batches ${vector.sample}`, () => checkBatchesVector(vector));
}
