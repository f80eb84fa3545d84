import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompressionError } from '../../../src/protocol/compression/compression-error.js';
import { compressLz4, decompressLz4 } from '../../../src/protocol/compression/lz4.js';
import { compressLz4Block, decompressLz4Block, lz4BlockBound } from '../../../src/protocol/compression/lz4-block.js';
import { xxhash32 } from '../../../src/protocol/compression/xxhash32.js';
import { loadNativePackage } from '../../../src/protocol/native-package.js';
import { contents } from '../../support/compression/contents.js';

const MAX_BYTES = 1 << 24;
const NEVER = Number.POSITIVE_INFINITY;
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const hash = (bytes: Buffer): Buffer => uint32(xxhash32(bytes, 0, bytes.length));

/** A frame of blocks stored as they are, with the header flags wanted. */
function frame(flags: number, blockCode: number, blocks: Buffer[], extra = Buffer.alloc(0)): Buffer {
  const descriptor = Buffer.concat([Buffer.from([0x40 | flags, blockCode << 4]), extra]);
  const check = (xxhash32(descriptor, 0, descriptor.length) >>> 8) & 0xff;
  const body = blocks.flatMap((block) => [
    uint32(block.length + 0x8000_0000),
    block,
    flags & 0x10 ? hash(block) : Buffer.alloc(0),
  ]);
  const end = flags & 0x04 ? [uint32(0), hash(Buffer.concat(blocks))] : [uint32(0)];
  return Buffer.concat([Buffer.from('04224d18', 'hex'), descriptor, Buffer.from([check]), ...body, ...end]);
}

const fails = (bytes: Buffer, what: RegExp, fault = 'corrupt'): void =>
  assert.throws(
    () => decompressLz4(bytes, MAX_BYTES, false),
    (error: Error) => error instanceof CompressionError && error.fault === fault && what.test(error.message),
  );

test('xxHash has its published values', () => {
  const of = (text: string): number => xxhash32(Buffer.from(text), 0, text.length);
  assert.equal(of(''), 0x02cc5d05);
  assert.equal(of('a'), 0x550d7456);
  assert.equal(of('abc'), 0x32d153ff);
  assert.equal(of('Nobody inspects the spammish repetition'), 0xe2293b2f);
});

test('the addon reads what the JavaScript writes, and the other way round', () => {
  assert.ok(loadNativePackage('lz4-napi'), 'the addon is there to compare with');
  for (const [name, content] of contents()) {
    for (const writeFrom of [0, NEVER]) {
      const compressed = compressLz4(content, writeFrom);
      for (const readFrom of [0, NEVER]) {
        assert.ok(
          decompressLz4(compressed, MAX_BYTES, false, readFrom).equals(content),
          `${name} ${writeFrom} ${readFrom}`,
        );
      }
    }
  }
});

test('blocks that do not get smaller are stored, blocks have 64 KiB', () => {
  const noise = contents().get('noise') as Buffer;
  const compressed = compressLz4(noise);
  assert.equal(compressed.length, 7 + 4 + 65536 + 4 + (noise.length - 65536) + 4);
  assert.equal(compressed.readUInt32LE(7), 0x8001_0000);
  assert.equal(compressLz4(Buffer.alloc(0)).toString('hex'), '04224d1860408200000000');
});

test('reads larger blocks, content size and checksums', () => {
  const large = Buffer.alloc(100_000, 'large');
  assert.ok(decompressLz4(frame(0x20, 5, [large, large]), MAX_BYTES, false).equals(Buffer.concat([large, large])));
  const sized = frame(0x20 | 0x08, 4, [Buffer.from('abc')], Buffer.from('0300000000000000', 'hex'));
  assert.equal(decompressLz4(sized, MAX_BYTES, false).toString(), 'abc');
  const checked = frame(0x20 | 0x10 | 0x04, 4, [Buffer.from('abc')]);
  assert.equal(decompressLz4(checked, MAX_BYTES, false).toString(), 'abc');
  fails(checked.subarray(0, checked.length - 1), /content checksum/);
  checked[12] = 0x7a;
  fails(checked, /block checksum/);
});

test('says what is wrong with a frame', () => {
  const good = frame(0x20, 4, [Buffer.from('abc')]);
  fails(frame(0x00, 4, [Buffer.from('abc')]), /depend on earlier/, 'unsupported');
  fails(frame(0x21, 4, []), /reserved/);
  fails(frame(0x20, 3, []), /block size code 3/);
  fails(frame(0x20, 4, [Buffer.alloc(65537)]), /block of 65537 bytes in a frame of 65536/);
  fails(Buffer.from('1f8b0800000000000000', 'hex'), /not an LZ4 frame/);
  fails(good.subarray(0, good.length - 4), /end mark/);
  fails(good.subarray(0, 13), /3 bytes|2 bytes left/);
  const version = Buffer.from(good);
  version[4] = 0x20;
  fails(version, /version 0/);
  // A block of 64 KiB that gives 64 KiB and 13 bytes.
  const zeros = Buffer.alloc(lz4BlockBound(65536 + 13));
  const block = zeros.subarray(0, compressLz4Block(Buffer.alloc(65536 + 13), 0, 65536 + 13, zeros, 0));
  const overfull = Buffer.concat([Buffer.from('04224d18604082', 'hex'), uint32(block.length), block, uint32(0)]);
  fails(overfull, /block of more than 65536 bytes/);
});

test('the header checksum counts but in magic 0, whose clients computed another', () => {
  const bytes = compressLz4(Buffer.from('abc'));
  bytes[6] = 0x00;
  fails(bytes, /header checksum/);
  assert.equal(decompressLz4(bytes, MAX_BYTES, true).toString(), 'abc');
});

test('a broken block is an error in both decoders', () => {
  for (const hex of ['', '10', '50', 'f0', '106100', '10610000', '10610500', '1f6101', '1f610100ff', '10610100']) {
    const block = Buffer.from(hex, 'hex');
    assert.throws(() => decompressLz4Block(block, 0, block.length, Buffer.alloc(1000), 0, 1000), CompressionError, hex);
    if (block.length === 0) continue;
    const whole = Buffer.concat([Buffer.from('04224d18604082', 'hex'), uint32(block.length), block, uint32(0)]);
    for (const readFrom of [0, NEVER]) {
      assert.throws(() => decompressLz4(whole, MAX_BYTES, false, readFrom), CompressionError, hex);
    }
  }
});
