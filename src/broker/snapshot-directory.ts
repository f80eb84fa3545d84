/** The snapshots beside a metadata log: `OFFSET-EPOCH.checkpoint`. */
import type { Disk } from '../base/disk.js';
import type { MetadataSnapshot } from './metadata-log.js';

export interface SnapshotFile {
  readonly name: string;
  /** The first offset that it does not contain. */
  readonly offset: number;
  readonly epoch: number;
}

const SNAPSHOT = /^([0-9]{20})-([0-9]{10})\.checkpoint$/;
/** What a crash leaves of a snapshot that was being written, or removed. */
const LEFTOVER = /^[0-9]{20}-[0-9]{10}\.checkpoint\.(?:part|deleted)$/;

/** In rising order of what they contain. */
export function snapshotFiles(disk: Disk, directory: string): SnapshotFile[] {
  return namesIn(disk, directory)
    .sort()
    .flatMap((name) => {
      const match = SNAPSHOT.exec(name);
      return match === null ? [] : [{ name, offset: Number(match[1]), epoch: Number(match[2]) }];
    });
}

export function newestSnapshot(disk: Disk, directory: string): MetadataSnapshot | null {
  const newest = snapshotFiles(disk, directory).at(-1);
  if (newest === undefined) return null;
  const { offset, epoch, name } = newest;
  return { offset, epoch, content: disk.readWhole(`${directory}/${name}`) };
}

export function removeLeftovers(disk: Disk, directory: string): void {
  for (const name of namesIn(disk, directory)) if (LEFTOVER.test(name)) disk.remove(`${directory}/${name}`);
}

const namesIn = (disk: Disk, directory: string): string[] =>
  disk.stat(directory) === null ? [] : [...disk.list(directory)];
