import { BufferPool } from '../../src/base/buffer-pool.js';
import type { Disk } from '../../src/base/disk.js';
import { readRecords } from '../../src/protocol/records/batch-reader.js';
import type { ValidationRules } from '../../src/protocol/records/validate-batch.js';
import { Log } from '../../src/storage/log.js';
import type { LogContext } from '../../src/storage/log-context.js';
import { DEFAULT_LOG_OPTIONS, type LogOptions } from '../../src/storage/log-options.js';
import { OpenFiles } from '../../src/storage/open-files.js';
import { RecentBatchesPool } from '../../src/storage/recent-batches.js';
import type { LoadFacts } from '../../src/storage/recovery.js';
import { SyncQueue } from '../../src/storage/sync-queue.js';
import { MemoryDisk } from './memory-disk.js';
import { RecordingLogger } from './recording-logger.js';
import { SeededRandom } from './seeded-random.js';
import { VirtualClock } from './virtual-clock.js';

export interface LogBedOptions<AnyDisk extends Disk> {
  readonly disk?: AnyDisk;
  readonly path?: string;
  readonly options?: Partial<LogOptions>;
  /** 0 turns memory off, so that all is read from files. */
  readonly recentBytes?: number;
  readonly maxOpenFiles?: number;
  readonly producerIdExpirationMs?: number;
}

/** One log, `t-0`, and the machine that it stands on. */
export class LogBed<AnyDisk extends Disk = MemoryDisk> {
  readonly disk: AnyDisk;
  readonly clock = new VirtualClock();
  readonly logger = new RecordingLogger();
  readonly failures: unknown[] = [];
  readonly buffers = new BufferPool(1 << 20);
  readonly options: LogOptions;
  readonly directory: string;
  log: Log;
  private readonly settings: LogBedOptions<AnyDisk>;

  constructor(settings: LogBedOptions<AnyDisk> = {}) {
    this.settings = settings;
    this.disk = settings.disk ?? (new MemoryDisk() as unknown as AnyDisk);
    // Records of tests are as old as it suits them.
    this.options = { ...DEFAULT_LOG_OPTIONS, retentionMs: Number.POSITIVE_INFINITY, ...settings.options };
    this.directory = `${settings.path ?? '/logs'}/t-0`;
    this.log = this.open({ isCleanStart: true, recoveryPoint: 0, logStartOffset: 0 });
  }

  private context(): LogContext {
    const { recentBytes = 1 << 20 } = this.settings;
    return {
      disk: this.disk,
      clock: this.clock,
      random: new SeededRandom(7),
      logger: this.logger,
      files: new OpenFiles(this.disk, this.settings.maxOpenFiles ?? 50),
      syncs: new SyncQueue(this.disk, 8),
      recent: new RecentBatchesPool(recentBytes, recentBytes),
      buffers: this.buffers,
      producerIdExpirationMs: this.settings.producerIdExpirationMs ?? Number.POSITIVE_INFINITY,
    };
  }

  private open(facts: LoadFacts): Log {
    const place = { topic: 't', partition: 0, directory: this.directory };
    return Log.open(this.context(), place, this.options, facts, (cause) => this.failures.push(cause));
  }

  /** Stops the log cleanly and opens it again. */
  async restart(logStartOffset = 0): Promise<Log> {
    const { recoveryPoint } = this.log;
    await this.log.close();
    this.log = this.open({ isCleanStart: true, recoveryPoint, logStartOffset });
    return this.log;
  }

  /** Leaves the files as they are and opens the log again. */
  kill(facts: Partial<LoadFacts> = {}): Log {
    this.log.abandon();
    return this.reopen(facts);
  }

  reopen(facts: Partial<LoadFacts> = {}): Log {
    this.log = this.open({ isCleanStart: false, recoveryPoint: 0, logStartOffset: 0, ...facts });
    return this.log;
  }

  rules(overrides: Partial<ValidationRules> = {}): ValidationRules {
    return {
      topicPartition: 't-0',
      compacted: false,
      timestampType: 'CreateTime',
      nowMs: this.clock.nowMs(),
      timestampBeforeMaxMs: Number.POSITIVE_INFINITY,
      timestampAfterMaxMs: Number.POSITIVE_INFINITY,
      maxMessageBytes: 1024 * 1024,
      compression: 'producer',
      produceVersion: 12,
      ...overrides,
    };
  }

  /** Appends as a client does, and lets all replicas have it. */
  append(records: Buffer, leaderEpoch = 0): ReturnType<Log['append']> {
    const result = this.log.append(records, { leaderEpoch, rules: this.rules() });
    this.log.updateHighWatermark(this.log.logEndOffset);
    return result;
  }

  /** Files of the partition directory with their sizes. */
  files(): Record<string, number> {
    const names = this.disk.list(this.directory);
    return Object.fromEntries(
      names.map((name) => [name, this.disk.stat(`${this.directory}/${name}`)?.sizeBytes ?? -1]),
    );
  }

  /** Offsets and values of all records from the log start on. */
  async records(): Promise<[number, string][]> {
    const found: [number, string][] = [];
    for (let offset = this.log.logStartOffset; offset < this.log.logEndOffset; ) {
      const result = await this.log.read({ offset, maxBytes: 1, upTo: 'logEnd', minOneBatch: true });
      if (result.kind !== 'records') throw new Error(result.message);
      if (result.records.length === 0) break;
      const records = readRecords(result.records, 0).filter((record) => record.offset >= offset);
      found.push(...records.map((record): [number, string] => [record.offset, String(record.value)]));
      offset = (records.at(-1)?.offset ?? offset) + 1;
    }
    return found;
  }

  async values(): Promise<string[]> {
    return (await this.records()).map(([, value]) => value);
  }
}
