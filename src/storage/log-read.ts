import { DiskError } from '../base/disk.js';
import type { LogState } from './log-state.js';
import type { Segment } from './segment.js';
import { type BatchRange, NO_RECORDS, readSegment } from './segment-read.js';
import { type StorageFailure, storageFailure } from './storage-error.js';
import { isCorruption } from './stored-batch.js';
import type { AbortedTransaction } from './transaction-index.js';

/** How far a reader may see: to the end, only what all replicas have, only what is decided; or up to an offset. */
export type ReadLimit = 'logEnd' | 'highWatermark' | 'lastStable' | number;

export interface ReadRequest {
  readonly offset: number;
  readonly maxBytes: number;
  readonly upTo: ReadLimit;
  /** The first batch comes whole even when it is larger than `maxBytes`. */
  readonly minOneBatch: boolean;
}

export interface ReadRecords {
  readonly kind: 'records';
  /** Batches from the one that holds the offset on; the last may be cut. Not to be changed. */
  readonly records: Buffer;
  readonly highWatermark: number;
  readonly lastStableOffset: number;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
}

export type ReadResult = ReadRecords | StorageFailure;

export function limitOffset(state: LogState, upTo: ReadLimit): number {
  if (upTo === 'logEnd') return state.logEndOffset;
  if (upTo === 'highWatermark') return state.highWatermark;
  return upTo === 'lastStable' ? state.lastStableOffset : Math.min(upTo, state.logEndOffset);
}

/** The transactions that a reader of the offsets `from` to `to` (exclusive) must leave out. */
export function abortedBetween({ segments }: LogState, from: number, to: number): AbortedTransaction[] {
  const found: AbortedTransaction[] = [];
  for (const segment of segments.from(from)) {
    if (segment.transactionIndex.collect(from, to, found)) break;
  }
  return found;
}

/** At once when what is wanted is in memory, or nothing is there to be read. */
export function readLog(state: LogState, request: ReadRequest): ReadResult | Promise<ReadResult> {
  const failure = state.unusable() ?? outOfRange(state, request.offset);
  if (failure !== null) return failure;
  const limit = limitOffset(state, request.upTo);
  const { offset, maxBytes, minOneBatch } = request;
  if (offset >= limit) return found(state, NO_RECORDS);
  const below = limit === state.logEndOffset ? Number.POSITIVE_INFINITY : limit;
  const range = { offset, below, maxBytes, minOneBatch };
  const recent = state.recent.read(range, state.context.buffers);
  return recent !== null ? found(state, recent) : readFiles(state, range, limit);
}

function outOfRange(state: LogState, offset: number): StorageFailure | null {
  const { logStartOffset, logEndOffset } = state;
  if (offset >= logStartOffset && offset <= logEndOffset) return null;
  return storageFailure(
    'OFFSET_OUT_OF_RANGE',
    `Received request for offset ${offset} for partition ${state.name}, but we only have log segments ` +
      `starting from offset: ${logStartOffset} up to offset ${logEndOffset}.`,
  );
}

function found(state: LogState, records: Buffer): ReadRecords {
  const { highWatermark, lastStableOffset, logStartOffset, logEndOffset } = state;
  return { kind: 'records', records, highWatermark, lastStableOffset, logStartOffset, logEndOffset };
}

async function readFiles(state: LogState, range: BatchRange, limit: number): Promise<ReadResult> {
  const facts = found(state, NO_RECORDS);
  for (;;) {
    const segment = state.segments.at(state.segments.floorIndex(range.offset));
    try {
      const records = segment === undefined ? null : await readFrom(state, segment, range, limit);
      return records === null ? facts : { ...facts, records };
    } catch (cause) {
      if (isCorruption(cause)) {
        return storageFailure(
          'CORRUPT_MESSAGE',
          `${state.name} at offset ${range.offset}: ${(cause as Error).message}`,
        );
      }
      // The segment was taken out of the log meanwhile: the log begins elsewhere now.
      const failure = state.unusable() ?? outOfRange(state, range.offset);
      if (failure !== null) return failure;
      if (isGone(cause) && segment !== undefined && !state.segments.all.includes(segment)) continue;
      return state.failed(cause, 'reading from');
    }
  }
}

const isGone = (cause: unknown): boolean => cause instanceof DiskError && cause.code === 'ENOENT';

/** From `segment`, or the next ones: compaction may have left nothing of it above the offset. */
async function readFrom(state: LogState, first: Segment, range: BatchRange, limit: number): Promise<Buffer | null> {
  let segment: Segment | undefined = first;
  while (segment !== undefined) {
    const { baseOffset }: Segment = segment;
    const next: Segment | undefined = state.segments.at(state.segments.floorIndex(baseOffset) + 1);
    const below = next !== undefined && next.baseOffset <= limit ? Number.POSITIVE_INFINITY : range.below;
    const records = await readSegment(segment, { ...range, below }, state.context.buffers);
    if (records !== null) return records;
    segment = state.segments.at(state.segments.floorIndex(baseOffset) + 1);
  }
  return null;
}
