/** What leaves a log by age, by size and because it lies below the log start. */
import { dropOldest } from './log-cut.js';
import type { LogState } from './log-state.js';
import type { Segment } from './segment.js';

/**
 * Takes the oldest segments out that the log's settings no longer keep, in Apache Kafka's order: those below the log
 * start, whatever the cleanup policy; those above retention.bytes; those older than retention.ms. Nothing above the
 * high watermark goes. Where all have to go, an empty segment takes their place.
 *
 * @returns how many segments went
 */
export function dropUnretained(state: LogState): number {
  const { options, context } = state;
  let count = drop(state, 'log start offset', (_, next) => next !== null && next.baseOffset <= state.logStartOffset);
  if (!options.deletes) return count;
  let excessBytes = state.segments.sizeBytes - options.retentionBytes;
  count += drop(state, 'retention size', ({ sizeBytes }) => {
    excessBytes -= sizeBytes;
    return excessBytes >= 0;
  });
  const nowMs = context.clock.nowMs();
  count += drop(state, 'retention time', (segment) => nowMs - segment.youngestMs > options.retentionMs);
  return count;
}

function drop(state: LogState, why: string, isDue: (segment: Segment, next: Segment | null) => boolean): number {
  const { all } = state.segments;
  let count = 0;
  for (const [index, segment] of all.entries()) {
    const next = all[index + 1] ?? null;
    const isEmptyActive = next === null && segment.sizeBytes === 0;
    const isReplicated = (next?.baseOffset ?? state.logEndOffset) <= state.highWatermark;
    if (isEmptyActive || !isReplicated || !isDue(segment, next)) break;
    state.logger.info(
      `Deleting segment LogSegment(baseOffset=${segment.baseOffset}, size=${segment.sizeBytes}, ` +
        `largestRecordTimestamp=${segment.largestTimestamp.timestamp}) due to ${why} breach`,
    );
    count++;
  }
  dropOldest(state, count);
  return count;
}
