import { DiskError } from '../base/disk.js';
import { joinPath, LEADER_EPOCH_FILE, PARTITION_METADATA_FILE } from './file-names.js';
import type { LogState } from './log-state.js';
import type { Segment } from './segment.js';

/**
 * Brings all that is in the log now to the platter, and the recovery point up to there. A failure of the disk
 * fails the log and is not thrown.
 *
 * One flush runs at a time, since one that begins later leaves out what an earlier one is still at, and must not be
 * over before it. Those that wait are one.
 */
export function flushLog(state: LogState): Promise<void> {
  const { flushing } = state;
  if (flushing === null) return start(state);
  state.nextFlush ??= flushing.then(() => {
    state.nextFlush = null;
    return start(state);
  });
  return state.nextFlush;
}

function start(state: LogState): Promise<void> {
  // It waited, and the log was given up meanwhile.
  if (state.status === 'removed' || state.status === 'failed') return Promise.resolve();
  const running = flushNow(state).finally(() => {
    state.flushing = null;
  });
  state.flushing = running;
  return running;
}

async function flushNow(state: LogState): Promise<void> {
  const target = state.logEndOffset;
  const { truncations, snapshots, unsyncedSegments, unsyncedNames, unsyncedDirectory, context } = state;
  const isSynced = target <= state.recoveryPoint && !unsyncedNames;
  if (isSynced && !snapshots.hasUnsynced && unsyncedSegments.length === 0) return;
  const unsyncedSnapshots = snapshots.takeUnsynced();
  state.unsyncedSegments = [];
  state.unsyncedNames = false;
  state.unsyncedDirectory = false;
  const kept = unsyncedSegments.filter((segment) => state.segments.all.includes(segment));
  const segments = new Set([...kept, ...state.segments.from(state.recoveryPoint)]);
  let hasNewNames = unsyncedNames || unsyncedSnapshots.length > 0;
  try {
    for (const segment of segments) hasNewNames = (await flushSegment(state, segment)) || hasNewNames;
    for (const path of unsyncedSnapshots) await ifThere(() => context.syncs.sync(path));
    if (hasNewNames) await context.syncs.sync(state.directory);
    if (unsyncedDirectory) await syncDirectory(state);
    // Batches below the recovery point are not read again, and so cannot tell their epochs.
    await state.epochFile.settled();
  } catch (cause) {
    if (state.status !== 'removed') state.failed(cause, 'flushing');
    return;
  }
  if (state.truncations !== truncations) return;
  // One that was sealed meanwhile counts as unsynced from its begin on: its indexes got their last entries since.
  const synced = Math.min(target, ...state.unsyncedSegments.map(({ baseOffset }) => baseOffset));
  state.recoveryPoint = Math.max(state.recoveryPoint, synced);
}

async function flushSegment(state: LogState, segment: Segment): Promise<boolean> {
  try {
    return await segment.flush();
  } catch (cause) {
    // It may have been deleted meanwhile; then there is nothing to flush.
    if (state.segments.all.includes(segment)) throw cause;
    return false;
  }
}

/** What an earlier process wrote and did not live to sync: its name, and the small files in it. */
async function syncDirectory(state: LogState): Promise<void> {
  for (const name of [LEADER_EPOCH_FILE, PARTITION_METADATA_FILE]) {
    await ifThere(() => state.context.syncs.sync(joinPath(state.directory, name)));
  }
  await state.context.syncs.sync(state.parent);
}

async function ifThere(sync: () => Promise<void>): Promise<void> {
  try {
    await sync();
  } catch (cause) {
    if (!(cause instanceof DiskError) || cause.code !== 'ENOENT') throw cause;
  }
}
