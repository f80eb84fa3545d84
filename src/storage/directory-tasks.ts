import type { Clock, Timer } from '../base/host.js';
import { Breath } from './breath.js';
import type { Log } from './log.js';
import type { LogDirectory } from './log-directory.js';

const DEFAULT_HIGH_WATERMARK_INTERVAL_MS = 5000;
const DEFAULT_CHECKPOINT_INTERVAL_MS = 60_000;
const DEFAULT_RETENTION_INTERVAL_MS = 300_000;
const DEFAULT_INITIAL_DELAY_MS = 30_000;
const EXPIRE_PRODUCERS_INTERVAL_MS = 600_000;

export interface TaskIntervals {
  /** replica.high.watermark.checkpoint.interval.ms */
  readonly highWatermarkIntervalMs?: number;
  /** log.flush.offset.checkpoint.interval.ms */
  readonly recoveryPointIntervalMs?: number;
  /** log.flush.start.offset.checkpoint.interval.ms */
  readonly logStartIntervalMs?: number;
  /** log.retention.check.interval.ms */
  readonly retentionIntervalMs?: number;
  /** log.initial.task.delay.ms: how long after the start retention is looked at first. */
  readonly initialTaskDelayMs?: number;
}

/** What is done in log directories by time: checkpoints, retention, forgetting producers, removing what was deleted. */
export class DirectoryTasks {
  private readonly clock: Clock;
  private readonly directories: readonly LogDirectory[];
  private readonly onFailure: (directory: LogDirectory, cause: unknown) => void;
  private readonly timers = new Set<Timer>();

  /** @param onFailure the disk under a directory failed */
  constructor(
    clock: Clock,
    directories: readonly LogDirectory[],
    onFailure: (directory: LogDirectory, cause: unknown) => void,
  ) {
    this.clock = clock;
    this.directories = directories;
    this.onFailure = onFailure;
  }

  /** Begins with what is done again and again. @param isCleaned whether the cleaner looks after a log, and its retention */
  start(intervals: TaskIntervals, isCleaned: (log: Log) => boolean): void {
    const checkpointMs = DEFAULT_CHECKPOINT_INTERVAL_MS;
    this.every(intervals.highWatermarkIntervalMs ?? DEFAULT_HIGH_WATERMARK_INTERVAL_MS, (directory) =>
      directory.saveHighWatermarks(),
    );
    this.every(intervals.recoveryPointIntervalMs ?? checkpointMs, (directory) => directory.saveRecoveryPoints());
    this.every(intervals.logStartIntervalMs ?? checkpointMs, (directory) => directory.saveLogStarts());
    this.every(EXPIRE_PRODUCERS_INTERVAL_MS, async (directory) => {
      for (const log of directory.logs) log.expireProducers();
    });
    this.every(
      intervals.retentionIntervalMs ?? DEFAULT_RETENTION_INTERVAL_MS,
      async (directory) => {
        const breath = new Breath(this.clock);
        for (const log of [...directory.logs]) {
          if (!isCleaned(log)) log.dropUnretained();
          await breath.take();
        }
      },
      intervals.initialTaskDelayMs ?? DEFAULT_INITIAL_DELAY_MS,
    );
  }

  /** Goes on beside everything else; a failure is the directory's. */
  inBackground(directory: LogDirectory, work: Promise<void>): void {
    work.catch((cause) => this.onFailure(directory, cause));
  }

  after(delayMs: number, act: () => void): void {
    const timer = this.clock.setTimer(delayMs, () => {
      this.timers.delete(timer);
      act();
    });
    this.timers.add(timer);
  }

  stop(): void {
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
  }

  private every(
    intervalMs: number,
    work: (directory: LogDirectory) => Promise<void>,
    firstMs: number = intervalMs,
  ): void {
    this.after(firstMs, () => {
      for (const directory of this.directories) {
        if (directory.isOnline) this.inBackground(directory, work(directory));
      }
      this.every(intervalMs, work);
    });
  }
}
