import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Writer } from '../../../src/base/writer.js';
import { RecordCursor, sequenceAfter } from '../../../src/protocol/records/record-cursor.js';
import { InvalidRecordError } from '../../../src/protocol/records/record-errors.js';

type Field = (writer: Writer) => void;
const varint =
  (value: number): Field =>
  (writer) =>
    writer.varint(value);
const raw =
  (hex: string): Field =>
  (writer) =>
    writer.raw(Buffer.from(hex, 'hex'));

/** A record whose length fits its fields, each as it is written. */
function record(...fields: Field[]): Buffer {
  const body = new Writer();
  for (const field of fields) field(body);
  const content = body.toBuffer();
  const whole = new Writer();
  whole.varint(content.length);
  whole.raw(content);
  return whole.toBuffer();
}

/** Attributes 0, timestamp and offset delta 0, key "k", value "v", no headers. */
const plain = record(raw('00'), varint(0), varint(0), varint(1), raw('6b'), varint(1), raw('76'), varint(0));

const open = (bytes: Buffer, count = 1, base: number | bigint = 0, append: number | null = null): RecordCursor =>
  new RecordCursor(bytes, 0, bytes.length, count, 100, base, append);

const fails = (bytes: Buffer, what: RegExp, count = 1): void => {
  const cursor = open(bytes, count);
  assert.throws(
    () => {
      while (cursor.next());
    },
    (error: Error) => error instanceof InvalidRecordError && what.test(error.message),
  );
};

test('stands on one record after the other', () => {
  const second = record(
    raw('00'),
    varint(-5),
    varint(7),
    varint(-1),
    varint(0),
    varint(2),
    raw('0261'),
    varint(-1),
    raw('0262'),
    raw('0278'),
  );
  const cursor = open(Buffer.concat([plain, second]), 2, 1000);
  assert.ok(cursor.next());
  assert.deepEqual([cursor.offset, cursor.timestamp, cursor.headerCount], [100, 1000, 0]);
  assert.deepEqual([cursor.key()?.toString(), cursor.value()?.toString()], ['k', 'v']);
  assert.ok(cursor.next());
  assert.deepEqual([cursor.offset, cursor.offsetDelta, cursor.timestamp], [107, 7, 995]);
  assert.equal(cursor.key(), null);
  assert.deepEqual(cursor.value(), Buffer.alloc(0));
  assert.deepEqual(cursor.headers(), [
    { key: 'a', value: null },
    { key: 'b', value: Buffer.from('x') },
  ]);
  assert.deepEqual([cursor.recordAt, cursor.recordEnd], [plain.length, plain.length + second.length]);
  assert.ok(!cursor.next());
  assert.ok(!cursor.next(), 'the end stays the end');
  cursor.rewind();
  assert.ok(cursor.next());
  assert.equal(cursor.offset, 100);
});

test('under LogAppendTime all records have the time given', () => {
  const cursor = open(plain, 1, 5, 77);
  cursor.next();
  assert.equal(cursor.timestamp, 77);
});

test('timestamps beyond 2^53 are read, to the nearest number', () => {
  const delta = (hex: string): Buffer => record(raw('00'), raw(hex), varint(0), varint(-1), varint(-1), varint(0));
  const read = (bytes: Buffer, base: number | bigint): number => {
    const cursor = open(bytes, 1, base);
    assert.ok(cursor.next());
    return cursor.timestamp;
  };
  // 2^62, and its way back to a date of today from a base that lies as far away.
  const large = 'ffffffffffffffff7f';
  const value = -(2n ** 62n);
  assert.equal(read(delta(large), 0), Number(value));
  assert.equal(read(delta(large), -value + 1_700_000_000_000n), 1_700_000_000_000);
  assert.equal(read(plain, 2n ** 60n), 2 ** 60);
  // The sum wraps as Java's does.
  assert.equal(read(delta('feffffffffffffffff01'), 1), -(2 ** 63));
  assert.equal(read(delta('80c8afa025'), 0), 5_000_000_000);
});

test('longer forms of a number are read, too long ones are not', () => {
  const spread = record(raw('00'), raw('8000'), raw('8080808000'), varint(-1), varint(-1), varint(0));
  assert.ok(open(spread).next());
  fails(record(raw('00'), varint(0), raw('808080808000'), varint(-1), varint(-1), varint(0)), /more than 5 bytes/);
  fails(record(raw('00'), raw('8080808080808080808000'), varint(0), varint(-1), varint(-1), varint(0)), /more than 10/);
});

test('says where and what does not fit', () => {
  fails(plain, /ends after 1 of 2 records/, 2);
  fails(Buffer.concat([plain, plain]), /10 bytes left after all 1 records|left after all 1/, 1);
  fails(plain.subarray(0, plain.length - 1), /record 0 at byte 0: length 8, 7 bytes left/);
  fails(Buffer.from([0x01]), /length -1/);
  fails(Buffer.from([0x00]), /length 0/);
  fails(Buffer.from([0x80]), /ends in a number/);
  fails(record(raw('00')), /ends in a number/);
  fails(record(raw('00'), varint(0), varint(0), varint(9), raw('6b'), varint(-1), varint(0)), /key of 9 bytes, 3 left/);
  fails(record(raw('00'), varint(0), varint(0), varint(-1), varint(9), raw('6b')), /value of 9 bytes, 1 left/);
  fails(record(raw('00'), varint(0), varint(0), varint(-1), varint(-1), varint(-1)), /-1 headers/);
  fails(
    record(raw('00'), varint(0), varint(0), varint(-1), varint(-1), varint(3), raw('0000')),
    /3 headers, 2 bytes left/,
  );
  fails(record(raw('00'), varint(0), varint(0), varint(-1), varint(-1), varint(1), varint(-1), raw('00')), /key of -1/);
  fails(
    record(raw('00'), varint(0), varint(0), varint(-1), varint(-1), varint(1), varint(9), raw('00')),
    /header key of 9/,
  );
  fails(
    record(raw('00'), varint(0), varint(0), varint(-1), varint(-1), varint(1), varint(0), varint(9)),
    /header value of 9/,
  );
  fails(record(raw('00'), varint(0), varint(0), varint(-1), varint(-1), varint(0), raw('ff')), /1 bytes left inside/);
  fails(Buffer.concat([plain, Buffer.from([0x08, 0x00])]), new RegExp(`record 1 at byte ${plain.length}`), 2);
});

test('sequences wrap, and none stays none', () => {
  assert.equal(sequenceAfter(5, 3), 8);
  assert.equal(sequenceAfter(0x7fff_fffe, 1), 0x7fff_ffff);
  assert.equal(sequenceAfter(0x7fff_fffe, 2), 0);
  assert.equal(sequenceAfter(-1, 4), -1);
});
