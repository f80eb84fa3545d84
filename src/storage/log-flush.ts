import { DiskError } from '../base/disk.js';
import type { LogState } from './log-state.js';
import type { Segment } from './segment.js';

/**
 * Brings all that is in the log now to the platter, and the recovery point up to there. A failure of the disk
 * fails the log and is not thrown.
 */
export async function flushLog(state: LogState): Promise<void> {
  const target = state.logEndOffset;
  const { truncations, unsyncedSnapshots, unsyncedSegments, unsyncedNames } = state;
  const isSynced = target <= state.recoveryPoint && !unsyncedNames;
  if (isSynced && unsyncedSnapshots.length === 0 && unsyncedSegments.length === 0) return;
  state.unsyncedSnapshots = [];
  state.unsyncedSegments = [];
  state.unsyncedNames = false;
  const segments = new Set([...unsyncedSegments, ...state.segments.from(state.recoveryPoint)]);
  try {
    for (const segment of segments) await flushSegment(state, segment);
    for (const path of unsyncedSnapshots) await ifThere(() => state.context.syncs.sync(path));
    if (unsyncedNames) await state.context.syncs.sync(state.directory);
  } catch (cause) {
    if (state.status !== 'removed') state.failed(cause, 'flushing');
    return;
  }
  if (state.truncations === truncations) state.recoveryPoint = Math.max(state.recoveryPoint, target);
}

async function flushSegment(state: LogState, segment: Segment): Promise<void> {
  try {
    await segment.flush();
  } catch (cause) {
    // It may have been deleted meanwhile; then there is nothing to flush.
    if (state.segments.all.includes(segment)) throw cause;
  }
}

async function ifThere(sync: () => Promise<void>): Promise<void> {
  try {
    await sync();
  } catch (cause) {
    if (!(cause instanceof DiskError) || cause.code !== 'ENOENT') throw cause;
  }
}
