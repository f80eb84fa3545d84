import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  COMPRESSION_NAMES,
  CompressionType,
  compress,
  compressionName,
  decompress,
} from '../../../src/protocol/compression/codec.js';
import { CompressionError } from '../../../src/protocol/compression/compression-error.js';
import { contents, random } from '../../support/compression/contents.js';

const MAX_BYTES = 1 << 20;
const CODECS = [CompressionType.gzip, CompressionType.snappy, CompressionType.lz4, CompressionType.zstd];
const faultOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof CompressionError, `${error}`);
    return error.fault;
  }
  return 'none';
};

test('every codec gives back what it got', () => {
  for (const type of Object.values(CompressionType)) {
    for (const [name, content] of contents()) {
      const compressed = compress(type, content);
      assert.ok(decompress(type, compressed, 2, MAX_BYTES).equals(content), `${COMPRESSION_NAMES[type]} ${name}`);
    }
  }
});

test('parts are joined', () => {
  const parts = [Buffer.from('one'), Buffer.alloc(0), Buffer.from('two')];
  for (const type of Object.values(CompressionType)) {
    assert.equal(decompress(type, compress(type, parts), 2, 100).toString(), 'onetwo');
  }
});

test('frames begin as those of Java clients', () => {
  const content = Buffer.from('content');
  const head = (type: CompressionType, sizeBytes: number) => compress(type, content).toString('hex', 0, sizeBytes);
  assert.equal(head(CompressionType.gzip, 10), '1f8b08000000000000ff');
  assert.equal(compress(CompressionType.gzip, content, 9).toString('hex', 0, 10), '1f8b08000000000000ff');
  assert.equal(head(CompressionType.snappy, 16), '82534e41505059000000000100000001');
  assert.equal(head(CompressionType.lz4, 7), '04224d18604082');
  assert.equal(head(CompressionType.zstd, 4), '28b52ffd');
});

test('levels change the size', () => {
  const content = contents().get('json') as Buffer;
  for (const [type, low, high] of [
    [CompressionType.gzip, 1, 9],
    [CompressionType.zstd, -5, 22],
  ] as const) {
    const fast = compress(type, content, low);
    const small = compress(type, content, high);
    assert.ok(small.length < fast.length, `${small.length} < ${fast.length}`);
    for (const bytes of [fast, small]) assert.ok(decompress(type, bytes, 2, MAX_BYTES).equals(content));
  }
});

test('content of exactly the limit comes out, one byte more does not', () => {
  for (const type of CODECS) {
    for (const sizeBytes of [1, 1000, 65536, 200_000]) {
      const compressed = compress(type, Buffer.alloc(sizeBytes, 'abcdefg'));
      assert.equal(decompress(type, compressed, 2, sizeBytes).length, sizeBytes);
      assert.equal(
        faultOf(() => decompress(type, compressed, 2, sizeBytes - 1)),
        'too-large',
        COMPRESSION_NAMES[type],
      );
    }
  }
});

test('a bomb takes no memory beyond the limit', () => {
  const bomb = Buffer.alloc(64 << 20);
  for (const type of CODECS) {
    const compressed = compress(type, bomb);
    const before = process.memoryUsage().arrayBuffers;
    assert.equal(
      faultOf(() => decompress(type, compressed, 2, MAX_BYTES)),
      'too-large',
    );
    const grown = process.memoryUsage().arrayBuffers - before;
    assert.ok(grown < 8 * MAX_BYTES, `${COMPRESSION_NAMES[type]}: ${grown}`);
  }
});

test('input cut anywhere is an error, never less content', () => {
  const content = contents().get('two blocks') as Buffer;
  for (const type of CODECS) {
    const compressed = compress(type, content);
    for (let length = 0; length < compressed.length; length += length < 40 ? 1 : 997) {
      const cut = compressed.subarray(0, length);
      const fault = faultOf(() => decompress(type, cut, 2, MAX_BYTES));
      // The Java library takes a snappy stream that ends before a block for whole.
      const whole = type === CompressionType.snappy && length >= 16 && length < 20;
      assert.equal(fault, whole ? 'none' : 'corrupt', `${COMPRESSION_NAMES[type]} ${length}`);
    }
  }
});

test('broken input ends in an error or in content within the limit', () => {
  const next = random(5);
  const content = (contents().get('json') as Buffer).subarray(0, 3000);
  for (const type of CODECS) {
    const compressed = compress(type, content);
    let refused = 0;
    for (let n = 0; n < 400; n++) {
      const broken = Buffer.from(compressed);
      for (let flips = 1 + (next() % 3); flips > 0; flips--) broken[next() % broken.length] = next() & 0xff;
      const fault = faultOf(() => assert.ok(decompress(type, broken, 2, MAX_BYTES).length <= MAX_BYTES));
      if (fault !== 'none') refused++;
    }
    assert.ok(refused > 100, `${COMPRESSION_NAMES[type]}: ${refused}`);
  }
});

test('an unknown type is an error', () => {
  for (const work of [
    () => compress(5 as CompressionType, Buffer.alloc(1)),
    () => decompress(7, Buffer.alloc(1), 2, 1),
    () => compressionName(-1),
  ]) {
    assert.equal(faultOf(work), 'unsupported');
  }
  assert.equal(compressionName(4), 'zstd');
});
