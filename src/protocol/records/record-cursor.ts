/**
 * Records of a batch of magic 2, read one after the other without an object for each: `next` moves the cursor and
 * the fields tell of the record it stands on. Nothing is trusted, so a cursor that came to its end has checked the
 * lengths, headers and count of the whole batch.
 */
import type { RecordHeader } from './record.js';
import { InvalidRecordError } from './record-errors.js';

export class RecordCursor {
  /** Where the positions below point into: the batch itself, or what was decompressed from it. */
  readonly bytes: Buffer;
  readonly count: number;
  /** Number of records that `next` has given. */
  index = 0;

  offset = 0;
  offsetDelta = 0;
  /** Milliseconds; the nearest number where it lies beyond 2^53. */
  timestamp = 0;
  attributes = 0;
  keyAt = 0;
  /** Negative for a null key. */
  keySizeBytes = -1;
  valueAt = 0;
  /** Negative for a null value. */
  valueSizeBytes = -1;
  headersAt = 0;
  headerCount = 0;
  /** Where the record begins, its length included. */
  recordAt = 0;

  private position: number;
  private readonly start: number;
  private readonly end: number;
  private readonly baseOffset: number;
  private readonly baseTimestamp: bigint | number;
  private readonly appendTimestamp: number | null;

  /**
   * @param baseTimestamp a bigint where it lies beyond 2^53.
   * @param appendTimestamp what all records have under LogAppendTime, null under CreateTime.
   */
  constructor(
    bytes: Buffer,
    start: number,
    end: number,
    count: number,
    baseOffset: number,
    baseTimestamp: bigint | number,
    appendTimestamp: number | null,
  ) {
    this.bytes = bytes;
    this.position = start;
    this.start = start;
    this.end = end;
    this.count = count;
    this.baseOffset = baseOffset;
    this.baseTimestamp = baseTimestamp;
    this.appendTimestamp = appendTimestamp;
  }

  /** Where the record ends, and the next one begins. */
  get recordEnd(): number {
    return this.position;
  }

  /** Goes back before the first record. */
  rewind(): void {
    this.position = this.start;
    this.index = 0;
  }

  /** Another cursor over the same records, before the first. */
  copy(): RecordCursor {
    return this.part(this.start, this.end, this.count);
  }

  /** A cursor of its own over `count` of the records, which lie between two of the places that the fields tell. */
  part(start: number, end: number, count: number): RecordCursor {
    const { bytes, baseOffset, baseTimestamp, appendTimestamp } = this;
    return new RecordCursor(bytes, start, end, count, baseOffset, baseTimestamp, appendTimestamp);
  }

  /** Moves to the next record; false after the last. @throws InvalidRecordError */
  next(): boolean {
    if (this.index === this.count) {
      if (this.position === this.end) return false;
      throw new InvalidRecordError(`${this.end - this.position} bytes left after all ${this.count} records`);
    }
    if (this.position >= this.end) throw this.invalid(`the batch ends after ${this.index} of ${this.count} records`);
    this.recordAt = this.position;
    const sizeBytes = this.varint(this.end);
    const end = this.position + sizeBytes;
    if (sizeBytes < 0 || end > this.end) {
      throw this.invalid(`length ${sizeBytes}, ${this.end - this.position} bytes left`);
    }
    if (sizeBytes === 0) throw this.invalid('length 0');
    this.attributes = this.bytes[this.position++] as number;
    this.readTimestamp(end);
    this.offsetDelta = this.varint(end);
    this.offset = this.baseOffset + this.offsetDelta;
    this.keySizeBytes = this.varint(end);
    this.keyAt = this.position;
    if (this.keySizeBytes > 0) this.skip(this.keySizeBytes, end, 'key');
    this.valueSizeBytes = this.varint(end);
    this.valueAt = this.position;
    if (this.valueSizeBytes > 0) this.skip(this.valueSizeBytes, end, 'value');
    this.headerCount = this.varint(end);
    this.headersAt = this.position;
    if (this.headerCount !== 0) this.skipHeaders(end);
    if (this.position !== end) throw this.invalid(`${end - this.position} bytes left inside it`);
    this.index++;
    return true;
  }

  /** A view of the key's bytes. */
  key(): Buffer | null {
    return this.keySizeBytes < 0 ? null : this.bytes.subarray(this.keyAt, this.keyAt + this.keySizeBytes);
  }

  value(): Buffer | null {
    return this.valueSizeBytes < 0 ? null : this.bytes.subarray(this.valueAt, this.valueAt + this.valueSizeBytes);
  }

  headers(): RecordHeader[] {
    const headers: RecordHeader[] = [];
    const { position } = this;
    this.position = this.headersAt;
    for (let n = 0; n < this.headerCount; n++) {
      const keySizeBytes = this.varint(position);
      const key = this.bytes.toString('utf8', this.position, this.position + keySizeBytes);
      this.position += keySizeBytes;
      const sizeBytes = this.varint(position);
      const value = sizeBytes < 0 ? null : this.bytes.subarray(this.position, this.position + sizeBytes);
      this.position += value === null ? 0 : sizeBytes;
      headers.push({ key, value });
    }
    this.position = position;
    return headers;
  }

  private skipHeaders(end: number): void {
    if (this.headerCount < 0 || this.headerCount > end - this.position) {
      throw this.invalid(`${this.headerCount} headers, ${end - this.position} bytes left`);
    }
    for (let n = 0; n < this.headerCount; n++) {
      const keySizeBytes = this.varint(end);
      if (keySizeBytes < 0) throw this.invalid(`header ${n} has a key of ${keySizeBytes} bytes`);
      this.skip(keySizeBytes, end, 'header key');
      const sizeBytes = this.varint(end);
      if (sizeBytes > 0) this.skip(sizeBytes, end, 'header value');
    }
  }

  private skip(sizeBytes: number, end: number, what: string): void {
    if (sizeBytes > end - this.position) {
      throw this.invalid(`${what} of ${sizeBytes} bytes, ${end - this.position} left`);
    }
    this.position += sizeBytes;
  }

  /** Zig-zag varint of at most five bytes, an int32. */
  private varint(end: number): number {
    const { bytes } = this;
    let at = this.position;
    if (at >= end) throw this.invalid('it ends in a number');
    let byte = bytes[at++] as number;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      if (shift > 28) throw this.invalid('a number of more than 5 bytes');
      if (at >= end) throw this.invalid('it ends in a number');
      byte = bytes[at++] as number;
      value |= (byte & 0x7f) << shift;
    }
    this.position = at;
    return (value >>> 1) ^ -(value & 1);
  }

  private readTimestamp(end: number): void {
    const delta = this.varlong(end);
    const base = this.baseTimestamp;
    if (this.appendTimestamp !== null) this.timestamp = this.appendTimestamp;
    else if (typeof delta === 'number' && typeof base === 'number') this.timestamp = base + delta;
    else this.timestamp = Number(BigInt.asIntN(64, BigInt(base) + BigInt(delta)));
  }

  /** Zig-zag varlong of at most ten bytes: four in 32-bit arithmetic, seven in a number, the rest in a bigint. */
  private varlong(end: number): number | bigint {
    const { bytes } = this;
    let at = this.position;
    let low = 0;
    for (let shift = 0; shift < 28 && at < end; shift += 7) {
      const byte = bytes[at++] as number;
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.position = at;
        return (low >>> 1) ^ -(low & 1);
      }
    }
    let high = 0;
    for (let shift = 0; shift < 21 && at < end; shift += 7) {
      const byte = bytes[at++] as number;
      high |= (byte & 0x7f) << shift;
      if (byte < 0x80) {
        this.position = at;
        const half = high * 2 ** 27 + (low >>> 1);
        return low & 1 ? -half - 1 : half;
      }
    }
    return this.longVarlong(end);
  }

  private longVarlong(end: number): bigint {
    let raw = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (this.position >= end) throw this.invalid('it ends in a number');
      const byte = this.bytes[this.position++] as number;
      raw |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        raw = BigInt.asUintN(64, raw);
        return (raw >> 1n) ^ -(raw & 1n);
      }
    }
    throw this.invalid('a number of more than 10 bytes');
  }

  private invalid(what: string): InvalidRecordError {
    return new InvalidRecordError(`record ${this.index} at byte ${this.recordAt}: ${what}`);
  }
}

/** The sequence number `delta` after `base`: sequences wrap from 2^31 - 1 to 0, and -1 means none. */
export function sequenceAfter(base: number, delta: number): number {
  if (base < 0) return base;
  const sum = base + delta;
  return sum > 0x7fff_ffff ? sum - 0x8000_0000 : sum;
}
