import type { Disk } from '../../base/disk.js';
import {
  attributes,
  isControl,
  isTransactional,
  magic,
  producerId,
  recordCount,
} from '../../protocol/records/batch-header.js';
import { isCorruption, producerBatchOf, storedBaseOffset, storedLastOffset } from '../stored-batch.js';
import { OfflineReader } from './offline-reader.js';
import type { LogBound } from './segment-files.js';

const MAGIC_WITH_PRODUCERS = 2;

interface AbortedRange {
  readonly first: number;
  /** The marker's. */
  readonly last: number;
}

/**
 * Which transactions of a partition were aborted, and which are open, by its markers alone: the index of aborted
 * transactions and the snapshots of producers may lag behind the batches of a directory that nobody stopped cleanly.
 */
export class CommittedView {
  private readonly reader: OfflineReader;
  /** Where the transactions that have no marker yet begin, by producer, ascending. */
  private readonly open = new Map<number, number>();
  private readonly aborted = new Map<number, AbortedRange[]>();

  constructor(disk: Disk, directory: string, bound: LogBound | null) {
    this.reader = new OfflineReader(disk, directory, { fromOffset: 0, bound });
  }

  /** All below it is decided. */
  get lastStableOffset(): number {
    for (const first of this.open.values()) return first;
    return this.reader.nextOffset;
  }

  /** Looks at what was added since the last time. @throws DiskError */
  advance(): void {
    const { reader } = this;
    for (let state = reader.next(); state === 'batch' || state === 'damaged'; state = reader.next()) {
      // It says nothing: whoever reads it is told.
      if (state === 'damaged') reader.skip();
      else this.add();
    }
    reader.close();
  }

  /** Whether the batch was aborted. Asked in ascending order. */
  isAborted(producer: number, offset: number): boolean {
    const ranges = this.aborted.get(producer);
    while (ranges?.[0] !== undefined && ranges[0].last < offset) ranges.shift();
    return ranges?.[0] !== undefined && ranges[0].first <= offset;
  }

  private add(): void {
    const { reader } = this;
    const flags = attributes(reader.bytes, reader.at);
    if (magic(reader.bytes, reader.at) < MAGIC_WITH_PRODUCERS || !isTransactional(flags)) return;
    try {
      if (isControl(flags)) this.end();
      else this.begin();
    } catch (cause) {
      if (!isCorruption(cause)) throw cause;
    }
  }

  /** A batch that compaction left without records only remembers a sequence, and its marker may be gone. */
  private begin(): void {
    const { bytes, at } = this.reader;
    const producer = producerId(bytes, at);
    if (recordCount(bytes, at) > 0 && !this.open.has(producer)) this.open.set(producer, storedBaseOffset(bytes, at));
  }

  private end(): void {
    const { bytes, at } = this.reader;
    const producer = producerId(bytes, at);
    const first = this.open.get(producer);
    const marker = producerBatchOf(bytes, at)?.marker;
    if (first === undefined || !marker) return;
    this.open.delete(producer);
    if (marker.isCommit) return;
    const ranges = this.aborted.get(producer) ?? [];
    ranges.push({ first, last: storedLastOffset(bytes, at) });
    this.aborted.set(producer, ranges);
  }
}
