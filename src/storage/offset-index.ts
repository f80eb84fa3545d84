import { EntryFile } from './entry-file.js';
import type { PooledFile } from './open-files.js';

const ENTRY_BYTES = 8;

/** Where a batch begins: one whose last offset is `offset`. */
export interface OffsetPosition {
  readonly offset: number;
  readonly position: number;
}

/**
 * `.index` of a segment: last offset of a batch (int32, less the base offset) and the position where that batch
 * begins (int32), ascending, one for about every `index.interval.bytes`.
 */
export class OffsetIndex {
  readonly entries: EntryFile;
  private readonly baseOffset: number;

  constructor(file: PooledFile, baseOffset: number) {
    this.entries = new EntryFile(file, ENTRY_BYTES);
    this.baseOffset = baseOffset;
  }

  get isFull(): boolean {
    return this.entries.count >= this.entries.capacity;
  }

  append(offset: number, position: number): void {
    const { bytes, at } = this.entries.append();
    bytes.writeInt32BE(offset - this.baseOffset, at);
    bytes.writeInt32BE(position, at + 4);
  }

  /** The largest entry at or below `offset`; the segment's begin when there is none. */
  floor(offset: number): OffsetPosition {
    const relative = offset - this.baseOffset;
    const index = this.entries.floor((bytes, at) => bytes.readInt32BE(at) <= relative);
    return index < 0 ? { offset: this.baseOffset, position: 0 } : this.at(index);
  }

  /** The last entry whose batch begins at or below `position` of the file; the segment's begin when there is none. */
  floorOfPosition(position: number): OffsetPosition {
    const index = this.entries.floor((bytes, at) => bytes.readInt32BE(at + 4) <= position);
    return index < 0 ? { offset: this.baseOffset, position: 0 } : this.at(index);
  }

  /** The newest entry; the segment's begin when there is none. */
  last(): OffsetPosition {
    const { count } = this.entries;
    return count === 0 ? { offset: this.baseOffset, position: 0 } : this.at(count - 1);
  }

  /** Drops all entries at or above `offset`. */
  truncateTo(offset: number): void {
    const relative = offset - this.baseOffset;
    this.entries.truncate(this.entries.floor((bytes, at) => bytes.readInt32BE(at) < relative) + 1);
  }

  private at(index: number): OffsetPosition {
    const entry = this.entries.read(index, 1);
    // A damaged entry may say anything; the begin of the file is always a place to search from.
    return { offset: this.baseOffset + entry.readInt32BE(0), position: Math.max(entry.readInt32BE(4), 0) };
  }
}
