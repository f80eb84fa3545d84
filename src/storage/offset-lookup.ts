import { NO_TIMESTAMP } from '../protocol/records/batch-header.js';
import { readRecords } from '../protocol/records/batch-reader.js';
import { BatchScan } from './batch-scan.js';
import type { Segments } from './segments.js';
import { storedLeaderEpoch, storedMaxTimestamp } from './stored-batch.js';

/** An answer to ListOffsets. */
export interface FoundOffset {
  readonly offset: number;
  /** -1 when the question was for an end of the log. */
  readonly timestamp: number;
  /** -1 when it is not known. */
  readonly leaderEpoch: number;
}

/** The first record at or above `startOffset` whose timestamp is at least `timestamp`; null when there is none. */
export function findByTimestamp(segments: Segments, timestamp: number, startOffset: number): FoundOffset | null {
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
export function findLargestTimestamp(segments: Segments): FoundOffset | null {
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
