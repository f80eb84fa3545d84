import { writeInt64 } from './bytes.js';

/** From this size on a buffer leaves by reference instead of being copied. */
const BY_REFERENCE_BYTES = 4096;

/**
 * Writes the primitive types of Kafka's protocol, growing as needed.
 *
 * Big byte fields (records) are kept by reference, so that a fetched batch is never copied: the result of
 * {@link Writer.chunks} is a list for one `writev`. Whoever hands in such bytes must not change them afterwards.
 */
export class Writer {
  private buffer: Buffer;
  private offset = 0;
  private finished: Buffer[] = [];
  private finishedBytes = 0;

  constructor(initialBytes = 256) {
    this.buffer = Buffer.allocUnsafe(initialBytes);
  }

  /** Bytes written so far. */
  get length(): number {
    return this.finishedBytes + this.offset;
  }

  /** All that was written, in order. The writer must not be used afterwards. */
  chunks(): Buffer[] {
    if (this.offset > 0 || this.finished.length === 0) this.finished.push(this.buffer.subarray(0, this.offset));
    return this.finished;
  }

  /** All that was written as one buffer. */
  toBuffer(): Buffer {
    const chunks = this.chunks();
    return chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, this.length);
  }

  private room(sizeBytes: number): number {
    const at = this.offset;
    if (at + sizeBytes > this.buffer.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, at + sizeBytes));
      this.buffer.copy(grown, 0, 0, at);
      this.buffer = grown;
    }
    this.offset = at + sizeBytes;
    return at;
  }

  bool(value: boolean): void {
    const at = this.room(1);
    this.buffer[at] = value ? 1 : 0;
  }

  int8(value: number): void {
    const at = this.room(1);
    this.buffer.writeInt8(value, at);
  }

  int16(value: number): void {
    const at = this.room(2);
    this.buffer.writeInt16BE(value, at);
  }

  uint16(value: number): void {
    const at = this.room(2);
    this.buffer.writeUInt16BE(value, at);
  }

  int32(value: number): void {
    const at = this.room(4);
    this.buffer.writeInt32BE(value, at);
  }

  uint32(value: number): void {
    const at = this.room(4);
    this.buffer.writeUInt32BE(value, at);
  }

  int64(value: number): void {
    const at = this.room(8);
    writeInt64(this.buffer, value, at);
  }

  bigint64(value: bigint): void {
    const at = this.room(8);
    this.buffer.writeBigInt64BE(value, at);
  }

  float64(value: number): void {
    const at = this.room(8);
    this.buffer.writeDoubleBE(value, at);
  }

  uuid(value: string): void {
    const at = this.room(16);
    if (value.length !== 22 || this.buffer.write(value, at, 16, 'base64url') !== 16) {
      throw new RangeError(`'${value}' is not a uuid of 22 characters`);
    }
  }

  uvarint(value: number): void {
    let rest = value >>> 0;
    while (rest >= 0x80) {
      const at = this.room(1);
      this.buffer[at] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    const at = this.room(1);
    this.buffer[at] = rest;
  }

  varint(value: number): void {
    this.uvarint((value << 1) ^ (value >> 31));
  }

  varlong(value: number): void {
    if (value >= -0x4000_0000 && value < 0x4000_0000) {
      this.varint(value);
      return;
    }
    let rest = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
    while (rest >= 0x80n) {
      this.int8(Number(BigInt.asIntN(8, (rest & 0x7fn) | 0x80n)));
      rest >>= 7n;
    }
    this.int8(Number(rest));
  }

  text(value: string, sizeBytes: number): void {
    const at = this.room(sizeBytes);
    this.buffer.write(value, at, sizeBytes, 'utf8');
  }

  string(value: string): void {
    const sizeBytes = Buffer.byteLength(value);
    if (sizeBytes > 0x7fff) throw new RangeError(`string of ${sizeBytes} bytes is longer than 32767`);
    this.int16(sizeBytes);
    this.text(value, sizeBytes);
  }

  nullableString(value: string | null): void {
    if (value === null) this.int16(-1);
    else this.string(value);
  }

  compactString(value: string): void {
    const sizeBytes = Buffer.byteLength(value);
    this.uvarint(sizeBytes + 1);
    this.text(value, sizeBytes);
  }

  compactNullableString(value: string | null): void {
    if (value === null) this.uvarint(0);
    else this.compactString(value);
  }

  /** The bytes themselves without a length: copied when small, by reference when big. */
  raw(value: Buffer): void {
    if (value.length >= BY_REFERENCE_BYTES) {
      if (this.offset > 0) this.finished.push(this.buffer.subarray(0, this.offset));
      this.finished.push(value);
      this.finishedBytes += this.offset + value.length;
      this.buffer = Buffer.allocUnsafe(256);
      this.offset = 0;
      return;
    }
    const at = this.room(value.length);
    value.copy(this.buffer, at);
  }

  bytes(value: Buffer): void {
    this.int32(value.length);
    this.raw(value);
  }

  nullableBytes(value: Buffer | null): void {
    if (value === null) this.int32(-1);
    else this.bytes(value);
  }

  compactBytes(value: Buffer): void {
    this.uvarint(value.length + 1);
    this.raw(value);
  }

  compactNullableBytes(value: Buffer | null): void {
    if (value === null) this.uvarint(0);
    else this.compactBytes(value);
  }

  arrayLength(length: number): void {
    this.int32(length);
  }

  compactArrayLength(length: number): void {
    this.uvarint(length + 1);
  }
}
