import { COMPRESSION_NAMES } from '../../../protocol/compression/codec.js';
import { crc32 } from '../../../protocol/crc32.js';
import { crc32c } from '../../../protocol/crc32c.js';
import * as header from '../../../protocol/records/batch-header.js';
import { illegalArgument } from '../../tool-error.js';
import { type Int64, int64At, sum } from './int64.js';
import { corruptRecord, kafkaException } from './java-failures.js';
import type { SegmentFile } from './segment-file.js';

const UP_TO_MAGIC_BYTES = header.MAGIC_AT + 1;
const INT32_MAX = 0x7fff_ffff;
/** Where messages of magic 0 and 1 have theirs. */
const LEGACY_CRC_AT = 12;
const LEGACY_ATTRIBUTES_AT = 17;
const LEGACY_TIMESTAMP_AT = 18;

/**
 * Walks over the batches in a part of a file as Kafka's reader of files does: it ends where less is left than the next
 * batch says it has, and gives out whatever has a possible length, damaged or not.
 */
export class StoredBatches {
  /** Of the batch that the walk stands on. */
  position: number;
  sizeBytes = 0;
  magic = 0;
  /** The first field: the base offset, in magic 0 and 1 the last one. */
  offset: Int64 = 0;
  readonly file: SegmentFile;
  readonly start: number;
  readonly end: number;

  constructor(file: SegmentFile, start = 0, end = file.sizeBytes) {
    this.file = file;
    this.start = start;
    this.end = end;
    this.position = start;
  }

  /** @throws ToolError for a length that no batch has */
  next(): boolean {
    const position = this.position + this.sizeBytes;
    const { file } = this;
    // Java's reader leaves a batch that would end right behind its magic.
    if (position >= this.end - UP_TO_MAGIC_BYTES) return false;
    const at = file.load(position, UP_TO_MAGIC_BYTES);
    if (at < 0) throw corruptRecord('Unexpected EOF while attempting to read the next batch');
    const length = file.bytes.readInt32BE(at + header.LENGTH_AT);
    if (length < header.MIN_BATCH_LENGTH) {
      throw corruptRecord(
        `Found record size ${length} smaller than minimum record overhead (${header.MIN_BATCH_LENGTH}) in file ${file.path}.`,
      );
    }
    if (position > this.end - header.LOG_OVERHEAD_BYTES - length) return false;
    this.position = position;
    this.sizeBytes = header.LOG_OVERHEAD_BYTES + length;
    this.magic = header.magic(file.bytes, at);
    this.offset = int64At(file.bytes, at);
    return true;
  }

  /** Where the header begins in `file.bytes`. @throws ToolError */
  loadHeader(): number {
    return this.load(this.magic >= 2 ? header.BATCH_HEADER_BYTES : legacyHeaderBytes(this.magic));
  }

  /** Where the whole batch begins in `file.bytes`. @throws ToolError */
  loadWhole(): number {
    return this.load(this.sizeBytes);
  }

  get lastOffset(): Int64 {
    if (this.magic < 2) return this.offset;
    const at = this.loadHeader();
    return sum(this.offset, header.lastOffsetDelta(this.file.bytes, at));
  }

  /** @param at where the header was loaded */
  attributesIn(at: number): number {
    const { bytes } = this.file;
    return this.magic >= 2 ? header.attributes(bytes, at) : bytes.readInt8(at + LEGACY_ATTRIBUTES_AT);
  }

  private load(sizeBytes: number): number {
    const at = this.file.load(this.position, sizeBytes);
    if (at >= 0) return at;
    const where = this.file.describe(this.start, this.end);
    throw kafkaException(`Failed to load record batch at position ${this.position} from ${where}`);
  }
}

function legacyHeaderBytes(magic: number): number {
  if (magic === 0) return LEGACY_TIMESTAMP_AT;
  if (magic === 1) return LEGACY_TIMESTAMP_AT + 8;
  throw illegalArgument(`Invalid magic used in LegacyRecord: ${magic}`);
}

/** What a batch says of itself, in two parts: the first is out before the second is made, and may fail. */
export function* batchTexts(batch: StoredBatches): Generator<string> {
  if (batch.magic >= 2) yield identityText(batch);
  else yield `offset: ${batch.offset}`;
  yield contentText(batch);
}

function identityText(batch: StoredBatches): string {
  const at = batch.loadHeader();
  const { bytes } = batch.file;
  const attributes = header.attributes(bytes, at);
  const horizon = attributes & header.DELETE_HORIZON_BIT ? `[${baseTimestampAt(bytes, at)}]` : '.empty';
  return (
    `baseOffset: ${batch.offset} lastOffset: ${batch.lastOffset} count: ${header.recordCount(bytes, at)} ` +
    `baseSequence: ${header.baseSequence(bytes, at)} lastSequence: ${lastSequence(bytes, at)} ` +
    `producerId: ${int64At(bytes, at + header.PRODUCER_ID_AT)} producerEpoch: ${header.producerEpoch(bytes, at)} ` +
    `partitionLeaderEpoch: ${header.leaderEpoch(bytes, at)} isTransactional: ${header.isTransactional(attributes)} ` +
    `isControl: ${header.isControl(attributes)} deleteHorizonMs: OptionalLong${horizon}`
  );
}

function contentText(batch: StoredBatches): string {
  const { magic, sizeBytes, position } = batch;
  const at = batch.loadHeader();
  const { bytes } = batch.file;
  const attributes = batch.attributesIn(at);
  const type = timestampTypeName(magic, attributes);
  const timestamp = maxTimestamp(magic, bytes, at);
  const codec = codecName(attributes);
  const crc = bytes.readUInt32BE(at + (magic >= 2 ? header.CRC_AT : LEGACY_CRC_AT));
  return (
    ` position: ${position} ${type}: ${timestamp} size: ${sizeBytes} magic: ${magic} ` +
    `compresscodec: ${codec} crc: ${crc} isvalid: ${isValid(batch, crc)}\n`
  );
}

export const baseTimestampAt = (bytes: Buffer, at: number): Int64 => int64At(bytes, at + header.BASE_TIMESTAMP_AT);

function maxTimestamp(magic: number, bytes: Buffer, at: number): Int64 {
  if (magic === 0) return header.NO_TIMESTAMP;
  return int64At(bytes, at + (magic >= 2 ? header.MAX_TIMESTAMP_AT : LEGACY_TIMESTAMP_AT));
}

export function timestampTypeName(magic: number, attributes: number): string {
  if (magic === 0) return 'NoTimestampType';
  return attributes & header.LOG_APPEND_TIME_BIT ? 'LogAppendTime' : 'CreateTime';
}

/** @throws ToolError for an id that Kafka does not know */
export function codecName(attributes: number): string {
  const id = attributes & header.CODEC_MASK;
  const name = COMPRESSION_NAMES[id];
  if (name === undefined) throw illegalArgument(`Unknown compression type id: ${id}`);
  return name;
}

function lastSequence(bytes: Buffer, at: number): number {
  const base = header.baseSequence(bytes, at);
  return base === header.NO_SEQUENCE ? base : incrementSequence(base, header.lastOffsetDelta(bytes, at));
}

/** As Java does it, also where numbers make no sense: in 32 bits. */
export function incrementSequence(sequence: number, increment: number): number {
  if (sequence > ((INT32_MAX - increment) | 0)) return (increment - ((INT32_MAX - sequence) | 0) - 1) | 0;
  return (sequence + increment) | 0;
}

function isValid(batch: StoredBatches, crc: number): boolean {
  const { magic, sizeBytes } = batch;
  if (magic >= 2 && sizeBytes < header.BATCH_HEADER_BYTES) return false;
  const at = batch.loadWhole();
  const { bytes } = batch.file;
  const end = at + sizeBytes;
  return crc === (magic >= 2 ? crc32c(bytes, at + header.ATTRIBUTES_AT, end) : crc32(bytes, at + header.MAGIC_AT, end));
}
