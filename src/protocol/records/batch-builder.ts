/**
 * Builds one batch of magic 2. Records are written straight to where they leave from, behind room for the header, so
 * that a batch that is not compressed is copied once: from the caller's keys and values.
 */
import type { ByteRanges } from '../../base/byte-ranges.js';
import { writeInt64 } from '../../base/bytes.js';
import { CompressionType, compress } from '../compression/codec.js';
import { crc32c } from '../crc32c.js';
import * as header from './batch-header.js';
import type { RecordHeader } from './record.js';
import type { RecordCursor } from './record-cursor.js';

const MAX_VARINT_BYTES = 5;
/** The most that a record takes beside key, value and headers: attributes, timestamp, and five varints. */
const MAX_RECORD_OVERHEAD_BYTES = 1 + 10 + 5 * MAX_VARINT_BYTES;
const NO_HEADERS: readonly RecordHeader[] = [];
const MAGIC = 2;

export interface BatchBuilderOptions {
  /** Room to begin with. */
  readonly initialBytes?: number;
  /** Memory to begin with instead, that is of no other use now. */
  readonly buffer?: Buffer;
  /**
   * What the base timestamp field holds and timestamps count from, when it is not the first record's: with it the
   * attribute bit of a delete horizon is set (KIP-534).
   */
  readonly deleteHorizonMs?: number;
}

export interface BatchFields {
  readonly baseOffset?: number;
  readonly leaderEpoch?: number;
  readonly compression?: CompressionType;
  readonly level?: number;
  readonly producerId?: number;
  readonly producerEpoch?: number;
  readonly baseSequence?: number;
  readonly transactional?: boolean;
  readonly control?: boolean;
  /** Makes the timestamp type LogAppendTime. */
  readonly logAppendTimeMs?: number;
  /** Where it is not the last record's: compaction keeps a batch's range of offsets. */
  readonly lastOffsetDelta?: number;
  /** Where it is not the largest of the records: a batch that compaction emptied keeps what it had. */
  readonly maxTimestamp?: number;
}

export class BatchBuilder {
  /** Records so far. */
  count = 0;
  /** The largest timestamp so far, -1 at first. */
  maxTimestamp = header.NO_TIMESTAMP;

  private buffer: Buffer;
  private position = header.BATCH_HEADER_BYTES;
  private lastOffsetDelta = -1;
  private baseTimestamp: number | null;
  private readonly deleteHorizon: boolean;

  constructor(options: BatchBuilderOptions = {}) {
    this.buffer =
      options.buffer ?? Buffer.allocUnsafe(Math.max(options.initialBytes ?? 1024, header.BATCH_HEADER_BYTES));
    this.baseTimestamp = options.deleteHorizonMs ?? null;
    this.deleteHorizon = options.deleteHorizonMs !== undefined;
  }

  /** What it writes to, which may have grown. A batch that is not compressed is part of it. */
  get memory(): Buffer {
    return this.buffer;
  }

  /** Bytes of the batch so far, its header included, before compression. */
  get sizeBytes(): number {
    return this.position;
  }

  /** Adds a record behind the last one. @param timestamp milliseconds, -1 for none */
  append(
    timestamp: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: readonly RecordHeader[] = NO_HEADERS,
  ): void {
    this.appendAt(this.lastOffsetDelta + 1, timestamp, key, value, headers);
  }

  /** Adds a record at an offset of its own, `offsetDelta` after the batch's base offset; offsets rise. */
  appendAt(
    offsetDelta: number,
    timestamp: number,
    key: Buffer | null,
    value: Buffer | null,
    headers: readonly RecordHeader[] = NO_HEADERS,
  ): void {
    const keySizeBytes = key === null ? -1 : key.length;
    const valueSizeBytes = value === null ? -1 : value.length;
    let headersBytes = 0;
    for (const one of headers) headersBytes += headerSizeBytes(one);
    this.beginRecord(offsetDelta, timestamp, keySizeBytes, valueSizeBytes, varintBytes(headers.length) + headersBytes);
    this.putVarint(keySizeBytes);
    if (key !== null) this.putBytes(key, 0, keySizeBytes);
    this.putVarint(valueSizeBytes);
    if (value !== null) this.putBytes(value, 0, valueSizeBytes);
    this.putVarint(headers.length);
    for (const one of headers) this.putHeader(one);
  }

  /**
   * Adds the next `count` values, without keys and headers, and takes them from `values`.
   *
   * They are copied at once to behind where the records are going to end, and then each moved down to its place: moving
   * within one array takes a third of the time of a copy from another, which makes a view first.
   */
  appendValues(timestamp: number, values: ByteRanges, count: number): void {
    const { next } = values;
    const from = values.startOf(next);
    const to = values.endOf(next + count - 1);
    this.makeRoom(runSizeBound(values, count));
    const { buffer } = this;
    const shift = this.position + count * MAX_RECORD_OVERHEAD_BYTES - from;
    values.bytes.copy(buffer, from + shift, from, to);
    for (let n = next; n < next + count; n++) {
      const start = values.startOf(n) + shift;
      const end = values.endOf(n) + shift;
      this.beginRecord(this.lastOffsetDelta + 1, timestamp, -1, end - start, 1);
      this.putVarint(-1);
      this.putVarint(end - start);
      buffer.copyWithin(this.position, start, end);
      this.position += end - start;
      this.putVarint(0);
    }
    values.next += count;
  }

  /** Adds the record that `cursor` stands on, at another offset delta; nothing of it is decoded. */
  appendFrom(cursor: RecordCursor, offsetDelta: number): void {
    const keySizeBytes = Math.max(cursor.keySizeBytes, -1);
    const valueSizeBytes = Math.max(cursor.valueSizeBytes, -1);
    const headersBytes = cursor.recordEnd - cursor.headersAt;
    const countBytes = varintBytes(cursor.headerCount);
    this.beginRecord(offsetDelta, cursor.timestamp, keySizeBytes, valueSizeBytes, countBytes + headersBytes);
    this.putVarint(keySizeBytes);
    if (keySizeBytes > 0) this.putBytes(cursor.bytes, cursor.keyAt, cursor.keyAt + keySizeBytes);
    this.putVarint(valueSizeBytes);
    if (valueSizeBytes > 0) this.putBytes(cursor.bytes, cursor.valueAt, cursor.valueAt + valueSizeBytes);
    this.putVarint(cursor.headerCount);
    this.putBytes(cursor.bytes, cursor.headersAt, cursor.recordEnd);
  }

  /** The batch. The builder must not be used afterwards: without compression the batch is the builder's buffer. */
  build(fields: BatchFields = {}): Buffer {
    const compression = fields.compression ?? CompressionType.none;
    const { position } = this;
    let batch = this.buffer.subarray(0, position);
    if (compression !== CompressionType.none && this.count > 0) {
      const content = compress(compression, this.buffer.subarray(header.BATCH_HEADER_BYTES, position), fields.level);
      batch = Buffer.allocUnsafe(header.BATCH_HEADER_BYTES + content.length);
      content.copy(batch, header.BATCH_HEADER_BYTES);
    }
    this.writeHeader(batch, fields, compression);
    return batch;
  }

  private writeHeader(batch: Buffer, fields: BatchFields, compression: CompressionType): void {
    let attributes: number = compression;
    if (fields.logAppendTimeMs !== undefined) attributes |= header.LOG_APPEND_TIME_BIT;
    if (fields.transactional) attributes |= header.TRANSACTIONAL_BIT;
    if (fields.control) attributes |= header.CONTROL_BIT;
    if (this.deleteHorizon) attributes |= header.DELETE_HORIZON_BIT;
    const maxTimestamp = fields.logAppendTimeMs ?? fields.maxTimestamp ?? this.maxTimestamp;
    writeInt64(batch, fields.baseOffset ?? 0, header.BASE_OFFSET_AT);
    batch.writeInt32BE(batch.length - header.LOG_OVERHEAD_BYTES, header.LENGTH_AT);
    batch.writeInt32BE(fields.leaderEpoch ?? -1, header.LEADER_EPOCH_AT);
    batch.writeInt8(MAGIC, header.MAGIC_AT);
    batch.writeInt16BE(attributes, header.ATTRIBUTES_AT);
    batch.writeInt32BE(fields.lastOffsetDelta ?? this.lastOffsetDelta, header.LAST_OFFSET_DELTA_AT);
    writeInt64(batch, this.baseTimestamp ?? header.NO_TIMESTAMP, header.BASE_TIMESTAMP_AT);
    writeInt64(batch, maxTimestamp, header.MAX_TIMESTAMP_AT);
    writeInt64(batch, fields.producerId ?? header.NO_PRODUCER_ID, header.PRODUCER_ID_AT);
    batch.writeInt16BE(fields.producerEpoch ?? -1, header.PRODUCER_EPOCH_AT);
    batch.writeInt32BE(fields.baseSequence ?? header.NO_SEQUENCE, header.BASE_SEQUENCE_AT);
    batch.writeInt32BE(this.count, header.RECORD_COUNT_AT);
    batch.writeUInt32BE(crc32c(batch, header.ATTRIBUTES_AT), header.CRC_AT);
  }

  /** Makes room for a whole record and writes what stands before its key. */
  private beginRecord(
    offsetDelta: number,
    timestamp: number,
    keySizeBytes: number,
    valueSizeBytes: number,
    headersBytes: number,
  ): void {
    this.baseTimestamp ??= timestamp;
    const timestampDelta = difference(timestamp, this.baseTimestamp);
    const bodyBytes =
      1 +
      varlongBytes(timestampDelta) +
      varintBytes(offsetDelta) +
      varintBytes(keySizeBytes) +
      Math.max(keySizeBytes, 0) +
      varintBytes(valueSizeBytes) +
      Math.max(valueSizeBytes, 0) +
      headersBytes;
    this.makeRoom(MAX_VARINT_BYTES + bodyBytes);
    this.putVarint(bodyBytes);
    this.buffer[this.position++] = 0;
    this.putVarlong(timestampDelta);
    this.putVarint(offsetDelta);
    this.count++;
    this.lastOffsetDelta = offsetDelta;
    if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
  }

  private makeRoom(sizeBytes: number): void {
    const wanted = this.position + sizeBytes;
    if (wanted <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, wanted));
    this.buffer.copy(grown, 0, 0, this.position);
    this.buffer = grown;
  }

  private putHeader(one: RecordHeader): void {
    const keySizeBytes = Buffer.byteLength(one.key);
    this.putVarint(keySizeBytes);
    this.buffer.write(one.key, this.position, keySizeBytes, 'utf8');
    this.position += keySizeBytes;
    this.putVarint(one.value === null ? -1 : one.value.length);
    if (one.value !== null) this.putBytes(one.value, 0, one.value.length);
  }

  private putBytes(source: Buffer, start: number, end: number): void {
    source.copy(this.buffer, this.position, start, end);
    this.position += end - start;
  }

  private putVarint(value: number): void {
    const { buffer } = this;
    let at = this.position;
    let rest = ((value << 1) ^ (value >> 31)) >>> 0;
    for (; rest >= 0x80; rest >>>= 7) buffer[at++] = (rest & 0x7f) | 0x80;
    buffer[at++] = rest;
    this.position = at;
  }

  private putVarlong(value: number | bigint): void {
    if (isInt32(value)) {
      this.putVarint(value);
      return;
    }
    let rest = zigzag(value);
    for (; rest >= 0x80n; rest >>= 7n) this.buffer[this.position++] = Number(rest & 0x7fn) | 0x80;
    this.buffer[this.position++] = Number(rest);
  }
}

/** The most that a record may add to a batch that is not compressed; cheap, and never too little. */
export function recordSizeBound(key: Buffer | null, value: Buffer | null, headers = NO_HEADERS): number {
  let sizeBytes = MAX_RECORD_OVERHEAD_BYTES + (key?.length ?? 0) + (value?.length ?? 0);
  for (const one of headers) sizeBytes += 2 * MAX_VARINT_BYTES + Buffer.byteLength(one.key) + (one.value?.length ?? 0);
  return sizeBytes;
}

/** The same for the next `count` values of a run, with what lies between them. */
export function runSizeBound(values: ByteRanges, count: number): number {
  const { next } = values;
  return count * MAX_RECORD_OVERHEAD_BYTES + values.endOf(next + count - 1) - values.startOf(next);
}

const isInt32 = (value: number | bigint): value is number => typeof value === 'number' && (value | 0) === value;

/** Exact also where it is beyond 2^53. */
function difference(timestamp: number, base: number): number | bigint {
  const delta = timestamp - base;
  return Number.isSafeInteger(delta) ? delta : BigInt(timestamp) - BigInt(base);
}

const zigzag = (value: number | bigint): bigint => BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));

function varintBytes(value: number): number {
  const raw = ((value << 1) ^ (value >> 31)) >>> 0;
  if (raw < 0x80) return 1;
  if (raw < 0x4000) return 2;
  if (raw < 0x20_0000) return 3;
  return raw < 0x1000_0000 ? 4 : 5;
}

function varlongBytes(value: number | bigint): number {
  if (isInt32(value)) return varintBytes(value);
  let sizeBytes = 1;
  for (let rest = zigzag(value); rest >= 0x80n; rest >>= 7n) sizeBytes++;
  return sizeBytes;
}

function headerSizeBytes(one: RecordHeader): number {
  const keySizeBytes = Buffer.byteLength(one.key);
  const valueSizeBytes = one.value === null ? -1 : one.value.length;
  return varintBytes(keySizeBytes) + keySizeBytes + varintBytes(valueSizeBytes) + Math.max(valueSizeBytes, 0);
}
