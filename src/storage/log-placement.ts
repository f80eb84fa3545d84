import { DiskError } from '../base/disk.js';
import { partitionDirectoryName } from './file-names.js';
import type { LogDirectory } from './log-directory.js';

/** In which log directory a log comes to lie that is made. */
export class LogPlacement {
  private readonly directories: readonly LogDirectory[];
  /** Where logs are wanted that are not made yet: paths by `TOPIC-PARTITION`. */
  private readonly preferred = new Map<string, string>();
  private cordoned: ReadonlySet<string> = new Set();

  constructor(directories: readonly LogDirectory[]) {
    this.directories = directories;
  }

  /** Directories that take no new logs, by path, unless they are asked for by name (KIP-1066). */
  cordon(paths: readonly string[]): void {
    this.cordoned = new Set(paths);
  }

  isCordoned(path: string): boolean {
    return this.cordoned.has(path);
  }

  /** A log that is made later is to lie in the directory `path`, when nothing else is said then. */
  prefer(topic: string, partition: number, path: string): void {
    this.preferred.set(partitionDirectoryName(topic, partition), path);
  }

  /**
   * The directory for a new log: the one that is asked for, else the one preferred for it, else that with the fewest
   * logs.
   *
   * @param asked its path
   * @throws DiskError
   */
  choose(topic: string, partition: number, asked?: string): LogDirectory {
    const name = partitionDirectoryName(topic, partition);
    const path = asked ?? this.preferred.get(name);
    const directory = path === undefined ? this.emptiest() : this.at(path);
    this.preferred.delete(name);
    return directory;
  }

  /** @throws RangeError where it is none of the directories; DiskError */
  at(path: string): LogDirectory {
    const directory = this.directories.find((candidate) => candidate.path === path);
    if (directory === undefined) throw new RangeError(`${path} is none of log.dirs`);
    if (!directory.isOnline) throw new DiskError('EIO', path, `The log directory ${path} is offline`);
    return directory;
  }

  private emptiest(): LogDirectory {
    const online = this.directories.filter(({ isOnline }) => isOnline);
    const open = online.filter(({ path }) => !this.isCordoned(path));
    const [first] = (open.length === 0 ? online : open).sort((left, right) => left.logs.size - right.logs.size);
    if (first !== undefined) return first;
    throw new DiskError('EIO', this.directories.map(({ path }) => path).join(','), 'All log directories are offline');
  }
}
