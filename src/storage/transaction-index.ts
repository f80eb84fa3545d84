import { readInt64, writeInt64 } from '../base/bytes.js';
import { EntryFile } from './entry-file.js';
import type { PooledFile } from './open-files.js';
import { CorruptLogError } from './storage-error.js';

const ENTRY_BYTES = 34;
const VERSION = 0;
const PRODUCER_ID_AT = 2;
const FIRST_OFFSET_AT = 10;
const LAST_OFFSET_AT = 18;
const LAST_STABLE_OFFSET_AT = 26;
/** Entries looked at in one read of a search. */
const READ_ENTRIES = 64;

/** A transaction that was aborted, as its marker found it. */
export interface AbortedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** The abort marker's. */
  readonly lastOffset: number;
  /** Once the marker was applied: the first offset of the oldest transaction open then, else the one after the marker. */
  readonly lastStableOffset: number;
}

/**
 * `.txnindex` of a segment: an entry for each transaction whose abort marker lies in the segment, in the order of
 * the markers. The file is only there when it has an entry.
 */
export class TransactionIndex {
  readonly entries: EntryFile;
  private hasNewName = false;

  constructor(file: PooledFile) {
    this.entries = new EntryFile(file, ENTRY_BYTES);
  }

  get isEmpty(): boolean {
    return this.entries.count === 0;
  }

  append(aborted: AbortedTransaction): void {
    if (this.isEmpty) {
      this.entries.file.create();
      this.hasNewName = true;
    }
    const { bytes, at } = this.entries.append();
    writeAborted(bytes, at, aborted);
    // Seldom, and a reader of the file expects it beside its marker: nothing is gained by waiting.
    this.entries.writePending();
  }

  /** Whether the file was made since the last time; the directory is to be synced then. */
  takeNewName(): boolean {
    const { hasNewName } = this;
    this.hasNewName = false;
    return hasNewName;
  }

  /**
   * Adds to `into` all transactions aborted that overlap the offsets `from` to `to` (exclusive).
   *
   * @returns true when no later segment can have another one
   */
  collect(from: number, to: number, into: AbortedTransaction[]): boolean {
    const { count } = this.entries;
    let index = this.entries.floor((bytes, at) => readInt64(bytes, at + LAST_OFFSET_AT) < from) + 1;
    while (index < count) {
      const block = this.entries.read(index, READ_ENTRIES);
      for (let at = 0; at < block.length; at += ENTRY_BYTES) {
        const aborted = readAborted(block, at);
        if (aborted.firstOffset < to) into.push(aborted);
        if (aborted.lastStableOffset >= to) return true;
      }
      index += READ_ENTRIES;
    }
    return false;
  }

  /** Drops the entries of markers at or above `offset`. */
  truncateTo(offset: number): void {
    if (this.isEmpty) return;
    const kept = this.entries.floor((bytes, at) => readInt64(bytes, at + LAST_OFFSET_AT) < offset) + 1;
    this.entries.truncate(kept);
    this.entries.trim();
  }

  /** Drops all entries and the file. */
  clear(): void {
    this.entries.remove();
  }

  /** @throws CorruptLogError when an entry cannot be one of the segment that begins at `baseOffset`. */
  check(baseOffset: number): void {
    const { count, file } = this.entries;
    for (let index = 0; index < count; index += READ_ENTRIES) {
      const block = this.entries.read(index, READ_ENTRIES);
      for (let at = 0; at < block.length; at += ENTRY_BYTES) {
        const version = block.readInt16BE(at);
        if (version !== VERSION)
          throw new CorruptLogError(file.path, `${file.path} has an entry of version ${version}`);
        const last = block.readBigInt64BE(at + LAST_OFFSET_AT);
        if (last < BigInt(baseOffset)) {
          throw new CorruptLogError(
            file.path,
            `${file.path} has last offset ${last}, below the segment's ${baseOffset}`,
          );
        }
      }
    }
  }
}

function readAborted(bytes: Buffer, at: number): AbortedTransaction {
  return {
    producerId: readInt64(bytes, at + PRODUCER_ID_AT),
    firstOffset: readInt64(bytes, at + FIRST_OFFSET_AT),
    lastOffset: readInt64(bytes, at + LAST_OFFSET_AT),
    lastStableOffset: readInt64(bytes, at + LAST_STABLE_OFFSET_AT),
  };
}

function writeAborted(bytes: Buffer, at: number, aborted: AbortedTransaction): void {
  bytes.writeInt16BE(VERSION, at);
  writeInt64(bytes, aborted.producerId, at + PRODUCER_ID_AT);
  writeInt64(bytes, aborted.firstOffset, at + FIRST_OFFSET_AT);
  writeInt64(bytes, aborted.lastOffset, at + LAST_OFFSET_AT);
  writeInt64(bytes, aborted.lastStableOffset, at + LAST_STABLE_OFFSET_AT);
}
