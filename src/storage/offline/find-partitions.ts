import { type Disk, DiskError } from '../../base/disk.js';
import { decodeOffsets } from '../checkpoint.js';
import { joinPath, LOG_START_FILE, parsePartitionDirectory } from '../file-names.js';

export interface PartitionPlace {
  readonly topic: string;
  readonly partition: number;
  /** The log directory, and the partition's own in it. */
  readonly directory: string;
  readonly path: string;
}

/**
 * The partitions in log directories, by topic and partition; not what waits for its deletion (`-delete`), is being
 * copied (`-future`) or belongs to no topic (`-stray`).
 *
 * @throws DiskError
 */
export function findPartitions(disk: Disk, directories: readonly string[]): PartitionPlace[] {
  const found: PartitionPlace[] = [];
  for (const directory of directories) {
    for (const name of disk.list(directory)) {
      const parsed = parsePartitionDirectory(name);
      if (parsed?.kind !== 'partition') continue;
      const path = joinPath(directory, name);
      const { topic, partition } = parsed;
      if (disk.stat(path)?.kind === 'directory') found.push({ topic, partition, directory, path });
    }
  }
  return found.sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

/**
 * Where logs begin that begin within a segment: what is below was deleted, though it is still there.
 *
 * @throws CorruptLogError, DiskError
 */
export function logStartOffset(disk: Disk, { directory, topic, partition }: PartitionPlace): number {
  const path = joinPath(directory, LOG_START_FILE);
  let text: string;
  try {
    text = disk.readWhole(path).toString('utf8');
  } catch (cause) {
    if (cause instanceof DiskError && cause.code === 'ENOENT') return 0;
    throw cause;
  }
  const entry = decodeOffsets(text, path).find((each) => each.topic === topic && each.partition === partition);
  return entry?.offset ?? 0;
}
