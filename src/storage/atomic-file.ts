import type { Disk } from '../base/disk.js';
import { parentPath } from './file-names.js';
import { SyncQueue } from './sync-queue.js';

/**
 * A small file that is only ever replaced as a whole: written beside its place, synced, renamed over the old one,
 * and the directory synced. Nobody waits for the platter: when the file is saved again meanwhile, only the newest
 * content is written.
 */
export class AtomicFile {
  path: string;
  private readonly disk: Disk;
  private readonly syncs: SyncQueue;
  private wanted: string | null = null;
  private running: Promise<void> | null = null;
  private abandoned = false;
  private isThere: boolean | null = null;

  /** @param syncs shared by files of which there are many */
  constructor(disk: Disk, path: string, syncs = new SyncQueue(disk, 1)) {
    this.disk = disk;
    this.path = path;
    this.syncs = syncs;
  }

  /**
   * Null when there is none. Neither is there one when it is empty or all zeros: that is what a power cut leaves of
   * a new file whose name reached the platter before its content.
   */
  read(): string | null {
    const text = this.disk.stat(this.path) === null ? null : this.disk.readWhole(this.path).toString('utf8');
    this.isThere = text !== null && /[^\0]/.test(text);
    return this.isThere ? text : null;
  }

  /**
   * Settles once `content`, or what was saved after it, is on the platter. A file that is new can be read at
   * once, since there is no older one to lose.
   */
  async save(content: string): Promise<void> {
    if (this.abandoned) return;
    if (this.isThere === null) this.read();
    if (this.isThere === false) {
      this.disk.writeWhole(this.temporary, content);
      this.disk.rename(this.temporary, this.path);
      this.isThere = true;
      this.running = this.ended(this.syncNew());
    } else {
      this.wanted = content;
      this.running ??= this.ended(this.replace());
    }
    await this.running;
  }

  /** The directory has got another name. */
  moveTo(path: string): void {
    this.path = path;
  }

  /** Settles when nothing is being written any more. */
  async settled(): Promise<void> {
    await this.running;
  }

  /** Nothing is written any more; for a file whose directory goes away. */
  abandon(): void {
    this.abandoned = true;
    this.wanted = null;
  }

  private get temporary(): string {
    return `${this.path}.tmp`;
  }

  private get directory(): string {
    return parentPath(this.path);
  }

  private async syncNew(): Promise<void> {
    const { path } = this;
    try {
      await this.syncs.sync(path);
    } catch (cause) {
      if (path === this.path) throw cause;
    }
    await this.syncDirectory();
  }

  private async syncDirectory(): Promise<void> {
    const { directory } = this;
    try {
      await this.syncs.sync(directory);
    } catch (cause) {
      if (directory === this.directory) throw cause;
    }
  }

  private async replace(): Promise<void> {
    while (this.wanted !== null) {
      const { temporary, wanted } = this;
      this.disk.writeWhole(temporary, wanted);
      this.wanted = null;
      try {
        await this.syncs.sync(temporary);
      } catch (cause) {
        if (temporary === this.temporary) throw cause;
      }
      if (temporary !== this.temporary) this.wanted ??= wanted;
      if (this.wanted !== null || this.abandoned) continue;
      this.disk.rename(temporary, this.path);
      await this.syncDirectory();
    }
  }

  private async ended(work: Promise<void>): Promise<void> {
    try {
      await work;
      while (this.wanted !== null) await this.replace();
    } catch (cause) {
      if (!this.abandoned) throw cause;
    } finally {
      this.running = null;
    }
  }
}
