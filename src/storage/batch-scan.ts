import { BATCH_HEADER_BYTES } from '../protocol/records/batch-header.js';
import { CorruptRecordError } from '../protocol/records/record-errors.js';
import type { PooledFile } from './open-files.js';
import { HEADER_TO_MAGIC_BYTES, storedSizeBytes } from './stored-batch.js';

/** Enough for the headers of many small batches, little enough to be wasted on large ones. */
const HEADER_WINDOW_BYTES = 16 * 1024;
/** For a scan that looks at all bytes. */
export const WHOLE_WINDOW_BYTES = 1024 * 1024;

/**
 * Walks over the batches of a segment's file from the front, reading a window at a time. After `next()` said
 * yes, the batch's header lies at `at` in `bytes`, and it begins at `position` in the file.
 *
 * It ends, as Apache Kafka's reader does, where what is left is less than a batch says it is long; a length that
 * no batch can have is an error.
 */
export class BatchScan {
  bytes: Buffer;
  at = 0;
  position: number;
  sizeBytes = 0;
  private readonly file: PooledFile;
  private readonly end: number;
  private windowPosition = 0;
  private windowEnd = 0;

  constructor(file: PooledFile, from: number, end: number, windowBytes = HEADER_WINDOW_BYTES) {
    this.file = file;
    this.position = from;
    this.end = end;
    this.bytes = Buffer.allocUnsafe(Math.min(windowBytes, Math.max(end - from, 0)));
  }

  /** @throws CorruptRecordError when the length of a batch cannot be one */
  next(): boolean {
    const position = this.position + this.sizeBytes;
    if (this.end - position < HEADER_TO_MAGIC_BYTES) return this.stop(position);
    this.load(position, Math.min(BATCH_HEADER_BYTES, this.end - position));
    const sizeBytes = storedSizeBytes(this.bytes, this.at);
    if (position > this.end - sizeBytes) return this.stop(position);
    this.position = position;
    this.sizeBytes = sizeBytes;
    return true;
  }

  /** Brings the rest of the batch into `bytes`, too; `at` may change. */
  loadWhole(): void {
    this.load(this.position, this.sizeBytes);
  }

  private stop(position: number): false {
    this.position = position;
    this.sizeBytes = 0;
    return false;
  }

  /** Brings `sizeBytes` from `position` into the window. */
  private load(position: number, sizeBytes: number): void {
    if (position >= this.windowPosition && position + sizeBytes <= this.windowEnd) {
      this.at = position - this.windowPosition;
      return;
    }
    if (sizeBytes > this.bytes.length) this.bytes = Buffer.allocUnsafe(sizeBytes);
    const wanted = Math.min(this.bytes.length, this.end - position);
    const count = this.file.readNow(position, this.bytes.subarray(0, wanted));
    if (count < sizeBytes) {
      throw new CorruptRecordError(`${this.file.path} ends at ${position + count}, before ${position + sizeBytes}`);
    }
    this.windowPosition = position;
    this.windowEnd = position + count;
    this.at = 0;
  }
}
