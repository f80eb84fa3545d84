import type { Clock, Logger } from '../base/host.js';
import type { ErrorName } from '../protocol/errors.js';
import { baseOffset, batchSizeBytes } from '../protocol/records/batch-header.js';
import { batchStarts } from '../protocol/records/batch-reader.js';
import { CONFIG_BROKER } from '../state/metadata/config-resource.js';
import type { MetadataImage } from '../state/metadata/image.js';
import { parentPath } from '../storage/file-names.js';
import type { Log } from '../storage/log.js';
import type { LogDirs } from '../storage/log-dirs.js';
import { Throttle } from '../storage/throttle.js';
import type { Partition } from './partition.js';
import type { Partitions } from './partitions.js';

const LIMIT_KEY = 'replica.alter.log.dirs.io.max.bytes.per.second';
const COPY_BYTES = 1024 * 1024;
/** A directory name longer than this cannot be made; that of a copy has 40 characters more than the partition's. */
const MAX_NAME_LENGTH = 255;
const FUTURE_SUFFIX_LENGTH = '.'.length + 32 + '-future'.length;

export interface ReplicaMovesOptions {
  readonly dirs: LogDirs;
  readonly partitions: Partitions;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tells the controller that the replica is in the log directory `path`; settles when that is in the metadata. */
  assign(partition: Partition, path: string): Promise<void>;
}

/**
 * Moves replicas between the log directories of this broker: copies a log while it is written, and puts the copy in its
 * place in the step in which nothing is left to be copied (KIP-113).
 */
export class ReplicaMoves {
  private readonly options: ReplicaMovesOptions;
  private readonly throttle: Throttle;
  private isClosed = false;

  constructor(options: ReplicaMovesOptions) {
    this.options = options;
    this.throttle = new Throttle(options.clock, Number.POSITIVE_INFINITY);
  }

  /** Takes the limit that was set for all brokers, or for this one. */
  configure(image: MetadataImage, nodeId: number): void {
    const own = image.configsOf(CONFIG_BROKER, String(nodeId)).get(LIMIT_KEY);
    const limit = own ?? image.configsOf(CONFIG_BROKER, '').get(LIMIT_KEY);
    const bytesPerSecond = limit === undefined ? Number.POSITIVE_INFINITY : Number(limit);
    if (bytesPerSecond === this.throttle.bytesPerSecond) return;
    this.throttle.bytesPerSecond = bytesPerSecond;
    this.throttle.release();
  }

  /** Begins, or begins anew to another directory. To the directory that the replica is in: gives a move up. */
  start(topic: string, index: number, path: string): ErrorName {
    const { dirs, partitions } = this.options;
    const partition = partitions.get(topic, index);
    if (`${topic}-${index}`.length + FUTURE_SUFFIX_LENGTH > MAX_NAME_LENGTH) return 'INVALID_TOPIC_EXCEPTION';
    const directory = dirs.directories.find((one) => one.path === path);
    if (directory === undefined) return 'LOG_DIR_NOT_FOUND';
    if (!directory.isOnline) return 'KAFKA_STORAGE_ERROR';
    const copy = dirs.getFuture(topic, index);
    if (copy !== undefined && !directory.logs.has(copy)) dirs.removeFuture(topic, index);
    if (partition === undefined) {
      dirs.placement.prefer(topic, index, path);
      return 'REPLICA_NOT_AVAILABLE';
    }
    if (directory.logs.has(partition.log) || dirs.getFuture(topic, index) !== undefined) return 'NONE';
    if (dirs.directories.some(({ isOnline }) => !isOnline)) return 'KAFKA_STORAGE_ERROR';
    dirs.createFuture(topic, index, partition.topicId, partition.log.options, path);
    this.run(partition);
    return 'NONE';
  }

  /** Goes on with what a stop interrupted. */
  resume(): void {
    for (const partition of this.options.partitions.all()) {
      if (this.options.dirs.getFuture(partition.topic, partition.index) !== undefined) this.run(partition);
    }
  }

  close(): void {
    this.isClosed = true;
    this.throttle.release();
  }

  private run(partition: Partition): void {
    this.copy(partition).catch((cause) => {
      this.options.logger.error(`Moving ${partition.name} to another log directory failed`, cause);
    });
  }

  private async copy(partition: Partition): Promise<void> {
    const { dirs, logger } = this.options;
    const copy = dirs.getFuture(partition.topic, partition.index);
    if (copy === undefined) return;
    const { log } = partition;
    // What compaction does to the log from now on is in what was copied before or not: it may be cleaned once more.
    const { cleanedOffset } = log;
    logger.info(`Moving ${partition.name} from ${log.directory} to ${copy.directory}`);
    let isAssigned = false;
    while (this.isWanted(partition, log, copy)) {
      if (copy.logEndOffset > log.logEndOffset) copy.truncateTo(log.logEndOffset);
      if (copy.logEndOffset < log.logStartOffset) copy.truncateFullyTo(log.logStartOffset);
      if (copy.logEndOffset >= log.logEndOffset) {
        if (isAssigned) {
          copy.cleanedOffset = cleanedOffset;
          this.finish(partition, copy);
          return;
        }
        // First the metadata: a log in a directory that it does not name would be set aside by the next start.
        await this.options.assign(partition, parentPath(copy.directory));
        isAssigned = true;
        continue;
      }
      if (!(await this.copySome(partition, log, copy))) return;
    }
  }

  private isWanted({ topic, index, log: current }: Partition, log: Log, copy: Log): boolean {
    return !this.isClosed && current === log && this.options.dirs.getFuture(topic, index) === copy;
  }

  /** @returns false when one of both logs fails, or the move was given up meanwhile */
  private async copySome(partition: Partition, log: Log, copy: Log): Promise<boolean> {
    const request = { offset: copy.logEndOffset, maxBytes: COPY_BYTES, upTo: 'logEnd', minOneBatch: true } as const;
    const read = await log.read(request);
    if (read.kind !== 'records') return read.error === 'OFFSET_OUT_OF_RANGE';
    const { records } = read;
    await this.throttle.took(records.length);
    if (!this.isWanted(partition, log, copy) || copy.status !== 'open') return false;
    const batches = wholeBatches(records);
    if (batches.length === 0)
      throw new Error(`${log.directory} ends at ${log.logEndOffset}, and has nothing above ${request.offset}`);
    const first = baseOffset(batches, 0);
    // The log may start within its first batch.
    if (first < copy.logEndOffset && copy.logStartOffset === copy.logEndOffset) copy.truncateFullyTo(first);
    // A copy, since both logs keep recent batches in memory.
    const appended = copy.appendRaw(Buffer.from(batches));
    copy.updateHighWatermark(log.highWatermark);
    return appended.kind === 'appended';
  }

  private finish(partition: Partition, copy: Log): void {
    const { dirs, logger } = this.options;
    copy.updateHighWatermark(partition.log.highWatermark);
    copy.advanceLogStart(partition.log.logStartOffset);
    partition.log = dirs.promoteFuture(partition.topic, partition.index);
    this.options.partitions.wakeAll(partition);
    logger.info(`${partition.name} is in ${partition.log.directory} now`);
  }
}

/** The last batch of what was read may be cut. */
function wholeBatches(records: Buffer): Buffer {
  let end = 0;
  for (const at of batchStarts(records)) end = at + batchSizeBytes(records, at);
  return records.subarray(0, end);
}
