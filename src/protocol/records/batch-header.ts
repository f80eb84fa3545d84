/**
 * Record batch magic 2, read in place. A batch is opaque to everything but these accessors: it is validated,
 * stored and served as it came. Layout: KIP-98; `at` is where the batch begins in `bytes`.
 */
import { readInt64, writeInt64 } from '../../base/bytes.js';

export const BATCH_HEADER_BYTES = 61;
/** Base offset and length, which stand before what the length counts; the same in magic 0, 1 and 2. */
export const LOG_OVERHEAD_BYTES = 12;
/** The least that a length field may say: the smallest record of magic 0. */
export const MIN_BATCH_LENGTH = 14;

export const BASE_OFFSET_AT = 0;
export const LENGTH_AT = 8;
export const LEADER_EPOCH_AT = 12;
export const MAGIC_AT = 16;
export const CRC_AT = 17;
/** The CRC covers everything from here on. */
export const ATTRIBUTES_AT = 21;
export const LAST_OFFSET_DELTA_AT = 23;
export const BASE_TIMESTAMP_AT = 27;
export const MAX_TIMESTAMP_AT = 35;
export const PRODUCER_ID_AT = 43;
export const PRODUCER_EPOCH_AT = 51;
export const BASE_SEQUENCE_AT = 53;
export const RECORD_COUNT_AT = 57;

export const CODEC_MASK = 0x07;
export const LOG_APPEND_TIME_BIT = 0x08;
export const TRANSACTIONAL_BIT = 0x10;
export const CONTROL_BIT = 0x20;
export const DELETE_HORIZON_BIT = 0x40;

export const NO_PRODUCER_ID = -1;
export const NO_SEQUENCE = -1;
export const NO_TIMESTAMP = -1;

export const baseOffset = (bytes: Buffer, at: number): number => readInt64(bytes, at + BASE_OFFSET_AT);
/** Bytes of the whole batch, the leading 12 included. */
export const batchSizeBytes = (bytes: Buffer, at: number): number =>
  LOG_OVERHEAD_BYTES + bytes.readInt32BE(at + LENGTH_AT);
export const leaderEpoch = (bytes: Buffer, at: number): number => bytes.readInt32BE(at + LEADER_EPOCH_AT);
export const magic = (bytes: Buffer, at: number): number => bytes.readInt8(at + MAGIC_AT);
export const crc = (bytes: Buffer, at: number): number => bytes.readUInt32BE(at + CRC_AT);
export const attributes = (bytes: Buffer, at: number): number => bytes.readInt16BE(at + ATTRIBUTES_AT);
export const lastOffsetDelta = (bytes: Buffer, at: number): number => bytes.readInt32BE(at + LAST_OFFSET_DELTA_AT);
export const lastOffset = (bytes: Buffer, at: number): number => baseOffset(bytes, at) + lastOffsetDelta(bytes, at);
export const baseTimestamp = (bytes: Buffer, at: number): number => readInt64(bytes, at + BASE_TIMESTAMP_AT);
export const maxTimestamp = (bytes: Buffer, at: number): number => readInt64(bytes, at + MAX_TIMESTAMP_AT);
export const producerId = (bytes: Buffer, at: number): number => readInt64(bytes, at + PRODUCER_ID_AT);
export const producerEpoch = (bytes: Buffer, at: number): number => bytes.readInt16BE(at + PRODUCER_EPOCH_AT);
export const baseSequence = (bytes: Buffer, at: number): number => bytes.readInt32BE(at + BASE_SEQUENCE_AT);
export const recordCount = (bytes: Buffer, at: number): number => bytes.readInt32BE(at + RECORD_COUNT_AT);

export const isTransactional = (batchAttributes: number): boolean => (batchAttributes & TRANSACTIONAL_BIT) !== 0;
export const isControl = (batchAttributes: number): boolean => (batchAttributes & CONTROL_BIT) !== 0;

/** The two fields that a leader writes over; neither is covered by the CRC. */
export function assignOffset(bytes: Buffer, at: number, firstOffset: number, epoch: number): void {
  writeInt64(bytes, firstOffset, at + BASE_OFFSET_AT);
  bytes.writeInt32BE(epoch, at + LEADER_EPOCH_AT);
}
