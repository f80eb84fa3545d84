/** Names of the files and directories of a log, as Apache Kafka 4.3.1 writes them. */

export const LOG_SUFFIX = '.log';
export const OFFSET_INDEX_SUFFIX = '.index';
export const TIME_INDEX_SUFFIX = '.timeindex';
export const TRANSACTION_INDEX_SUFFIX = '.txnindex';
export const PRODUCER_SNAPSHOT_SUFFIX = '.snapshot';
/** Put behind a whole file name: taken out of the log, waiting for its removal. */
export const DELETED_SUFFIX = '.deleted';
/** Being written by a compaction. */
export const CLEANED_SUFFIX = '.cleaned';
/** Written whole by a compaction and about to take the place of older segments. */
export const SWAP_SUFFIX = '.swap';

export const LEADER_EPOCH_FILE = 'leader-epoch-checkpoint';
export const PARTITION_METADATA_FILE = 'partition.metadata';
export const RECOVERY_POINT_FILE = 'recovery-point-offset-checkpoint';
export const LOG_START_FILE = 'log-start-offset-checkpoint';
export const HIGH_WATERMARK_FILE = 'replication-offset-checkpoint';
export const CLEANER_FILE = 'cleaner-offset-checkpoint';
export const LOCK_FILE = '.lock';

export const METADATA_TOPIC = '__cluster_metadata';

const OFFSET_DIGITS = 20;
const MAX_DIRECTORY_NAME = 255;
const OFFSET_NAME = /^(\d{20})(\..+)$/;

/** `offset` as the 20 digits that begin the name of each file of a segment. */
export function offsetDigits(offset: number): string {
  return String(offset).padStart(OFFSET_DIGITS, '0');
}

export function joinPath(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

/** The directory that `path` lies in: a log directory, where it is a partition's. */
export const parentPath = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/** A name that begins with an offset, cut in two; null for any other. */
export function parseOffsetName(name: string): { offset: number; suffix: string } | null {
  const match = OFFSET_NAME.exec(name);
  return match === null ? null : { offset: Number(match[1]), suffix: match[2] as string };
}

/** What a directory in a log directory is: a partition, or one that waits for something. */
export type PartitionDirectoryKind = 'partition' | 'delete' | 'future' | 'stray';

export interface PartitionDirectoryName {
  readonly kind: PartitionDirectoryKind;
  readonly topic: string;
  readonly partition: number;
}

const PARTITION_NAME = /^(.+)-(\d+)$/;
const SUFFIXED_NAME = /^(.+)-(\d+)\.[^.]+-(delete|future|stray)$/;

export function partitionDirectoryName(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}

/** Null when the name is no partition's. The topic of a name that had to be cut is cut, too. */
export function parsePartitionDirectory(name: string): PartitionDirectoryName | null {
  const suffixed = SUFFIXED_NAME.exec(name);
  const match = suffixed ?? PARTITION_NAME.exec(name);
  if (match === null) return null;
  const partition = Number(match[2]);
  if (partition > 0x7fff_ffff) return null;
  return {
    kind: (suffixed?.[3] as PartitionDirectoryKind | undefined) ?? 'partition',
    topic: match[1] as string,
    partition,
  };
}

/**
 * `TOPIC-P.HEX-delete` and its like. The topic is cut from its end where the whole would be longer than file
 * systems allow; a `-future` name is never cut, since its topic is read back from it.
 *
 * @param unique 16 random bytes
 */
export function suffixedDirectoryName(
  topic: string,
  partition: number,
  kind: 'delete' | 'future' | 'stray',
  unique: Buffer,
): string {
  const rest = `-${partition}.${unique.toString('hex')}-${kind}`;
  const shortened = kind === 'future' ? topic : topic.slice(0, MAX_DIRECTORY_NAME - rest.length);
  return shortened + rest;
}
