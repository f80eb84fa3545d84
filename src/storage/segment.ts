import { BatchScan } from './batch-scan.js';
import {
  CLEANED_SUFFIX,
  DELETED_SUFFIX,
  joinPath,
  LOG_SUFFIX,
  OFFSET_INDEX_SUFFIX,
  offsetDigits,
  type SWAP_SUFFIX,
  TIME_INDEX_SUFFIX,
  TRANSACTION_INDEX_SUFFIX,
} from './file-names.js';
import { OffsetIndex } from './offset-index.js';
import type { OpenFiles, PooledFile } from './open-files.js';
import { ReadPositions } from './read-positions.js';
import { storedLastOffset, storedMaxTimestamp, storedSizeBytes } from './stored-batch.js';
import { TimeIndex, type TimestampOffset } from './time-index.js';
import { TransactionIndex } from './transaction-index.js';

const SEGMENT_SUFFIXES = [LOG_SUFFIX, OFFSET_INDEX_SUFFIX, TIME_INDEX_SUFFIX, TRANSACTION_INDEX_SUFFIX];
const MAX_RELATIVE_OFFSET = 0x7fff_ffff;

/** What stands behind the names of a segment's files while it is no part of the log's end result. */
export type SegmentState = '' | typeof CLEANED_SUFFIX | typeof SWAP_SUFFIX | typeof DELETED_SUFFIX;

/** What a segment needs to know to roll, in the terms of the topic's configuration. */
export interface RollLimits {
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly indexBytes: number;
}

/** Where a batch lies in a segment. */
export interface BatchPlace {
  readonly position: number;
  readonly sizeBytes: number;
}

/**
 * A piece of a log: a file of batches back to back, beginning with the first at or above `baseOffset`, and its
 * indexes. Batches are written at its end alone; all checks of them are done before.
 */
export class Segment {
  readonly baseOffset: number;
  readonly createdMs: number;
  readonly log: PooledFile;
  /** Up to where the file holds batches; behind it may lie preallocated zeros. */
  sizeBytes: number;
  /** Goes up when bytes that were readable go away, so that a read under way can see that it must start anew. */
  generation = 0;
  readonly readPositions = new ReadPositions();
  /** Of the file: what this process neither wrote nor checked, and read up to there so far. */
  private uncheckedFrom = 0;
  private uncheckedTo = 0;
  /** Taken off `segment.ms`, so that many partitions do not roll at once. */
  jitterMs = 0;
  private readonly files: OpenFiles;
  private directory: string;
  private fileState: SegmentState;
  private offsets: OffsetIndex | null = null;
  private times: TimeIndex | null = null;
  private transactions: TransactionIndex | null = null;
  private indexesGrown = false;
  private bytesSinceIndexEntry = 0;
  private largest: TimestampOffset | null = null;
  private firstTimestamp: number | null = null;
  /** Set when the file holds more than the log: from this offset on it is to be cut before it is written. */
  private overwriteFrom: number | null = null;

  private constructor(
    files: OpenFiles,
    directory: string,
    baseOffset: number,
    sizeBytes: number,
    createdMs: number,
    fileState: SegmentState = '',
  ) {
    this.files = files;
    this.directory = directory;
    this.fileState = fileState;
    this.baseOffset = baseOffset;
    this.sizeBytes = sizeBytes;
    this.createdMs = createdMs;
    this.log = files.file(this.pathOf(LOG_SUFFIX));
  }

  /** A new one with empty files. `preallocateBytes` of zeros make the `.log` (0: none). */
  static create(
    files: OpenFiles,
    directory: string,
    baseOffset: number,
    options: { indexBytes: number; preallocateBytes: number; nowMs: number },
  ): Segment {
    const segment = new Segment(files, directory, baseOffset, 0, options.nowMs);
    segment.log.create();
    // Not when there is nothing to do: ext4 writes a file that was cut to nothing whole when it is closed, and a roll waited.
    if (segment.log.sizeBytes() !== options.preallocateBytes) segment.log.truncate(options.preallocateBytes);
    segment.offsetIndex.entries.allocate(options.indexBytes);
    segment.timeIndex.entries.allocate(options.indexBytes);
    segment.indexesGrown = true;
    return segment;
  }

  /** An empty one beside the log, for what compaction leaves of others. Files of that name are replaced. */
  static createCleaned(files: OpenFiles, directory: string, baseOffset: number, nowMs: number): Segment {
    const segment = new Segment(files, directory, baseOffset, 0, nowMs, CLEANED_SUFFIX);
    segment.removeFiles();
    segment.log.create();
    segment.offsetIndex.entries.allocate(0);
    segment.timeIndex.entries.allocate(0);
    return segment;
  }

  /** One that is there. */
  static open(files: OpenFiles, directory: string, baseOffset: number, sizeBytes: number, nowMs: number): Segment {
    const segment = new Segment(files, directory, baseOffset, sizeBytes, nowMs);
    segment.uncheckedTo = sizeBytes;
    return segment;
  }

  /** Whether bytes of the file have to be checked before anybody gets them. */
  isUnchecked(position: number, sizeBytes: number): boolean {
    return position < this.uncheckedTo && position + sizeBytes > this.uncheckedFrom;
  }

  /** Whole batches were checked. They count where they follow what was checked before. */
  wasChecked(position: number, sizeBytes: number): void {
    if (position <= this.uncheckedFrom) this.uncheckedFrom = Math.max(this.uncheckedFrom, position + sizeBytes);
  }

  // The index objects are made when they are wanted: most segments of a broker are never looked into.
  get offsetIndex(): OffsetIndex {
    this.offsets ??= new OffsetIndex(this.files.file(this.pathOf(OFFSET_INDEX_SUFFIX)), this.baseOffset);
    return this.offsets;
  }

  get timeIndex(): TimeIndex {
    this.times ??= new TimeIndex(this.files.file(this.pathOf(TIME_INDEX_SUFFIX)), this.baseOffset);
    return this.times;
  }

  get transactionIndex(): TransactionIndex {
    this.transactions ??= new TransactionIndex(this.files.file(this.pathOf(TRANSACTION_INDEX_SUFFIX)));
    return this.transactions;
  }

  /** The largest timestamp and the last offset of the batch that brought it. */
  get largestTimestamp(): TimestampOffset {
    this.largest ??= this.timeIndex.last();
    return this.largest;
  }

  set largestTimestamp(value: TimestampOffset) {
    this.largest = value;
  }

  /** Whether `offset` fits the int32 columns of the indexes. */
  covers(offset: number): boolean {
    const relative = offset - this.baseOffset;
    return relative >= 0 && relative <= MAX_RELATIVE_OFFSET;
  }

  /**
   * Whether a new segment must begin before `sizeBytes` of batches up to `lastOffset`, of largest timestamp
   * `maxTimestamp`, are written. All comparisons are strict, as measured on Apache Kafka 4.3.1. With CreateTime
   * the age is that of the records, so old data written fast rolls, too.
   */
  mustRoll(sizeBytes: number, maxTimestamp: number, lastOffset: number, nowMs: number, limits: RollLimits): boolean {
    if (
      this.sizeBytes > limits.segmentBytes - sizeBytes ||
      (this.sizeBytes > 0 && this.ageMs(maxTimestamp, nowMs) > limits.segmentMs - this.jitterMs) ||
      !this.covers(lastOffset)
    ) {
      return true;
    }
    // Not before: what is grown and cut again, with no batch written meanwhile, lies below the recovery point.
    this.growIndexes(limits.indexBytes);
    return this.offsetIndex.isFull || this.timeIndex.isFull;
  }

  /** Largest timestamp of its first batch to `maxTimestamp`; since its making when that batch has none. */
  private ageMs(maxTimestamp: number, nowMs: number): number {
    const first = this.firstBatchTimestamp();
    return first >= 0 ? maxTimestamp - first : nowMs - this.createdMs;
  }

  /** The largest of its first batch; -1 when that has none, or there is none. */
  firstBatchTimestamp(): number {
    if (this.firstTimestamp === null) {
      const scan = new BatchScan(this.log, 0, this.sizeBytes);
      this.firstTimestamp = scan.next() ? storedMaxTimestamp(scan.bytes, scan.at) : -1;
    }
    return this.firstTimestamp;
  }

  /**
   * Index files grow to full size when the first batch is written after a start, not at the start: a broker with
   * many idle partitions would spend its start and its stop on growing and cutting them.
   */
  private growIndexes(indexBytes: number): void {
    if (this.indexesGrown) return;
    this.cutOverwritten();
    this.offsetIndex.entries.resize(indexBytes);
    this.timeIndex.entries.resize(indexBytes);
    this.indexesGrown = true;
  }

  /** Cuts off what a start after a clean stop found behind the last whole batch. */
  cutOverwritten(): void {
    if (this.overwriteFrom === null) return;
    this.log.truncate(this.sizeBytes);
    this.offsetIndex.truncateTo(this.overwriteFrom);
    this.timeIndex.truncateTo(this.overwriteFrom);
    this.largest = null;
    this.overwriteFrom = null;
  }

  /** Writes batches that have their offsets. An index entry is due before a batch is counted (measured on 4.3.1). */
  append(records: Buffer, indexIntervalBytes: number): void {
    let position = this.sizeBytes;
    this.log.write(position, [records]);
    if (position === 0) this.firstTimestamp = storedMaxTimestamp(records, 0);
    for (let at = 0; at < records.length; ) {
      const sizeBytes = storedSizeBytes(records, at);
      const maxTimestamp = storedMaxTimestamp(records, at);
      const lastOffset = storedLastOffset(records, at);
      if (maxTimestamp > this.largestTimestamp.timestamp)
        this.largest = { timestamp: maxTimestamp, offset: lastOffset };
      if (this.bytesSinceIndexEntry > indexIntervalBytes) {
        this.addIndexEntry(lastOffset, position);
        this.bytesSinceIndexEntry = 0;
      }
      this.bytesSinceIndexEntry += sizeBytes;
      position += sizeBytes;
      at += sizeBytes;
    }
    this.sizeBytes = position;
  }

  /** An append of many batches may want more entries than the index takes; the index stays sparser then. */
  private addIndexEntry(lastOffset: number, position: number): void {
    if (!this.offsetIndex.isFull) this.offsetIndex.append(lastOffset, position);
    if (!this.timeIndex.isFull) this.timeIndex.append(this.largestTimestamp.timestamp, this.largestTimestamp.offset);
  }

  /** An entry while the indexes are being made anew, without a limit to their size: the next append finds them full. */
  restoreIndexEntry(lastOffset: number, position: number): void {
    this.offsetIndex.append(lastOffset, position);
    this.timeIndex.append(this.largestTimestamp.timestamp, this.largestTimestamp.offset);
  }

  /** The batch that holds `offset`, or the first one above it; null when there is none. */
  find(offset: number): BatchPlace | null {
    const scan = new BatchScan(this.log, this.offsetIndex.floor(offset).position, this.sizeBytes);
    while (scan.next()) {
      if (storedLastOffset(scan.bytes, scan.at) >= offset)
        return { position: scan.position, sizeBytes: scan.sizeBytes };
    }
    return null;
  }

  /**
   * Finds the offset after its last batch, reading from the last index entry on, and takes the file to end there.
   * It believes the index, as Apache Kafka does: an entry that points at a torn batch makes the segment count as
   * empty. What lies behind stays in the file until something is written.
   *
   * @throws CorruptRecordError when a batch there cannot be one
   */
  findEndOffset(): number {
    const last = this.offsetIndex.last();
    const scan = new BatchScan(this.log, last.position, this.sizeBytes);
    let end = this.baseOffset;
    let position = 0;
    while (scan.next()) {
      const lastOffset = storedLastOffset(scan.bytes, scan.at);
      if (position === 0 && lastOffset < last.offset) continue;
      end = lastOffset + 1;
      position = scan.position + scan.sizeBytes;
    }
    if (position < this.sizeBytes) this.overwriteFrom = end;
    this.sizeBytes = position;
    return end;
  }

  /**
   * Cuts away the batch that holds `offset` and all after it. The largest timestamp is then that of the time
   * index and the batches behind its last entry.
   *
   * @returns bytes that went
   */
  truncateTo(offset: number): number {
    const place = this.find(offset);
    this.offsetIndex.truncateTo(offset);
    this.timeIndex.truncateTo(offset);
    this.transactionIndex.truncateTo(offset);
    const cutBytes = place === null ? 0 : this.sizeBytes - place.position;
    if (place !== null) this.cut(place.position);
    this.bytesSinceIndexEntry = 0;
    this.largest = this.readLargestTimestamp();
    return cutBytes;
  }

  /** Cuts the file to `sizeBytes`, which is where a batch ends. */
  cut(sizeBytes: number): void {
    this.log.truncate(sizeBytes);
    this.sizeBytes = sizeBytes;
    this.generation++;
    this.readPositions.clear();
    if (sizeBytes === 0) this.firstTimestamp = null;
  }

  private readLargestTimestamp(): TimestampOffset {
    let largest = this.timeIndex.last();
    const scan = new BatchScan(this.log, this.offsetIndex.floor(largest.offset).position, this.sizeBytes);
    while (scan.next()) {
      const timestamp = storedMaxTimestamp(scan.bytes, scan.at);
      if (timestamp > largest.timestamp) largest = { timestamp, offset: storedLastOffset(scan.bytes, scan.at) };
    }
    return largest;
  }

  /**
   * It takes no more batches: the last entry goes into the time index, preallocated room goes.
   *
   * @returns whether files changed
   */
  seal(): boolean {
    const { timestamp, offset } = this.largestTimestamp;
    this.timeIndex.append(timestamp, offset);
    const trimmedOffsets = this.offsetIndex.entries.trim();
    const trimmedTimes = this.timeIndex.entries.trim();
    if (this.indexesGrown && this.log.sizeBytes() > this.sizeBytes) this.log.truncate(this.sizeBytes);
    this.indexesGrown = false;
    this.closeFiles();
    return trimmedOffsets || trimmedTimes;
  }

  /** All of it to the platter. @returns whether a file came since the last time: then its name is to be synced, too */
  async flush(): Promise<boolean> {
    const hasNewFile = this.transactions?.takeNewName() ?? false;
    await this.log.sync();
    await this.offsets?.entries.sync();
    await this.times?.entries.sync();
    await this.transactions?.entries.sync();
    return hasNewFile;
  }

  /** Its files stay as they are and open again when they are used. */
  closeFiles(): void {
    this.log.close();
    this.offsets?.entries.release();
    this.times?.entries.release();
    this.transactions?.entries.release();
  }

  /** Renames its files to `*.deleted`; reads go on in them. */
  markDeleted(): void {
    this.rename(DELETED_SUFFIX);
  }

  /** Gives its files another state. A crash between two files leaves some of each: loading knows what to do with it. */
  rename(fileState: SegmentState): void {
    const renamed = SEGMENT_SUFFIXES.map((suffix) => [suffix, this.pathOf(suffix)] as const);
    this.closeFiles();
    this.fileState = fileState;
    const { disk } = this.files;
    for (const [suffix, path] of renamed) if (disk.stat(path) !== null) disk.rename(path, this.pathOf(suffix));
    this.takePaths();
  }

  /** Removes its files, whatever their state. */
  removeFiles(): void {
    this.closeFiles();
    for (const suffix of SEGMENT_SUFFIXES) this.files.disk.remove(this.pathOf(suffix));
  }

  /** The directory got a new name. */
  movedTo(directory: string): void {
    this.closeFiles();
    this.directory = directory;
    this.takePaths();
  }

  private takePaths(): void {
    this.log.path = this.pathOf(LOG_SUFFIX);
    if (this.offsets !== null) this.offsets.entries.file.path = this.pathOf(OFFSET_INDEX_SUFFIX);
    if (this.times !== null) this.times.entries.file.path = this.pathOf(TIME_INDEX_SUFFIX);
    if (this.transactions !== null) this.transactions.entries.file.path = this.pathOf(TRANSACTION_INDEX_SUFFIX);
  }

  /** Of the `.log` file: what the age of records without timestamps is taken for. */
  get modifiedMs(): number {
    return this.files.disk.stat(this.log.path)?.modifiedMs ?? this.createdMs;
  }

  set modifiedMs(timeMs: number) {
    this.files.disk.setModifiedMs(this.log.path, timeMs);
  }

  /** Of its youngest record; the file's where no record has a timestamp. */
  get youngestMs(): number {
    const { timestamp } = this.largestTimestamp;
    return timestamp >= 0 ? timestamp : this.modifiedMs;
  }

  pathOf(suffix: string): string {
    return joinPath(this.directory, offsetDigits(this.baseOffset) + suffix + this.fileState);
  }
}
