/**
 * Walks over batches of any magic in a buffer, as they stand in a segment or a fetch response. A batch that is cut
 * at the end is left alone.
 */
import { CompressionType, decompress, MAX_DECOMPRESSED_BYTES } from '../compression/codec.js';
import type { Lifetime } from '../compression/lifetime.js';
import { crc32c } from '../crc32c.js';
import * as header from './batch-header.js';
import { ensureValidLegacy, readLegacyRecords } from './legacy.js';
import type { Rec } from './record.js';
import { RecordCursor } from './record-cursor.js';
import { CorruptRecordError, InvalidRecordError } from './record-errors.js';

const MAX_MAGIC = 2;
const BYTES_UP_TO_MAGIC = header.MAGIC_AT + 1;

/**
 * Where the batch that begins at `at` ends, or -1 when `limit` comes first.
 * @throws CorruptRecordError when there is no batch: a length under 14, or an unknown magic.
 */
export function batchEnd(bytes: Buffer, at: number, limit: number): number {
  const room = limit - at;
  if (room < header.LOG_OVERHEAD_BYTES) return -1;
  const length = bytes.readInt32BE(at + header.LENGTH_AT);
  if (length < header.MIN_BATCH_LENGTH) {
    throw new CorruptRecordError(
      `Record size ${length} is less than the minimum record overhead (${header.MIN_BATCH_LENGTH})`,
    );
  }
  if (room < BYTES_UP_TO_MAGIC) return -1;
  const magic = header.magic(bytes, at);
  if (magic < 0 || magic > MAX_MAGIC) throw new CorruptRecordError(`Invalid magic found in record: ${magic}`);
  return header.LOG_OVERHEAD_BYTES + length > room ? -1 : at + header.LOG_OVERHEAD_BYTES + length;
}

/** Where each whole batch begins. @throws CorruptRecordError */
export function* batchStarts(bytes: Buffer, start = 0, limit = bytes.length): Generator<number> {
  for (let at = start; ; ) {
    const end = batchEnd(bytes, at, limit);
    if (end < 0) return;
    yield at;
    at = end;
  }
}

/** Checks size and checksum of a whole batch of any magic. @throws CorruptRecordError */
export function ensureValidBatch(bytes: Buffer, at: number): void {
  if (header.magic(bytes, at) < 2) {
    ensureValidLegacy(bytes, at);
    return;
  }
  const sizeBytes = header.batchSizeBytes(bytes, at);
  if (sizeBytes < header.BATCH_HEADER_BYTES) {
    throw new CorruptRecordError(
      `Record batch is corrupted (the size ${sizeBytes} is smaller than the minimum allowed overhead ${header.BATCH_HEADER_BYTES})`,
    );
  }
  const stored = header.crc(bytes, at);
  const computed = crc32c(bytes, at + header.ATTRIBUTES_AT, at + sizeBytes);
  if (stored !== computed) {
    throw new CorruptRecordError(`Record is corrupt (stored crc = ${stored}, computed crc = ${computed})`);
  }
}

/**
 * A cursor before the first record of a batch of magic 2, its content decompressed.
 * @param lifetime of decompressed content, and of the views of it that the cursor gives
 * @throws CompressionError, InvalidRecordError; the batch itself is not checked, see {@link ensureValidBatch}.
 */
export function openRecords(
  bytes: Buffer,
  at: number,
  maxBytes = MAX_DECOMPRESSED_BYTES,
  lifetime: Lifetime = 'kept',
): RecordCursor {
  const attributes = header.attributes(bytes, at);
  const count = header.recordCount(bytes, at);
  if (count < 0) throw new InvalidRecordError(`Found invalid record count ${count} in magic v2 batch`);
  const recordsAt = at + header.BATCH_HEADER_BYTES;
  // Behind the header of a batch without records nothing counts.
  const end = count === 0 ? recordsAt : at + header.batchSizeBytes(bytes, at);
  const codec = count === 0 ? CompressionType.none : attributes & header.CODEC_MASK;
  const plain = codec === CompressionType.none;
  const content = plain ? bytes : decompress(codec, bytes.subarray(recordsAt, end), MAX_MAGIC, maxBytes, lifetime);
  const appendTime = (attributes & header.LOG_APPEND_TIME_BIT) !== 0;
  return new RecordCursor(
    content,
    plain ? recordsAt : 0,
    plain ? end : content.length,
    count,
    header.baseOffset(bytes, at),
    timestampAt(bytes, at + header.BASE_TIMESTAMP_AT),
    appendTime ? Number(timestampAt(bytes, at + header.MAX_TIMESTAMP_AT)) : null,
  );
}

/** All records of the batch of any magic that begins at `at`; checks it first. */
export function readRecords(bytes: Buffer, at = 0, maxBytes = MAX_DECOMPRESSED_BYTES): Rec[] {
  ensureValidBatch(bytes, at);
  if (header.magic(bytes, at) < 2) return readLegacyRecords(bytes, at, maxBytes);
  const cursor = openRecords(bytes, at, maxBytes);
  const records: Rec[] = [];
  while (cursor.next()) {
    records.push({
      offset: cursor.offset,
      timestamp: cursor.timestamp,
      key: cursor.key(),
      value: cursor.value(),
      headers: cursor.headers(),
    });
  }
  return records;
}

/** An int64 that may be any: a stray timestamp must not make a batch unreadable. */
function timestampAt(bytes: Buffer, at: number): number | bigint {
  const value = bytes.readInt32BE(at) * 2 ** 32 + bytes.readUInt32BE(at + 4);
  return Number.isSafeInteger(value) ? value : bytes.readBigInt64BE(at);
}
