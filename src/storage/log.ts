import type { Timer } from '../base/host.js';
import { type ValidationRules, validateBatch } from '../protocol/records/validate-batch.js';
import { type AppendFacts, checkNumberedBatches, factsOf, numberBatches } from './append-facts.js';
import { AtomicFile } from './atomic-file.js';
import { encodeEpochs } from './checkpoint.js';
import { type Cleanable, cleanableOf } from './cleaner/cleanable.js';
import { type CleaningMeans, CleaningPass, type CleaningReport, cleaningFailure } from './cleaner/cleaning-pass.js';
import { joinPath, PARTITION_METADATA_FILE, partitionDirectoryName } from './file-names.js';
import type { EpochEndOffset } from './leader-epochs.js';
import { type AppendResult, appendFailure, appendRefused, writeBatches } from './log-append.js';
import type { LogContext } from './log-context.js';
import { advanceStart, truncateFullyTo, truncateTo } from './log-cut.js';
import { flushLog } from './log-flush.js';
import type { LogOptions } from './log-options.js';
import { abortedBetween, limitOffset, type ReadLimit, type ReadRequest, type ReadResult, readLog } from './log-read.js';
import { LogState, type LogStatus } from './log-state.js';
import { type FoundOffset, offsetForTimestamp } from './offset-lookup.js';
import { decodePartitionMetadata, encodePartitionMetadata } from './partition-metadata.js';
import type { CheckOptions, ProducerEntry } from './producer-state.js';
import { type LoadFacts, loadLog } from './recovery.js';
import { dropUnretained } from './retention.js';
import { CorruptLogError, type StorageFailure, storageFailure } from './storage-error.js';
import { isCorruption, storedBaseOffset, storedLeaderEpoch, storedSizeBytes } from './stored-batch.js';
import type { AbortedTransaction } from './transaction-index.js';
import type { VerificationGuard } from './transaction-verifications.js';

export interface LeaderAppend {
  readonly leaderEpoch: number;
  readonly rules: ValidationRules;
  /** Refuse the first batch of a transaction without `guard` (transaction.partition.verification.enable). */
  readonly verificationRequired?: boolean;
  readonly guard?: VerificationGuard | null;
}

export interface OwnAppend {
  readonly leaderEpoch: number;
  /** transaction.version of the coordinator, when the batches are markers. */
  readonly transactionVersion?: number;
  /** Refuse the first batch of a transaction without `guard`. */
  readonly verificationRequired?: boolean;
  readonly guard?: VerificationGuard | null;
}

/**
 * The log of a partition: batches in the order of their offsets, in the directory `TOPIC-PARTITION`, exactly as
 * Apache Kafka 4.3.1 keeps them. Appends are one synchronous step from checking to the page cache; reads are
 * asynchronous unless what is wanted was written lately.
 */
export class Log {
  private readonly state: LogState;
  private readonly metadataFile: AtomicFile;
  private id: string | null;
  private flushTimer: Timer | null = null;

  private constructor(state: LogState, metadataFile: AtomicFile) {
    this.state = state;
    this.metadataFile = metadataFile;
    const text = metadataFile.read();
    this.id = text === null ? null : decodePartitionMetadata(text, metadataFile.path);
  }

  /**
   * Opens the log in a partition directory, which is made when it is missing.
   *
   * @param onFailure is told once when the disk failed
   * @throws CorruptLogError, DiskError
   */
  static open(
    context: LogContext,
    place: { readonly topic: string; readonly partition: number; readonly directory: string },
    options: LogOptions,
    facts: LoadFacts,
    onFailure: (cause: unknown) => void,
  ): Log {
    const { directory, topic, partition } = place;
    context.disk.makeDirectory(directory);
    const loaded = loadLog(context, directory, partitionDirectoryName(topic, partition), options, facts);
    const state = new LogState(context, place, options, loaded, onFailure);
    const log = new Log(
      state,
      new AtomicFile(context.disk, joinPath(directory, PARTITION_METADATA_FILE), context.syncs),
    );
    if ((loaded.epochFile.read() ?? '') !== encodeEpochs(loaded.epochs.all) && loaded.epochs.all.length > 0) {
      void state.saveEpochs();
    }
    return log;
  }

  get topic(): string {
    return this.state.topic;
  }

  get partition(): number {
    return this.state.partition;
  }

  /** The partition directory's path. */
  get directory(): string {
    return this.state.directory;
  }

  /** Whether it is a copy that is being made, to take the place of the log in another directory. */
  get isFuture(): boolean {
    return this.state.directory.endsWith('-future');
  }

  get status(): LogStatus {
    return this.state.status;
  }

  get options(): LogOptions {
    return this.state.options;
  }

  /** 22 characters; null when the directory does not say. */
  get topicId(): string | null {
    return this.id;
  }

  get logStartOffset(): number {
    return this.state.logStartOffset;
  }

  /** The offset of the next record. */
  get logEndOffset(): number {
    return this.state.logEndOffset;
  }

  get highWatermark(): number {
    return this.state.highWatermark;
  }

  /** Readers of committed records see what is below. */
  get lastStableOffset(): number {
    return this.state.lastStableOffset;
  }

  get recoveryPoint(): number {
    return this.state.recoveryPoint;
  }

  get sizeBytes(): number {
    return this.state.segments.sizeBytes;
  }

  /** Base offset of the oldest segment. */
  get firstSegmentOffset(): number {
    return this.state.segments.first.baseOffset;
  }

  get segmentCount(): number {
    return this.state.segments.all.length;
  }

  get latestEpoch(): number | null {
    return this.state.epochs.latest?.epoch ?? null;
  }

  /** Takes effect at once; what a segment is made with (index size, jitter) at the next roll. */
  configure(options: LogOptions): void {
    this.state.options = options;
  }

  /** Writes down which topic the directory belongs to. @throws RangeError when it belongs to another one */
  setTopicId(topicId: string): void {
    if (this.id === topicId) return;
    if (this.id !== null) {
      throw new RangeError(
        `Tried to assign topic ID ${topicId} to log for topic partition ${this.state.name}, ` +
          `but log already contained topic ID ${this.id}`,
      );
    }
    this.id = topicId;
    void this.metadataFile.save(encodePartitionMetadata(topicId)).catch((cause) => this.state.fail(cause));
  }

  /**
   * Checks, numbers and writes what a producer sent. `records` may be changed in place, and may be kept: the caller
   * must not touch it afterwards.
   */
  append(records: Buffer, options: LeaderAppend): AppendResult {
    const unusable = this.state.unusable();
    if (unusable !== null) return appendFailure(unusable);
    const validated = validateBatch(records, options.rules);
    if (!validated.accepted) {
      const { errorName, message, replyMessage, recordErrors } = validated;
      return appendFailure(storageFailure(errorName, message), replyMessage, recordErrors);
    }
    const { verificationRequired, guard } = options;
    const check: CheckOptions = { origin: 'client', verificationRequired, guard };
    return this.appendAsLeader(validated.batch, options.leaderEpoch, check, validated.logAppendTimeMs);
  }

  /** Numbers and writes batches that the broker itself made: of its coordinators, and transaction markers. */
  appendOwn(batches: Buffer, options: OwnAppend): AppendResult {
    const unusable = this.state.unusable();
    if (unusable !== null) return appendFailure(unusable);
    const { leaderEpoch, ...rules } = options;
    return this.appendAsLeader(batches, leaderEpoch, { origin: 'coordinator', ...rules }, -1);
  }

  private appendAsLeader(
    batches: Buffer,
    leaderEpoch: number,
    check: CheckOptions,
    logAppendTimeMs: number,
  ): AppendResult {
    numberBatches(batches, this.state.logEndOffset, leaderEpoch);
    this.startLeaderEpoch(leaderEpoch);
    return this.afterAppend(writeBatches(this.state, batches, factsOf(batches), check, logAppendTimeMs));
  }

  /** Writes batches that have their offsets already: a leader's, or those of the metadata log. */
  appendRaw(batches: Buffer): AppendResult {
    const { state } = this;
    const unusable = state.unusable();
    if (unusable !== null) return appendFailure(unusable);
    let facts: AppendFacts;
    try {
      checkNumberedBatches(batches);
      facts = factsOf(batches);
    } catch (cause) {
      if (!isCorruption(cause)) throw cause;
      return appendRefused('CORRUPT_MESSAGE', `${(cause as Error).message} in topic partition ${state.name}.`);
    }
    if (facts.baseOffset < state.logEndOffset) {
      return appendRefused(
        'UNKNOWN_SERVER_ERROR',
        `Unexpected offset in append to ${state.name}. First offset ${facts.baseOffset} is less than the next offset ` +
          `${state.logEndOffset}. Last offset in append: ${facts.lastOffset}. Log start offset = ${state.logStartOffset}`,
      );
    }
    this.takeEpochs(batches);
    return this.afterAppend(writeBatches(state, batches, facts, { origin: 'replication' }, -1));
  }

  private takeEpochs(batches: Buffer): void {
    let changed = false;
    for (let at = 0; at < batches.length; at += storedSizeBytes(batches, at)) {
      const epoch = storedLeaderEpoch(batches, at);
      if (epoch >= 0 && this.state.epochs.assign(epoch, storedBaseOffset(batches, at))) changed = true;
    }
    if (changed) void this.state.saveEpochs();
  }

  private afterAppend(result: AppendResult): AppendResult {
    if (result.kind !== 'appended') return result;
    const { options, logEndOffset, recoveryPoint, context } = this.state;
    if (logEndOffset - recoveryPoint >= options.flushMessages) return { ...result, flushed: this.flush() };
    if (options.flushMs !== Number.POSITIVE_INFINITY && this.flushTimer === null) {
      this.flushTimer = context.clock.setTimer(options.flushMs, () => {
        this.flushTimer = null;
        void this.flush();
      });
    }
    return result;
  }

  /** Batches from the one that holds an offset on; a promise only when a file must be read. */
  read(request: ReadRequest): ReadResult | Promise<ReadResult> {
    return readLog(this.state, request);
  }

  /** The transactions that a reader of the offsets `from` to `to` (exclusive) must leave out. */
  abortedTransactions(from: number, to: number): AbortedTransaction[] {
    return abortedBetween(this.state, from, to);
  }

  /**
   * The offset for a timestamp of ListOffsets; the negative ones ask for an end of the log. Null when no record
   * that the reader may see is as young.
   */
  offsetForTimestamp(timestamp: number, upTo: ReadLimit): FoundOffset | null {
    return offsetForTimestamp(this.state, timestamp, limitOffset(this.state, upTo));
  }

  /**
   * What to answer when {@link offsetForTimestamp} or {@link abortedTransactions} threw: stored bytes that are no batch
   * concern who asked alone, an error of the disk the whole directory.
   */
  failureOf(cause: unknown): StorageFailure {
    if (!isCorruption(cause) && !(cause instanceof CorruptLogError)) return this.state.failed(cause, 'reading from');
    return storageFailure('CORRUPT_MESSAGE', `${this.state.name}: ${(cause as Error).message}`);
  }

  /** Where a leader epoch ended in this log (KIP-101, KIP-320). */
  endOffsetForEpoch(epoch: number): EpochEndOffset {
    return this.state.epochs.endOffsetFor(epoch, this.state.logEndOffset);
  }

  /** This broker leads the partition in `epoch` from the log's end on. */
  startLeaderEpoch(epoch: number): void {
    const { epochs, logEndOffset } = this.state;
    if (epochs.assign(epoch, logEndOffset)) void this.state.saveEpochs();
  }

  /** Moves the high watermark, within the bounds of the log. @returns what it is then */
  updateHighWatermark(offset: number): number {
    const { state } = this;
    state.highWatermark = Math.max(state.logStartOffset, Math.min(offset, state.logEndOffset));
    state.producers.replicatedTo(state.highWatermark);
    return state.highWatermark;
  }

  /** Records below `offset` are gone for readers (DeleteRecords). OFFSET_OUT_OF_RANGE above the high watermark. */
  advanceLogStart(offset: number): StorageFailure | null {
    return this.state.unusable() ?? advanceStart(this.state, offset);
  }

  /** Takes out the segments that the settings do not keep any longer. @returns how many */
  dropUnretained(): number {
    if (this.state.status !== 'open') return 0;
    try {
      return dropUnretained(this.state);
    } catch (cause) {
      this.state.failed(cause, 'deleting old segments of');
      return 0;
    }
  }

  /** Compaction took all below into account; null when it never ran. For the cleaner checkpoint. */
  get cleanedOffset(): number | null {
    return this.state.cleanedOffset;
  }

  set cleanedOffset(offset: number | null) {
    this.state.cleanedOffset = offset;
  }

  /** What is there to be compacted. @throws CleaningAbortedError, UncleanableLogError like {@link clean} */
  cleanable(): Cleanable {
    try {
      return cleanableOf(this.state, this.state.cleanedOffset);
    } catch (cause) {
      throw cleaningFailure(this.state, cause);
    }
  }

  /**
   * Compacts what {@link cleanable} said. One pass at a time.
   *
   * @throws CleaningAbortedError when the log changed under it or its disk failed, UncleanableLogError when it is damaged
   */
  async clean(cleanable: Cleanable, means: CleaningMeans): Promise<CleaningReport> {
    const report = await new CleaningPass(this.state, cleanable, means).run();
    this.state.cleanedOffset = report.endOffset;
    return report;
  }

  /** Begins a new segment; nothing happens when the active one is empty. */
  roll(): void {
    this.state.roll(this.state.logEndOffset);
  }

  /** Cuts the log so that it ends at `offset`. @returns false when it ends there or below already */
  truncateTo(offset: number): boolean {
    return truncateTo(this.state, offset);
  }

  /** Drops everything; the log begins and ends at `offset` then. */
  truncateFullyTo(offset: number): void {
    truncateFullyTo(this.state, offset);
  }

  /** Brings what is in the log to the platter, and the recovery point up to there. */
  flush(): Promise<void> {
    return flushLog(this.state);
  }

  get producers(): Iterable<ProducerEntry> {
    return this.state.producers.producers;
  }

  hasOngoingTransaction(producerId: number, epoch: number): boolean {
    return this.state.producers.hasOngoingTransaction(producerId, epoch);
  }

  /** See {@link ProducerState.startVerification}; the guard goes into the append. */
  startVerification(
    producerId: number,
    sequence: number,
    epoch: number,
    supportsEpochBump: boolean,
  ): VerificationGuard | null | StorageFailure {
    const nowMs = this.state.context.clock.nowMs();
    return this.state.producers.startVerification(producerId, sequence, epoch, supportsEpochBump, nowMs);
  }

  expireProducers(): void {
    const { clock, producerIdExpirationMs } = this.state.context;
    this.state.producers.expire(clock.nowMs(), producerIdExpirationMs);
  }

  /** A clean stop: everything is whole and on the platter afterwards, so that the next start reads no batches. */
  async close(): Promise<void> {
    const { state } = this;
    if (state.status !== 'open') return;
    state.status = 'closed';
    this.stopTimers();
    try {
      state.producers.endOffset = state.logEndOffset;
      state.snapshots.take(state.producers);
      const { active } = state.segments;
      if (active.seal()) state.unsyncedSegments.push(active);
      await flushLog(state);
      await state.epochFile.settled();
      await this.metadataFile.settled();
    } catch (cause) {
      state.failed(cause, 'closing');
    }
    for (const segment of state.segments.all) segment.closeFiles();
    state.recent.clear();
  }

  /** Renames the partition directory; the log goes on in it. */
  moveTo(directory: string): void {
    const { state } = this;
    for (const segment of state.segments.all) segment.closeFiles();
    state.context.disk.rename(state.directory, directory);
    state.moved(directory);
    this.metadataFile.moveTo(joinPath(directory, PARTITION_METADATA_FILE));
  }

  /** Lets go of the directory, which is renamed or removed; the files stay as they are. */
  abandon(): void {
    const { state } = this;
    state.status = 'removed';
    this.stopTimers();
    state.epochFile.abandon();
    this.metadataFile.abandon();
    for (const segment of state.segments.all) segment.closeFiles();
    state.recent.clear();
  }

  private stopTimers(): void {
    this.flushTimer?.cancel();
    this.state.cancelRemovals();
  }
}
