import { type Disk, DiskError } from '../../base/disk.js';
import { isCorruption, storedLastOffset } from '../stored-batch.js';
import { type LogBound, type SegmentFile, segmentFiles } from './segment-files.js';
import { SegmentWalk } from './segment-walk.js';

/** A listing that changes faster than it can be used so often is no longer a compaction's doing. */
const LISTINGS = 20;
const WINDOW_BYTES = 1024 * 1024;

/**
 * `end`: no more for now. `gone`: the partition was removed. `unfinished`: the log ends in something that was not
 * written whole, or is being written. `damaged`: what is there is no batch, or not the one that was written.
 */
export type ReadState = 'batch' | 'end' | 'gone' | 'unfinished' | 'damaged';

/** Where a log cannot be read on, and why. */
export interface Trouble {
  readonly path: string;
  readonly position: number;
  /** The first that could not be read. */
  readonly offset: number;
  readonly reason: string;
}

export interface OfflineReaderOptions {
  readonly fromOffset: number;
  /** Nothing behind it is read; null to read on for as long as the log grows. */
  readonly bound: LogBound | null;
  /** How much is read at a time. */
  readonly windowBytes?: number;
}

/**
 * Reads the batches of one partition from its directory in the order of their offsets. It changes nothing there, and
 * a broker may write, roll, compact and delete meanwhile: a segment that is gone is no error, the next one is read.
 */
export class OfflineReader {
  /** Behind the last batch that was given out. */
  nextOffset: number;
  /** Of the last `unfinished` or `damaged`. */
  trouble: Trouble | null = null;
  private readonly disk: Disk;
  private readonly directory: string;
  private readonly options: OfflineReaderOptions;
  private walk: SegmentWalk | null = null;
  private before: number;
  /** The size of the batch that was looked at, where it is whole. */
  private frameBytes = 0;
  /** What was seen to have a segment behind it: nothing is added to it any more. */
  private sealed: SegmentWalk | null = null;
  /** What the search behind the last trouble found, as long as the file has not grown. */
  private searched = { path: '', position: -1, fileBytes: -1, found: -1 };

  constructor(disk: Disk, directory: string, options: OfflineReaderOptions) {
    this.disk = disk;
    this.directory = directory;
    this.options = options;
    this.nextOffset = options.fromOffset;
    this.before = options.fromOffset;
  }

  get bytes(): Buffer {
    return (this.walk as SegmentWalk).bytes;
  }

  /** Where the batch begins in `bytes`. */
  get at(): number {
    return (this.walk as SegmentWalk).at;
  }

  get sizeBytes(): number {
    return (this.walk as SegmentWalk).sizeBytes;
  }

  /** Where the batch lies, for messages. */
  get path(): string {
    return this.walk?.segment.path ?? this.directory;
  }

  get position(): number {
    return this.walk?.position ?? 0;
  }

  /** @throws DiskError */
  next(): ReadState {
    try {
      return this.read();
    } catch (cause) {
      if (!(cause instanceof DiskError) || cause.code !== 'ENOENT') throw cause;
      this.close();
      this.walk = null;
      return 'gone';
    }
  }

  /** Takes back the last batch: the next time it is given out again. */
  retreat(): void {
    this.nextOffset = this.before;
    this.walk?.retreat();
  }

  /** Goes on behind the last `damaged`. */
  skip(): void {
    const { walk } = this;
    if (walk === null) return;
    const position = this.behindTrouble(walk);
    if (position >= 0) walk.moveTo(position);
    else if (!this.toNextSegment()) walk.moveTo(walk.currentBytes());
  }

  /** Lets go of the open file until the next read. */
  close(): void {
    this.walk?.close();
  }

  private read(): ReadState {
    if (this.walk === null && !this.toNextSegment()) return 'end';
    for (;;) {
      const walk = this.walk as SegmentWalk;
      if (this.isAtBound(walk)) return 'end';
      this.frameBytes = 0;
      try {
        const look = walk.next();
        if (look === 'batch') {
          if (this.accept(walk)) return 'batch';
        } else if (look === 'end') {
          if (!this.leave(walk)) return 'end';
        } else {
          const state = this.cutShort(walk, look === 'zeros');
          if (state !== 'batch') return state;
        }
      } catch (cause) {
        if (!isCorruption(cause)) throw cause;
        return this.troubled(walk, (cause as Error).message);
      }
    }
  }

  /** False for what was given out before, or is below the begin. */
  private accept(walk: SegmentWalk): boolean {
    const last = storedLastOffset(walk.bytes, walk.at);
    if (last < this.nextOffset) return false;
    this.frameBytes = walk.sizeBytes;
    walk.check();
    this.before = this.nextOffset;
    this.nextOffset = last + 1;
    return true;
  }

  /** Goes on behind a segment, once it was looked at to its end after it got a successor. */
  private leave(walk: SegmentWalk): boolean {
    if (this.sealed === walk) return this.toNextSegment();
    if (this.pickSegment(segmentFiles(this.disk, this.directory)) === null) return false;
    this.sealed = walk;
    return true;
  }

  private isAtBound({ segment, end }: SegmentWalk): boolean {
    const { bound } = this.options;
    if (bound === null || segment.baseOffset < bound.baseOffset) return false;
    return segment.baseOffset > bound.baseOffset || end >= bound.sizeBytes;
  }

  /** Zeros at the end of the log are room for what is to come, and at the end of a segment that all others go on from. */
  private cutShort(walk: SegmentWalk, isZeros: boolean): ReadState {
    if (isZeros && this.behindTrouble(walk) < 0) {
      const next = this.segmentBehind(walk);
      if (next === null) return 'end';
      if (next.baseOffset === this.nextOffset && this.toNextSegment()) return 'batch';
    }
    return this.troubled(walk, isZeros ? 'zeros where a batch should be' : 'the file ends before the batch does');
  }

  private troubled(walk: SegmentWalk, reason: string): ReadState {
    walk.retreat();
    this.trouble = { path: this.path, position: walk.position, offset: this.nextOffset, reason };
    const isWhole = this.frameBytes > 0;
    const isLast = !isWhole && this.behindTrouble(walk) < 0 && this.segmentBehind(walk) === null;
    return isLast ? 'unfinished' : 'damaged';
  }

  private behindTrouble(walk: SegmentWalk): number {
    const { position, segment } = walk;
    const fileBytes = walk.currentBytes();
    const last = this.searched;
    if (last.path === segment.path && last.position === position && last.fileBytes === fileBytes) return last.found;
    const found = walk.findBehind(this.frameBytes);
    this.searched = { path: segment.path, position, fileBytes, found };
    return found;
  }

  private segmentBehind({ segment }: SegmentWalk): SegmentFile | null {
    return segmentFiles(this.disk, this.directory).find(({ baseOffset }) => baseOffset > segment.baseOffset) ?? null;
  }

  private toNextSegment(): boolean {
    for (let listing = 1; ; listing++) {
      const segment = this.pickSegment(segmentFiles(this.disk, this.directory));
      if (segment === null) return false;
      try {
        const walk = new SegmentWalk(this.disk, segment, this.options.windowBytes ?? WINDOW_BYTES);
        this.walk?.close();
        this.walk = walk;
        return true;
      } catch (cause) {
        const isGone = cause instanceof DiskError && cause.code === 'ENOENT';
        if (!isGone || listing === LISTINGS) throw cause;
      }
    }
  }

  /**
   * The segment with the next offset, which a compaction may have put into one that begins lower, or has the name of
   * the one that was read, and else the one behind it; null at the end of the log.
   */
  private pickSegment(segments: readonly SegmentFile[]): SegmentFile | null {
    const holding = segments.findLast(({ baseOffset }) => baseOffset <= this.nextOffset) ?? segments[0];
    if (holding === undefined) return null;
    const { walk } = this;
    if (walk === null) return holding;
    const current = walk.segment.baseOffset;
    if (holding.baseOffset !== current || this.isReplaced(walk, holding)) return holding;
    return segments.find(({ baseOffset }) => baseOffset > current) ?? null;
  }

  private isReplaced(walk: SegmentWalk, { path }: SegmentFile): boolean {
    if (path !== walk.segment.path) return true;
    const before = walk.currentBytes();
    const facts = this.disk.stat(path);
    return facts !== null && (facts.sizeBytes < before || facts.sizeBytes > walk.currentBytes());
  }
}

/** The offset behind the last batch of a log, found by reading its last segment. @throws DiskError */
export function endOffsetOf(disk: Disk, directory: string): number {
  const fromOffset = segmentFiles(disk, directory).at(-1)?.baseOffset ?? 0;
  const reader = new OfflineReader(disk, directory, { fromOffset, bound: null });
  try {
    for (let state = reader.next(); state === 'batch' || state === 'damaged'; state = reader.next()) {
      if (state === 'damaged') reader.skip();
    }
    return reader.nextOffset;
  } finally {
    reader.close();
  }
}
