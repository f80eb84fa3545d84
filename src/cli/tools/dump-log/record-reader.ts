import * as header from '../../../protocol/records/batch-header.js';
import { illegalArgument } from '../../tool-error.js';
import { type Int64, int64Of, sum } from './int64.js';
import { invalidRecord } from './java-failures.js';
import { incrementSequence } from './stored-batches.js';
import type { StoredRecord } from './stored-record.js';

/** What the records of a batch are counted from. */
export interface RecordBase {
  readonly baseOffset: Int64;
  readonly baseTimestamp: Int64;
  readonly baseSequence: number;
  /** What all records have under LogAppendTime, else null. */
  readonly appendTimestamp: Int64 | null;
}

const NO_HEADERS: readonly string[] = [];
const PREMATURE_END = 'Incorrect declared batch size, premature EOF reached';

/** The bytes come to their end inside a record, or a number in it is none: Java says neither what nor where. */
class StructureError extends Error {
  override readonly name = 'StructureError';
}

/**
 * Reads records of magic 2 and tells of broken ones in the words of Kafka's reader, which differ with compression. It
 * checks no more than that reader does, so that it gets as far in a damaged file.
 */
export class RecordReader {
  private readonly bytes: Buffer;
  private readonly isStream: boolean;
  private readonly count: number;
  private readonly base: RecordBase;
  private at = 0;
  /** Where a record's fields have to end. */
  private limit = 0;
  private index = 0;

  /** @param isStream for records that come out of a decompressor */
  constructor(bytes: Buffer, isStream: boolean, count: number, base: RecordBase) {
    this.bytes = bytes;
    this.isStream = isStream;
    this.count = count;
    this.base = base;
  }

  rewind(): void {
    this.at = 0;
    this.index = 0;
  }

  /** Null behind the last one. @throws ToolError */
  next(): StoredRecord | null {
    if (this.index === this.count) return null;
    this.index++;
    const sizeBytes = this.bodySize();
    const left = this.bytes.length - this.at;
    if (sizeBytes > left) {
      const expected = `Invalid record size: expected ${sizeBytes} bytes in record payload, but`;
      throw invalidRecord(
        this.isStream
          ? `${expected} the record payload reached EOF.`
          : `${expected} instead the buffer has only ${left} remaining bytes.`,
      );
    }
    this.limit = this.isStream ? this.at + sizeBytes : this.bytes.length;
    const record = this.body(sizeBytes);
    if (this.index === this.count && this.at < this.bytes.length) {
      throw invalidRecord('Incorrect declared batch size, records still remaining in file');
    }
    return record;
  }

  private bodySize(): number {
    this.limit = this.bytes.length;
    try {
      const sizeBytes = this.varint();
      if (this.isStream && sizeBytes < 0) throw invalidRecord(PREMATURE_END);
      return sizeBytes;
    } catch (error) {
      if (!(error instanceof StructureError)) throw error;
      if (this.isStream || error.message === '') throw invalidRecord(PREMATURE_END);
      throw illegalArgument(error.message);
    }
  }

  private body(sizeBytes: number): StoredRecord {
    try {
      return this.fields(sizeBytes);
    } catch (error) {
      if (!(error instanceof StructureError)) throw error;
      throw invalidRecord('Found invalid record structure');
    }
  }

  private fields(sizeBytes: number): StoredRecord {
    const start = this.at;
    const { baseOffset, baseTimestamp, baseSequence, appendTimestamp } = this.base;
    this.skip(1);
    const timestampDelta = this.varlong();
    const offsetDelta = this.varint();
    const key = this.slice();
    const value = this.slice();
    const headerKeys = this.headerKeys();
    if (this.at - start !== sizeBytes) {
      const read = `expected to read ${sizeBytes} bytes in record payload, but instead read ${this.at - start}`;
      throw invalidRecord(`Invalid record size: ${read}`);
    }
    return {
      offset: sum(baseOffset, offsetDelta),
      timestamp: appendTimestamp ?? sum(baseTimestamp, timestampDelta),
      sequence: baseSequence >= 0 ? incrementSequence(baseSequence, offsetDelta) : header.NO_SEQUENCE,
      keySizeBytes: key === null ? -1 : key.length,
      valueSizeBytes: value === null ? -1 : value.length,
      headerKeys,
      checksum: null,
      key: () => key,
      value: () => value,
    };
  }

  private headerKeys(): readonly string[] {
    const count = this.varint();
    if (count < 0) throw invalidRecord(`Found invalid number of record headers ${count}`);
    if (count > this.limit - this.at) {
      const why = `${count} is larger than the remaining size of the buffer`;
      throw invalidRecord(`Found invalid number of record headers. ${why}`);
    }
    if (count === 0) return NO_HEADERS;
    const keys: string[] = [];
    for (let index = 0; index < count; index++) {
      const keyBytes = this.varint();
      if (keyBytes < 0) throw invalidRecord(`Invalid negative header key size ${keyBytes}`);
      const at = this.skip(keyBytes);
      keys.push(this.bytes.toString('utf8', at, this.at));
      this.slice();
    }
    return keys;
  }

  /** A length and as many bytes, or null for a negative one. */
  private slice(): Buffer | null {
    const sizeBytes = this.varint();
    if (sizeBytes < 0) return null;
    const at = this.skip(sizeBytes);
    return this.bytes.subarray(at, this.at);
  }

  private skip(sizeBytes: number): number {
    const { at } = this;
    if (sizeBytes > this.limit - at) throw new StructureError('');
    this.at = at + sizeBytes;
    return at;
  }

  private varint(): number {
    const { bytes, limit } = this;
    let value = 0;
    for (let shift = 0; shift <= 28; shift += 7) {
      if (this.at >= limit) throw new StructureError('');
      const byte = bytes[this.at++] as number;
      // Java takes all bits of the fifth byte.
      value |= (shift === 28 ? byte : byte & 0x7f) << shift;
      if (byte < 0x80) return (value >>> 1) ^ -(value & 1);
    }
    const hex = (value >>> 0).toString(16);
    throw new StructureError(
      `Varint is too long, the most significant bit in the 5th byte is set, converted value: ${hex}`,
    );
  }

  private varlong(): Int64 {
    const { bytes, limit } = this;
    let low = 0;
    let raw = 0n;
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= limit) throw new StructureError('');
      const byte = bytes[this.at++] as number;
      if (shift < 28) {
        low |= (byte & 0x7f) << shift;
        if (byte < 0x80) return (low >>> 1) ^ -(low & 1);
        raw = BigInt(low);
      } else {
        raw |= BigInt(byte & 0x7f) << BigInt(shift);
        if (byte < 0x80) {
          const whole = BigInt.asUintN(64, raw);
          return int64Of((whole >> 1n) ^ -(whole & 1n));
        }
      }
    }
    throw new StructureError('Varlong is too long');
  }
}
