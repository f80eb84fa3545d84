import type { Disk } from '../../base/disk.js';
import { CLEANED_SUFFIX, joinPath, LOG_SUFFIX, parseOffsetName, SWAP_SUFFIX } from '../file-names.js';

export interface SegmentFile {
  readonly baseOffset: number;
  readonly path: string;
}

/**
 * The segments of a partition as they lie there, ascending. A compaction that was interrupted while it put new segments
 * in the place of old ones counts as done, as it would at the next start of a broker: a `.swap` file goes before the
 * segment of its offset, unless a `.cleaned` file at or below it says that it is of no use (KAFKA-6264).
 *
 * @throws DiskError ENOENT where the partition is gone
 */
export function segmentFiles(disk: Disk, directory: string): SegmentFile[] {
  const paths = new Map<number, string>();
  const names = disk.list(directory);
  const firstCleaned = Math.min(
    ...names.filter((name) => name.endsWith(CLEANED_SUFFIX)).map((name) => parseOffsetName(name)?.offset ?? Infinity),
  );
  for (const name of names) {
    const { offset, suffix } = parseOffsetName(name) ?? { offset: 0, suffix: '' };
    const isSwap = suffix === LOG_SUFFIX + SWAP_SUFFIX && offset < firstCleaned;
    if (isSwap || (suffix === LOG_SUFFIX && !paths.has(offset))) paths.set(offset, joinPath(directory, name));
  }
  return [...paths].map(([baseOffset, path]) => ({ baseOffset, path })).sort((a, b) => a.baseOffset - b.baseOffset);
}

/** Where a log ended at some time: within its last segment, behind so many bytes of the file. */
export interface LogBound {
  readonly baseOffset: number;
  readonly sizeBytes: number;
}

/** Where the log ends now; null where it has no segment. @throws DiskError ENOENT where the partition is gone */
export function logBound(disk: Disk, directory: string): LogBound | null {
  const last = segmentFiles(disk, directory).at(-1);
  if (last === undefined) return null;
  return { baseOffset: last.baseOffset, sizeBytes: disk.stat(last.path)?.sizeBytes ?? 0 };
}
