/** Operations that take records out of a log, from its end or its start. */
import type { LogState } from './log-state.js';
import { rebuildProducers } from './rebuild-producers.js';
import { type StorageFailure, storageFailure } from './storage-error.js';

/**
 * Cuts the log so that it ends at `offset`.
 *
 * @returns false when it ends there or below already
 */
export function truncateTo(state: LogState, offset: number): boolean {
  if (offset < 0) throw new RangeError(`Cannot truncate partition ${state.name} to a negative offset (${offset}).`);
  if (offset >= state.logEndOffset) return false;
  if (state.segments.first.baseOffset > offset) {
    truncateFullyTo(state, offset);
    return true;
  }
  state.logger.info(`Truncating to offset ${offset}`);
  const later = state.segments.atOrAbove(offset + 1);
  // Newest first, so that a power cut leaves no gap, and none of them comes back among batches that take their place.
  state.drop(later.reverse());
  if (later.length > 0) state.context.disk.syncNow(state.directory);
  state.segments.active.truncateTo(offset);
  // What was cut must not come back behind epochs that say it is gone.
  state.segments.active.log.syncNow();
  ended(state, offset);
  if (state.epochs.truncateFromEnd(offset)) void state.saveEpochs();
  rebuildProducers(state.producers, state.snapshots, state.segments, {
    logStartOffset: state.logStartOffset,
    endOffset: offset,
    isCleanStart: false,
    nowMs: state.context.clock.nowMs(),
    producerIdExpirationMs: state.context.producerIdExpirationMs,
  });
  return true;
}

/** Drops everything; the log is empty and begins and ends at `offset`. */
export function truncateFullyTo(state: LogState, offset: number): void {
  state.logger.info(`Truncate and start at offset ${offset}`);
  state.drop([...state.segments.all].reverse());
  state.snapshots.removeAll();
  state.addSegment(offset);
  state.context.disk.syncNow(state.directory);
  ended(state, offset);
  state.logStartOffset = offset;
  state.highWatermark = offset;
  if (state.epochs.clear()) void state.saveEpochs();
  state.producers.clear(offset);
}

function ended(state: LogState, offset: number): void {
  state.recent.clear();
  state.truncations++;
  state.unsyncedSegments.push(state.segments.active);
  state.logEndOffset = offset;
  state.logStartOffset = Math.min(state.logStartOffset, offset);
  state.highWatermark = Math.min(state.highWatermark, offset);
  state.recoveryPoint = Math.min(state.recoveryPoint, offset);
  if (state.cleanedOffset !== null) state.cleanedOffset = Math.min(state.cleanedOffset, offset);
}

/** Moves the log start up to `offset`; the files stay until the next look at retention (KIP-107). */
export function advanceStart(state: LogState, offset: number): StorageFailure | null {
  if (offset > state.highWatermark) {
    return storageFailure(
      'OFFSET_OUT_OF_RANGE',
      `Cannot increment the log start offset to ${offset} of partition ${state.name} ` +
        `since it is larger than the high watermark ${state.highWatermark}`,
    );
  }
  if (offset <= state.logStartOffset) return null;
  state.logStartOffset = offset;
  state.producers.replicatedTo(offset);
  if (state.epochs.truncateFromStart(offset)) void state.saveEpochs();
  return null;
}

/** Takes the `count` oldest segments away; when they are all there are, an empty one takes their place. */
export function dropOldest(state: LogState, count: number): void {
  if (count <= 0) return;
  if (count >= state.segments.all.length) state.roll(state.logEndOffset);
  const { all, active } = state.segments;
  state.drop(all.slice(0, count).filter((segment) => segment !== active));
  const { baseOffset } = state.segments.first;
  if (baseOffset > state.logStartOffset) {
    state.logStartOffset = baseOffset;
    state.producers.replicatedTo(baseOffset);
    if (state.epochs.truncateFromStart(baseOffset)) void state.saveEpochs();
  }
}
