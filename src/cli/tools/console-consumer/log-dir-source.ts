import { DiskError } from '../../../base/disk.js';
import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import { partitionKey } from '../../../client/topic-partition.js';
import { Breath } from '../../../storage/breath.js';
import { findPartitions, logStartOffset, type PartitionPlace } from '../../../storage/offline/find-partitions.js';
import { endOffsetOf, type Trouble } from '../../../storage/offline/offline-reader.js';
import { logBound } from '../../../storage/offline/segment-files.js';
import { CorruptLogError } from '../../../storage/storage-error.js';
import { toolLogger } from '../../connect-to.js';
import type { Io } from '../../io.js';
import { ToolError } from '../../tool-error.js';
import { LogDirPartition } from './log-dir-partition.js';
import { checkDirectories, wantedIn } from './log-dir-topics.js';
import { LOGGER } from './log-error.js';
import type { ConsumerOptions, Source, StartOffset } from './options.js';
import type { RecordSource } from './record-source.js';

/** How much is read before it is printed. */
const POLL_BYTES = 1024 * 1024;
/** How often a log is looked at that somebody may write to. */
const LOOK_AGAIN_MS = 100;
const LOOK_FOR_PARTITIONS_MS = 1000;
/** With more partitions than that, files are closed between two looks at them. */
const MOST_OPEN_FILES = 100;

/**
 * Records of the logs in log directories, one partition after the other. What there was at the start is read and then
 * it ends; where records are waited for it follows the logs, and finds partitions that are made.
 */
export class LogDirSource implements RecordSource {
  isDone = false;
  private readonly options: ConsumerOptions;
  private readonly io: Io;
  private readonly logger;
  private readonly breath: Breath;
  private readonly directories: readonly string[];
  private source: Source = { topic: '' };
  private start: StartOffset = 'earliest';
  /** Whether the end of a log is no end. */
  private follows = false;
  private partitions: LogDirPartition[] = [];
  /** Whose turn it is, and how many in a row had nothing. */
  private turn = 0;
  private idle = 0;
  /** Where partitions were left that went away, perhaps into another directory. */
  private readonly left = new Map<string, number>();
  private failure: ToolError | null = null;
  private lookedMs = 0;
  private isStopped = false;
  private endPause: () => void = () => undefined;

  constructor(options: ConsumerOptions, io: Io) {
    this.options = options;
    this.io = io;
    this.logger = toolLogger(io, LOGGER);
    this.breath = new Breath(io.host.clock);
    this.directories = options.logDirs ?? [];
  }

  begin(): void {
    const { options, io, directories } = this;
    const { disk } = io.host;
    this.source = options.source();
    this.start = startOf(this.source, options);
    this.follows = options.timeoutMs !== null || this.start === 'latest';
    this.lookedMs = io.host.clock.monotonicMs();
    this.reading(() => {
      checkDirectories(disk, directories);
      const places = wantedIn(findPartitions(disk, directories), this.source, directories);
      this.partitions = places.map((place) => this.open(place, this.start));
    });
  }

  async poll(timeoutMs: number): Promise<ConsumedRecords[]> {
    const { clock } = this.io.host;
    const deadlineMs = clock.monotonicMs() + timeoutMs;
    await this.breath.take();
    while (!this.isStopped) {
      const records = this.reading(() => this.readSome());
      if (records.length > 0 || this.isDone) return records;
      const leftMs = deadlineMs - clock.monotonicMs();
      if (leftMs <= 0) break;
      await this.pause(Math.min(leftMs, LOOK_AGAIN_MS));
    }
    return [];
  }

  wakeup(): void {
    this.isStopped = true;
    this.endPause();
  }

  notice(): string | null {
    if (this.start !== 'latest' || !this.io.stderr.isTerminal) return null;
    return 'Only what is written from now on is shown; --from-beginning shows what is there.';
  }

  whyNothingCame(): null {
    return null;
  }

  close(): Promise<void> {
    for (const partition of this.partitions) partition.close();
    return Promise.resolve();
  }

  private open(place: PartitionPlace, start: StartOffset): LogDirPartition {
    const { options, io } = this;
    const { disk, clock } = io.host;
    const first = this.logStart(place);
    const wanted = start === 'latest' ? endOffsetOf(disk, place.path) : start === 'earliest' ? first : start;
    return new LogDirPartition(disk, clock, place, {
      fromOffset: Math.max(first, wanted),
      bound: this.follows ? null : logBound(disk, place.path),
      isReadCommitted: options.isReadCommitted,
    });
  }

  private logStart(place: PartitionPlace): number {
    try {
      return logStartOffset(this.io.host.disk, place);
    } catch (error) {
      if (!(error instanceof CorruptLogError)) throw error;
      this.logger.warn(`${error.message}; deleted records that are still there are shown, too`);
      return 0;
    }
  }

  private readSome(): ConsumedRecords[] {
    const records: ConsumedRecords[] = [];
    let sizeBytes = 0;
    this.idle = 0;
    while (this.failure === null && sizeBytes < POLL_BYTES && this.idle < this.partitions.length) {
      const partition = this.partitions[this.turn % this.partitions.length] as LogDirPartition;
      if (!this.step(partition)) break;
      if (partition.records === null) continue;
      records.push(partition.records);
      sizeBytes += partition.sizeBytes;
      partition.records = null;
      this.idle = 0;
    }
    if (records.length > 0) return records;
    if (this.failure !== null) throw this.failure;
    if (this.follows) this.findMore();
    else this.isDone = this.partitions.length === 0;
    return records;
  }

  /** False where there is nothing to go on with before some time has passed. */
  private step(partition: LogDirPartition): boolean {
    const state = partition.next();
    if (state === 'records') return true;
    if (state === 'damaged') this.damaged(partition);
    else if (state === 'gone') this.leave(partition);
    else if (this.follows) this.rest(partition);
    else if (state === 'waiting') return false;
    else {
      if (state === 'unfinished') this.logger.warn(unfinishedText(partition));
      this.leave(partition);
    }
    return true;
  }

  private rest(partition: LogDirPartition): void {
    if (this.partitions.length > MOST_OPEN_FILES) partition.close();
    this.idle++;
    this.turn++;
  }

  private leave(partition: LogDirPartition): void {
    partition.close();
    const { place } = partition;
    this.left.set(partitionKey(place.topic, place.partition), partition.nextOffset);
    this.partitions = this.partitions.filter((each) => each !== partition);
    this.turn = this.partitions.length === 0 ? 0 : this.turn % (this.partitions.length + 1);
  }

  private damaged(partition: LogDirPartition): void {
    const message = damageText(partition);
    if (this.options.skipsErrors) {
      this.logger.error(`${message} Skipping it.`);
      partition.skip();
    } else {
      this.failure = new ToolError(`${message} --skip-message-on-error goes on behind it.`);
    }
  }

  /** Partitions that came since the last look are begun with their first record, and one that moved where it was left. */
  private findMore(): void {
    const { disk, clock } = this.io.host;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.lookedMs < LOOK_FOR_PARTITIONS_MS) return;
    this.lookedMs = nowMs;
    const known = new Set(this.partitions.map(({ place }) => place.path));
    for (const place of wantedIn(findPartitions(disk, this.directories), this.source, null)) {
      if (known.has(place.path)) continue;
      const left = this.left.get(partitionKey(place.topic, place.partition)) ?? 0;
      this.partitions.push(this.open(place, left <= endOffsetOf(disk, place.path) ? left : 'earliest'));
    }
  }

  private pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.io.host.clock.setTimer(delayMs, resolve);
      this.endPause = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  private reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      throw new ToolError(`Cannot read ${error.path}: ${error.message}`);
    }
  }
}

function startOf(source: Source, options: ConsumerOptions): StartOffset {
  if ('partition' in source) return source.offset;
  return options.isFromBeginning ? 'earliest' : 'latest';
}

function damageText({ place, trouble }: LogDirPartition): string {
  const { path, position, offset, reason } = trouble as Trouble;
  const where = partitionKey(place.topic, place.partition);
  return `${path} is damaged at position ${position}, where offset ${offset} of ${where} should be: ${reason}.`;
}

function unfinishedText({ place, trouble }: LogDirPartition): string {
  const { path, position, offset, reason } = trouble as Trouble;
  const where = partitionKey(place.topic, place.partition);
  return `${path} was not written to its end: ${where} ends before offset ${offset}, at position ${position} (${reason}).`;
}
