/**
 * Files as the log needs them. Writes are synchronous, to the page cache: between checking a batch, numbering
 * it and writing it nothing else may run, and a write to the page cache costs less than a promise does.
 * Reads that may touch the platter and fsync are asynchronous.
 *
 * All methods throw {@link DiskError} with the system's code ('ENOENT', 'ENOSPC', 'EIO', ...).
 */
export interface Disk {
  /** `read`: must exist. `write`: must exist, read and write. `create`: read and write, made when missing, never cut. */
  open(path: string, mode: 'read' | 'write' | 'create'): DiskFile;
  /** null when there is nothing. */
  stat(path: string): DiskEntryFacts | null;
  /** Names in a directory, sorted. */
  list(path: string): string[];
  /** With all parents; nothing happens when it exists. */
  makeDirectory(path: string): void;
  /** Replaces what is at `to`. */
  rename(from: string, to: string): void;
  /** Removes a file; nothing happens when there is none. */
  remove(path: string): void;
  removeTree(path: string): void;
  readWhole(path: string): Buffer;
  /** Writes a new file or replaces the content of an old one, in place and without fsync. */
  writeWhole(path: string, content: Buffer | string): void;
  setModifiedMs(path: string, timeMs: number): void;
  /** fsync of a file or directory by path. */
  sync(path: string): Promise<void>;
  syncNow(path: string): void;
  /** Takes the exclusive lock of a log directory; null when another live process holds it. */
  lock(path: string): DiskLock | null;
  freeBytes(path: string): { totalBytes: number; usableBytes: number };
}

export interface DiskEntryFacts {
  readonly kind: 'file' | 'directory' | 'other';
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface DiskFile {
  readonly path: string;
  sizeBytes(): number;
  /** Writes all of the buffers one after the other at `position`. */
  write(position: number, buffers: readonly Buffer[]): void;
  /** Reads into all of `into` from `position`; gives the number of bytes read, less only at the end of the file. */
  readNow(position: number, into: Buffer): number;
  read(position: number, into: Buffer): Promise<number>;
  truncate(sizeBytes: number): void;
  sync(): Promise<void>;
  syncNow(): void;
  close(): void;
}

export interface DiskLock {
  release(): void;
}

export class DiskError extends Error {
  override readonly name = 'DiskError';
  readonly code: string;
  readonly path: string;

  constructor(code: string, path: string, message: string) {
    super(message);
    this.code = code;
    this.path = path;
  }
}
