import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32 } from '../../src/protocol/crc32.js';
import { crc32c, crc32cInJs } from '../../src/protocol/crc32c.js';
import { loadNativePackage } from '../../src/protocol/native-package.js';

const CHECK = Buffer.from('123456789');

test('CRC-32C and CRC-32 have their published check values', () => {
  assert.equal(crc32c(CHECK), 0xe3069283);
  assert.equal(crc32cInJs(CHECK), 0xe3069283);
  assert.equal(crc32(CHECK), 0xcbf43926);
  assert.equal(crc32c(Buffer.alloc(0)), 0);
  assert.equal(crc32cInJs(Buffer.alloc(0)), 0);
});

test('only the range asked for counts', () => {
  const bytes = Buffer.from('xx123456789yyy');
  assert.equal(crc32c(bytes, 2, 11), 0xe3069283);
  assert.equal(crc32(bytes, 2, 11), 0xcbf43926);
  assert.equal(crc32c(bytes, 2), crc32cInJs(bytes.subarray(2)));
});

test('the addon and the JavaScript agree for every length and value', () => {
  assert.ok(loadNativePackage('@node-rs/crc32'), 'the addon is there to compare with');
  const bytes = Buffer.from(Array.from({ length: 600 }, (_, n) => (n * n * 31 + (n >> 3)) & 0xff));
  for (let length = 0; length < 300; length++) {
    const range = bytes.subarray(length, 2 * length);
    assert.equal(crc32cInJs(range), crc32c(range), `${length}`);
  }
});

test('a package that is not there is null, not an error', () => {
  assert.equal(loadNativePackage('no-such-package-for-any-platform'), null);
});
