/** How a log behaves, in storage's own terms; may change while it runs. Sizes in bytes, times in milliseconds. */
export interface LogOptions {
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly segmentJitterMs: number;
  readonly indexBytes: number;
  readonly indexIntervalBytes: number;
  /** Whether `.log` files are made full of zeros (log.preallocate). */
  readonly preallocate: boolean;
  /** How long files that were taken out of the log stay. */
  readonly fileDeleteDelayMs: number;
  /** Records and time after which the log is synced; Infinity leaves it to the system. */
  readonly flushMessages: number;
  readonly flushMs: number;
  /** cleanup.policy has `delete`, `compact`. */
  readonly deletes: boolean;
  readonly compacts: boolean;
  /** Infinity: no limit. */
  readonly retentionMs: number;
  readonly retentionBytes: number;
  /** Compaction: the part of the log that must be uncleaned, 0 to 1. */
  readonly minCleanableRatio: number;
  /** Compaction: how young records stay as they are, and how old ones are compacted in any case. */
  readonly minCompactionLagMs: number;
  readonly maxCompactionLagMs: number;
  /** Compaction: how long tombstones and transaction markers stay once they are all that is left. */
  readonly deleteRetentionMs: number;
}

const GIB = 1024 * 1024 * 1024;
const DAY_MS = 24 * 60 * 60 * 1000;

/** What Apache Kafka does when nothing is configured. */
export const DEFAULT_LOG_OPTIONS: LogOptions = {
  segmentBytes: GIB,
  segmentMs: 7 * DAY_MS,
  segmentJitterMs: 0,
  indexBytes: 10 * 1024 * 1024,
  indexIntervalBytes: 4096,
  preallocate: false,
  fileDeleteDelayMs: 60_000,
  flushMessages: Number.POSITIVE_INFINITY,
  flushMs: Number.POSITIVE_INFINITY,
  deletes: true,
  compacts: false,
  retentionMs: 7 * DAY_MS,
  retentionBytes: Number.POSITIVE_INFINITY,
  minCleanableRatio: 0.5,
  minCompactionLagMs: 0,
  maxCompactionLagMs: Number.POSITIVE_INFINITY,
  deleteRetentionMs: DAY_MS,
};
