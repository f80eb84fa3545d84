import { BatchBuilder, type BatchFields } from '../../protocol/records/batch-builder.js';
import {
  attributes,
  baseOffset,
  baseSequence,
  baseTimestamp,
  batchSizeBytes,
  CODEC_MASK,
  DELETE_HORIZON_BIT,
  isControl,
  isTransactional,
  LOG_APPEND_TIME_BIT,
  lastOffsetDelta,
  leaderEpoch,
  magic,
  maxTimestamp,
  NO_PRODUCER_ID,
  producerEpoch,
  producerId,
  recordCount,
} from '../../protocol/records/batch-header.js';
import { openRecords, readRecords } from '../../protocol/records/batch-reader.js';
import type { RecordCursor } from '../../protocol/records/record-cursor.js';
import { storedLastOffset } from '../stored-batch.js';
import type { CleanedTransactions } from './cleaned-transactions.js';
import type { KeyOffsets } from './key-offsets.js';

/** What the log knows last of a producer that is alive. */
export interface LastOfProducer {
  /** -1 when its last word was a marker. */
  readonly lastDataOffset: number;
  readonly epoch: number;
}

/** What decides over the batches of a pass. */
export interface CleaningRules {
  readonly keys: KeyOffsets;
  readonly transactions: CleanedTransactions;
  /** By producer id. */
  readonly producers: ReadonlyMap<number, LastOfProducer>;
  /** The batch that ends here stays at least as a header, so that it is known where the cleaned part ends. */
  readonly endOffset: number;
  readonly nowMs: number;
  readonly deleteRetentionMs: number;
  /** Whether tombstones of magic 0 and 1 stay, which have no horizon of their own. */
  readonly keepsLegacyTombstones: boolean;
}

export interface CleaningCounts {
  recordsRead: number;
  recordsKept: number;
}

/**
 * What stays of the batch at `at`: itself, byte for byte, where nothing goes; one with fewer records and the same
 * range of offsets and sequences; a header alone; null where nothing stays. The rules are those of Apache Kafka 4.3.1.
 *
 * Tombstones and markers go in two steps (KIP-534): the first pass that finds them due stamps their batch with the
 * time at which they may go.
 */
export function cleanBatch(bytes: Buffer, at: number, rules: CleaningRules, counts: CleaningCounts): Buffer | null {
  const original = bytes.subarray(at, at + batchSizeBytes(bytes, at));
  if (magic(bytes, at) < 2) return cleanLegacy(original, rules, counts);
  const flags = attributes(bytes, at);
  const isMarker = isControl(flags);
  const horizon = (flags & DELETE_HORIZON_BIT) === 0 ? null : baseTimestamp(bytes, at);
  const isDecided = isMarker ? rules.transactions.onControl(bytes, at) : rules.transactions.onData(bytes, at);
  const isDropped = isMarker ? isDecided && horizon !== null && horizon <= rules.nowMs : isDecided;
  const kept = isDropped ? NOTHING : survivors(bytes, at, isMarker, horizon, rules);
  counts.recordsRead += recordCount(bytes, at);
  counts.recordsKept += kept.deltas.length;
  if (kept.cursor === null || kept.deltas.length === 0) return mustStay(bytes, at, rules) ? emptied(bytes, at) : null;
  const setsHorizon = horizon === null && (kept.hasTombstone || (isMarker && isDecided));
  if (kept.deltas.length === kept.readCount && !setsHorizon) return original;
  return rebuilt(bytes, at, kept.cursor, kept.deltas, setsHorizon ? rules.nowMs + rules.deleteRetentionMs : horizon);
}

interface Survivors {
  readonly cursor: RecordCursor | null;
  readonly readCount: number;
  /** Of the records that stay. */
  readonly deltas: readonly number[];
  readonly hasTombstone: boolean;
}

const NOTHING: Survivors = { cursor: null, readCount: 0, deltas: [], hasTombstone: false };

function survivors(
  bytes: Buffer,
  at: number,
  isMarker: boolean,
  horizon: number | null,
  rules: CleaningRules,
): Survivors {
  const cursor = openRecords(bytes, at);
  const keepsTombstones = horizon === null || rules.nowMs < horizon;
  const deltas: number[] = [];
  let hasTombstone = false;
  while (cursor.next()) {
    if (!isMarker && !isKept(cursor, keepsTombstones, rules.keys)) continue;
    deltas.push(cursor.offsetDelta);
    if (cursor.valueSizeBytes < 0) hasTombstone = true;
  }
  return { cursor, readCount: cursor.index, deltas, hasTombstone };
}

function isKept(record: RecordCursor, keepsTombstones: boolean, keys: KeyOffsets): boolean {
  if (record.offset > keys.latestOffset) return true;
  if (record.keySizeBytes < 0 || (record.valueSizeBytes < 0 && !keepsTombstones)) return false;
  return record.offset >= keys.get(record.bytes, record.keyAt, record.keySizeBytes);
}

/** The batch carries what must be known of a living producer, or where the pass ended. */
function mustStay(bytes: Buffer, at: number, rules: CleaningRules): boolean {
  const lastOffset = storedLastOffset(bytes, at);
  if (lastOffset + 1 === rules.endOffset) return true;
  const id = producerId(bytes, at);
  const last = id === NO_PRODUCER_ID ? undefined : rules.producers.get(id);
  if (last === undefined) return false;
  if (last.lastDataOffset >= 0) return last.lastDataOffset === lastOffset;
  return isControl(attributes(bytes, at)) && producerEpoch(bytes, at) === last.epoch;
}

function emptied(bytes: Buffer, at: number): Buffer {
  return new BatchBuilder({ initialBytes: 0 }).build({ ...fieldsOf(bytes, at), compression: 0 });
}

function rebuilt(
  bytes: Buffer,
  at: number,
  cursor: RecordCursor,
  deltas: readonly number[],
  horizon: number | null,
): Buffer {
  const builder = new BatchBuilder({
    initialBytes: cursor.bytes.length,
    ...(horizon === null ? {} : { deleteHorizonMs: horizon }),
  });
  cursor.rewind();
  for (let index = 0; index < deltas.length && cursor.next(); ) {
    if (cursor.offsetDelta !== deltas[index]) continue;
    builder.appendFrom(cursor, cursor.offsetDelta);
    index++;
  }
  const { maxTimestamp: _, ...fields } = fieldsOf(bytes, at);
  return builder.build(fields);
}

/** All that a batch keeps when records go from it. */
function fieldsOf(bytes: Buffer, at: number): BatchFields {
  const flags = attributes(bytes, at);
  const largest = maxTimestamp(bytes, at);
  return {
    baseOffset: baseOffset(bytes, at),
    leaderEpoch: leaderEpoch(bytes, at),
    compression: (flags & CODEC_MASK) as BatchFields['compression'],
    producerId: producerId(bytes, at),
    producerEpoch: producerEpoch(bytes, at),
    baseSequence: baseSequence(bytes, at),
    transactional: isTransactional(flags),
    control: isControl(flags),
    lastOffsetDelta: lastOffsetDelta(bytes, at),
    maxTimestamp: largest,
    ...((flags & LOG_APPEND_TIME_BIT) === 0 ? {} : { logAppendTimeMs: largest }),
  };
}

/**
 * Messages of magic 0 and 1 are read and never written: one that is compressed stays whole as long as anything in it
 * has to, which loses nothing.
 */
function cleanLegacy(original: Buffer, rules: CleaningRules, counts: CleaningCounts): Buffer | null {
  const records = readRecords(original);
  counts.recordsRead += records.length;
  const { keys, keepsLegacyTombstones } = rules;
  const isAnyKept = records.some(({ key, value, offset }) => {
    if (offset > keys.latestOffset) return true;
    return key !== null && (value !== null || keepsLegacyTombstones) && offset >= keys.get(key, 0, key.length);
  });
  if (!isAnyKept) return null;
  counts.recordsKept += records.length;
  return original;
}
