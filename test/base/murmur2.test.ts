import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { murmur2, partitionOfKey } from '../../src/base/murmur2.js';

interface Row {
  readonly key: string;
  readonly hash: number;
  readonly of3: number;
  readonly of6: number;
  readonly of50: number;
}

// Hashes and partitions as Apache Kafka 4.3.1 computes them.
const path = join(import.meta.dirname, '../../../test/vectors/murmur2.json');
const rows = JSON.parse(readFileSync(path, 'utf8')) as Row[];

test('hashes and partitions are those of Apache Kafka', () => {
  assert.ok(rows.length > 20);
  for (const { key, hash, of3, of6, of50 } of rows) {
    const bytes = Buffer.from(key);
    assert.equal(murmur2(bytes), hash, key);
    assert.deepEqual(
      [3, 6, 50].map((count) => partitionOfKey(bytes, count)),
      [of3, of6, of50],
      key,
    );
  }
});
