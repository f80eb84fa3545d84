import type { Disk, DiskFile } from '../../base/disk.js';
import { BATCH_HEADER_BYTES, LENGTH_AT, LOG_OVERHEAD_BYTES, MAGIC_AT } from '../../protocol/records/batch-header.js';
import { ensureValidBatch } from '../../protocol/records/batch-reader.js';
import { CorruptRecordError } from '../../protocol/records/record-errors.js';
import {
  HEADER_TO_MAGIC_BYTES,
  isCorruption,
  storedBaseOffset,
  storedLastOffset,
  storedSizeBytes,
} from '../stored-batch.js';
import type { SegmentFile } from './segment-files.js';

const SEARCH_BYTES = 1024 * 1024;
const MAX_MAGIC = 2;
const ZEROS = Buffer.alloc(SEARCH_BYTES);

/** `torn`: the file ends before the batch does. `zeros`: what a file holds that was made large before it was filled. */
export type Look = 'batch' | 'end' | 'torn' | 'zeros';

/**
 * Walks over the batches of a segment's file that somebody else may be writing at the same time: at what is no whole
 * batch yet it stays, and looks again the next time. Buffers that it gave out are never written over.
 */
export class SegmentWalk {
  readonly segment: SegmentFile;
  /** The batch that was found: where it begins in `bytes` and in the file, and its size. */
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  position = 0;
  sizeBytes = 0;
  /** Of the last batch that was gone over; before the first, the one before the segment's. */
  lastOffset: number;
  private readonly disk: Disk;
  private readonly windowBytes: number;
  private handle: DiskFile | null = null;
  private fileBytes = 0;
  private windowPosition = 0;
  private windowEnd = 0;

  /** @param windowBytes how much is read at a time @throws DiskError ENOENT where the segment is gone */
  constructor(disk: Disk, segment: SegmentFile, windowBytes: number) {
    this.disk = disk;
    this.segment = segment;
    this.windowBytes = windowBytes;
    this.lastOffset = segment.baseOffset - 1;
    this.fileBytes = this.file.sizeBytes();
  }

  /** Where the next batch begins. */
  get end(): number {
    return this.position + this.sizeBytes;
  }

  /** Bytes of the file that was opened, which need not be the one that has its name now. */
  currentBytes(): number {
    return this.file.sizeBytes();
  }

  /** Goes on to the next batch, of which at least the header is in `bytes` then. @throws CorruptRecordError */
  next(): Look {
    if (this.sizeBytes > 0) this.lastOffset = storedLastOffset(this.bytes, this.at);
    this.position += this.sizeBytes;
    this.sizeBytes = 0;
    if (this.fileBytes - this.position < BATCH_HEADER_BYTES) this.measure();
    const look = this.look();
    if (look !== 'batch') this.forget();
    return look;
  }

  private look(): Look {
    const left = this.fileBytes - this.position;
    if (left <= 0) return 'end';
    if (left < HEADER_TO_MAGIC_BYTES) return 'torn';
    this.load(Math.min(BATCH_HEADER_BYTES, left));
    const { bytes, at } = this;
    if (bytes.compare(ZEROS, 0, HEADER_TO_MAGIC_BYTES, at, at + HEADER_TO_MAGIC_BYTES) === 0) return 'zeros';
    this.checkMagic();
    const sizeBytes = storedSizeBytes(bytes, at);
    if (sizeBytes > left) {
      const { position } = this;
      this.measure();
      if (this.position !== position) return this.look();
      if (sizeBytes > this.fileBytes - position) return 'torn';
    }
    const baseOffset = storedBaseOffset(bytes, at);
    if (baseOffset <= this.lastOffset) {
      throw new CorruptRecordError(`a batch with offset ${baseOffset}, not above the ${this.lastOffset} before it`);
    }
    this.sizeBytes = sizeBytes;
    return 'batch';
  }

  /** Brings the whole batch into `bytes`, and checks it. @throws CorruptRecordError, after which {@link retreat} is needed */
  check(): void {
    this.load(this.sizeBytes);
    ensureValidBatch(this.bytes, this.at);
  }

  /** Stands before the batch again, and reads it anew the next time. */
  retreat(): void {
    this.sizeBytes = 0;
    this.forget();
  }

  /** Goes on at `position`, where a batch begins. */
  moveTo(position: number): void {
    this.position = position;
    this.retreat();
  }

  /**
   * Where the next batch that is whole and has the right checksum begins, behind damage at `position`; -1 when there is
   * none. One right behind the damaged batch goes before any that its content might hold.
   */
  findBehind(frameBytes: number): number {
    this.measure();
    const behind = this.position + frameBytes;
    if (frameBytes > 0 && this.isBatchAt(behind)) return behind;
    const overlap = HEADER_TO_MAGIC_BYTES - 1;
    for (let from = this.position + 1; from + BATCH_HEADER_BYTES <= this.fileBytes; from += SEARCH_BYTES - overlap) {
      const window = this.readAt(from, Math.min(SEARCH_BYTES, this.fileBytes - from));
      if (window.compare(ZEROS, 0, window.length) === 0) continue;
      for (let at = 0; at + HEADER_TO_MAGIC_BYTES <= window.length; at++) {
        if (window[at + MAGIC_AT] === MAX_MAGIC && this.isLikely(window, at, from) && this.isBatchAt(from + at)) {
          return from + at;
        }
      }
    }
    return -1;
  }

  /** Lets go of the open file; it opens again when it is used again. */
  close(): void {
    this.handle?.close();
    this.handle = null;
  }

  private get file(): DiskFile {
    this.handle ??= this.disk.open(this.segment.path, 'read');
    return this.handle;
  }

  private measure(): void {
    this.fileBytes = this.file.sizeBytes();
    if (this.fileBytes >= this.position) return;
    // A follower's log was cut, and is written anew from somewhere before.
    this.lastOffset = this.segment.baseOffset - 1;
    this.moveTo(0);
  }

  private checkMagic(): void {
    const magic = this.bytes.readInt8(this.at + MAGIC_AT);
    if (magic < 0 || magic > MAX_MAGIC) throw new CorruptRecordError(`a batch of magic ${magic}`);
  }

  /** What can be told of a batch by its first bytes. */
  private isLikely(bytes: Buffer, at: number, from: number): boolean {
    const length = bytes.readInt32BE(at + LENGTH_AT);
    const room = this.fileBytes - from - at - LOG_OVERHEAD_BYTES;
    return length >= BATCH_HEADER_BYTES - LOG_OVERHEAD_BYTES && length <= room && bytes.readInt32BE(at) >= 0;
  }

  private isBatchAt(position: number): boolean {
    if (this.fileBytes - position < BATCH_HEADER_BYTES) return false;
    try {
      const header = this.readAt(position, BATCH_HEADER_BYTES);
      const sizeBytes = storedSizeBytes(header, 0);
      if (header.readInt8(MAGIC_AT) !== MAX_MAGIC || sizeBytes > this.fileBytes - position) return false;
      if (storedBaseOffset(header, 0) <= this.lastOffset) return false;
      ensureValidBatch(this.readAt(position, sizeBytes), 0);
      return true;
    } catch (cause) {
      if (!isCorruption(cause)) throw cause;
      return false;
    }
  }

  private readAt(position: number, sizeBytes: number): Buffer {
    const bytes = Buffer.allocUnsafe(sizeBytes);
    return bytes.subarray(0, this.file.readNow(position, bytes));
  }

  private load(sizeBytes: number): void {
    const { position } = this;
    if (position < this.windowPosition || position + sizeBytes > this.windowEnd) {
      const wanted = Math.min(Math.max(this.windowBytes, sizeBytes), this.fileBytes - position);
      this.bytes = this.readAt(position, wanted);
      this.windowPosition = position;
      this.windowEnd = position + this.bytes.length;
      if (this.bytes.length < sizeBytes) throw new CorruptRecordError('the file was cut short while it was read');
    }
    this.at = position - this.windowPosition;
  }

  private forget(): void {
    this.windowPosition = 0;
    this.windowEnd = 0;
  }
}
