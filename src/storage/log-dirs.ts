import { type Disk, DiskError } from '../base/disk.js';
import type { Logger } from '../base/host.js';
import { Breath } from './breath.js';
import { type CleanerSettings, LogCleaner } from './cleaner/log-cleaner.js';
import { DirectoryTasks, type TaskIntervals } from './directory-tasks.js';
import { joinPath, METADATA_TOPIC, partitionDirectoryName, suffixedDirectoryName } from './file-names.js';
import { Log } from './log.js';
import { type LogContext, type LogContextOptions, newLogContext } from './log-context.js';
import { type DirectoryCheckpoints, type FoundPartition, LogDirectory } from './log-directory.js';
import { DEFAULT_LOG_OPTIONS, type LogOptions } from './log-options.js';
import { LogPlacement } from './log-placement.js';
import { CorruptLogError } from './storage-error.js';
import type { SyncQueue } from './sync-queue.js';

const UNIQUE_BYTES = 16;
/** Logs that are synced and closed at the same time in a clean stop. */
const CLOSING_TOGETHER = 8;
const PROGRESS_EVERY_MS = 5000;

export interface LogDirsOptions extends LogContextOptions, TaskIntervals {
  /** log.dirs */
  readonly paths: readonly string[];
  /** The broker's own settings: for what is no topic's. */
  readonly defaults?: LogOptions;
  /** A directory failed and its logs are gone; told once each. */
  readonly onOffline?: (path: string, cause: unknown) => void;
  /** log.cleaner.*; left out or null for a broker that compacts nothing. */
  readonly cleaner?: CleanerSettings | null;
}

/** The log directories of a broker and all partition logs in them. */
export class LogDirs {
  readonly directories: readonly LogDirectory[];
  readonly placement: LogPlacement;
  private readonly options: LogDirsOptions;
  private readonly context: LogContext;
  private readonly defaults: LogOptions;
  private readonly current = new Map<string, Log>();
  /** Copies that are being made in another directory, to take the place of the current one. */
  private readonly future = new Map<string, Log>();
  /** Directories of which logs went in this turn, and whether one of them was compacted. */
  private readonly unsaved = new Map<LogDirectory, boolean>();
  private readonly tasks: DirectoryTasks;
  private readonly cleaner: LogCleaner | null;

  private constructor(options: LogDirsOptions) {
    const { disk, clock, logger } = options;
    this.options = options;
    this.defaults = options.defaults ?? DEFAULT_LOG_OPTIONS;
    this.context = newLogContext(options);
    this.directories = lockAll(disk, this.context.syncs, logger, options.paths);
    this.placement = new LogPlacement(this.directories);
    this.tasks = new DirectoryTasks(clock, this.directories, (directory, cause) => this.offline(directory, cause));
    const { cleaner = null } = options;
    this.cleaner = cleaner === null ? null : new LogCleaner(clock, logger, this.directories, cleaner);
  }

  /** Makes what is missing and locks all directories. @throws LogDirectoryInUseError, DiskError */
  static open(options: LogDirsOptions): LogDirs {
    return new LogDirs(options);
  }

  /**
   * Opens all logs, recovering those of directories that were not stopped cleanly.
   *
   * @param optionsOf the settings of a topic
   * @throws CorruptLogError when what lies there cannot be opened, as Apache Kafka then does not start either
   */
  async load(optionsOf: (topic: string) => LogOptions = () => this.defaults): Promise<void> {
    for (const directory of this.directories) {
      try {
        await this.loadDirectory(directory, optionsOf);
      } catch (cause) {
        if (!(cause instanceof DiskError)) throw cause;
        this.offline(directory, cause);
      }
    }
    this.tasks.start(this.options, (log) => this.cleaner !== null && log.options.compacts);
    this.cleaner?.start();
  }

  /** New settings for a running broker. */
  configureCleaner(settings: CleanerSettings): void {
    this.cleaner?.configure(settings);
  }

  /** producer.id.expiration.ms of a running broker. */
  configureProducers(expirationMs: number): void {
    this.context.producerIdExpirationMs = expirationMs;
  }

  private async loadDirectory(directory: LogDirectory, optionsOf: (topic: string) => LogOptions): Promise<void> {
    const { clock, logger } = this.options;
    const checkpoints = directory.start(this.cleaner !== null);
    const found = directory.partitions();
    const how = directory.wasCleanStop
      ? 'no recovery is needed after its clean stop'
      : 'recovering, since it was not stopped cleanly';
    logger.info(`Loading ${found.length} logs from ${directory.path}: ${how}`);
    const startedMs = clock.monotonicMs();
    const breath = new Breath(clock);
    let toldMs = startedMs;
    for (const [index, partition] of found.entries()) {
      this.loadPartition(directory, partition, optionsOf(partition.topic), checkpoints);
      const nowMs = clock.monotonicMs();
      if (nowMs - toldMs >= PROGRESS_EVERY_MS) {
        logger.info(`Loaded ${index + 1} of ${found.length} logs from ${directory.path}`);
        toldMs = nowMs;
      }
      await breath.take();
    }
    const tookMs = Math.round(clock.monotonicMs() - startedMs);
    logger.info(`Loaded ${found.length} logs from ${directory.path} in ${tookMs}ms`);
  }

  private loadPartition(
    directory: LogDirectory,
    found: FoundPartition,
    options: LogOptions,
    checkpoints: DirectoryCheckpoints,
  ): void {
    const { kind, topic, partition, path } = found;
    if (kind === 'stray') return;
    if (kind === 'delete') {
      this.removeLater(directory, path);
      return;
    }
    const name = partitionDirectoryName(topic, partition);
    const logs = kind === 'future' ? this.future : this.current;
    const twin = logs.get(name);
    if (twin !== undefined) {
      throw new CorruptLogError(
        path,
        `Duplicate log directories found: ${path}, ${twin.directory}. Remove one of them.`,
      );
    }
    const log = this.openLog(directory, { topic, partition, directory: path }, options, {
      isCleanStart: directory.wasCleanStop,
      recoveryPoint: checkpoints.recoveryPoints.get(name) ?? 0,
      logStartOffset: checkpoints.logStartOffsets.get(name) ?? 0,
    });
    log.updateHighWatermark(checkpoints.highWatermarks.get(name) ?? 0);
    log.cleanedOffset = checkpoints.cleanedOffsets.get(name) ?? null;
    logs.set(name, log);
  }

  private openLog(
    directory: LogDirectory,
    place: { topic: string; partition: number; directory: string },
    options: LogOptions,
    facts: { isCleanStart: boolean; recoveryPoint: number; logStartOffset: number },
  ): Log {
    const log = Log.open(this.context, place, options, facts, (cause) => this.offline(directory, cause));
    directory.logs.add(log);
    return log;
  }

  /**
   * Opens the metadata log, which no checkpoint knows: it is recovered at every start (measured on 4.3.1).
   *
   * @param path metadata.log.dir; one of the directories or another one
   */
  openMetadataLog(path: string, options: LogOptions): Log {
    const place = {
      topic: METADATA_TOPIC,
      partition: 0,
      directory: joinPath(path, partitionDirectoryName(METADATA_TOPIC, 0)),
    };
    const facts = { isCleanStart: false, recoveryPoint: 0, logStartOffset: 0 };
    const directory = this.directories.find((candidate) => candidate.path === path);
    return Log.open(this.context, place, options, facts, (cause) => {
      if (directory !== undefined) this.offline(directory, cause);
      else this.options.onOffline?.(path, cause);
    });
  }

  /** The broker epoch that the last stop left; -1 unless it was a clean one of all directories. Known after `load`. */
  get previousBrokerEpoch(): number {
    const epochs = new Set(this.directories.map((directory) => directory.previousBrokerEpoch));
    const [epoch] = epochs;
    return epochs.size === 1 && epoch !== undefined ? epoch : -1;
  }

  get(topic: string, partition: number): Log | undefined {
    return this.current.get(partitionDirectoryName(topic, partition));
  }

  /** The copy that is being made in another directory. */
  getFuture(topic: string, partition: number): Log | undefined {
    return this.future.get(partitionDirectoryName(topic, partition));
  }

  get logs(): Iterable<Log> {
    return this.current.values();
  }

  /**
   * The log of a partition that comes to this broker, made when it is not there.
   *
   * @param path the log directory; left to itself it takes the one with the fewest logs
   * @throws DiskError
   */
  create(topic: string, partition: number, topicId: string, options: LogOptions, path?: string): Log {
    const name = partitionDirectoryName(topic, partition);
    const existing = this.current.get(name);
    if (existing !== undefined) return existing;
    const directory = this.placement.choose(topic, partition, path);
    const log = this.createIn(directory, name, topic, partition, topicId, options);
    this.current.set(name, log);
    return log;
  }

  /** Of the file system that a directory is on. @throws DiskError */
  spaceOf(directory: LogDirectory): { readonly totalBytes: number; readonly usableBytes: number } {
    return this.context.disk.freeBytes(directory.path);
  }

  /** An empty log in another directory, to copy the partition to; `promoteFuture` puts it in place. */
  createFuture(topic: string, partition: number, topicId: string, options: LogOptions, path: string): Log {
    const name = partitionDirectoryName(topic, partition);
    const existing = this.future.get(name);
    if (existing !== undefined) return existing;
    const directory = this.placement.at(path);
    const log = this.createIn(directory, this.suffixed(topic, partition, 'future'), topic, partition, topicId, options);
    this.future.set(name, log);
    return log;
  }

  private createIn(
    directory: LogDirectory,
    directoryName: string,
    topic: string,
    partition: number,
    topicId: string,
    options: LogOptions,
  ): Log {
    const path = joinPath(directory.path, directoryName);
    const facts = { isCleanStart: true, recoveryPoint: 0, logStartOffset: 0 };
    try {
      const log = this.openLog(directory, { topic, partition, directory: path }, options, facts);
      log.setTopicId(topicId);
      this.tasks.inBackground(directory, this.context.syncs.sync(directory.path));
      return log;
    } catch (cause) {
      if (cause instanceof DiskError) this.offline(directory, cause);
      throw cause;
    }
  }

  /** Takes a partition's log away: its directory becomes `TOPIC-P.HEX-delete` at once and goes later. */
  remove(topic: string, partition: number): void {
    const name = partitionDirectoryName(topic, partition);
    const log = this.current.get(name);
    if (log === undefined) return;
    this.current.delete(name);
    this.discard(log);
  }

  /** Gives up the copy in another directory. */
  removeFuture(topic: string, partition: number): void {
    const name = partitionDirectoryName(topic, partition);
    const log = this.future.get(name);
    if (log === undefined) return;
    this.future.delete(name);
    this.discard(log);
  }

  private discard(log: Log): void {
    const directory = this.renameAway(log, 'delete');
    if (directory === null) return;
    this.saveSoon(directory, this.cleaner !== null && log.cleanedOffset !== null);
  }

  /** The checkpoints of a directory, once for all logs that go in one turn: each save names all that are left. */
  private saveSoon(directory: LogDirectory, withCleaned: boolean): void {
    const due = this.unsaved.get(directory);
    this.unsaved.set(directory, (due ?? false) || withCleaned);
    if (due === undefined) this.tasks.inBackground(directory, this.saveUnsaved(directory));
  }

  private async saveUnsaved(directory: LogDirectory): Promise<void> {
    await null;
    const withCleaned = this.unsaved.get(directory);
    this.unsaved.delete(directory);
    await directory.saveRecoveryPoints();
    await directory.saveLogStarts();
    if (withCleaned) await directory.saveCleanedOffsets();
  }

  /** Sets a log aside that the metadata does not place here: it becomes `-stray` and stays, as measured on 4.3.1. */
  setAside(topic: string, partition: number): void {
    const name = partitionDirectoryName(topic, partition);
    const log = this.current.get(name);
    if (log === undefined) return;
    this.options.logger.warn(`Setting the stray log ${log.directory} aside`);
    this.current.delete(name);
    this.renameAway(log, 'stray');
  }

  /** The copy has caught up: it takes the place of the current log, which is deleted. */
  promoteFuture(topic: string, partition: number): Log {
    const name = partitionDirectoryName(topic, partition);
    const copy = this.future.get(name);
    if (copy === undefined) throw new RangeError(`${name} has no future log`);
    this.remove(topic, partition);
    const directory = this.directoryOf(copy);
    copy.moveTo(joinPath(directory.path, name));
    this.future.delete(name);
    this.current.set(name, copy);
    this.tasks.inBackground(directory, this.context.syncs.sync(directory.path));
    return copy;
  }

  private renameAway(log: Log, kind: 'delete' | 'stray'): LogDirectory | null {
    const directory = this.directoryOf(log);
    directory.logs.delete(log);
    log.abandon();
    const path = joinPath(directory.path, this.suffixed(log.topic, log.partition, kind));
    try {
      this.context.disk.rename(log.directory, path);
    } catch (cause) {
      this.offline(directory, cause);
      return null;
    }
    this.tasks.inBackground(directory, this.context.syncs.sync(directory.path));
    if (kind === 'delete') this.removeLater(directory, path);
    return directory;
  }

  private directoryOf(log: Log): LogDirectory {
    return this.directories.find((directory) => directory.logs.has(log)) as LogDirectory;
  }

  private suffixed(topic: string, partition: number, kind: 'delete' | 'future' | 'stray'): string {
    return suffixedDirectoryName(topic, partition, kind, this.options.random.bytes(UNIQUE_BYTES));
  }

  private removeLater(directory: LogDirectory, path: string): void {
    this.tasks.after(this.defaults.fileDeleteDelayMs, () => {
      try {
        this.context.disk.removeTree(path);
      } catch (cause) {
        this.offline(directory, cause);
      }
    });
  }

  /**
   * A clean stop: all logs closed, the checkpoints and the marks written, the locks given back. A directory whose
   * disk fails meanwhile gets no mark.
   */
  async close(brokerEpoch = -1): Promise<void> {
    this.tasks.stop();
    await this.cleaner?.stop();
    for (const directory of this.directories) {
      if (!directory.isOnline) {
        directory.release();
        continue;
      }
      await closeTogether([...directory.logs]);
      try {
        if (directory.isOnline) await directory.finish(brokerEpoch);
      } catch (cause) {
        this.offline(directory, cause);
      }
    }
  }

  /** Lets go of everything without writing anything more, as a kill would. */
  abandon(): void {
    this.tasks.stop();
    void this.cleaner?.stop();
    for (const directory of this.directories) {
      for (const log of directory.logs) log.abandon();
      directory.release();
    }
  }

  /** The disk under a directory failed: its logs are gone for this broker until it starts again. */
  private offline(directory: LogDirectory, cause: unknown): void {
    if (!directory.isOnline) return;
    directory.isOnline = false;
    this.options.logger.error(`Stopping serving logs in dir ${directory.path}`, cause);
    for (const logs of [this.current, this.future]) {
      for (const [name, log] of logs) {
        if (!directory.logs.has(log)) continue;
        logs.delete(name);
        log.abandon();
      }
    }
    directory.logs.clear();
    this.options.onOffline?.(directory.path, cause);
  }
}

function lockAll(disk: Disk, syncs: SyncQueue, logger: Logger, paths: readonly string[]): LogDirectory[] {
  const directories: LogDirectory[] = [];
  try {
    for (const path of paths) directories.push(new LogDirectory(disk, syncs, logger, path));
  } catch (cause) {
    for (const directory of directories) directory.release();
    throw cause;
  }
  return directories;
}

async function closeTogether(logs: Log[]): Promise<void> {
  const closeNext = async (): Promise<void> => {
    for (let log = logs.pop(); log !== undefined; log = logs.pop()) await log.close();
  };
  await Promise.all(Array.from({ length: CLOSING_TOGETHER }, closeNext));
}
