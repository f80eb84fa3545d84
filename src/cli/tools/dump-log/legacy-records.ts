import { CompressionType } from '../../../protocol/compression/codec.js';
import { crc32 } from '../../../protocol/crc32.js';
import * as header from '../../../protocol/records/batch-header.js';
import { illegalArgument } from '../../tool-error.js';
import { decompressed } from './batch-records.js';
import { type Int64, int64At, sum } from './int64.js';
import { corruptRecord, invalidRecord, outOfBounds } from './java-failures.js';
import { codecName, type StoredBatches } from './stored-batches.js';
import type { StoredRecord } from './stored-record.js';

/** A message counts from behind offset and length. */
const CRC_AT = 0;
const MAGIC_AT = 4;
const ATTRIBUTES_AT = 5;
const TIMESTAMP_AT = 6;

/** A message of magic 0 or 1, which is a record, or wraps a set of them. @throws ToolError in Java's words */
export function* legacyRecords(batch: StoredBatches): Generator<StoredRecord> {
  const at = batch.loadWhole();
  const bytes = batch.file.bytes.subarray(at + header.LOG_OVERHEAD_BYTES, at + batch.sizeBytes);
  const message = new LegacyMessage(bytes, batch.offset, null);
  const codec = message.attributes & header.CODEC_MASK;
  codecName(message.attributes);
  if (codec === CompressionType.none) yield message;
  else yield* unwrapped(message, codec);
}

function* unwrapped(wrapper: LegacyMessage, codec: number): Generator<StoredRecord> {
  const { magic } = wrapper;
  if (codec === CompressionType.zstd) {
    throw invalidRecord(`Invalid wrapper compressionType found in legacy deep record iterator ${magic}`);
  }
  const value = wrapper.value();
  if (value === null) throw invalidRecord(`Found invalid compressed record set with null value (magic = ${magic})`);
  const isAppendTime = (wrapper.attributes & header.LOG_APPEND_TIME_BIT) !== 0;
  const appendTimestamp = magic === 1 && isAppendTime ? wrapper.timestamp : null;
  const inner = [...innerMessages(decompressed(codec, value, magic), appendTimestamp)];
  const last = inner.at(-1);
  if (last === undefined) throw invalidRecord('Found invalid compressed record set with no inner records');
  const base = magic === 1 ? absoluteBase(wrapper.offset, last.offset) : 0;
  for (const message of inner) {
    message.offset = sum(base, message.offset);
    if ((message.attributes & header.CODEC_MASK) !== 0) {
      codecName(message.attributes);
      throw invalidRecord('Inner messages must not be compressed');
    }
    yield message;
  }
}

function absoluteBase(wrapperOffset: Int64, lastInnerOffset: Int64): Int64 {
  if (wrapperOffset === 0) return 0;
  if (wrapperOffset < lastInnerOffset) {
    throw invalidRecord(
      "Found invalid wrapper offset in compressed v1 message set, wrapper offset '" +
        `${wrapperOffset}' is less than the last inner message offset '${lastInnerOffset}' and it is not zero.`,
    );
  }
  return sum(wrapperOffset, -BigInt(lastInnerOffset));
}

/** What is cut at the end is left. */
function* innerMessages(content: Buffer, appendTimestamp: Int64 | null): Generator<LegacyMessage> {
  for (let at = 0; at + header.LOG_OVERHEAD_BYTES <= content.length; ) {
    const length = content.readInt32BE(at + header.LENGTH_AT);
    if (length < header.MIN_BATCH_LENGTH) {
      throw corruptRecord(`Record size is less than the minimum record overhead (${header.MIN_BATCH_LENGTH})`);
    }
    const start = at + header.LOG_OVERHEAD_BYTES;
    if (length > content.length - start) return;
    yield new LegacyMessage(content.subarray(start, start + length), int64At(content, at), appendTimestamp);
    at = start + length;
  }
}

class LegacyMessage implements StoredRecord {
  offset: Int64;
  readonly magic: number;
  readonly attributes: number;
  readonly sequence = header.NO_SEQUENCE;
  readonly headerKeys: readonly string[] = [];
  private readonly bytes: Buffer;
  private readonly appendTimestamp: Int64 | null;

  constructor(bytes: Buffer, offset: Int64, appendTimestamp: Int64 | null) {
    this.bytes = bytes;
    this.offset = offset;
    this.magic = bytes.readInt8(MAGIC_AT);
    this.attributes = bytes.readInt8(ATTRIBUTES_AT);
    this.appendTimestamp = this.magic === 1 ? appendTimestamp : null;
  }

  get timestamp(): Int64 {
    if (this.magic === 0) return header.NO_TIMESTAMP;
    return this.appendTimestamp ?? int64At(this.bytes, TIMESTAMP_AT);
  }

  get checksum(): { readonly isValid: boolean; readonly crc: number } {
    const crc = this.bytes.readUInt32BE(CRC_AT);
    return { isValid: crc === crc32(this.bytes, MAGIC_AT), crc };
  }

  get keySizeBytes(): number {
    return this.int32(this.keySizeAt);
  }

  get valueSizeBytes(): number {
    return this.int32(this.valueSizeAt);
  }

  key(): Buffer | null {
    return this.delimited(this.keySizeAt);
  }

  value(): Buffer | null {
    return this.delimited(this.valueSizeAt);
  }

  private get keySizeAt(): number {
    return this.magic === 0 ? TIMESTAMP_AT : TIMESTAMP_AT + 8;
  }

  private get valueSizeAt(): number {
    return this.keySizeAt + 4 + Math.max(0, this.keySizeBytes);
  }

  private int32(at: number): number {
    if (at + 4 <= this.bytes.length) return this.bytes.readInt32BE(at);
    throw outOfBounds(`The message at offset ${this.offset} ends before the length of its key or value`);
  }

  private delimited(at: number): Buffer | null {
    const sizeBytes = this.int32(at);
    if (sizeBytes < 0) return null;
    const start = at + 4;
    const capacity = this.bytes.length - start;
    if (sizeBytes > capacity) throw illegalArgument(`newLimit > capacity: (${sizeBytes} > ${capacity})`);
    return this.bytes.subarray(start, start + sizeBytes);
  }
}
