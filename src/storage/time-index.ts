import { NO_TIMESTAMP } from '../protocol/records/batch-header.js';
import { EntryFile } from './entry-file.js';
import type { PooledFile } from './open-files.js';

const ENTRY_BYTES = 12;

/** The largest timestamp up to some point of a segment, and the last offset of the batch where it came first. */
export interface TimestampOffset {
  readonly timestamp: number;
  readonly offset: number;
}

/** `.timeindex` of a segment: timestamp (int64) and offset (int32, less the base offset), both ascending. */
export class TimeIndex {
  readonly entries: EntryFile;
  private readonly baseOffset: number;
  private newest: TimestampOffset | null = null;

  constructor(file: PooledFile, baseOffset: number) {
    this.entries = new EntryFile(file, ENTRY_BYTES);
    this.baseOffset = baseOffset;
  }

  /** One entry early: the last place is kept for the entry that closing the segment adds. */
  get isFull(): boolean {
    return this.entries.count >= this.entries.capacity - 1;
  }

  /** Adds an entry when its timestamp is above that of the newest. */
  append(timestamp: number, offset: number): void {
    const newest = this.last();
    if (timestamp <= newest.timestamp || offset < newest.offset) return;
    const { bytes, at } = this.entries.append();
    bytes.writeBigInt64BE(BigInt(timestamp), at);
    bytes.writeInt32BE(offset - this.baseOffset, at + 8);
    this.newest = { timestamp, offset };
  }

  /** The largest entry at or below `timestamp`; no timestamp and the base offset when there is none. */
  floor(timestamp: number): TimestampOffset {
    const wanted = BigInt(timestamp);
    const index = this.entries.floor((bytes, at) => bytes.readBigInt64BE(at) <= wanted);
    return index < 0 ? this.none() : this.at(index);
  }

  last(): TimestampOffset {
    if (this.newest === null) {
      const { count } = this.entries;
      this.newest = count === 0 ? this.none() : this.at(count - 1);
    }
    return this.newest;
  }

  /** Drops all entries and makes the file `maxBytes` of zeros. */
  reset(maxBytes: number): void {
    this.newest = null;
    this.entries.reset(maxBytes);
  }

  /** Drops all entries at or above `offset`. */
  truncateTo(offset: number): void {
    const relative = offset - this.baseOffset;
    this.newest = null;
    this.entries.truncate(this.entries.floor((bytes, at) => bytes.readInt32BE(at + 8) < relative) + 1);
  }

  private none(): TimestampOffset {
    return { timestamp: NO_TIMESTAMP, offset: this.baseOffset };
  }

  private at(index: number): TimestampOffset {
    const entry = this.entries.read(index, 1);
    // Not the strict int64 of the protocol: a damaged index must give a wrong place, not stop the broker.
    return { timestamp: Number(entry.readBigInt64BE(0)), offset: this.baseOffset + entry.readInt32BE(8) };
  }
}
