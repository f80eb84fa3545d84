import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ByteRanges } from '../../../../src/base/byte-ranges.js';
import { Lines } from '../../../../src/cli/tools/console-producer/lines.js';

function cut(chunks: readonly Buffer[]): string[] {
  const lines = new Lines();
  const found: string[] = [];
  const take = (lot: ByteRanges) => {
    for (let n = 0; n < lot.count; n++) found.push(String(lot.at(n)));
  };
  for (const chunk of chunks) {
    // A chunk's memory is the reader's again afterwards.
    const memory = Buffer.from(chunk);
    for (const lot of lines.push(memory)) take(lot);
    memory.fill('#');
  }
  const last = lines.end();
  if (last !== null) take(last);
  return found;
}

const cutText = (...chunks: readonly string[]) => cut(chunks.map((chunk) => Buffer.from(chunk)));

test('lines end with \\n, \\r or \\r\\n, and the last needs no end', () => {
  assert.deepEqual(cutText('one\ntwo\r\nthree\rfour'), ['one', 'two', 'three', 'four']);
  assert.deepEqual(cutText('\n\n'), ['', '']);
  assert.deepEqual(cutText(''), []);
});

test('a \\r\\n that is torn apart ends one line', () => {
  assert.deepEqual(cutText('a\r', '\nb\r', 'c'), ['a', 'b', 'c']);
});

test('how bytes are cut into chunks makes no difference', () => {
  const character = fc.constantFrom('a', 'ü', '\n', '\r');
  fc.assert(
    fc.property(fc.array(character), fc.integer({ min: 1, max: 5 }), (characters, size) => {
      const bytes = Buffer.from(characters.join(''));
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
      assert.deepEqual(cut(chunks), cut([bytes]));
    }),
  );
});
