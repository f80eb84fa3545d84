import { type Disk, type DiskEntryFacts, DiskError, type DiskFile, type DiskLock } from '../../src/base/disk.js';

const PAGE_BYTES = 4096;

/** Content of a file in pages; those that are missing are zeros, so preallocated files cost nothing. */
class Content {
  sizeBytes = 0;
  readonly pages = new Map<number, Buffer>();

  copy(): Content {
    const copy = new Content();
    copy.sizeBytes = this.sizeBytes;
    for (const [index, page] of this.pages) copy.pages.set(index, Buffer.from(page));
    return copy;
  }

  write(position: number, bytes: Buffer): void {
    for (let done = 0; done < bytes.length; ) {
      const at = position + done;
      const within = at % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - within, bytes.length - done);
      bytes.copy(this.page(Math.floor(at / PAGE_BYTES)), within, done, done + count);
      done += count;
    }
    this.sizeBytes = Math.max(this.sizeBytes, position + bytes.length);
  }

  read(position: number, into: Buffer): number {
    const total = Math.max(0, Math.min(into.length, this.sizeBytes - position));
    for (let done = 0; done < total; ) {
      const at = position + done;
      const within = at % PAGE_BYTES;
      const count = Math.min(PAGE_BYTES - within, total - done);
      const page = this.pages.get(Math.floor(at / PAGE_BYTES));
      if (page === undefined) into.fill(0, done, done + count);
      else page.copy(into, done, within, within + count);
      done += count;
    }
    return total;
  }

  truncate(sizeBytes: number): void {
    if (sizeBytes < this.sizeBytes) {
      for (const [index, page] of this.pages) {
        const pageAt = index * PAGE_BYTES;
        if (pageAt >= sizeBytes) this.pages.delete(index);
        else if (pageAt + PAGE_BYTES > sizeBytes) page.fill(0, sizeBytes - pageAt);
      }
    }
    this.sizeBytes = sizeBytes;
  }

  private page(index: number): Buffer {
    let page = this.pages.get(index);
    if (page === undefined) {
      page = Buffer.alloc(PAGE_BYTES);
      this.pages.set(index, page);
    }
    return page;
  }
}

interface FileNode {
  readonly kind: 'file';
  content: Content;
  /** What the platter has; null when the file was never synced. */
  synced: Content | null;
  modifiedMs: number;
}

interface DirectoryNode {
  readonly kind: 'directory';
  entries: Map<string, FsNode>;
  /** The names that the platter has. */
  synced: Map<string, FsNode>;
  modifiedMs: number;
}

type FsNode = FileNode | DirectoryNode;

export type DiskOperation =
  | 'open'
  | 'write'
  | 'read'
  | 'truncate'
  | 'sync'
  | 'rename'
  | 'remove'
  | 'list'
  | 'makeDirectory';

/**
 * Files in memory that behave like those of a POSIX system: an open file stays readable when its name goes or is
 * replaced, and what was not synced may be lost. Paths begin with `/`.
 */
export class MemoryDisk implements Disk {
  /** Called before each operation; an error it gives fails the operation. */
  fault: ((operation: DiskOperation, path: string) => DiskError | null) | null = null;
  /** Time that new files and writes get. */
  nowMs = 0;
  totalBytes = 1e12;
  openFiles = 0;
  maxOpenFiles = 0;
  private root: DirectoryNode = directoryNode(0);
  private readonly locked = new Set<string>();

  open(path: string, mode: 'read' | 'write' | 'create'): DiskFile {
    this.check('open', path);
    let node = this.find(path);
    if (node === null) {
      if (mode !== 'create') throw missing(path);
      node = { kind: 'file', content: new Content(), synced: null, modifiedMs: this.nowMs };
      this.parentOf(path).entries.set(nameOf(path), node);
    }
    if (node.kind !== 'file') throw new DiskError('EISDIR', path, `${path} is a directory`);
    return new MemoryFile(this, path, node);
  }

  stat(path: string): DiskEntryFacts | null {
    const node = this.find(path);
    if (node === null) return null;
    const sizeBytes = node.kind === 'file' ? node.content.sizeBytes : 0;
    return { kind: node.kind, sizeBytes, modifiedMs: node.modifiedMs };
  }

  list(path: string): string[] {
    this.check('list', path);
    return [...this.directory(path).entries.keys()].sort();
  }

  makeDirectory(path: string): void {
    this.check('makeDirectory', path);
    let directory = this.root;
    for (const name of partsOf(path)) {
      let next = directory.entries.get(name);
      if (next === undefined) {
        next = directoryNode(this.nowMs);
        directory.entries.set(name, next);
      }
      if (next.kind !== 'directory') throw new DiskError('EEXIST', path, `${path} is a file`);
      directory = next;
    }
  }

  rename(from: string, to: string): void {
    this.check('rename', from);
    const node = this.find(from);
    if (node === null) throw missing(from);
    const target = this.find(to);
    if (target?.kind === 'directory' && target.entries.size > 0) {
      throw new DiskError('ENOTEMPTY', to, `${to} is not empty`);
    }
    this.parentOf(from).entries.delete(nameOf(from));
    this.parentOf(to).entries.set(nameOf(to), node);
  }

  remove(path: string): void {
    this.check('remove', path);
    this.findParent(path)?.entries.delete(nameOf(path));
  }

  removeTree(path: string): void {
    this.remove(path);
  }

  readWhole(path: string): Buffer {
    this.check('read', path);
    const node = this.find(path);
    if (node?.kind !== 'file') throw missing(path);
    const bytes = Buffer.alloc(node.content.sizeBytes);
    node.content.read(0, bytes);
    return bytes;
  }

  writeWhole(path: string, content: Buffer | string): void {
    const file = this.open(path, 'create');
    file.truncate(0);
    file.write(0, [typeof content === 'string' ? Buffer.from(content) : content]);
    file.close();
  }

  setModifiedMs(path: string, timeMs: number): void {
    const node = this.find(path);
    if (node === null) throw missing(path);
    node.modifiedMs = timeMs;
  }

  async sync(path: string): Promise<void> {
    await null;
    this.syncNow(path);
  }

  syncNow(path: string): void {
    this.check('sync', path);
    const node = this.find(path);
    if (node === null) throw missing(path);
    if (node.kind === 'file') node.synced = node.content.copy();
    else node.synced = new Map(node.entries);
  }

  lock(path: string): DiskLock | null {
    if (this.locked.has(path)) return null;
    this.open(path, 'create').close();
    this.locked.add(path);
    return {
      release: () => {
        this.locked.delete(path);
        this.remove(path);
      },
    };
  }

  freeBytes(): { totalBytes: number; usableBytes: number } {
    return { totalBytes: this.totalBytes, usableBytes: this.totalBytes };
  }

  /** For {@link MemoryFile}. */
  check(operation: DiskOperation, path: string): void {
    const fault = this.fault?.(operation, path) ?? null;
    if (fault !== null) throw fault;
  }

  /** The process dies: nothing is lost, but nobody holds the locks any more. */
  kill(): void {
    this.locked.clear();
  }

  /**
   * The power goes. Files have what was synced, and of each page written since, the new one if `keepPage` says
   * so; directories the names that were synced, and of later changes those that `keepName` wants.
   */
  cutPower(keepPage: () => boolean = () => false, keepName: () => boolean = () => false): void {
    this.locked.clear();
    this.root = afterCut(this.root, keepPage, keepName, new Map()) as DirectoryNode;
  }

  /** A whole directory of another disk, with the sizes of its sparse files. */
  import(path: string, bytes: Buffer, sizeBytes = bytes.length): void {
    this.makeDirectory(path.slice(0, path.lastIndexOf('/')));
    const file = this.open(path, 'create');
    file.truncate(0);
    file.write(0, [bytes]);
    if (sizeBytes !== bytes.length) file.truncate(sizeBytes);
    file.close();
  }

  private directory(path: string): DirectoryNode {
    const node = this.find(path);
    if (node?.kind !== 'directory') throw missing(path);
    return node;
  }

  private parentOf(path: string): DirectoryNode {
    const parent = this.findParent(path);
    if (parent === null) throw missing(path);
    return parent;
  }

  private findParent(path: string): DirectoryNode | null {
    const node = this.walk(partsOf(path).slice(0, -1));
    return node?.kind === 'directory' ? node : null;
  }

  private find(path: string): FsNode | null {
    return this.walk(partsOf(path));
  }

  private walk(parts: readonly string[]): FsNode | null {
    let node: FsNode = this.root;
    for (const part of parts) {
      const next: FsNode | undefined = node.kind === 'directory' ? node.entries.get(part) : undefined;
      if (next === undefined) return null;
      node = next;
    }
    return node;
  }
}

class MemoryFile implements DiskFile {
  readonly path: string;
  private readonly disk: MemoryDisk;
  private readonly node: FileNode;
  private closed = false;

  constructor(disk: MemoryDisk, path: string, node: FileNode) {
    this.disk = disk;
    this.path = path;
    this.node = node;
    disk.openFiles++;
    disk.maxOpenFiles = Math.max(disk.maxOpenFiles, disk.openFiles);
  }

  sizeBytes(): number {
    this.checkOpen();
    return this.node.content.sizeBytes;
  }

  write(position: number, buffers: readonly Buffer[]): void {
    this.checkOpen();
    this.disk.check('write', this.path);
    let at = position;
    for (const buffer of buffers) {
      this.node.content.write(at, buffer);
      at += buffer.length;
    }
    this.node.modifiedMs = this.disk.nowMs;
  }

  readNow(position: number, into: Buffer): number {
    this.checkOpen();
    this.disk.check('read', this.path);
    return this.node.content.read(position, into);
  }

  async read(position: number, into: Buffer): Promise<number> {
    this.checkOpen();
    await null;
    this.disk.check('read', this.path);
    return this.node.content.read(position, into);
  }

  truncate(sizeBytes: number): void {
    this.checkOpen();
    this.disk.check('truncate', this.path);
    this.node.content.truncate(sizeBytes);
  }

  async sync(): Promise<void> {
    this.checkOpen();
    await null;
    this.syncContent();
  }

  syncNow(): void {
    this.checkOpen();
    this.syncContent();
  }

  close(): void {
    if (!this.closed) this.disk.openFiles--;
    this.closed = true;
  }

  private syncContent(): void {
    this.disk.check('sync', this.path);
    this.node.synced = this.node.content.copy();
  }

  private checkOpen(): void {
    if (this.closed) throw new DiskError('EBADF', this.path, `${this.path} was closed`);
  }
}

function afterCut(node: FsNode, keepPage: () => boolean, keepName: () => boolean, done: Map<FsNode, FsNode>): FsNode {
  const known = done.get(node);
  if (known !== undefined) return known;
  if (node.kind === 'file') {
    const content = mixed(node, keepPage);
    const file: FileNode = { kind: 'file', content, synced: content.copy(), modifiedMs: node.modifiedMs };
    done.set(node, file);
    return file;
  }
  const directory = directoryNode(node.modifiedMs);
  done.set(node, directory);
  for (const name of new Set([...node.synced.keys(), ...node.entries.keys()])) {
    const before = node.synced.get(name);
    const now = node.entries.get(name);
    const kept = before === now || keepName() ? now : before;
    if (kept !== undefined) directory.entries.set(name, afterCut(kept, keepPage, keepName, done));
  }
  directory.synced = new Map(directory.entries);
  return directory;
}

function mixed(file: FileNode, keepPage: () => boolean): Content {
  const { content, synced } = file;
  const result = synced?.copy() ?? new Content();
  for (const [index, page] of content.pages) {
    if (synced?.pages.get(index)?.equals(page) === true || !keepPage()) continue;
    const at = index * PAGE_BYTES;
    result.write(at, page.subarray(0, Math.min(PAGE_BYTES, content.sizeBytes - at)));
  }
  if (content.sizeBytes !== result.sizeBytes && keepPage()) result.truncate(content.sizeBytes);
  return result;
}

const directoryNode = (modifiedMs: number): DirectoryNode => ({
  kind: 'directory',
  entries: new Map(),
  synced: new Map(),
  modifiedMs,
});

export const partsOf = (path: string): string[] => path.split('/').filter((part) => part !== '');
export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
export const missing = (path: string): DiskError => new DiskError('ENOENT', path, `${path} does not exist`);
