import { MalformedBytesError } from './malformed-bytes-error.js';

/** The uuid of 16 zero bytes, which Kafka uses for "no id". */
export const ZERO_UUID = 'AAAAAAAAAAAAAAAAAAAAAA';

const TWO_32 = 0x1_0000_0000;
const INT64_MAX_HIGH = 0x7fff_ffff;
const INT64_MAX_LOW = 0xffff_ffff;

/**
 * Reads the primitive types of Kafka's protocol from a slice of bytes.
 *
 * int64 values are `number`s: a value outside +-(2^53 - 1) is an error and never rounded, but for the one
 * sentinel that Kafka uses, Long.MAX_VALUE, which is `Infinity`. Bytes and records are slices, never copies.
 * No length is trusted: each is compared with the bytes that are left before anything is allocated.
 */
export class Reader {
  readonly buffer: Buffer;
  offset: number;
  readonly end: number;

  constructor(buffer: Buffer, offset = 0, end = buffer.length) {
    this.buffer = buffer;
    this.offset = offset;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  /** Moves over `sizeBytes` and returns where they begin. */
  skip(sizeBytes: number): number {
    const at = this.offset;
    if (sizeBytes < 0 || sizeBytes > this.end - at) {
      throw new MalformedBytesError(`${sizeBytes} bytes wanted at ${at}, ${this.end - at} left`);
    }
    this.offset = at + sizeBytes;
    return at;
  }

  bool(): boolean {
    return this.buffer[this.skip(1)] !== 0;
  }

  int8(): number {
    return this.buffer.readInt8(this.skip(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.skip(2));
  }

  uint16(): number {
    return this.buffer.readUInt16BE(this.skip(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.skip(4));
  }

  uint32(): number {
    return this.buffer.readUInt32BE(this.skip(4));
  }

  int64(): number {
    return readInt64(this.buffer, this.skip(8));
  }

  /** For the few fields that use all 64 bits, such as hashes. */
  bigint64(): bigint {
    return this.buffer.readBigInt64BE(this.skip(8));
  }

  float64(): number {
    return this.buffer.readDoubleBE(this.skip(8));
  }

  /** 16 bytes as 22 characters of base64url, the form in which Kafka prints ids. */
  uuid(): string {
    const at = this.skip(16);
    return this.buffer.toString('base64url', at, at + 16);
  }

  /** Unsigned varint of at most 5 bytes; longer forms of a small number are read, as Kafka reads them. */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer[this.skip(1)] as number;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new MalformedBytesError(`varint of more than 5 bytes at ${this.offset - 5}`);
  }

  /** Zig-zag varint, an int32. */
  varint(): number {
    const raw = this.uvarint();
    return (raw >>> 1) ^ -(raw & 1);
  }

  /** Zig-zag varlong, an int64 under the rule for int64 above. */
  varlong(): number {
    const first = this.buffer[this.offset];
    if (first !== undefined && first < 0x80 && this.offset < this.end) {
      this.offset++;
      return (first >>> 1) ^ -(first & 1);
    }
    let raw = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.buffer[this.skip(1)] as number;
      raw |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        raw = BigInt.asUintN(64, raw);
        return toSafeNumber(raw & 1n ? -(raw >> 1n) - 1n : raw >> 1n);
      }
    }
    throw new MalformedBytesError(`varlong of more than 10 bytes at ${this.offset - 10}`);
  }

  /** UTF-8 text of a known length; bytes that are not UTF-8 are replaced, as Java does. */
  text(sizeBytes: number): string {
    const at = this.skip(sizeBytes);
    return this.buffer.toString('utf8', at, at + sizeBytes);
  }

  /** A view of the next bytes; it shares memory with the buffer that is read. */
  slice(sizeBytes: number): Buffer {
    const at = this.skip(sizeBytes);
    return this.buffer.subarray(at, at + sizeBytes);
  }

  string(): string {
    return this.text(this.length16('string'));
  }

  nullableString(): string | null {
    const length = this.int16();
    return length < 0 ? null : this.text(length);
  }

  compactString(): string {
    return this.text(this.compactLength('string'));
  }

  compactNullableString(): string | null {
    const length = (this.uvarint() - 1) | 0;
    return length < 0 ? null : this.text(length);
  }

  bytes(): Buffer {
    return this.slice(this.length32('bytes'));
  }

  nullableBytes(): Buffer | null {
    const length = this.int32();
    return length < 0 ? null : this.slice(length);
  }

  compactBytes(): Buffer {
    return this.slice(this.compactLength('bytes'));
  }

  compactNullableBytes(): Buffer | null {
    const length = (this.uvarint() - 1) | 0;
    return length < 0 ? null : this.slice(length);
  }

  /** Length of an array, -1 for null. `elementSizeBytes` is the least that an element takes. */
  arrayLength(elementSizeBytes: number): number {
    const length = this.int32();
    return length < 0 ? -1 : this.checkedLength(length, elementSizeBytes);
  }

  compactArrayLength(elementSizeBytes: number): number {
    const length = (this.uvarint() - 1) | 0;
    return length < 0 ? -1 : this.checkedLength(length, elementSizeBytes);
  }

  private checkedLength(length: number, elementSizeBytes: number): number {
    if (length * elementSizeBytes > this.end - this.offset) {
      throw new MalformedBytesError(`array of ${length} at ${this.offset}, ${this.end - this.offset} bytes left`);
    }
    return length;
  }

  private length16(what: string): number {
    const length = this.int16();
    if (length < 0) throw new MalformedBytesError(`null ${what} at ${this.offset - 2}`);
    return length;
  }

  private length32(what: string): number {
    const length = this.int32();
    if (length < 0) throw new MalformedBytesError(`null ${what} at ${this.offset - 4}`);
    return length;
  }

  private compactLength(what: string): number {
    const length = (this.uvarint() - 1) | 0;
    if (length < 0) throw new MalformedBytesError(`null ${what} at ${this.offset - 1}`);
    return length;
  }
}

/** The int64 at `offset`, under the rule of {@link Reader}: safe integers and `Infinity` alone. */
export function readInt64(buffer: Buffer, offset: number): number {
  const high = buffer.readInt32BE(offset);
  const low = buffer.readUInt32BE(offset + 4);
  const value = high * TWO_32 + low;
  if (Number.isSafeInteger(value)) return value;
  if (high === INT64_MAX_HIGH && low === INT64_MAX_LOW) return Number.POSITIVE_INFINITY;
  throw new MalformedBytesError(`int64 ${buffer.readBigInt64BE(offset)} is beyond 2^53`);
}

/** Writes an int64 in place. @throws RangeError when the value is no safe integer. */
export function writeInt64(buffer: Buffer, value: number, offset: number): void {
  if (!Number.isSafeInteger(value)) {
    if (value !== Number.POSITIVE_INFINITY) throw new RangeError(`${value} is not an int64 that can be written`);
    buffer.writeInt32BE(INT64_MAX_HIGH, offset);
    buffer.writeUInt32BE(INT64_MAX_LOW, offset + 4);
    return;
  }
  const high = Math.floor(value / TWO_32);
  buffer.writeInt32BE(high, offset);
  buffer.writeUInt32BE(value - high * TWO_32, offset + 4);
}

function toSafeNumber(value: bigint): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new MalformedBytesError(`int64 ${value} is beyond 2^53`);
  return number;
}
