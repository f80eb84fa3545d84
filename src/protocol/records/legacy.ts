/**
 * Messages of magic 0 and 1, which old segments may still hold; they are read, never written (KIP-724). Layout:
 * int64 offset, int32 length, uint32 CRC-32 of what follows, int8 magic, int8 attributes, int64 timestamp (magic 1),
 * int32 length + key, int32 length + value, -1 for null. A compressed message is a wrapper whose value holds
 * messages; in magic 1 those have offsets relative to the first, and the wrapper has the offset of the last (KIP-31).
 */
import { readInt64 } from '../../base/bytes.js';
import { decompress } from '../compression/codec.js';
import { crc32 } from '../crc32.js';
import {
  batchSizeBytes,
  CODEC_MASK,
  LENGTH_AT,
  LOG_APPEND_TIME_BIT,
  LOG_OVERHEAD_BYTES,
  MAGIC_AT,
  NO_TIMESTAMP,
} from './batch-header.js';
import type { Rec } from './record.js';
import { CorruptRecordError, InvalidRecordError } from './record-errors.js';

const CRC_AT = 12;
const ATTRIBUTES_AT = 17;
const TIMESTAMP_AT = 18;
const NO_HEADERS: Rec['headers'] = [];

const magicOf = (bytes: Buffer, at: number): number => bytes.readInt8(at + MAGIC_AT);
const attributesOf = (bytes: Buffer, at: number): number => bytes.readInt8(at + ATTRIBUTES_AT);
const keyLengthAt = (magic: number): number => (magic === 0 ? TIMESTAMP_AT : TIMESTAMP_AT + 8);

/** @throws CorruptRecordError */
export function ensureValidLegacy(bytes: Buffer, at: number): void {
  const stored = bytes.readUInt32BE(at + CRC_AT);
  const computed = crc32(bytes, at + MAGIC_AT, at + batchSizeBytes(bytes, at));
  if (stored !== computed) {
    throw new CorruptRecordError(`Record is corrupt (stored crc = ${stored}, computed crc = ${computed})`);
  }
}

/** Milliseconds, -1 in magic 0. Of a wrapper: the largest of its messages. */
export const legacyTimestamp = (bytes: Buffer, at: number): number =>
  magicOf(bytes, at) === 0 ? NO_TIMESTAMP : readInt64(bytes, at + TIMESTAMP_AT);

/** The codec id of a wrapper, 0 for a message that is none. */
export const legacyCodec = (bytes: Buffer, at: number): number => attributesOf(bytes, at) & CODEC_MASK;

/**
 * The message at `at`, or all messages of the wrapper there with absolute offsets.
 * @throws CompressionError, InvalidRecordError, CorruptRecordError
 */
export function readLegacyRecords(bytes: Buffer, at: number, maxBytes: number): Rec[] {
  const codec = legacyCodec(bytes, at);
  const wrapper = readMessage(bytes, at, at + batchSizeBytes(bytes, at));
  if (codec === 0) return [wrapper];
  const magic = magicOf(bytes, at);
  if (wrapper.value === null) throw new InvalidRecordError(`compressed message of magic ${magic} without a value`);
  const content = decompress(codec, wrapper.value, magic, maxBytes);
  const appendTime = magic === 1 && (attributesOf(bytes, at) & LOG_APPEND_TIME_BIT) !== 0;
  const inner = readInner(content, magic, appendTime ? wrapper.timestamp : null);
  const last = inner.at(-1);
  if (last === undefined) throw new InvalidRecordError(`compressed message of magic ${magic} with nothing in it`);
  const base = magic === 1 ? wrapper.offset - last.offset : 0;
  return base === 0 ? inner : inner.map((record) => ({ ...record, offset: base + record.offset }));
}

function readInner(content: Buffer, magic: number, appendTimestamp: number | null): Rec[] {
  const records: Rec[] = [];
  for (let at = 0; at < content.length; ) {
    const end = messageEnd(content, at);
    if (magicOf(content, at) !== magic) {
      throw new InvalidRecordError(`message of magic ${magicOf(content, at)} inside one of magic ${magic}`);
    }
    if (legacyCodec(content, at) !== 0) throw new InvalidRecordError('compressed message inside a compressed message');
    const record = readMessage(content, at, end);
    records.push(appendTimestamp === null ? record : { ...record, timestamp: appendTimestamp });
    at = end;
  }
  return records;
}

function messageEnd(content: Buffer, at: number): number {
  const left = content.length - at;
  const length = left < LOG_OVERHEAD_BYTES ? -1 : content.readInt32BE(at + LENGTH_AT);
  const sizeBytes = LOG_OVERHEAD_BYTES + length;
  if (length < 0 || sizeBytes > left || sizeBytes < keyLengthAt(0) + 8) {
    throw new CorruptRecordError(`message of length ${length} inside a compressed message, ${left} bytes left`);
  }
  return at + sizeBytes;
}

function readMessage(bytes: Buffer, at: number, end: number): Rec {
  const key = readBytes(bytes, at + keyLengthAt(magicOf(bytes, at)), end, 'key');
  const value = readBytes(bytes, key.end, end, 'value');
  return {
    offset: readInt64(bytes, at),
    timestamp: legacyTimestamp(bytes, at),
    key: key.bytes,
    value: value.bytes,
    headers: NO_HEADERS,
  };
}

function readBytes(bytes: Buffer, at: number, end: number, what: string): { bytes: Buffer | null; end: number } {
  if (end - at < 4) throw new InvalidRecordError(`message ends before its ${what}`);
  const length = bytes.readInt32BE(at);
  if (length < 0) return { bytes: null, end: at + 4 };
  if (length > end - at - 4) throw new InvalidRecordError(`${what} of ${length} bytes, ${end - at - 4} left`);
  return { bytes: bytes.subarray(at + 4, at + 4 + length), end: at + 4 + length };
}
