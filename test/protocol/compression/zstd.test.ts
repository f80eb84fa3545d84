import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CompressionError } from '../../../src/protocol/compression/compression-error.js';
import {
  compressZstd,
  decompressZstd,
  type ZstdCodec,
  zstdInWasm,
  zstdOfNode,
} from '../../../src/protocol/compression/zstd.js';
import { zstdFrames } from '../../../src/protocol/compression/zstd-frame.js';
import { contents } from '../../support/compression/contents.js';

const MAX_BYTES = 1 << 24;
const codecs = (): [string, ZstdCodec][] => {
  const node = zstdOfNode();
  return [['wasm', zstdInWasm], ...(node === null ? [] : [['node', node] as [string, ZstdCodec]])];
};

/** A frame of raw and run-length blocks without content size, as a stream writer makes it. */
function streamed(...blocks: [last: boolean, type: number, sizeBytes: number, body: Buffer][]): Buffer {
  const parts = blocks.map(([last, type, sizeBytes, body]) => {
    const header = Buffer.alloc(3);
    header.writeUIntLE((last ? 1 : 0) | (type << 1) | (sizeBytes << 3), 0, 3);
    return Buffer.concat([header, body]);
  });
  // No single segment, no content size, no checksum; a window of 128 KiB.
  return Buffer.concat([Buffer.from('28b52ffd0038', 'hex'), ...parts]);
}

const fails = (bytes: Buffer, what: RegExp, fault = 'corrupt'): void => {
  for (const [, codec] of codecs()) {
    assert.throws(
      () => decompressZstd(bytes, MAX_BYTES, codec),
      (error: Error) => error instanceof CompressionError && error.fault === fault && what.test(error.message),
    );
  }
};

test('each codec reads what the others write, at every kind of level', () => {
  for (const [name, content] of contents()) {
    for (const [writer, writing] of codecs()) {
      for (const level of [3, -7, 1, 19]) {
        const compressed = compressZstd(content, level, writing);
        for (const [reader, reading] of codecs()) {
          assert.ok(
            decompressZstd(compressed, MAX_BYTES, reading).equals(content),
            `${name} ${writer} ${level} ${reader}`,
          );
        }
      }
    }
  }
});

test('content that passes lies in memory that is used again, kept content does not', () => {
  const [first, second] = ['first ', 'second '].map((word) => compressZstd(Buffer.alloc(100, word)));
  for (const [name, codec] of codecs()) {
    const kept = decompressZstd(first as Buffer, MAX_BYTES, codec);
    const passing = decompressZstd(first as Buffer, MAX_BYTES, codec, 'passing');
    assert.equal(passing.toString(), kept.toString());
    decompressZstd(second as Buffer, MAX_BYTES, codec, 'passing');
    assert.match(kept.toString(), /^first/);
    assert.match(passing.toString(), /^second/, name);
  }
});

test('memory that large content took is not held', () => {
  const large = Buffer.alloc(20 << 20, 'large ');
  const content = decompressZstd(compressZstd(large, 3, zstdInWasm), 1 << 25, zstdInWasm, 'passing');
  decompressZstd(compressZstd(Buffer.from('another'), 3, zstdInWasm), MAX_BYTES, zstdInWasm, 'passing');
  assert.ok(content.equals(large));
});

test('reads frames put one behind the other, and skips skippable ones', () => {
  const skipped = Buffer.from('5a2a4d1803000000ffffff', 'hex');
  for (const [, codec] of codecs()) {
    const one = compressZstd(Buffer.from('one'), 3, codec);
    const two = compressZstd(Buffer.from('two'), 3, codec);
    assert.equal(decompressZstd(Buffer.concat([skipped, one, skipped, two]), MAX_BYTES, codec).toString(), 'onetwo');
    assert.equal(decompressZstd(skipped, MAX_BYTES, codec).length, 0);
  }
});

test('reads frames that do not tell their size', () => {
  const bytes = streamed([false, 0, 3, Buffer.from('abc')], [true, 1, 5, Buffer.from('x')]);
  assert.equal(zstdFrames(bytes)[0]?.boundBytes, 8);
  for (const [, codec] of codecs()) {
    assert.equal(decompressZstd(bytes, MAX_BYTES, codec).toString(), 'abcxxxxx');
    assert.equal(decompressZstd(bytes, 8, codec).length, 8);
    assert.throws(() => decompressZstd(bytes, 7, codec), /larger than 7/);
  }
});

test('blocks bound the content however large the header says it is', () => {
  const frame = compressZstd(Buffer.from('abc'), 3, zstdInWasm);
  const lying = Buffer.concat([
    Buffer.from('28b52ffde0', 'hex'),
    Buffer.from('ffffff0000000000', 'hex'),
    frame.subarray(6),
  ]);
  assert.ok((zstdFrames(lying)[0]?.boundBytes as number) <= 128 * 1024);
  fails(lying, /zstd/);
});

test('runs are bounded before anything is allocated', () => {
  const run: [boolean, number, number, Buffer] = [false, 1, 128 * 1024, Buffer.from('x')];
  const bytes = streamed(...Array.from({ length: 1000 }, () => run), [true, 1, 1, Buffer.from('x')]);
  assert.equal(zstdFrames(bytes)[0]?.boundBytes, 1000 * 128 * 1024 + 1);
  for (const [, codec] of codecs()) assert.throws(() => decompressZstd(bytes, 1 << 20, codec), /larger than 1048576/);
});

test('says what is wrong', () => {
  const good = compressZstd(Buffer.alloc(1000, 'content'), 3, zstdInWasm);
  fails(Buffer.alloc(0), /4 bytes wanted, 0 left/);
  fails(Buffer.from('1f8b0800', 'hex'), /not a Zstandard frame/);
  fails(Buffer.concat([good, Buffer.alloc(4)]), /no frame at byte/);
  fails(good.subarray(0, good.length - 1), /bytes wanted/);
  fails(Buffer.from('28b52ffd0838', 'hex'), /reserved header bit/);
  fails(streamed([true, 3, 1, Buffer.from('x')]), /reserved block type/);
  fails(streamed([true, 0, 128 * 1024 + 1, Buffer.alloc(128 * 1024 + 1)]), /block of 131073 bytes/);
  fails(Buffer.from('28b52ffd00a0010000', 'hex'), /window of 1073741824 bytes/, 'unsupported');
  const broken = Buffer.from(good);
  broken.fill(0xff, 9);
  fails(broken, /zstd/);
});
