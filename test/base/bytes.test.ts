import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Reader, readInt64, writeInt64 } from '../../src/base/bytes.js';
import { MalformedBytesError } from '../../src/base/malformed-bytes-error.js';

const reader = (...bytes: number[]) => new Reader(Buffer.from(bytes));
const of64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
};

describe('int64', () => {
  for (const value of [0, 1, -1, 2 ** 32, -(2 ** 32), 2 ** 32 - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    it(`${value} is read and written`, () => {
      assert.equal(readInt64(of64(BigInt(value)), 0), value);
      const written = Buffer.alloc(8);
      writeInt64(written, value, 0);
      assert.deepEqual(written, of64(BigInt(value)));
    });
  }

  it('Long.MAX_VALUE is Infinity', () => {
    const most = of64(2n ** 63n - 1n);
    assert.equal(readInt64(most, 0), Number.POSITIVE_INFINITY);
    const written = Buffer.alloc(8);
    writeInt64(written, Number.POSITIVE_INFINITY, 0);
    assert.deepEqual(written, most);
  });

  it('is never rounded', () => {
    for (const value of [2n ** 53n, -(2n ** 53n), 2n ** 63n - 2n, -(2n ** 63n)])
      assert.throws(() => readInt64(of64(value), 0), MalformedBytesError);
    for (const value of [2 ** 53, 0.5, Number.NaN, Number.NEGATIVE_INFINITY])
      assert.throws(() => writeInt64(Buffer.alloc(8), value, 0), RangeError);
  });
});

describe('a reader', () => {
  it('reads varints, long forms too, and no more than 5 bytes of them', () => {
    assert.equal(reader(0xac, 0x02).uvarint(), 300);
    assert.equal(reader(0x80, 0x80, 0x00).uvarint(), 0);
    assert.equal(reader(0xff, 0xff, 0xff, 0xff, 0x0f).uvarint(), 0xffff_ffff);
    assert.equal(reader(0xff, 0xff, 0xff, 0xff, 0x0f).varint(), -0x8000_0000);
    assert.throws(() => reader(0x80, 0x80, 0x80, 0x80, 0x80, 0x00).uvarint(), /more than 5 bytes/);
    assert.throws(() => reader(...Array(10).fill(0x80), 0).varlong(), /more than 10 bytes/);
    assert.throws(() => reader(0x80).uvarint(), MalformedBytesError);
  });

  it('trusts no length', () => {
    assert.throws(() => reader(0x7f, 0xff, 0xff, 0xff).bytes(), MalformedBytesError);
    assert.throws(() => reader(0x7f, 0xff, 0xff, 0xff).arrayLength(1), /array of 2147483647/);
    assert.throws(() => reader(0xff, 0xff, 0xff, 0xff, 0x07).compactArrayLength(1), MalformedBytesError);
    assert.throws(() => reader(0, 9, 65).string(), MalformedBytesError);
    assert.throws(() => reader(0xff, 0xff).string(), /null string/);
    assert.throws(() => reader(0).compactBytes(), /null bytes/);
    assert.throws(() => reader(1, 2).skip(-1), MalformedBytesError);
  });

  it('stays inside its part of a buffer', () => {
    const part = new Reader(Buffer.from([1, 2, 3, 4]), 1, 3);
    assert.equal(part.remaining, 2);
    assert.equal(part.int16(), 0x0203);
    assert.throws(() => part.int8(), MalformedBytesError);
    assert.throws(() => new Reader(Buffer.from([0x80, 0x02]), 0, 0).varlong(), MalformedBytesError);
  });

  it('knows null from empty', () => {
    assert.deepEqual([reader(0xff, 0xff).nullableString(), reader(0, 0).nullableString()], [null, '']);
    assert.deepEqual([reader(0).compactNullableString(), reader(1).compactNullableString()], [null, '']);
    assert.deepEqual([reader(0).compactArrayLength(1), reader(1).compactArrayLength(1)], [-1, 0]);
  });

  it('replaces what is no UTF-8, and shares memory with its buffer', () => {
    assert.equal(reader(0, 1, 0xff).string(), '\ufffd');
    const buffer = Buffer.from([0, 0, 0, 1, 7]);
    const slice = new Reader(buffer).bytes();
    buffer[4] = 8;
    assert.equal(slice[0], 8);
  });
});
