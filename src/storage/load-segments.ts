import type { Disk } from '../base/disk.js';
import type { Logger } from '../base/host.js';
import {
  CLEANED_SUFFIX,
  DELETED_SUFFIX,
  joinPath,
  LOG_SUFFIX,
  OFFSET_INDEX_SUFFIX,
  offsetDigits,
  parseOffsetName,
  SWAP_SUFFIX,
  TIME_INDEX_SUFFIX,
  TRANSACTION_INDEX_SUFFIX,
} from './file-names.js';
import { OffsetIndex } from './offset-index.js';
import type { OpenFiles } from './open-files.js';
import { Segment } from './segment.js';
import { Segments } from './segments.js';
import { CorruptLogError } from './storage-error.js';

const INDEX_SUFFIXES: readonly string[] = [OFFSET_INDEX_SUFFIX, TIME_INDEX_SUFFIX, TRANSACTION_INDEX_SUFFIX];

/**
 * Removes what an interrupted deletion or compaction left in a partition directory, and completes a swap: the
 * segments that it was to replace go and `.swap` is taken off its files.
 *
 * @returns the names that are in the directory then
 */
export function tidyDirectory(files: OpenFiles, directory: string, logger: Logger): string[] {
  const { disk } = files;
  const names = disk.list(directory);
  const swaps = removeTemporary(disk, directory, names, logger);
  if (swaps === null) return names;
  completeSwaps(files, directory, swaps, logger);
  return disk.list(directory);
}

/** @returns the `.swap` names that are valid; null when nothing in the directory was temporary */
function removeTemporary(disk: Disk, directory: string, names: readonly string[], logger: Logger): string[] | null {
  const temporary = names.filter((name) =>
    [DELETED_SUFFIX, CLEANED_SUFFIX, SWAP_SUFFIX].some((suffix) => name.endsWith(suffix)),
  );
  if (temporary.length === 0) return null;
  // A split of a segment that was not finished leaves `.swap` files beside `.cleaned` ones (KAFKA-6264).
  const cleaned = temporary.filter((name) => name.endsWith(CLEANED_SUFFIX)).map(offsetOf);
  const firstCleaned = Math.min(...cleaned);
  const swaps = temporary.filter((name) => name.endsWith(SWAP_SUFFIX) && offsetOf(name) < firstCleaned);
  for (const name of temporary) {
    if (swaps.includes(name)) continue;
    logger.debug(`Deleting stray temporary file ${joinPath(directory, name)}`);
    disk.remove(joinPath(directory, name));
  }
  return swaps;
}

const offsetOf = (name: string): number => parseOffsetName(name)?.offset ?? Number.POSITIVE_INFINITY;

function completeSwaps(files: OpenFiles, directory: string, swaps: readonly string[], logger: Logger): void {
  const { disk } = files;
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const name of swaps) {
    if (!name.endsWith(LOG_SUFFIX + SWAP_SUFFIX)) continue;
    const offset = offsetOf(name);
    logger.info(
      `Found log file ${joinPath(directory, name)} from interrupted swap operation, which is completed by renaming`,
    );
    const indexPath = joinPath(directory, offsetDigits(offset) + OFFSET_INDEX_SUFFIX + SWAP_SUFFIX);
    const index = new OffsetIndex(files.file(indexPath), offset);
    first = Math.min(first, offset);
    last = Math.max(last, index.entries.file.exists() ? index.last().offset : offset);
    index.entries.release();
  }
  for (const name of disk.list(directory)) {
    const parsed = parseOffsetName(name);
    if (parsed === null || name.endsWith(SWAP_SUFFIX)) continue;
    if (parsed.offset < first || parsed.offset >= last) continue;
    logger.info(`Deleting segment file ${joinPath(directory, name)} that was compacted but not deleted yet`);
    disk.remove(joinPath(directory, name));
  }
  for (const name of swaps) {
    const path = joinPath(directory, name);
    disk.rename(path, path.slice(0, -SWAP_SUFFIX.length));
  }
}

export interface LoadedSegments {
  readonly segments: Segments;
  /** Those whose indexes must be made anew, whatever the recovery point. */
  readonly damaged: readonly { readonly segment: Segment; readonly reason: string }[];
}

/** The segments in a tidy directory. What is in the offset and time indexes is not looked at (measured on 4.3.1). */
export function loadSegments(
  files: OpenFiles,
  directory: string,
  names: readonly string[],
  nowMs: number,
  logger: Logger,
): LoadedSegments {
  const { disk } = files;
  const there = new Set(names);
  const segments = new Segments();
  const damaged: { segment: Segment; reason: string }[] = [];
  for (const name of names) {
    const parsed = parseOffsetName(name);
    if (parsed === null) continue;
    const { offset, suffix } = parsed;
    const path = joinPath(directory, name);
    if (INDEX_SUFFIXES.includes(suffix) && !there.has(offsetDigits(offset) + LOG_SUFFIX)) {
      logger.warn(`Found an orphaned index file ${path}, with no corresponding log file.`);
      disk.remove(path);
    }
    if (suffix !== LOG_SUFFIX) continue;
    const segment = Segment.open(files, directory, offset, disk.stat(path)?.sizeBytes ?? 0, nowMs);
    segments.add(segment);
    const reason = damageOf(segment, there);
    if (reason !== null) damaged.push({ segment, reason });
  }
  return { segments, damaged };
}

function damageOf(segment: Segment, there: ReadonlySet<string>): string | null {
  const digits = offsetDigits(segment.baseOffset);
  const hasOffsetIndex = there.has(digits + OFFSET_INDEX_SUFFIX);
  if (!hasOffsetIndex) segment.offsetIndex.entries.file.create();
  if (!there.has(digits + TIME_INDEX_SUFFIX)) segment.timeIndex.entries.file.create();
  if (!hasOffsetIndex) return 'its offset index file is missing';
  if (!there.has(digits + TRANSACTION_INDEX_SUFFIX)) return null;
  try {
    segment.transactionIndex.check(segment.baseOffset);
    return null;
  } catch (cause) {
    if (!(cause instanceof CorruptLogError)) throw cause;
    return cause.message;
  }
}
