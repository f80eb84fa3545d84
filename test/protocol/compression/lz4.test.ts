import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { CompressionError } from '../../../src/protocol/compression/compression-error.js';
import { compressLz4, decompressLz4 } from '../../../src/protocol/compression/lz4.js';
import { lz4Memory, WRITTEN_BLOCK_BYTES } from '../../../src/protocol/compression/lz4-block.js';
import { xxhash32 } from '../../../src/protocol/compression/xxhash32.js';
import { contents, random } from '../../support/compression/contents.js';

const MAX_BYTES = 1 << 24;
const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
/** A frame of one block that is compressed already. */
const ofBlock = (block: Buffer): Buffer =>
  Buffer.concat([Buffer.from('04224d18604082', 'hex'), uint32(block.length), block, uint32(0)]);
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

/** Another implementation, which takes single blocks with the size of their content before them. */
interface OtherLz4 {
  compressSync(content: Buffer): Buffer;
  uncompressSync(block: Buffer): Buffer;
}
const other = createRequire(import.meta.url)('lz4-napi') as OtherLz4;

test('another implementation reads what is written here, and the other way round', () => {
  for (const [name, content] of contents()) {
    const compressed = compressLz4(content);
    assert.ok(decompressLz4(compressed, MAX_BYTES, false).equals(content), name);
    assert.ok(decompressLz4(compressed, MAX_BYTES, false, 'passing').equals(content), name);
    const block = content.subarray(0, WRITTEN_BLOCK_BYTES);
    assert.ok(
      other.uncompressSync(Buffer.concat([uint32(block.length), lz4Memory().compress(block)])).equals(block),
      name,
    );
    const theirs = other.compressSync(block).subarray(4);
    if (theirs.length > WRITTEN_BLOCK_BYTES) continue;
    assert.ok(decompressLz4(ofBlock(theirs), MAX_BYTES, false).equals(block), name);
  }
});

test('blocks of random content and size are what another implementation makes of them', () => {
  const next = random(7);
  for (let round = 0; round < 2000; round++) {
    // Of few different bytes, so that there are matches near and far, long and short, which overlap.
    const letters = 1 + (next() % 6);
    const period = 1 + (next() % 300);
    const content = Buffer.alloc(next() % 3000);
    for (let at = 0; at < content.length; at++) {
      const isRepeated = at >= period && next() % 9 !== 0;
      content[at] = isRepeated ? (content[at - period] as number) : (next() >>> 7) % letters;
    }
    const block = Buffer.from(lz4Memory().compress(content));
    assert.ok(other.uncompressSync(Buffer.concat([uint32(content.length), block])).equals(content), `${round}`);
    assert.ok(decompressLz4(ofBlock(other.compressSync(content).subarray(4)), MAX_BYTES, false).equals(content));
  }
});

test('content that passes lies in memory that is used again, kept content does not', () => {
  const [first, second] = [compressLz4(Buffer.alloc(100, 'first ')), compressLz4(Buffer.alloc(100, 'second '))];
  const kept = decompressLz4(first, MAX_BYTES, false);
  const passing = decompressLz4(first, MAX_BYTES, false, 'passing');
  decompressLz4(second, MAX_BYTES, false, 'passing');
  assert.equal(kept.toString().slice(0, 6), 'first ');
  assert.match(passing.toString(), /second/);
});

test('memory that large content took is not held', () => {
  const large = Buffer.alloc(20 << 20, 'large ');
  const compressed = compressLz4(large);
  const content = decompressLz4(compressed, 1 << 25, false, 'passing');
  assert.ok(lz4Memory().sizeBytes < 1 << 20);
  compressLz4(Buffer.from('another'));
  assert.ok(content.equals(large));
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
  const overfull = ofBlock(other.compressSync(Buffer.alloc(65536 + 13)).subarray(4));
  fails(overfull, /block of more than 65536 bytes/);
});

test('the header checksum counts but in magic 0, whose clients computed another', () => {
  const bytes = compressLz4(Buffer.from('abc'));
  bytes[6] = 0x00;
  fails(bytes, /header checksum/);
  assert.equal(decompressLz4(bytes, MAX_BYTES, true).toString(), 'abc');
});

test('a broken block is an error', () => {
  for (const hex of ['10', '50', 'f0', '106100', '10610000', '10610500', '1f6101', '1f610100ff', '10610100']) {
    assert.throws(() => decompressLz4(ofBlock(Buffer.from(hex, 'hex')), MAX_BYTES, false), CompressionError, hex);
  }
});

test('no damage to a block is more than an error', () => {
  const next = random(11);
  const content = contents().get('json') as Buffer;
  const good = lz4Memory().compress(content.subarray(0, 5000));
  const block = Buffer.from(good);
  for (let round = 0; round < 5000; round++) {
    const damaged = Buffer.from(block.subarray(0, 1 + (next() % block.length)));
    for (let changes = next() % 4; changes > 0; changes--) damaged[next() % damaged.length] = next() >>> 8;
    try {
      decompressLz4(ofBlock(damaged), MAX_BYTES, false, 'passing');
    } catch (error) {
      assert.ok(error instanceof CompressionError, `${round}: ${error}`);
    }
  }
});
