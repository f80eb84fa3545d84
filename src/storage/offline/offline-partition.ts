import type { Disk } from '../../base/disk.js';
import { attributes, isTransactional, producerId } from '../../protocol/records/batch-header.js';
import { hasProducer, isControlBatch, storedBaseOffset } from '../stored-batch.js';
import { CommittedView } from './committed-view.js';
import { OfflineReader, type ReadState } from './offline-reader.js';
import type { LogBound } from './segment-files.js';

export interface OfflinePartitionOptions {
  readonly fromOffset: number;
  readonly bound: LogBound | null;
  readonly isReadCommitted: boolean;
}

/**
 * The batches of one partition that a consumer gets to see: no markers, and under read_committed none that was aborted
 * and none at or above the last stable offset. Each is whole and has the right checksum.
 */
export class OfflinePartition {
  readonly reader: OfflineReader;
  private readonly committed: CommittedView | null;

  constructor(disk: Disk, directory: string, { fromOffset, bound, isReadCommitted }: OfflinePartitionOptions) {
    this.reader = new OfflineReader(disk, directory, { fromOffset, bound });
    this.committed = isReadCommitted ? new CommittedView(disk, directory, bound) : null;
  }

  /** The batch is the reader's. @throws DiskError */
  next(): ReadState {
    const { reader, committed } = this;
    for (let state = reader.next(); ; state = reader.next()) {
      if (state !== 'batch') return state;
      const { bytes, at } = reader;
      if (committed !== null && !this.isDecided(committed)) {
        reader.retreat();
        return 'end';
      }
      if (isControlBatch(bytes, at)) continue;
      if (committed === null || !hasProducer(bytes, at) || !isTransactional(attributes(bytes, at))) return state;
      if (!committed.isAborted(producerId(bytes, at), storedBaseOffset(bytes, at))) return state;
    }
  }

  private isDecided(committed: CommittedView): boolean {
    const offset = storedBaseOffset(this.reader.bytes, this.reader.at);
    if (offset < committed.lastStableOffset) return true;
    committed.advance();
    return offset < committed.lastStableOffset;
  }
}
