import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Lines } from '../../../../src/cli/tools/console-producer/lines.js';

function cut(chunks: readonly string[]): string[] {
  const lines = new Lines();
  const found = chunks.flatMap((chunk) => lines.push(Buffer.from(chunk)));
  const last = lines.end();
  return [...found, ...(last === null ? [] : [last])].map(String);
}

test('lines end with \\n, \\r or \\r\\n, and the last needs no end', () => {
  assert.deepEqual(cut(['one\ntwo\r\nthree\rfour']), ['one', 'two', 'three', 'four']);
  assert.deepEqual(cut(['\n\n']), ['', '']);
  assert.deepEqual(cut(['']), []);
});

test('a \\r\\n that is torn apart ends one line', () => {
  assert.deepEqual(cut(['a\r', '\nb\r', 'c']), ['a', 'b', 'c']);
});

test('how bytes are cut into chunks makes no difference', () => {
  const character = fc.constantFrom('a', 'ü', '\n', '\r');
  fc.assert(
    fc.property(fc.array(character), fc.integer({ min: 1, max: 5 }), (characters, size) => {
      const bytes = Buffer.from(characters.join(''));
      const lines = new Lines();
      const found: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) found.push(...lines.push(bytes.subarray(at, at + size)));
      const last = lines.end();
      if (last !== null) found.push(last);
      assert.deepEqual(found.map(String), cut([bytes.toString()]));
    }),
  );
});
