/**
 * Record batches as they lie in a segment: of any magic, and possibly damaged. Magic 0 and 1 can only be there
 * when the directory is older than Kafka 4; their offset field is the last offset of what they hold.
 */
import { readInt64 } from '../base/bytes.js';
import { MalformedBytesError } from '../base/malformed-bytes-error.js';
import {
  attributes,
  BASE_OFFSET_AT,
  BATCH_HEADER_BYTES,
  baseSequence,
  batchSizeBytes,
  isControl,
  isTransactional,
  LAST_OFFSET_DELTA_AT,
  LEADER_EPOCH_AT,
  LOG_OVERHEAD_BYTES,
  lastOffsetDelta,
  MAX_TIMESTAMP_AT,
  MIN_BATCH_LENGTH,
  magic,
  NO_PRODUCER_ID,
  NO_TIMESTAMP,
  producerEpoch,
  producerId,
} from '../protocol/records/batch-header.js';
import { openRecords } from '../protocol/records/batch-reader.js';
import { readEndTxnMarker } from '../protocol/records/control-records.js';
import { CorruptRecordError, InvalidRecordError } from '../protocol/records/record-errors.js';
import { sequencePlus } from './producer-sequence.js';
import type { ProducerBatch, TransactionMarker } from './producer-state.js';

/** Offset, length, four bytes that differ between magics, and the magic: what every batch has. */
export const HEADER_TO_MAGIC_BYTES = 17;
const LEGACY_TIMESTAMP_AT = 18;
const NO_LEADER_EPOCH = -1;
const TWO_32 = 0x1_0000_0000;

export const storedBaseOffset = (bytes: Buffer, at: number): number => readInt64(bytes, at + BASE_OFFSET_AT);

export function storedLastOffset(bytes: Buffer, at: number): number {
  const base = readInt64(bytes, at + BASE_OFFSET_AT);
  return magic(bytes, at) < 2 ? base : base + bytes.readInt32BE(at + LAST_OFFSET_DELTA_AT);
}

/** Timestamps are the client's: one beyond 2^53 is not refused here but counts as 2^53 - 1. */
export function storedMaxTimestamp(bytes: Buffer, at: number): number {
  const version = magic(bytes, at);
  if (version === 0) return NO_TIMESTAMP;
  const field = at + (version === 1 ? LEGACY_TIMESTAMP_AT : MAX_TIMESTAMP_AT);
  const value = bytes.readInt32BE(field) * TWO_32 + bytes.readUInt32BE(field + 4);
  return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value));
}

export const storedLeaderEpoch = (bytes: Buffer, at: number): number =>
  magic(bytes, at) < 2 ? NO_LEADER_EPOCH : bytes.readInt32BE(at + LEADER_EPOCH_AT);

/** Whether an error says that stored bytes are no batch, and not that something failed. */
export const isCorruption = (cause: unknown): boolean =>
  cause instanceof CorruptRecordError || cause instanceof InvalidRecordError || cause instanceof MalformedBytesError;

/** Bytes of the whole batch. @throws CorruptRecordError when no batch can be that long */
export function storedSizeBytes(bytes: Buffer, at: number): number {
  const sizeBytes = batchSizeBytes(bytes, at);
  if (sizeBytes < LOG_OVERHEAD_BYTES + MIN_BATCH_LENGTH) {
    throw new CorruptRecordError(
      `a batch of length ${sizeBytes - LOG_OVERHEAD_BYTES}, less than the least possible ${MIN_BATCH_LENGTH}`,
    );
  }
  if (sizeBytes < BATCH_HEADER_BYTES && magic(bytes, at) >= 2) {
    throw new CorruptRecordError(`a batch of ${sizeBytes} bytes, less than its header of ${BATCH_HEADER_BYTES}`);
  }
  return sizeBytes;
}

export function hasProducer(bytes: Buffer, at: number): boolean {
  return magic(bytes, at) >= 2 && producerId(bytes, at) !== NO_PRODUCER_ID;
}

export const isControlBatch = (bytes: Buffer, at: number): boolean =>
  magic(bytes, at) >= 2 && isControl(attributes(bytes, at));

/**
 * What a batch of a producer says about it; the batch must be whole when it is a control batch. Null for a marker
 * whose record compaction removed: it says nothing any more.
 */
export function producerBatchOf(bytes: Buffer, at: number): ProducerBatch | null {
  const flags = attributes(bytes, at);
  const marker = isControl(flags) ? markerOf(bytes, at) : null;
  if (marker === null && isControl(flags)) return null;
  const base = readInt64(bytes, at + BASE_OFFSET_AT);
  const delta = lastOffsetDelta(bytes, at);
  const sequence = baseSequence(bytes, at);
  return {
    producerId: producerId(bytes, at),
    producerEpoch: producerEpoch(bytes, at),
    baseSequence: sequence,
    lastSequence: sequence < 0 ? sequence : sequencePlus(sequence, delta),
    baseOffset: base,
    lastOffset: base + delta,
    timestamp: storedMaxTimestamp(bytes, at),
    isTransactional: isTransactional(flags),
    marker,
  };
}

function markerOf(bytes: Buffer, at: number): TransactionMarker | null {
  const cursor = openRecords(bytes, at);
  if (!cursor.next()) return null;
  const { commit, coordinatorEpoch } = readEndTxnMarker(cursor.key(), cursor.value());
  return { isCommit: commit, coordinatorEpoch };
}
