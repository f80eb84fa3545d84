import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteRanges } from '../../../../src/base/byte-ranges.js';
import { payloads } from '../../../../src/cli/tools/producer-perf-test/payloads.js';
import { RandomLetters } from '../../../../src/cli/tools/producer-perf-test/random-letters.js';
import { TestIo } from '../../test-io.js';

const textsOf = (values: ByteRanges): string[] =>
  Array.from({ length: values.count }, (_, n) => values.at(n).toString());

test('letters of the size that was asked for, no more values than wanted, others each time', () => {
  const make = payloads({ sizeBytes: 7 }, new TestIo());
  const values = new ByteRanges();
  make(values, 0, 3);
  const first = textsOf(values);
  assert.equal(first.length, 3);
  for (const text of first) assert.match(text, /^[A-Z]{7}$/);
  make(values, 3, 100_000);
  assert.ok(values.count > 1000 && values.count < 100_000);
  assert.ok(!textsOf(values).includes(first[0] as string));
});

test('a value larger than what is made at once is made alone', () => {
  const make = payloads({ sizeBytes: 200_000 }, new TestIo());
  const values = new ByteRanges();
  make(values, 0, 5);
  assert.deepEqual([values.count, values.at(0).length], [1, 200_000]);
});

test('numbers rise from lot to lot', () => {
  const make = payloads('monotonic', new TestIo());
  const values = new ByteRanges();
  make(values, 98, 3);
  assert.deepEqual(textsOf(values), ['98', '99', '100']);
  make(values, 101, Number.POSITIVE_INFINITY);
  assert.equal(values.at(values.count - 1).toString(), String(100 + values.count));
});

test('each letter is about as likely as the others', () => {
  const letters = new RandomLetters(260_000, new TestIo().host.random);
  letters.renew(260_000);
  const counts = new Map<number, number>();
  for (const letter of letters.bytes) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  assert.equal(counts.size, 26);
  for (const count of counts.values()) assert.ok(count > 9000 && count < 11_000, String(count));
});
