import type { Clock, Logger, Timer } from '../../base/host.js';
import { partitionDirectoryName } from '../file-names.js';
import type { Log } from '../log.js';
import type { LogDirectory } from '../log-directory.js';
import { Throttle } from '../throttle.js';
import type { Cleanable } from './cleanable.js';
import { CleaningAbortedError, type CleaningMeans, type CleaningReport, UncleanableLogError } from './cleaning-pass.js';

const MIB = 1024 * 1024;

/** log.cleaner.* of the broker. */
export interface CleanerSettings {
  /** dedupe.buffer.size, and io.buffer.load.factor (0 to 1) of it. */
  readonly keyBytes: number;
  readonly loadFactor: number;
  /** io.buffer.size */
  readonly readBytes: number;
  /** io.max.bytes.per.second; Infinity for no limit. */
  readonly bytesPerSecond: number;
  /** How long it rests when nothing has to be cleaned. */
  readonly backoffMs: number;
}

export const DEFAULT_CLEANER_SETTINGS: CleanerSettings = {
  keyBytes: 128 * MIB,
  loadFactor: 0.9,
  readBytes: MIB / 2,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  backoffMs: 15_000,
};

interface Candidate {
  readonly directory: LogDirectory;
  readonly log: Log;
  readonly cleanable: Cleanable;
}

/**
 * Compacts the logs whose cleanup.policy says so, one after the other, the dirtiest first. As in Apache Kafka it also
 * looks after the retention of those logs, so that both never work on one log at a time.
 */
export class LogCleaner {
  private readonly clock: Clock;
  private readonly logger: Logger;
  private readonly directories: readonly LogDirectory[];
  private readonly throttle: Throttle;
  private settings: CleanerSettings;
  /** Logs whose damage stopped a pass. */
  private readonly uncleanable = new WeakSet<Log>();
  private timer: Timer | null = null;
  private round: Promise<void> | null = null;
  private readonly stopping = { isWanted: false };

  constructor(clock: Clock, logger: Logger, directories: readonly LogDirectory[], settings: CleanerSettings) {
    this.clock = clock;
    this.logger = logger.with('[LogCleaner] ');
    this.directories = directories;
    this.settings = settings;
    this.throttle = new Throttle(clock, settings.bytesPerSecond);
  }

  /** Takes effect with the next pass; the limit of bytes a second at once. */
  configure(settings: CleanerSettings): void {
    this.settings = settings;
    this.throttle.bytesPerSecond = settings.bytesPerSecond;
    this.throttle.release();
  }

  start(): void {
    this.after(0);
  }

  /** Settles when no pass is under way any more; one that is gives up. */
  async stop(): Promise<void> {
    this.stopping.isWanted = true;
    this.timer?.cancel();
    this.throttle.release();
    await this.round;
  }

  private after(delayMs: number): void {
    this.timer = this.clock.setTimer(delayMs, () => {
      this.round = this.work();
    });
  }

  private async work(): Promise<void> {
    let didClean = false;
    try {
      didClean = await this.cleanDirtiest();
      for (const { log } of this.compacted()) log.dropUnretained();
    } finally {
      if (!this.stopping.isWanted) this.after(didClean ? 0 : this.settings.backoffMs);
    }
  }

  private *compacted(): Generator<{ readonly directory: LogDirectory; readonly log: Log }> {
    for (const directory of this.directories) {
      if (!directory.isOnline) continue;
      for (const log of directory.logs) {
        const isOurs = log.options.compacts && log.status === 'open' && !log.isFuture;
        if (isOurs && !this.uncleanable.has(log)) yield { directory, log };
      }
    }
  }

  /** @returns whether there was one */
  private async cleanDirtiest(): Promise<boolean> {
    let dirtiest: Candidate | null = null;
    for (const { directory, log } of this.compacted()) {
      const cleanable = this.cleanableOf(directory, log);
      if (cleanable === null) continue;
      if (cleanable.isReset) log.cleanedOffset = cleanable.firstDirtyOffset;
      if (!cleanable.isDue) continue;
      if (dirtiest === null || cleanable.dirtyRatio > dirtiest.cleanable.dirtyRatio) {
        dirtiest = { directory, log, cleanable };
      }
    }
    if (dirtiest === null) return false;
    return await this.clean(dirtiest);
  }

  private async clean({ directory, log, cleanable }: Candidate): Promise<boolean> {
    const name = partitionDirectoryName(log.topic, log.partition);
    const { keyBytes, loadFactor, readBytes } = this.settings;
    const { throttle, stopping: stop } = this;
    const means: CleaningMeans = { keyBytes, loadFactor, readBytes, throttle, stop };
    const startedMs = this.clock.monotonicMs();
    try {
      const report = await log.clean(cleanable, means);
      this.logger.info(described(name, report, cleanable, this.clock.monotonicMs() - startedMs));
      await directory.saveCleanedOffsets();
      return true;
    } catch (cause) {
      this.onFailure(directory, log, cause);
      return false;
    }
  }

  private cleanableOf(directory: LogDirectory, log: Log): Cleanable | null {
    try {
      return log.cleanable();
    } catch (cause) {
      this.onFailure(directory, log, cause);
      return null;
    }
  }

  /** One log that cannot be cleaned must not keep the others from it. */
  private onFailure(directory: LogDirectory, log: Log, cause: unknown): void {
    const name = partitionDirectoryName(log.topic, log.partition);
    if (cause instanceof CleaningAbortedError) {
      this.logger.info(`Cleaning of ${name} was given up: ${cause.message}`);
      return;
    }
    this.uncleanable.add(log);
    const what = cause instanceof UncleanableLogError ? cause.message : 'an unexpected error';
    this.logger.error(`Marking ${name} in ${directory.path} as uncleanable: ${what}`, cause);
  }
}

function described(name: string, report: CleaningReport, cleanable: Cleanable, tookMs: number): string {
  const { recordsRead, recordsKept, bytesRead, bytesKept, endOffset } = report;
  return (
    `Cleaned log ${name} (dirty section = [${cleanable.firstDirtyOffset}, ${endOffset - 1}]) in ${Math.round(tookMs)}ms: ` +
    `${recordsKept} of ${recordsRead} records kept, ${bytesRead} bytes read, ${bytesKept} written`
  );
}
