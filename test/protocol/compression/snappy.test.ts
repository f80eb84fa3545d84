import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompressionError } from '../../../src/protocol/compression/compression-error.js';
import { compressSnappy, decompressSnappy } from '../../../src/protocol/compression/snappy.js';
import { compressSnappyBlock, snappyBlockBound } from '../../../src/protocol/compression/snappy-block.js';
import { loadNativePackage } from '../../../src/protocol/native-package.js';
import { contents } from '../../support/compression/contents.js';

const MAX_BYTES = 1 << 24;
const NEVER = Number.POSITIVE_INFINITY;

const bareBlock = (content: Buffer): Buffer => {
  const target = Buffer.alloc(snappyBlockBound(content.length));
  return target.subarray(0, compressSnappyBlock(content, 0, content.length, target, 0));
};

const fails = (bytes: Buffer, what: RegExp, maxBytes = MAX_BYTES, fault = 'corrupt'): void => {
  for (const readFrom of [0, NEVER]) {
    assert.throws(
      () => decompressSnappy(bytes, maxBytes, readFrom),
      (error: Error) => error instanceof CompressionError && error.fault === fault && what.test(error.message),
    );
  }
};

test('the addon reads what the JavaScript writes, and the other way round', () => {
  assert.ok(loadNativePackage('snappy'), 'the addon is there to compare with');
  for (const [name, content] of contents()) {
    for (const writeFrom of [0, NEVER]) {
      const compressed = compressSnappy(content, writeFrom);
      for (const readFrom of [0, NEVER]) {
        assert.ok(
          decompressSnappy(compressed, MAX_BYTES, readFrom).equals(content),
          `${name} ${writeFrom} ${readFrom}`,
        );
      }
    }
  }
});

test('blocks have 32 KiB', () => {
  const compressed = compressSnappy(Buffer.alloc(70_000, 'abc'));
  let blocks = 0;
  for (let at = 16; at < compressed.length; at += 4 + compressed.readInt32BE(at)) blocks++;
  assert.equal(blocks, 3);
});

test('reads a bare block, streams put one behind the other, and less than a length at the end', () => {
  const content = contents().get('json')?.subarray(0, 60_000) as Buffer;
  assert.ok(decompressSnappy(bareBlock(content), MAX_BYTES).equals(content));
  assert.equal(decompressSnappy(bareBlock(Buffer.from('short')), MAX_BYTES).toString(), 'short');
  const one = compressSnappy(Buffer.from('one'));
  const two = compressSnappy(Buffer.from('two'));
  assert.equal(decompressSnappy(Buffer.concat([one, two]), MAX_BYTES).toString(), 'onetwo');
  assert.equal(decompressSnappy(Buffer.concat([one, Buffer.alloc(3)]), MAX_BYTES).toString(), 'one');
});

test('reads long literals and far copies', () => {
  const literal = Buffer.alloc(300, 'x');
  const header = Buffer.from([0xac, 0x02]);
  for (const tag of ['f42b01', 'f82b0100', 'fc2b010000']) {
    const bytes = Buffer.concat([header, Buffer.from(tag, 'hex'), literal]);
    for (const readFrom of [0, NEVER]) assert.ok(decompressSnappy(bytes, MAX_BYTES, readFrom).equals(literal));
  }
  const copies = Buffer.from('08' + '0c' + '61626364' + '0f' + '04000000', 'hex');
  assert.equal(decompressSnappy(copies, MAX_BYTES, NEVER).toString(), 'abcdabcd');
});

test('says what is wrong', () => {
  fails(Buffer.alloc(0), /no content size/);
  fails(Buffer.from('ffffffffff', 'hex'), /no content size/);
  fails(Buffer.from('ffffffff0f00', 'hex'), /cannot hold 4294967295/);
  fails(Buffer.from('0400', 'hex'), /literal|content/);
  fails(Buffer.from('040c6162', 'hex'), /literal of 4 bytes, 2 left/);
  fails(Buffer.from('020c61626364', 'hex'), /more content/);
  fails(Buffer.from('080c616263640104', 'hex').subarray(0, 7), /distance/);
  fails(Buffer.from('080c616263640105', 'hex'), /distance 5/);
  fails(Buffer.from('080c616263640100', 'hex'), /distance 0/);
  fails(Buffer.from('090c616263640104', 'hex'), /8 bytes of content, 9 said/);
  fails(Buffer.from('08f4', 'hex'), /ends in a length/);
  const stream = compressSnappy(Buffer.from('content'));
  fails(stream.subarray(0, stream.length - 1), /block of \d+ bytes, \d+ bytes left/);
  fails(stream, /larger than 6/, 6, 'too-large');
});
