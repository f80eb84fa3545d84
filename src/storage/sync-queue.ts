import type { Disk } from '../base/disk.js';

interface Waiting {
  readonly path: string;
  readonly promise: Promise<void>;
  start(): void;
}

/**
 * Syncs of files and directories by path, few at a time: a topic of a thousand partitions wants thousands at once,
 * each with a file open. Those of one path that wait are one.
 */
export class SyncQueue {
  private readonly disk: Disk;
  private readonly limit: number;
  private readonly waiting = new Map<string, Waiting>();
  private running = 0;

  constructor(disk: Disk, limit: number) {
    this.disk = disk;
    this.limit = limit;
  }

  sync(path: string): Promise<void> {
    const known = this.waiting.get(path);
    if (known !== undefined) return known.promise;
    if (this.running < this.limit) return this.run(path);
    let start: () => void = () => undefined;
    const turn = new Promise<void>((resolve) => {
      start = resolve;
    });
    const promise = turn.then(() => this.run(path));
    this.waiting.set(path, { path, promise, start });
    return promise;
  }

  private async run(path: string): Promise<void> {
    this.running++;
    try {
      await this.disk.sync(path);
    } finally {
      this.running--;
      this.startNext();
    }
  }

  private startNext(): void {
    const [next] = this.waiting.values();
    if (next === undefined) return;
    this.waiting.delete(next.path);
    next.start();
  }
}
