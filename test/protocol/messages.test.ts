import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkMessageVector, type MessageVector } from '../support/codec/message-vector.js';
import { readVectors, vectorFile } from '../support/codec/vector-file.js';

for (const file of ['requests', 'responses', 'records']) {
  test(`every golden vector of ${file} decodes and encodes as Kafka does`, async () => {
    const vectors = readVectors<MessageVector>(vectorFile(`${file}.jsonl.gz`));
    const failures: string[] = [];
    for (const vector of vectors) {
      try {
        await checkMessageVector(vector);
      } catch (error) {
        failures.push(`${vector.api} ${vector.type} v${vector.version} ${vector.sample}: ${(error as Error).message}`);
      }
    }
    assert.deepEqual(failures.slice(0, 10), [], `${failures.length} of ${vectors.length} failed`);
    assert.ok(vectors.length > 500);
  });
}
