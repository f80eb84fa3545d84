import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { crc32 } from '../../../src/protocol/crc32.js';
import { readRecords } from '../../../src/protocol/records/batch-reader.js';

interface Message {
  offset: number;
  magic: number;
  attributes?: number;
  timestamp?: number;
  key?: string;
  value: Buffer | string | null;
}

const field = (bytes: Buffer | null): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(bytes?.length ?? -1);
  return bytes === null ? length : Buffer.concat([length, bytes]);
};

function message({ offset, magic, attributes = 0, timestamp = 1, key, value }: Message): Buffer {
  const time = Buffer.alloc(magic === 0 ? 0 : 8);
  if (magic > 0) time.writeBigInt64BE(BigInt(timestamp));
  const content = typeof value === 'string' ? Buffer.from(value) : value;
  const body = Buffer.concat([
    Buffer.from([magic, attributes]),
    time,
    field(key === undefined ? null : Buffer.from(key)),
    field(content),
  ]);
  const head = Buffer.alloc(16);
  head.writeBigInt64BE(BigInt(offset));
  head.writeInt32BE(4 + body.length, 8);
  head.writeUInt32BE(crc32(body), 12);
  return Buffer.concat([head, body]);
}

const wrapped = (magic: number, offset: number, content: Buffer | null, attributes = 0): Buffer =>
  message({
    offset,
    magic,
    attributes: attributes | 1,
    timestamp: 50,
    value: content === null ? null : gzipSync(content),
  });

test('wrappers of magic 1 count offsets from the last message, those of magic 0 tell them', () => {
  const inner = (magic: number, offsets: number[]): Buffer =>
    Buffer.concat(offsets.map((offset) => message({ offset, magic, timestamp: offset, key: 'k', value: `${offset}` })));
  const read = (bytes: Buffer) => readRecords(bytes).map(({ offset, timestamp }) => [offset, timestamp]);
  assert.deepEqual(read(wrapped(1, 102, inner(1, [0, 1, 4]))), [
    [98, 0],
    [99, 1],
    [102, 4],
  ]);
  // Some old clients wrote zeros, or absolute offsets.
  assert.deepEqual(read(wrapped(1, 7, inner(1, [5, 7]))), [
    [5, 5],
    [7, 7],
  ]);
  assert.deepEqual(read(wrapped(0, 3, inner(0, [2, 3]))), [
    [2, -1],
    [3, -1],
  ]);
  assert.deepEqual(
    read(wrapped(1, 1, inner(1, [0, 1]), 0x08)),
    [
      [0, 50],
      [1, 50],
    ],
    'under LogAppendTime the wrapper has the time',
  );
});

test('says what is wrong', () => {
  const plain = message({ offset: 0, magic: 1, value: 'v' });
  const fails = (bytes: Buffer, what: RegExp): void => assert.throws(() => readRecords(bytes), what);
  fails(wrapped(1, 0, null), /without a value/);
  fails(wrapped(1, 0, Buffer.alloc(0)), /nothing in it/);
  fails(wrapped(1, 0, message({ offset: 0, magic: 0, value: 'v' })), /magic 0 inside one of magic 1/);
  fails(wrapped(1, 0, wrapped(1, 0, plain)), /compressed message inside/);
  fails(wrapped(1, 0, plain.subarray(0, plain.length - 1)), /message of length \d+ inside/);
  fails(wrapped(1, 0, Buffer.concat([plain, Buffer.alloc(5)])), /inside a compressed message, 5 bytes left/);
  const cut = Buffer.from(plain);
  cut.writeInt32BE(100, 30);
  cut.writeUInt32BE(crc32(cut, 16), 12);
  fails(cut, /value of 100 bytes, 1 left/);
  cut.writeInt32BE(3, 26);
  cut.writeUInt32BE(crc32(cut, 16), 12);
  fails(cut, /ends before its value/);
  fails(message({ offset: 0, magic: 1, attributes: 4, value: 'v' }), /zstd/);
});
