import type { Disk } from '../../../base/disk.js';
import { uncaught } from '../../tool-error.js';
import { type Int64, int64At, sum } from './int64.js';
import { corruptIndex } from './java-failures.js';
import type { JavaFile } from './java-file.js';
import { readWhole } from './segment-file.js';

const OFFSET_ENTRY_BYTES = 8;
const TIME_ENTRY_BYTES = 12;
/** Kafka searches the entries at the end first, as those are in memory. */
const WARM_ENTRIES = 8192 / OFFSET_ENTRY_BYTES;

/** An `.index` as it is, damaged or not. */
export class OffsetEntries {
  readonly count: number;
  readonly baseOffset: Int64;
  private readonly file: JavaFile;
  private readonly bytes: Buffer;

  /** @throws ToolError in Java's words */
  constructor(disk: Disk, file: JavaFile, baseOffset: Int64) {
    this.file = file;
    this.bytes = readIndex(disk, file);
    this.baseOffset = baseOffset;
    this.count = Math.floor(this.bytes.length / OFFSET_ENTRY_BYTES);
  }

  offset(index: number): Int64 {
    return sum(this.baseOffset, this.bytes.readInt32BE(index * OFFSET_ENTRY_BYTES));
  }

  position(index: number): number {
    return this.bytes.readInt32BE(index * OFFSET_ENTRY_BYTES + 4);
  }

  /** The position of the largest entry at or below an offset, found in Kafka's way also where entries are in no order. */
  lookUp(offset: Int64): number {
    if (this.count === 0) return 0;
    const firstWarm = Math.max(0, this.count - 1 - WARM_ENTRIES);
    if (this.offset(firstWarm) < offset) return this.position(this.search(offset, firstWarm, this.count - 1));
    if (this.offset(0) > offset) return 0;
    return this.position(this.search(offset, 0, firstWarm));
  }

  /** @throws ToolError where a broker would make the index anew */
  check(): void {
    const path = this.file.absolutePath;
    const last = this.count === 0 ? this.baseOffset : this.offset(this.count - 1);
    if (last < this.baseOffset) {
      const why = `the last offset is ${last} which is less than the base offset ${this.baseOffset}`;
      throw corruptIndex(`Corrupt index found, index file ${path} has non-zero size but ${why}`);
    }
    if (this.bytes.length % OFFSET_ENTRY_BYTES === 0) return;
    const found = `found ${this.bytes.length} bytes which is neither positive nor a multiple of ${OFFSET_ENTRY_BYTES}`;
    throw corruptIndex(`Index file ${path} is corrupt, ${found}`);
  }

  private search(offset: Int64, begin: number, end: number): number {
    let low = begin;
    let high = end;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const found = this.offset(middle);
      if (found === offset) return middle;
      if (found > offset) high = middle - 1;
      else low = middle;
    }
    return low;
  }
}

/** A `.timeindex` as it is, damaged or not. */
export class TimeEntries {
  readonly count: number;
  readonly baseOffset: Int64;
  private readonly file: JavaFile;
  private readonly bytes: Buffer;

  /** @throws ToolError in Java's words */
  constructor(disk: Disk, file: JavaFile, baseOffset: Int64) {
    this.file = file;
    this.bytes = readIndex(disk, file);
    this.baseOffset = baseOffset;
    this.count = Math.floor(this.bytes.length / TIME_ENTRY_BYTES);
  }

  timestamp(index: number): Int64 {
    return int64At(this.bytes, index * TIME_ENTRY_BYTES);
  }

  offset(index: number): Int64 {
    return sum(this.baseOffset, this.bytes.readInt32BE(index * TIME_ENTRY_BYTES + 8));
  }

  /** @throws ToolError where a broker would make the index anew */
  check(): void {
    const path = this.file.absolutePath;
    const begin = `Corrupt time index found, time index file (${path}) has non-zero size but the last`;
    const last = this.count - 1;
    if (last >= 0 && this.timestamp(last) < this.timestamp(0)) {
      const first = `which is less than the first timestamp ${this.timestamp(0)}`;
      throw corruptIndex(`${begin} timestamp is ${this.timestamp(last)} ${first}`);
    }
    if (last >= 0 && this.offset(last) < this.baseOffset) {
      throw corruptIndex(
        `${begin} offset is ${this.offset(last)} which is less than the first offset ${this.baseOffset}`,
      );
    }
    if (this.bytes.length % TIME_ENTRY_BYTES === 0) return;
    const found = `found ${this.bytes.length} bytes which is neither positive nor a multiple of ${TIME_ENTRY_BYTES}`;
    throw corruptIndex(`Time index file ${path} is corrupt, ${found}`);
  }
}

/** Kafka's tool makes a missing index, of a size that fails; here it is not made. */
function readIndex(disk: Disk, file: JavaFile): Buffer {
  if (disk.stat(file.path) === null) {
    const java = 'Invalid max index size: -1';
    throw uncaught('java.lang.IllegalArgumentException', `There is no index ${file.path}`, java);
  }
  return readWhole(disk, file.path);
}
