import type { Disk, DiskLock } from '../base/disk.js';
import type { Logger } from '../base/host.js';
import { AtomicFile } from './atomic-file.js';
import { decodeOffsets, encodeOffsets, type PartitionOffset } from './checkpoint.js';
import { CLEAN_SHUTDOWN_FILE, decodeCleanShutdown, encodeCleanShutdown } from './clean-shutdown.js';
import {
  CLEANER_FILE,
  HIGH_WATERMARK_FILE,
  joinPath,
  LOCK_FILE,
  LOG_START_FILE,
  METADATA_TOPIC,
  type PartitionDirectoryName,
  parsePartitionDirectory,
  partitionDirectoryName,
  RECOVERY_POINT_FILE,
} from './file-names.js';
import type { Log } from './log.js';
import { CorruptLogError, LogDirectoryInUseError } from './storage-error.js';
import type { SyncQueue } from './sync-queue.js';

export interface FoundPartition extends PartitionDirectoryName {
  readonly path: string;
}

/** What the checkpoints of a log directory say, by `topic-partition`. */
export interface DirectoryCheckpoints {
  readonly recoveryPoints: ReadonlyMap<string, number>;
  readonly logStartOffsets: ReadonlyMap<string, number>;
  readonly highWatermarks: ReadonlyMap<string, number>;
  /** Of logs that were compacted. */
  readonly cleanedOffsets: ReadonlyMap<string, number>;
}

/** One of `log.dirs`: its lock, its checkpoints, its mark of a clean stop, and the logs that lie in it. */
export class LogDirectory {
  readonly path: string;
  /** Partition logs, and copies that are being made here. */
  readonly logs = new Set<Log>();
  isOnline = true;
  /** Whether the last stop was clean; known after `start`. */
  wasCleanStop = false;
  /** The broker epoch that the last clean stop left; -1 when it was none. */
  previousBrokerEpoch = -1;
  private readonly disk: Disk;
  private readonly logger: Logger;
  private readonly lock: DiskLock;
  private readonly recoveryPoints: AtomicFile;
  private readonly logStarts: AtomicFile;
  private readonly highWatermarks: AtomicFile;
  private readonly cleanedOffsets: AtomicFile;

  /** Makes the directory when it is missing, and locks it. @throws LogDirectoryInUseError, DiskError */
  constructor(disk: Disk, syncs: SyncQueue, logger: Logger, path: string) {
    this.path = path;
    this.disk = disk;
    this.logger = logger;
    disk.makeDirectory(path);
    const lock = disk.lock(joinPath(path, LOCK_FILE));
    if (lock === null) throw new LogDirectoryInUseError(path);
    this.lock = lock;
    this.recoveryPoints = new AtomicFile(disk, joinPath(path, RECOVERY_POINT_FILE), syncs);
    this.logStarts = new AtomicFile(disk, joinPath(path, LOG_START_FILE), syncs);
    this.highWatermarks = new AtomicFile(disk, joinPath(path, HIGH_WATERMARK_FILE), syncs);
    this.cleanedOffsets = new AtomicFile(disk, joinPath(path, CLEANER_FILE), syncs);
  }

  /**
   * Reads and removes the mark of a clean stop, and reads the checkpoints; those that are missing are made, empty.
   *
   * @param compacts whether there will be a checkpoint of compaction
   */
  start(compacts: boolean): DirectoryCheckpoints {
    const { disk } = this;
    const marker = joinPath(this.path, CLEAN_SHUTDOWN_FILE);
    if (disk.stat(marker) !== null) {
      this.wasCleanStop = true;
      this.previousBrokerEpoch = decodeCleanShutdown(disk.readWhole(marker).toString('utf8'));
      // Before anything is written: a crash from here on is an unclean stop.
      disk.remove(marker);
      disk.syncNow(this.path);
    }
    return {
      recoveryPoints: this.offsetsOr(this.recoveryPoints, 'all logs are recovered from their start'),
      logStartOffsets: this.offsetsOf(this.logStarts),
      highWatermarks: this.offsetsOr(this.highWatermarks, 'high watermarks begin at the log starts'),
      cleanedOffsets: compacts ? this.offsetsOr(this.cleanedOffsets, 'all is compacted again') : new Map(),
    };
  }

  private offsetsOf(file: AtomicFile): Map<string, number> {
    const text = file.read();
    if (text === null) this.disk.writeWhole(file.path, '');
    const entries = decodeOffsets(text ?? '', file.path);
    return new Map(entries.map(({ topic, partition, offset }) => [partitionDirectoryName(topic, partition), offset]));
  }

  private offsetsOr(file: AtomicFile, consequence: string): Map<string, number> {
    try {
      return this.offsetsOf(file);
    } catch (cause) {
      if (!(cause instanceof CorruptLogError)) throw cause;
      this.logger.error(`${cause.message}; ${consequence}`);
      return new Map();
    }
  }

  /** The partition directories in it, but for that of the metadata log, which its owner opens itself. */
  partitions(): FoundPartition[] {
    const found: FoundPartition[] = [];
    for (const name of this.disk.list(this.path)) {
      const parsed = parsePartitionDirectory(name);
      if (parsed === null || parsed.topic === METADATA_TOPIC) continue;
      const path = joinPath(this.path, name);
      if (this.disk.stat(path)?.kind === 'directory') found.push({ ...parsed, path });
    }
    return found;
  }

  async saveHighWatermarks(): Promise<void> {
    await this.highWatermarks.save(this.encode((log) => log.highWatermark));
  }

  async saveRecoveryPoints(): Promise<void> {
    await this.recoveryPoints.save(this.encode((log) => log.recoveryPoint));
  }

  /** Only of logs that begin inside their first segment: the names of the files tell the start of the others. */
  async saveLogStarts(): Promise<void> {
    await this.logStarts.save(
      this.encode((log) => (log.logStartOffset > log.firstSegmentOffset ? log.logStartOffset : null)),
    );
  }

  /** Kept even where no log has one, as Apache Kafka's: a log that is compacted no more may be again. */
  async saveCleanedOffsets(): Promise<void> {
    await this.cleanedOffsets.save(this.encode((log) => log.cleanedOffset));
  }

  private encode(offsetOf: (log: Log) => number | null): string {
    const entries: PartitionOffset[] = [];
    for (const log of this.logs) {
      const offset = offsetOf(log);
      if (offset !== null) entries.push({ topic: log.topic, partition: log.partition, offset });
    }
    return encodeOffsets(entries);
  }

  /**
   * The end of a clean stop, after all logs are closed: the checkpoints, then the mark that says that they are
   * whole, then the lock.
   */
  async finish(brokerEpoch: number): Promise<void> {
    await this.saveRecoveryPoints();
    await this.saveLogStarts();
    await this.saveHighWatermarks();
    const marker = joinPath(this.path, CLEAN_SHUTDOWN_FILE);
    this.disk.writeWhole(marker, encodeCleanShutdown(brokerEpoch));
    await this.disk.sync(marker);
    await this.disk.sync(this.path);
    this.release();
  }

  release(): void {
    this.lock.release();
  }
}
