import { DiskError } from '../base/disk.js';
import type { Logger, Timer } from '../base/host.js';
import type { AtomicFile } from './atomic-file.js';
import { encodeEpochs } from './checkpoint.js';
import { joinPath, LEADER_EPOCH_FILE, parentPath, partitionDirectoryName } from './file-names.js';
import type { LeaderEpochs } from './leader-epochs.js';
import type { LogContext } from './log-context.js';
import type { LogOptions } from './log-options.js';
import type { ProducerSnapshots } from './producer-snapshots.js';
import type { ProducerState } from './producer-state.js';
import type { RecentBatches } from './recent-batches.js';
import type { LoadedLog } from './recovery.js';
import { Segment } from './segment.js';
import type { Segments } from './segments.js';
import { type StorageFailure, storageFailure } from './storage-error.js';

/** `closed` and `removed` logs take nothing any more; a `failed` one met an error of the disk. */
export type LogStatus = 'open' | 'closed' | 'removed' | 'failed';

/**
 * What a log is made of, and the changes that several of its operations share. For `log.ts` and its parts alone;
 * everybody else has a `Log`.
 */
export class LogState {
  readonly context: LogContext;
  readonly logger: Logger;
  readonly topic: string;
  readonly partition: number;
  /** `topic-0` */
  readonly name: string;
  directory: string;
  options: LogOptions;
  readonly segments: Segments;
  readonly producers: ProducerState;
  readonly snapshots: ProducerSnapshots;
  readonly epochs: LeaderEpochs;
  readonly epochFile: AtomicFile;
  readonly recent: RecentBatches;
  logStartOffset: number;
  logEndOffset: number;
  highWatermark: number;
  /** All below it is on the platter. */
  recoveryPoint: number;
  /** Compaction took all below into account; null when it never ran. */
  cleanedOffset: number | null = null;
  status: LogStatus = 'open';
  /** Goes up whenever records go from the end. */
  truncations = 0;
  /** Segments that were sealed since the last flush. */
  unsyncedSegments: Segment[] = [];
  /** Whether files came or went since the directory was synced. */
  unsyncedNames = false;
  /** Whether the partition directory's own name, and the small files in it, may be new to the platter. */
  unsyncedDirectory = false;
  /** The flush that runs, and the one that is to run after it. */
  flushing: Promise<void> | null = null;
  nextFlush: Promise<void> | null = null;
  private readonly onFailure: (cause: unknown) => void;
  private readonly removals = new Map<Timer, () => void>();

  constructor(
    context: LogContext,
    place: { topic: string; partition: number; directory: string },
    options: LogOptions,
    loaded: LoadedLog,
    onFailure: (cause: unknown) => void,
  ) {
    this.context = context;
    this.topic = place.topic;
    this.partition = place.partition;
    this.name = partitionDirectoryName(place.topic, place.partition);
    this.directory = place.directory;
    this.logger = context.logger.with(`[UnifiedLog partition=${this.name}, dir=${this.parent}] `);
    this.options = options;
    this.segments = loaded.segments;
    this.producers = loaded.producers;
    this.snapshots = loaded.snapshots;
    this.epochs = loaded.epochs;
    this.epochFile = loaded.epochFile;
    this.recent = context.recent.forLog();
    this.logStartOffset = loaded.logStartOffset;
    this.logEndOffset = loaded.logEndOffset;
    this.highWatermark = loaded.logStartOffset;
    this.recoveryPoint = loaded.recoveryPoint;
    this.onFailure = onFailure;
    this.setJitter(this.segments.active);
    this.unsyncedNames = loaded.hasNewFiles;
    this.unsyncedSegments = [...loaded.recovered];
    this.unsyncedDirectory = loaded.hasNewFiles;
    for (const segment of loaded.dropped) this.later(() => segment.removeFiles());
  }

  get parent(): string {
    return parentPath(this.directory);
  }

  /** The end of what is decided: below it no transaction is open, or not known on all replicas to have ended. */
  get lastStableOffset(): number {
    const unstable = this.producers.firstUnstableOffset;
    if (unstable === null) return this.highWatermark;
    return Math.min(Math.max(unstable, this.logStartOffset), this.highWatermark);
  }

  /** Why nothing can be read or written; null when the log is open. */
  unusable(): StorageFailure | null {
    if (this.status === 'open') return null;
    return storageFailure(
      'KAFKA_STORAGE_ERROR',
      `The log for partition ${this.name} in ${this.parent} is ${this.status}`,
    );
  }

  /** The disk failed: the log is not written again, and its directory is told. */
  fail(cause: unknown): void {
    if (this.status === 'removed' || this.status === 'failed') return;
    this.status = 'failed';
    this.onFailure(cause);
  }

  failed(cause: unknown, what: string): StorageFailure {
    if (!(cause instanceof DiskError)) throw cause;
    this.logger.error(`Error while ${what} ${this.name} in dir ${this.parent}`, cause);
    this.fail(cause);
    return storageFailure(
      'KAFKA_STORAGE_ERROR',
      `Error while ${what} ${this.name} in dir ${this.parent}: ${cause.message}`,
    );
  }

  /**
   * Begins a new active segment.
   *
   * @param baseOffset the first offset that it will hold, not below the log's end
   */
  roll(baseOffset: number): void {
    const { context, options, producers, snapshots } = this;
    const { active } = this.segments;
    if (active.baseOffset === baseOffset) return;
    producers.endOffset = baseOffset;
    snapshots.take(producers);
    active.cutOverwritten();
    active.seal();
    this.unsyncedSegments.push(active);
    this.addSegment(baseOffset);
    this.logger.debug(
      `Rolled new log segment at offset ${baseOffset} at ${context.clock.nowMs()}, ${options.segmentBytes}`,
    );
  }

  addSegment(baseOffset: number): void {
    const { context, options } = this;
    const segment = Segment.create(context.files, this.directory, baseOffset, {
      indexBytes: options.indexBytes,
      preallocateBytes: options.preallocate ? options.segmentBytes : 0,
      nowMs: context.clock.nowMs(),
    });
    this.setJitter(segment);
    this.segments.add(segment);
    this.unsyncedNames = true;
  }

  private setJitter(segment: Segment): void {
    const limitMs = Math.min(this.options.segmentJitterMs, this.options.segmentMs);
    segment.jitterMs = limitMs === 0 ? 0 : Math.floor(this.context.random.fraction() * limitMs);
  }

  /**
   * Takes segments out of the log; their files go after `fileDeleteDelayMs`.
   *
   * @param keptSnapshot the base offset whose producer snapshot stays
   */
  drop(segments: readonly Segment[], keptSnapshot: number | null = null): void {
    if (segments.length === 0) return;
    this.segments.remove(segments);
    this.unsyncedNames = true;
    const snapshots: string[] = [];
    for (const segment of segments) {
      segment.markDeleted();
      const { baseOffset } = segment;
      const snapshot = baseOffset === keptSnapshot ? null : this.snapshots.markDeleted(baseOffset);
      if (snapshot !== null) snapshots.push(snapshot);
    }
    this.later(() => {
      for (const segment of segments) segment.removeFiles();
      for (const path of snapshots) this.context.disk.remove(path);
    });
  }

  /** `cleaned`, whose files are swap files, takes the place of `old`: neighbours, the first of its base offset. */
  replace(old: readonly Segment[], cleaned: Segment): void {
    this.drop(old, cleaned.baseOffset);
    cleaned.rename('');
    this.segments.add(cleaned);
  }

  private later(remove: () => void): void {
    const timer = this.context.clock.setTimer(this.options.fileDeleteDelayMs, () => {
      this.removals.delete(timer);
      try {
        remove();
      } catch (cause) {
        this.failed(cause, 'deleting segments for');
      }
    });
    this.removals.set(timer, remove);
  }

  /** Leaves files that wait for their removal to the next start. */
  cancelRemovals(): void {
    for (const timer of this.removals.keys()) timer.cancel();
    this.removals.clear();
  }

  /** The partition directory has another name now. */
  moved(directory: string): void {
    this.directory = directory;
    for (const segment of this.segments.all) segment.movedTo(directory);
    this.snapshots.movedTo(directory);
    this.epochFile.moveTo(joinPath(directory, LEADER_EPOCH_FILE));
    this.unsyncedDirectory = true;
  }

  /** Writes the leader epochs down; settles once they are on the platter. */
  saveEpochs(): Promise<void> {
    return this.epochFile.save(encodeEpochs(this.epochs.all)).catch((cause) => this.fail(cause));
  }
}
