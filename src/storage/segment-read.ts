import type { BufferPool } from '../base/buffer-pool.js';
import { LAST_OFFSET_DELTA_AT } from '../protocol/records/batch-header.js';
import { batchEnd, ensureValidBatch } from '../protocol/records/batch-reader.js';
import type { Segment } from './segment.js';
import { isCorruption, storedBaseOffset, storedLastOffset, storedSizeBytes } from './stored-batch.js';

/** A batch's first bytes up to its last offset delta. */
const HEADER_TO_OFFSETS_BYTES = LAST_OFFSET_DELTA_AT + 4;
/** How far behind an index entry the wanted batch usually begins, at most. */
const SEARCH_BYTES = 8 * 1024;

export interface BatchRange {
  /** The first batch is the one that holds this offset, or the first above it. */
  readonly offset: number;
  /** Batches that begin at or above this offset are left out. */
  readonly below: number;
  readonly maxBytes: number;
  /** The first batch comes whole even when it is larger than `maxBytes`. */
  readonly minOneBatch: boolean;
}

export const NO_RECORDS = Buffer.alloc(0);

/** What was found, and where it begins in the file. */
interface Found {
  readonly position: number;
  readonly records: Buffer;
}

/**
 * Batches of a segment from the file. As Apache Kafka does, it cuts the last batch at `maxBytes`; a first batch
 * that does not fit is left out altogether unless one is asked for.
 *
 * @returns null when the segment has nothing at or above the offset
 */
export async function readSegment(segment: Segment, range: BatchRange, buffers: BufferPool): Promise<Buffer | null> {
  for (;;) {
    const { generation } = segment;
    const found = await find(segment, range, buffers);
    if (segment.generation !== generation) continue;
    if (found !== null) noteNext(segment, found);
    return found === null ? null : found.records;
  }
}

async function find(segment: Segment, range: BatchRange, buffers: BufferPool): Promise<Found | null> {
  const known = segment.readPositions.get(range.offset);
  if (known !== undefined) return readFrom(segment, range, known, 0, buffers);
  const { position } = segment.offsetIndex.floor(range.offset);
  try {
    return await readFrom(segment, range, position, SEARCH_BYTES, buffers);
  } catch (cause) {
    // An index that points into the middle of a batch is not worth failing for: the batches themselves may be whole.
    if (position === 0 || !isCorruption(cause)) throw cause;
    return await readFrom(segment, range, 0, SEARCH_BYTES, buffers);
  }
}

/** @param searchBytes how far behind `start` the batch may begin without another read */
async function readFrom(
  segment: Segment,
  range: BatchRange,
  start: number,
  searchBytes: number,
  buffers: BufferPool,
): Promise<Found | null> {
  const end = segment.sizeBytes;
  let position = start;
  const wanted = Math.max(range.maxBytes, HEADER_TO_OFFSETS_BYTES) + searchBytes;
  for (;;) {
    const window = await readBytes(segment, position, Math.min(wanted, end - position), buffers);
    const found = findBatch(window, range.offset);
    if (found.at + HEADER_TO_OFFSETS_BYTES <= window.length && found.isThere) {
      return cutRange(segment, window, found.at, position, end, range, buffers);
    }
    buffers.giveBack(window);
    if (position + window.length >= end || window.length === 0) return null;
    // The batch begins behind the window, or its header does not lie in it whole.
    position += found.at;
  }
}

async function cutRange(
  segment: Segment,
  window: Buffer,
  at: number,
  windowPosition: number,
  end: number,
  range: BatchRange,
  buffers: BufferPool,
): Promise<Found> {
  const position = windowPosition + at;
  if (storedBaseOffset(window, at) >= range.below) return { position, records: NO_RECORDS };
  const firstBytes = storedSizeBytes(window, at);
  if (!range.minOneBatch && firstBytes > range.maxBytes) return { position, records: NO_RECORDS };
  const wantedBytes = Math.min(Math.max(range.maxBytes, range.minOneBatch ? firstBytes : 0), end - position);
  let records = window.subarray(at, at + wantedBytes);
  if (records.length < wantedBytes) {
    const whole = buffers.take(wantedBytes);
    const held = records.copy(whole);
    buffers.giveBack(window);
    const count = await segment.log.read(position + held, whole.subarray(held));
    records = whole.subarray(0, held + count);
  }
  return { position, records: checked(segment, position, below(records, range.below)) };
}

/** Its reader goes on after the last batch that it has whole; where one is damaged it finds out itself. */
function noteNext(segment: Segment, { position, records }: Found): void {
  let end = 0;
  let lastOffset = -1;
  try {
    for (let next = batchEnd(records, 0, records.length); next >= 0; next = batchEnd(records, end, records.length)) {
      lastOffset = storedLastOffset(records, end);
      end = next;
    }
  } catch (cause) {
    if (!isCorruption(cause)) throw cause;
    return;
  }
  if (end > 0) segment.readPositions.note(lastOffset + 1, position + end);
}

/**
 * Bytes that this process neither wrote nor looked at are checked when they are first read: a clean stop says nothing of
 * what became of the files since. What lies before the damage is given.
 *
 * @throws CorruptRecordError when the first batch is damaged
 */
function checked(segment: Segment, position: number, records: Buffer): Buffer {
  if (!segment.isUnchecked(position, records.length)) return records;
  let at = 0;
  try {
    for (let end = batchEnd(records, 0, records.length); end >= 0; end = batchEnd(records, at, records.length)) {
      ensureValidBatch(records, at);
      at = end;
    }
  } catch (cause) {
    if (at === 0 || !isCorruption(cause)) throw cause;
    return records.subarray(0, at);
  }
  segment.wasChecked(position, at);
  return records;
}

async function readBytes(segment: Segment, position: number, sizeBytes: number, buffers: BufferPool): Promise<Buffer> {
  if (sizeBytes <= 0) return NO_RECORDS;
  const bytes = buffers.take(sizeBytes);
  const count = await segment.log.read(position, bytes);
  return count === sizeBytes ? bytes : bytes.subarray(0, count);
}

/** Where the batch with `offset` begins in `bytes`, or the first batch that could not be looked at. */
function findBatch(bytes: Buffer, offset: number): { at: number; isThere: boolean } {
  let at = 0;
  while (at + HEADER_TO_OFFSETS_BYTES <= bytes.length) {
    if (storedLastOffset(bytes, at) >= offset) return { at, isThere: true };
    at += storedSizeBytes(bytes, at);
  }
  return { at, isThere: false };
}

/** The batches of `records` that begin below `offset`; the last one may be cut. */
export function below(records: Buffer, offset: number): Buffer {
  if (offset === Number.POSITIVE_INFINITY) return records;
  let at = 0;
  while (at + HEADER_TO_OFFSETS_BYTES <= records.length) {
    if (storedBaseOffset(records, at) >= offset) return records.subarray(0, at);
    at += storedSizeBytes(records, at);
  }
  return records;
}
