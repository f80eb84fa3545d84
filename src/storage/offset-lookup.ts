import { NO_TIMESTAMP } from '../protocol/records/batch-header.js';
import { readRecords } from '../protocol/records/batch-reader.js';
import { BatchScan } from './batch-scan.js';
import type { LogState } from './log-state.js';
import type { Segments } from './segments.js';
import { storedLeaderEpoch, storedMaxTimestamp } from './stored-batch.js';

/** The timestamps by which ListOffsets asks for an end of a log. */
const LATEST_TIMESTAMP = -1;
const EARLIEST_TIMESTAMP = -2;
export const MAX_TIMESTAMP = -3;
export const EARLIEST_LOCAL_TIMESTAMP = -4;
export const LATEST_TIERED_TIMESTAMP = -5;
export const EARLIEST_PENDING_UPLOAD_TIMESTAMP = -6;

/** An answer to ListOffsets. */
export interface FoundOffset {
  readonly offset: number;
  /** -1 when the question was for an end of the log. */
  readonly timestamp: number;
  /** -1 when it is not known. */
  readonly leaderEpoch: number;
}

const NO_OFFSET: FoundOffset = { offset: -1, timestamp: -1, leaderEpoch: -1 };

/**
 * The offset for a timestamp of ListOffsets; the negative ones ask for an end of the log.
 *
 * @param limit the end for the reader who asks
 * @returns null when no record below the limit is as young
 */
export function offsetForTimestamp(state: LogState, timestamp: number, limit: number): FoundOffset | null {
  switch (timestamp) {
    case LATEST_TIMESTAMP:
      return { offset: limit, timestamp: -1, leaderEpoch: state.epochs.latest?.epoch ?? -1 };
    case EARLIEST_TIMESTAMP:
    case EARLIEST_LOCAL_TIMESTAMP: {
      const { earliest } = state.epochs;
      const isKnown = earliest !== null && earliest.startOffset <= state.logStartOffset;
      return { offset: state.logStartOffset, timestamp: -1, leaderEpoch: isKnown ? earliest.epoch : -1 };
    }
    case LATEST_TIERED_TIMESTAMP:
    case EARLIEST_PENDING_UPLOAD_TIMESTAMP:
      return NO_OFFSET;
  }
  const found =
    timestamp === MAX_TIMESTAMP
      ? findLargestTimestamp(state.segments)
      : findByTimestamp(state.segments, timestamp, state.logStartOffset);
  return found !== null && found.offset < limit ? found : null;
}

/** The first record at or above `startOffset` whose timestamp is at least `timestamp`; null when there is none. */
function findByTimestamp(segments: Segments, timestamp: number, startOffset: number): FoundOffset | null {
  const segment = segments.all.find((candidate) => candidate.youngestMs >= timestamp);
  if (segment === undefined) return null;
  const from = Math.max(segment.timeIndex.floor(timestamp).offset, startOffset);
  const scan = new BatchScan(segment.log, segment.offsetIndex.floor(from).position, segment.sizeBytes);
  while (scan.next()) {
    if (storedMaxTimestamp(scan.bytes, scan.at) < timestamp) continue;
    const found = recordsOf(scan).find((record) => record.timestamp >= timestamp && record.offset >= startOffset);
    if (found !== undefined) return foundIn(scan, found.offset, found.timestamp);
  }
  return null;
}

/** The first record with the largest timestamp of all; null when no record has one. */
function findLargestTimestamp(segments: Segments): FoundOffset | null {
  let segment = segments.first;
  for (const candidate of segments.all) {
    if (candidate.largestTimestamp.timestamp > segment.largestTimestamp.timestamp) segment = candidate;
  }
  const { timestamp, offset } = segment.largestTimestamp;
  if (timestamp === NO_TIMESTAMP) return null;
  const scan = new BatchScan(segment.log, segment.offsetIndex.floor(offset).position, segment.sizeBytes);
  while (scan.next()) {
    if (storedMaxTimestamp(scan.bytes, scan.at) !== timestamp) continue;
    const found = recordsOf(scan).find((record) => record.timestamp === timestamp);
    return found === undefined ? null : foundIn(scan, found.offset, timestamp);
  }
  return null;
}

function recordsOf(scan: BatchScan): ReturnType<typeof readRecords> {
  scan.loadWhole();
  return readRecords(scan.bytes, scan.at);
}

const foundIn = (scan: BatchScan, offset: number, timestamp: number): FoundOffset => ({
  offset,
  timestamp,
  leaderEpoch: storedLeaderEpoch(scan.bytes, scan.at),
});
