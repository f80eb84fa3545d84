import { type Disk, DiskError, type DiskFile } from '../../../base/disk.js';
import { illegalArgument, type ToolError, uncaught } from '../../tool-error.js';
import { kafkaException } from './java-failures.js';

/** Read at a time: a segment is walked through from front to back. */
const WINDOW_BYTES = 1024 * 1024;
const MOST_BYTES = 0x7fff_ffff;

/** A file of batches, of which a window is in memory: as much as is read at a time, or one batch where that is longer. */
export class SegmentFile {
  /** As messages name it. */
  readonly path: string;
  readonly sizeBytes: number;
  /** What was loaded last begins in it where {@link load} said. */
  bytes = Buffer.alloc(0);
  private readonly file: DiskFile;
  private windowPosition = 0;
  private windowBytes = 0;

  /** @throws ToolError in Java's words */
  constructor(disk: Disk, path: string) {
    this.path = path;
    this.file = openFile(disk, path);
    this.sizeBytes = this.file.sizeBytes();
    if (this.sizeBytes <= MOST_BYTES) return;
    this.file.close();
    const size = `The size of segment ${path} (${this.sizeBytes})`;
    throw kafkaException(`${size} is larger than the maximum allowed segment size of ${MOST_BYTES}`);
  }

  /** How Java shows the file, or a part of it. */
  describe(start: number, end: number): string {
    return `FileRecords(size=${end - start}, file=${this.path}, start=${start}, end=${end})`;
  }

  describeWhole(): string {
    return `FileRecords(size=${this.sizeBytes}, file=${this.path}, start=0, end=${MOST_BYTES})`;
  }

  /** Where a part from a position on ends. @throws ToolError for a position that is not in the file */
  endOfSlice(position: number, mostBytes: number): number {
    if (position < 0) throw illegalArgument(`Invalid position: ${position} in read from ${this.describeWhole()}`);
    if (position > this.sizeBytes) {
      throw illegalArgument(`Slice from position ${position} exceeds end position of ${this.describeWhole()}`);
    }
    if (mostBytes < 0) throw illegalArgument(`Invalid size: ${mostBytes} in read from ${this.describeWhole()}`);
    return Math.min(position + mostBytes, this.sizeBytes);
  }

  /** Brings bytes into memory; gives where they begin in `bytes`, or -1 when the file ends before. @throws ToolError */
  load(position: number, sizeBytes: number): number {
    const at = position - this.windowPosition;
    if (at >= 0 && at + sizeBytes <= this.windowBytes) return at;
    const wanted = Math.max(sizeBytes, Math.min(WINDOW_BYTES, this.sizeBytes - position));
    if (wanted > this.bytes.length) this.bytes = Buffer.allocUnsafe(wanted);
    this.windowPosition = position;
    this.windowBytes = this.read(position, this.bytes.subarray(0, wanted));
    return this.windowBytes < sizeBytes ? -1 : 0;
  }

  close(): void {
    this.file.close();
  }

  private read(position: number, into: Buffer): number {
    try {
      return this.file.readNow(position, into);
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      const why = error.code === 'EISDIR' ? 'Is a directory' : error.message;
      throw uncaught('org.apache.kafka.common.KafkaException', `${this.path}: ${why}`, `java.io.IOException: ${why}`);
    }
  }
}

/** A whole file, which is not of the kind that grows large. @throws ToolError in Java's words */
export function readWhole(disk: Disk, path: string): Buffer {
  const file = openFile(disk, path);
  try {
    const bytes = Buffer.allocUnsafe(file.sizeBytes());
    return bytes.subarray(0, file.readNow(0, bytes));
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw uncaught('java.io.IOException', `${path}: ${error.message}`, error.code === 'EISDIR' ? 'Is a directory' : '');
  } finally {
    file.close();
  }
}

function openFile(disk: Disk, path: string): DiskFile {
  try {
    return disk.open(path, 'read');
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw openFailure(error, path);
  }
}

function openFailure({ code, message }: DiskError, path: string): ToolError {
  if (code === 'ENOENT') {
    return uncaught('java.nio.file.NoSuchFileException', `There is no file ${path}`, path);
  }
  if (code === 'EACCES') {
    return uncaught('java.nio.file.AccessDeniedException', `${path} may not be read`, path);
  }
  const why = code === 'ENOTDIR' ? 'Not a directory' : message;
  return uncaught('java.nio.file.FileSystemException', `${path}: ${why}`, `${path}: ${why}`);
}
