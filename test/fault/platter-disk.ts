import { type Disk, type DiskEntryFacts, DiskError, type DiskFile, type DiskLock } from '../../src/base/disk.js';
import { missing, nameOf, partsOf } from '../support/memory-disk.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { PlatterFile, type Survival } from './platter-file.js';

interface NameChange {
  readonly removed: string | null;
  readonly added: { readonly name: string; readonly node: DiskNode } | null;
}

/** Names as the page cache has them, as the platter is known to have them, and the changes between, in order. */
class PlatterDirectory {
  readonly kind = 'directory';
  readonly names: Map<string, DiskNode>;
  readonly stored: Map<string, DiskNode>;
  private changes: NameChange[] = [];
  private storedChanges = 0;

  constructor(names: ReadonlyMap<string, DiskNode> = new Map()) {
    this.names = new Map(names);
    this.stored = new Map(names);
  }

  get changeCount(): number {
    return this.storedChanges + this.changes.length;
  }

  change(change: NameChange): void {
    apply(this.names, change);
    this.changes.push(change);
  }

  synced(count: number): void {
    const news = this.changes.splice(0, Math.max(0, count - this.storedChanges));
    this.storedChanges += news.length;
    for (const change of news) apply(this.stored, change);
  }

  /** A journal keeps the order of changes: what is on the platter is all of them up to some point. */
  afterCut(survival: Survival, random: SeededRandom): Map<string, DiskNode> {
    const { length } = this.changes;
    const count = survival === 'nothing' ? 0 : survival === 'everything' ? length : random.below(length + 1);
    const names = new Map(this.stored);
    for (const change of this.changes.slice(0, count)) apply(names, change);
    return names;
  }
}

function apply(names: Map<string, DiskNode>, { removed, added }: NameChange): void {
  if (removed !== null) names.delete(removed);
  if (added !== null) names.set(added.name, added.node);
}

type DiskNode = PlatterFile | PlatterDirectory;

/**
 * A disk in memory that knows what has reached its platter. A sync is under way until {@link completeSync} ends it,
 * so that other work may come between its begin and its end, and brings what was there at its begin.
 */
export class PlatterDisk implements Disk {
  /** Called after each change of what is in the page cache or on the platter. */
  onChange: (() => void) | null = null;
  nowMs = 0;
  private readonly root: PlatterDirectory;
  private readonly locked = new Set<string>();
  private readonly syncs: (() => void)[] = [];

  constructor(root = new PlatterDirectory()) {
    this.root = root;
  }

  get syncsUnderWay(): number {
    return this.syncs.length;
  }

  /** Ends one of the syncs under way. */
  completeSync(random: SeededRandom): void {
    const [complete] = this.syncs.splice(random.below(this.syncs.length), 1);
    complete?.();
  }

  /** Lets `work` come to its end, with the syncs that it wants. */
  async settle<T>(work: Promise<T>, random: SeededRandom): Promise<T> {
    let isOver = false;
    const over = work.finally(() => {
      isOver = true;
    });
    over.catch(() => undefined);
    while (!isOver) {
      await turn();
      if (this.syncs.length > 0) this.completeSync(random);
    }
    return over;
  }

  /** The disk as the next start finds it when the power is cut now. */
  afterCut(random: SeededRandom): PlatterDisk {
    const dice = random.below(6);
    const survivalOf = (): Survival =>
      dice === 0
        ? 'nothing'
        : dice === 1
          ? 'everything'
          : ((['nothing', 'everything', 'some', 'some'] as const)[random.below(4)] as Survival);
    const done = new Map<DiskNode, DiskNode>();
    const copyOf = (node: DiskNode): DiskNode => {
      let copy = done.get(node);
      if (copy !== undefined) return copy;
      copy =
        node.kind === 'file'
          ? new PlatterFile(node.modifiedMs, node.afterCut(survivalOf(), random))
          : new PlatterDirectory(
              new Map([...node.afterCut(survivalOf(), random)].map(([name, child]) => [name, copyOf(child)])),
            );
      done.set(node, copy);
      return copy;
    };
    const disk = new PlatterDisk(copyOf(this.root) as PlatterDirectory);
    disk.nowMs = this.nowMs;
    return disk;
  }

  /** The process is gone, and nothing else: what it wrote is there, its locks are not. */
  kill(): void {
    this.locked.clear();
    this.syncs.length = 0;
  }

  open(path: string, mode: 'read' | 'write' | 'create'): DiskFile {
    let node = this.find(path);
    if (node === null) {
      if (mode !== 'create') throw missing(path);
      node = new PlatterFile(this.nowMs);
      this.name(path, { removed: null, added: { name: nameOf(path), node } });
    }
    if (node.kind !== 'file') throw new DiskError('EISDIR', path, `${path} is a directory`);
    return new OpenPlatterFile(this, path, node);
  }

  stat(path: string): DiskEntryFacts | null {
    const node = this.find(path);
    if (node === null) return null;
    const sizeBytes = node.kind === 'file' ? node.content.length : 0;
    return { kind: node.kind, sizeBytes, modifiedMs: node.kind === 'file' ? node.modifiedMs : 0 };
  }

  list(path: string): string[] {
    return [...this.directory(path).names.keys()].sort();
  }

  makeDirectory(path: string): void {
    let at = '';
    for (const part of partsOf(path)) {
      at += `/${part}`;
      const node = this.find(at);
      if (node?.kind === 'file') throw new DiskError('EEXIST', at, `${at} is a file`);
      if (node === null) this.name(at, { removed: null, added: { name: part, node: new PlatterDirectory() } });
    }
  }

  rename(from: string, to: string): void {
    const node = this.find(from);
    if (node === null) throw missing(from);
    const parent = from.slice(0, from.lastIndexOf('/'));
    if (parent !== to.slice(0, to.lastIndexOf('/'))) throw new DiskError('EXDEV', from, `${from} and ${to}`);
    const target = this.find(to);
    if (target?.kind === 'directory' && target.names.size > 0) throw new DiskError('ENOTEMPTY', to, to);
    this.name(from, { removed: nameOf(from), added: { name: nameOf(to), node } });
  }

  remove(path: string): void {
    const node = this.find(path);
    if (node === null) return;
    if (node.kind === 'directory') throw new DiskError('EISDIR', path, `${path} is a directory`);
    this.name(path, { removed: nameOf(path), added: null });
  }

  removeTree(path: string): void {
    const node = this.find(path);
    if (node === null) return;
    if (node.kind === 'directory') for (const name of [...node.names.keys()]) this.removeTree(`${path}/${name}`);
    this.name(path, { removed: nameOf(path), added: null });
  }

  readWhole(path: string): Buffer {
    return Buffer.from(this.file(path).content);
  }

  writeWhole(path: string, content: Buffer | string): void {
    const file = this.open(path, 'create');
    file.truncate(0);
    file.write(0, [Buffer.from(content as Buffer)]);
    file.close();
  }

  setModifiedMs(path: string, timeMs: number): void {
    this.file(path).modifiedMs = timeMs;
  }

  sync(path: string): Promise<void> {
    const node = this.find(path);
    return node === null ? Promise.reject(missing(path)) : this.syncNode(node);
  }

  syncNow(path: string): void {
    const node = this.find(path);
    if (node === null) throw missing(path);
    this.syncNodeNow(node);
  }

  lock(path: string): DiskLock | null {
    if (this.locked.has(path)) return null;
    this.open(path, 'create').close();
    this.locked.add(path);
    return {
      release: () => {
        if (this.locked.delete(path)) this.remove(path);
      },
    };
  }

  freeBytes(): { totalBytes: number; usableBytes: number } {
    return { totalBytes: 1e12, usableBytes: 1e12 };
  }

  /** All files with their sizes, and the content of those that are text, for the message of a failure. */
  listing(path = ''): string {
    const lines = [...this.directory(path).names].map(([name, node]) => {
      if (node.kind === 'directory') return this.listing(`${path}/${name}`);
      const text = /checkpoint|metadata/.test(name) ? ` ${JSON.stringify(node.content.toString())}` : '';
      return `${path}/${name} ${node.content.length}${text}\n`;
    });
    return lines.sort().join('');
  }

  /** For {@link OpenPlatterFile}. */
  changed(): void {
    this.onChange?.();
  }

  /** For {@link OpenPlatterFile}. */
  syncNode(node: DiskNode): Promise<void> {
    const count = node.changeCount;
    return new Promise((resolve) => {
      this.syncs.push(() => {
        node.synced(count);
        resolve();
        this.changed();
      });
    });
  }

  /** For {@link OpenPlatterFile}. */
  syncNodeNow(node: DiskNode): void {
    node.synced(node.changeCount);
    this.changed();
  }

  private name(path: string, change: NameChange): void {
    this.directory(path.slice(0, path.lastIndexOf('/'))).change(change);
    this.changed();
  }

  private file(path: string): PlatterFile {
    const node = this.find(path);
    if (node?.kind !== 'file') throw missing(path);
    return node;
  }

  private directory(path: string): PlatterDirectory {
    const node = this.find(path);
    if (node?.kind !== 'directory') throw missing(path);
    return node;
  }

  private find(path: string): DiskNode | null {
    let node: DiskNode = this.root;
    for (const part of partsOf(path)) {
      const next: DiskNode | undefined = node.kind === 'directory' ? node.names.get(part) : undefined;
      if (next === undefined) return null;
      node = next;
    }
    return node;
  }
}

class OpenPlatterFile implements DiskFile {
  readonly path: string;
  private readonly disk: PlatterDisk;
  private readonly file: PlatterFile;
  private closed = false;

  constructor(disk: PlatterDisk, path: string, file: PlatterFile) {
    this.disk = disk;
    this.path = path;
    this.file = file;
  }

  sizeBytes(): number {
    return this.opened.content.length;
  }

  write(position: number, buffers: readonly Buffer[]): void {
    this.opened.write(position, Buffer.concat(buffers));
    this.file.modifiedMs = this.disk.nowMs;
    this.disk.changed();
  }

  readNow(position: number, into: Buffer): number {
    return this.opened.content.copy(into, 0, Math.min(position, this.file.content.length));
  }

  async read(position: number, into: Buffer): Promise<number> {
    const { opened } = this;
    await null;
    return opened.content.copy(into, 0, Math.min(position, opened.content.length));
  }

  truncate(sizeBytes: number): void {
    this.opened.truncate(sizeBytes);
    this.disk.changed();
  }

  async sync(): Promise<void> {
    await this.disk.syncNode(this.opened);
  }

  syncNow(): void {
    this.disk.syncNodeNow(this.opened);
  }

  close(): void {
    this.closed = true;
  }

  private get opened(): PlatterFile {
    if (this.closed) throw new DiskError('EBADF', this.path, `${this.path} was closed`);
    return this.file;
  }
}

/** After everything that is ready to run now has run. */
export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
