import type { Disk, DiskFile } from '../base/disk.js';

/**
 * The files of all logs, of which at most `limit` are open at a time: a broker with thousands of partitions has
 * more files than a process may open. A file opens when it is used and the ones unused for longest close.
 */
export class OpenFiles {
  readonly disk: Disk;
  private readonly limit: number;
  private readonly open = new Set<PooledFile>();
  private tick = 0;

  constructor(disk: Disk, limit: number) {
    this.disk = disk;
    this.limit = limit;
  }

  file(path: string): PooledFile {
    return new PooledFile(this, path);
  }

  get openCount(): number {
    return this.open.size;
  }

  /** The time of a use, in uses; for {@link PooledFile} alone. */
  nextTick(): number {
    return ++this.tick;
  }

  /** For {@link PooledFile} alone: makes room, and opens the file. */
  openFile(file: PooledFile, mode: 'write' | 'create'): DiskFile {
    if (this.open.size >= this.limit) this.closeOldest();
    const handle = this.disk.open(file.path, mode);
    this.open.add(file);
    return handle;
  }

  /** For {@link PooledFile} alone. */
  closed(file: PooledFile): void {
    this.open.delete(file);
  }

  /** Closes an eighth at once, so that the search for the oldest is paid once for many opens. */
  private closeOldest(): void {
    const byAge = [...this.open].sort((left, right) => left.lastUsed - right.lastUsed);
    const count = Math.max(1, this.limit >> 3);
    for (const file of byAge.slice(0, count)) file.close();
  }
}

/** A file that opens itself when it is used. Its owner sees no difference to an open one. */
export class PooledFile {
  path: string;
  lastUsed = 0;
  private readonly pool: OpenFiles;
  private handle: DiskFile | null = null;

  constructor(pool: OpenFiles, path: string) {
    this.pool = pool;
    this.path = path;
  }

  exists(): boolean {
    return this.handle !== null || this.pool.disk.stat(this.path) !== null;
  }

  /** Makes the file when it is missing; one that is there keeps its content. */
  create(): void {
    if (this.handle === null) this.use('create');
  }

  sizeBytes(): number {
    return this.handle !== null ? this.handle.sizeBytes() : (this.pool.disk.stat(this.path)?.sizeBytes ?? 0);
  }

  write(position: number, buffers: readonly Buffer[]): void {
    this.use('write').write(position, buffers);
  }

  readNow(position: number, into: Buffer): number {
    return this.use('write').readNow(position, into);
  }

  /** Safe against a close meanwhile: the system's file stays open until the read is done. */
  read(position: number, into: Buffer): Promise<number> {
    return this.use('write').read(position, into);
  }

  truncate(sizeBytes: number): void {
    this.use('write').truncate(sizeBytes);
  }

  sync(): Promise<void> {
    return this.use('write').sync();
  }

  syncNow(): void {
    this.use('write').syncNow();
  }

  /** Reads under way go on; a file of that name is replaced. */
  rename(path: string): void {
    this.close();
    this.pool.disk.rename(this.path, path);
    this.path = path;
  }

  remove(): void {
    this.close();
    this.pool.disk.remove(this.path);
  }

  /** It opens again when it is used again. */
  close(): void {
    const handle = this.handle;
    if (handle === null) return;
    this.handle = null;
    this.pool.closed(this);
    handle.close();
  }

  private use(mode: 'write' | 'create'): DiskFile {
    this.lastUsed = this.pool.nextTick();
    this.handle ??= this.pool.openFile(this, mode);
    return this.handle;
  }
}
