import type { Logger } from '../base/host.js';
import { AtomicFile } from './atomic-file.js';
import { decodeEpochs } from './checkpoint.js';
import { CLEAN_SHUTDOWN_FILE } from './clean-shutdown.js';
import {
  joinPath,
  LEADER_EPOCH_FILE,
  parentPath,
  RECOVERY_POINT_FILE,
  TRANSACTION_INDEX_SUFFIX,
} from './file-names.js';
import { LeaderEpochs } from './leader-epochs.js';
import { loadSegments, tidyDirectory } from './load-segments.js';
import type { LogContext } from './log-context.js';
import type { LogOptions } from './log-options.js';
import { ProducerSnapshots } from './producer-snapshots.js';
import { ProducerState } from './producer-state.js';
import { rebuildProducers } from './rebuild-producers.js';
import { recallBatches } from './recall-batches.js';
import { Segment } from './segment.js';
import { recoverSegment } from './segment-recovery.js';
import type { Segments } from './segments.js';
import { CorruptLogError } from './storage-error.js';
import { isCorruption } from './stored-batch.js';

/** What is known of a log before its directory is read. */
export interface LoadFacts {
  /** The directory was stopped cleanly: nothing has to be recovered. */
  readonly isCleanStart: boolean;
  /** All below is on the platter; from the checkpoint, 0 when it has no entry. */
  readonly recoveryPoint: number;
  /** From the checkpoint, 0 when it has no entry. */
  readonly logStartOffset: number;
}

/** A log as its directory gives it. */
export interface LoadedLog {
  readonly segments: Segments;
  readonly producers: ProducerState;
  readonly snapshots: ProducerSnapshots;
  readonly epochs: LeaderEpochs;
  readonly epochFile: AtomicFile;
  readonly logStartOffset: number;
  readonly logEndOffset: number;
  readonly recoveryPoint: number;
  /** Whether files came or went that the directory on the platter does not know. */
  readonly hasNewFiles: boolean;
  /** Their indexes were made anew, and are not synced. */
  readonly recovered: readonly Segment[];
  /** Taken out of the log; their files are to be renamed and removed later. */
  readonly dropped: readonly Segment[];
}

/**
 * Opens a partition directory after a clean stop or a kill, with the same result as Apache Kafka 4.3.1 for every
 * kind of damage: after a kill every batch from the recovery point on is read and the log ends before the first
 * that is not whole; after a clean stop the files are believed.
 *
 * @throws CorruptLogError when the directory cannot be opened at all
 */
export function loadLog(
  context: LogContext,
  directory: string,
  name: string,
  options: LogOptions,
  facts: LoadFacts,
): LoadedLog {
  try {
    return new Loading(context, directory, name, options, facts).load();
  } catch (cause) {
    if (!isCorruption(cause)) throw cause;
    throw new CorruptLogError(
      directory,
      `A batch in ${directory} that was whole is damaged: ${(cause as Error).message}. Remove ${CLEAN_SHUTDOWN_FILE} and ` +
        `${RECOVERY_POINT_FILE} from ${parentPath(directory)} to have it recovered up to there.`,
      cause,
    );
  }
}

class Loading {
  private readonly context: LogContext;
  private readonly directory: string;
  private readonly name: string;
  private readonly options: LogOptions;
  private readonly facts: LoadFacts;
  private readonly logger: Logger;
  private readonly nowMs: number;
  private readonly recovered: Segment[] = [];
  private readonly dropped: Segment[] = [];
  private readonly names: readonly string[];
  private readonly snapshots: ProducerSnapshots;
  private readonly epochFile: AtomicFile;
  private readonly epochs: LeaderEpochs;

  constructor(context: LogContext, directory: string, name: string, options: LogOptions, facts: LoadFacts) {
    this.context = context;
    this.directory = directory;
    this.name = name;
    this.options = options;
    this.facts = facts;
    this.logger = context.logger.with(`[LogLoader partition=${name}, dir=${parentPath(directory)}] `);
    this.nowMs = context.clock.nowMs();
    this.names = tidyDirectory(context.files, directory, this.logger);
    this.snapshots = new ProducerSnapshots(context.disk, this.logger, directory, this.names);
    this.epochFile = new AtomicFile(context.disk, joinPath(directory, LEADER_EPOCH_FILE), context.syncs);
    this.epochs = new LeaderEpochs(decodeEpochs(this.epochFile.read() ?? '', this.epochFile.path));
  }

  load(): LoadedLog {
    const { context, directory, facts, epochs, snapshots } = this;
    const { segments, damaged } = loadSegments(context.files, directory, this.names, this.nowMs, this.logger);
    for (const { segment, reason } of damaged) {
      // Those that are recovered anyway wait for their turn: what lies before them is not known to be whole yet.
      if (!facts.isCleanStart && segments.from(facts.recoveryPoint).includes(segment)) continue;
      this.logger.warn(`Segment ${segment.log.path} is recovered and its indexes are rebuilt: ${reason}`);
      this.recover(segment, segments);
    }
    if (!facts.isCleanStart) {
      this.repairIndexes(segments);
      this.recoverUnflushed(segments);
    }
    const logEndOffset = this.endOffsetOf(segments);
    const logStartOffset = Math.max(facts.logStartOffset, segments.first.baseOffset);
    epochs.truncateFromEnd(logEndOffset);
    epochs.truncateFromStart(facts.logStartOffset);
    snapshots.removeStray(segments.all.map(({ baseOffset }) => baseOffset));
    const producers = new ProducerState(this.name);
    this.rebuild(producers, segments, logStartOffset, logEndOffset, facts.isCleanStart);
    if (!facts.isCleanStart) recallBatches(producers, segments);
    return {
      segments,
      producers,
      snapshots,
      epochs,
      epochFile: this.epochFile,
      logStartOffset,
      logEndOffset,
      recoveryPoint: facts.isCleanStart ? logEndOffset : Math.min(facts.recoveryPoint, logEndOffset),
      hasNewFiles: this.names.length === 0 || !facts.isCleanStart,
      recovered: this.recovered.filter((segment) => !this.dropped.includes(segment)),
      dropped: this.dropped,
    };
  }

  /**
   * A power cut soon after a roll may leave the index of a segment below the recovery point uncut, with zeros that
   * would be taken for entries. Its transaction index got no entry by the roll, and stays.
   */
  private repairIndexes(segments: Segments): void {
    for (const segment of segments.all.slice(0, Math.max(segments.floorIndex(this.facts.recoveryPoint), 0))) {
      const { offsetIndex, timeIndex } = segment;
      const endsInZeros = offsetIndex.entries.endsInZeros() || timeIndex.entries.endsInZeros();
      // The time index of a sealed segment has an entry: there is none when this was interrupted once.
      if (!endsInZeros && (timeIndex.entries.count > 0 || segment.sizeBytes === 0)) continue;
      this.logger.warn(`Segment ${segment.log.path} is recovered and its indexes are rebuilt: they end in zeros`);
      this.recover(segment, segments, true);
    }
  }

  /** Every segment at or above the recovery point, and the one that holds it. */
  private recoverUnflushed(segments: Segments): void {
    for (const segment of segments.from(this.facts.recoveryPoint)) {
      this.logger.debug(`Recovering unflushed segment ${segment.baseOffset}`);
      const cutBytes = this.recover(segment, segments);
      if (cutBytes === 0) continue;
      const later = segments.atOrAbove(segment.baseOffset + 1);
      this.logger.warn(
        `Corruption found in segment ${segment.baseOffset}, ${cutBytes} bytes cut; ` +
          `truncating to offset ${segment.findEndOffset()} and deleting ${later.length} later segments`,
      );
      this.drop(later, segments);
      return;
    }
  }

  private recover(segment: Segment, segments: Segments, keepsTransactions = false): number {
    const { context, epochs } = this;
    const producers = new ProducerState(this.name);
    this.rebuild(producers, segments, this.facts.logStartOffset, segment.baseOffset, false);
    const cutBytes = recoverSegment(
      segment,
      producers,
      epochs,
      this.options.indexIntervalBytes,
      context.logger,
      keepsTransactions,
    );
    this.snapshots.take(producers);
    this.recovered.push(segment);
    const isBelow = segment.baseOffset < this.facts.recoveryPoint;
    if (isBelow && !keepsTransactions && !segment.transactionIndex.isEmpty) {
      // Once a later segment is begun this one counts as whole, and no start reads its markers again.
      context.disk.syncNow(segment.pathOf(TRANSACTION_INDEX_SUFFIX));
      context.disk.syncNow(this.directory);
    }
    return cutBytes;
  }

  private rebuild(
    producers: ProducerState,
    segments: Segments,
    logStartOffset: number,
    endOffset: number,
    isCleanStart: boolean,
  ): void {
    const { nowMs } = this;
    const { producerIdExpirationMs } = this.context;
    rebuildProducers(producers, this.snapshots, segments, {
      logStartOffset,
      endOffset,
      isCleanStart,
      nowMs,
      producerIdExpirationMs,
    });
  }

  /** Where the log ends. One that ends below its start has lost its files, and begins anew there. */
  private endOffsetOf(segments: Segments): number {
    const { logStartOffset } = this.facts;
    if (!segments.isEmpty) {
      const endOffset = this.findEndOffset(segments.active);
      if (endOffset >= logStartOffset) return endOffset;
      this.logger.warn(
        `Deleting all segments because the log end offset ${endOffset} is smaller than the log start offset ` +
          `${logStartOffset}. This could happen if segment files were deleted from the file system.`,
      );
      this.epochs.clear();
      this.snapshots.removeAll();
      this.drop(segments.atOrAbove(0), segments);
    }
    const { options, context, directory, nowMs } = this;
    segments.add(
      Segment.create(context.files, directory, logStartOffset, {
        indexBytes: options.indexBytes,
        preallocateBytes: options.preallocate ? options.segmentBytes : 0,
        nowMs,
      }),
    );
    return logStartOffset;
  }

  private findEndOffset(active: Segment): number {
    try {
      return active.findEndOffset();
    } catch (cause) {
      if (!isCorruption(cause)) throw cause;
      throw new CorruptLogError(
        active.log.path,
        `${active.log.path} does not end with a whole batch though the broker was stopped cleanly: ` +
          `${(cause as Error).message}. Remove .kafka_cleanshutdown from ${parentPath(this.directory)} to have it recovered.`,
        cause,
      );
    }
  }

  /**
   * A segment whose files take the name of another one made anew must be out of the way at once, and must not come
   * back with a power cut among batches that are written in its place: newest first, so that no gap stays, and synced.
   */
  private drop(dropped: readonly Segment[], segments: Segments): void {
    segments.remove(dropped);
    for (const segment of [...dropped].reverse()) {
      segment.markDeleted();
      this.snapshots.remove(segment.baseOffset);
      this.dropped.push(segment);
    }
    if (dropped.length > 0) this.context.disk.syncNow(this.directory);
  }
}
