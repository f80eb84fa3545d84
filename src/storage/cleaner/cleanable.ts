import type { LogState } from '../log-state.js';
import type { Segment } from '../segment.js';

/** What a compacted log has for the cleaner now. */
export interface Cleanable {
  /** All below was cleaned before. */
  readonly firstDirtyOffset: number;
  /** Nothing from here on may be cleaned yet. */
  readonly firstUncleanableOffset: number;
  /** Whether what the checkpoint said was taken for wrong: it is to be written anew. */
  readonly isReset: boolean;
  readonly dirtyBytes: number;
  /** Dirty bytes of all that lies below `firstUncleanableOffset`, 0 to 1. */
  readonly dirtyRatio: number;
  /** Whether enough is dirty, or something dirty is older than max.compaction.lag.ms. */
  readonly isDue: boolean;
}

/**
 * Measures a log for the cleaner, by the rules of Apache Kafka 4.3.1: neither the active segment, nor what is not
 * decided or replicated, nor what is younger than min.compaction.lag.ms is cleaned.
 *
 * @param checkpoint the offset up to which the log was cleaned before; null when it never was
 */
export function cleanableOf(state: LogState, checkpoint: number | null): Cleanable {
  const { logStartOffset, logEndOffset, logger, options, segments } = state;
  let firstDirtyOffset = checkpoint ?? logStartOffset;
  const isReset = firstDirtyOffset < logStartOffset || firstDirtyOffset > logEndOffset;
  if (isReset) {
    // Where `compact,delete` took the cleaned part away there is nothing to wonder at.
    if (firstDirtyOffset > logEndOffset || !options.deletes) {
      logger.warn(
        `Resetting first dirty offset of ${state.name} to log start offset ${logStartOffset}, as the checkpointed ` +
          `offset ${firstDirtyOffset} is outside of the log`,
      );
    }
    firstDirtyOffset = logStartOffset;
  }
  const nowMs = state.context.clock.nowMs();
  const dirty = sealedFrom(state, firstDirtyOffset);
  const firstUncleanableOffset = Math.max(firstDirtyOffset, firstUncleanable(state, dirty, nowMs));
  const endSegment = sealedFrom(state, firstUncleanableOffset)[0] ?? segments.active;
  const end = endSegment.baseOffset;
  const dirtyBytes = bytesOf(overlapping(state, Math.min(firstDirtyOffset, end), end));
  const cleanBytes = bytesOf(overlapping(state, 0, firstDirtyOffset));
  const totalBytes = cleanBytes + dirtyBytes;
  const dirtyRatio = totalBytes === 0 ? 0 : dirtyBytes / totalBytes;
  const isDue =
    dirtyBytes > 0 && (isOverdue(dirty, nowMs, options.maxCompactionLagMs) || dirtyRatio > options.minCleanableRatio);
  return { firstDirtyOffset, firstUncleanableOffset, isReset, dirtyBytes, dirtyRatio, isDue };
}

function firstUncleanable(state: LogState, dirty: readonly Segment[], nowMs: number): number {
  const { minCompactionLagMs } = state.options;
  const young =
    minCompactionLagMs > 0 ? dirty.find(({ youngestMs }) => youngestMs > nowMs - minCompactionLagMs) : undefined;
  const { baseOffset } = state.segments.active;
  return Math.min(state.lastStableOffset, baseOffset, young?.baseOffset ?? Number.POSITIVE_INFINITY);
}

function isOverdue(dirty: readonly Segment[], nowMs: number, maxCompactionLagMs: number): boolean {
  if (maxCompactionLagMs === Number.POSITIVE_INFINITY) return false;
  return dirty.some((segment) => {
    const first = segment.firstBatchTimestamp();
    return first > 0 && first < nowMs - maxCompactionLagMs;
  });
}

/** All but the active one, from the one that holds `offset`. */
function sealedFrom({ segments }: LogState, offset: number): Segment[] {
  return segments.from(offset).filter((segment) => segment !== segments.active);
}

/** The segments that may hold offsets of `from` to `to` (exclusive). */
export function overlapping({ segments }: LogState, from: number, to: number): Segment[] {
  return from >= to ? [] : segments.from(from).filter(({ baseOffset }) => baseOffset < to);
}

function bytesOf(segments: readonly Segment[]): number {
  let sum = 0;
  for (const { sizeBytes } of segments) sum += sizeBytes;
  return sum;
}
