import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Reader } from '../../src/base/bytes.js';
import { Writer } from '../../src/base/writer.js';
import { SeededRandom } from '../support/seeded-random.js';

const written = (write: (writer: Writer) => void, initialBytes = 1): Buffer => {
  const writer = new Writer(initialBytes);
  write(writer);
  const { length } = writer;
  const bytes = writer.toBuffer();
  assert.equal(bytes.length, length);
  return bytes;
};

/** Each type: how it is written and read, and values of it. */
const TYPES: Record<string, readonly [keyof Writer & keyof Reader, readonly unknown[]]> = {
  bool: ['bool', [true, false]],
  int8: ['int8', [-128, 127]],
  int16: ['int16', [-32768, 32767]],
  uint16: ['uint16', [0, 65535]],
  int32: ['int32', [-(2 ** 31), 2 ** 31 - 1]],
  uint32: ['uint32', [0, 2 ** 32 - 1]],
  int64: ['int64', [-(2 ** 53) + 1, 2 ** 53 - 1, Number.POSITIVE_INFINITY]],
  bigint64: ['bigint64', [-(2n ** 63n), 2n ** 63n - 1n]],
  float64: ['float64', [-0.5, 1e300]],
  uuid: ['uuid', ['AAAAAAAAAAAAAAAAAAAAAA', 'abcdefghijklmnopqrstuw']],
  uvarint: ['uvarint', [0, 127, 128, 16383, 16384, 2 ** 32 - 1]],
  varint: ['varint', [0, -1, 63, 64, -65, 2 ** 31 - 1, -(2 ** 31)]],
  varlong: ['varlong', [0, -1, 2 ** 30, -(2 ** 30) - 1, 2 ** 53 - 1, -(2 ** 53) + 1]],
  string: ['string', ['', 'é\u{1f600}']],
  nullableString: ['nullableString', [null, '', 'x']],
  compactString: ['compactString', ['', 'x'.repeat(200)]],
  compactNullableString: ['compactNullableString', [null, '', 'x']],
  bytes: ['bytes', [Buffer.alloc(0), Buffer.from('x'), Buffer.alloc(5000, 1)]],
  nullableBytes: ['nullableBytes', [null, Buffer.from('x')]],
  compactBytes: ['compactBytes', [Buffer.alloc(0), Buffer.alloc(5000, 2)]],
  compactNullableBytes: ['compactNullableBytes', [null, Buffer.from('x')]],
};

describe('what is written is read again', () => {
  for (const [name, [method, values]] of Object.entries(TYPES)) {
    it(name, () => {
      for (const value of values) {
        const bytes = written((writer) => (writer[method] as (value: unknown) => void)(value));
        const reader = new Reader(bytes);
        assert.deepEqual((reader[method] as () => unknown)(), value);
        assert.equal(reader.remaining, 0);
      }
    });
  }

  it('varlongs of all sizes', () => {
    const random = new SeededRandom(5);
    const values = Array.from({ length: 500 }, () => Math.trunc((random.fraction() - 0.5) * 2 ** random.below(54)));
    const bytes = written((writer) => {
      for (const value of values) writer.varlong(value);
    });
    const reader = new Reader(bytes);
    for (const value of values) assert.equal(reader.varlong(), value === 0 ? 0 : value);
  });
});

describe('a writer', () => {
  it('keeps big bytes by reference, in their place', () => {
    const big = Buffer.alloc(4096, 7);
    const writer = new Writer();
    writer.int32(1);
    writer.raw(big);
    writer.int8(2);
    assert.equal(writer.length, 4 + 4096 + 1);
    const chunks = writer.chunks();
    assert.equal(chunks[1], big);
    assert.deepEqual(Buffer.concat(chunks), Buffer.concat([Buffer.from([0, 0, 0, 1]), big, Buffer.from([2])]));
  });

  it('copies small bytes', () => {
    const small = Buffer.from('x');
    const writer = new Writer();
    writer.raw(small);
    small[0] = 0;
    assert.equal(writer.toBuffer().toString(), 'x');
  });

  it('gives one empty chunk for nothing', () => {
    assert.deepEqual(new Writer().chunks(), [Buffer.alloc(0)]);
  });

  it('refuses what has no form', () => {
    assert.throws(() => written((writer) => writer.string('x'.repeat(32768))), RangeError);
    assert.throws(() => written((writer) => writer.uuid('short')), RangeError);
    assert.throws(() => written((writer) => writer.int64(2 ** 53)), RangeError);
  });
});
