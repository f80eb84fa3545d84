import { BufferPool } from '../base/buffer-pool.js';
import type { Disk } from '../base/disk.js';
import type { Clock, Logger, Random } from '../base/host.js';
import { OpenFiles } from './open-files.js';
import { RecentBatchesPool } from './recent-batches.js';
import { SyncQueue } from './sync-queue.js';

const MIB = 1024 * 1024;
/** Well below the 1024 that many systems grant a process, which needs some for its connections. */
const DEFAULT_OPEN_FILES = 400;
const DEFAULT_RECENT_BYTES = 64 * MIB;
const DEFAULT_RECENT_BYTES_PER_LOG = MIB;
const DEFAULT_PRODUCER_EXPIRATION_MS = 24 * 60 * 60 * 1000;
/** Each keeps one of Node's four file threads busy, and a file open. */
const SYNCS_TOGETHER = 8;

interface LogHost {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

export interface LogContextOptions extends LogHost {
  /** Where what is read lies; who has no more use for it may give it back. */
  readonly buffers?: BufferPool;
  readonly maxOpenFiles?: number;
  readonly recentBytes?: number;
  readonly recentBytesPerLog?: number;
  readonly producerIdExpirationMs?: number;
}

/** What the logs of a broker share. */
export interface LogContext extends LogHost {
  readonly files: OpenFiles;
  readonly syncs: SyncQueue;
  readonly recent: RecentBatchesPool;
  /** For what is read from logs. */
  readonly buffers: BufferPool;
  /** producer.id.expiration.ms */
  producerIdExpirationMs: number;
}

export function newLogContext(options: LogContextOptions): LogContext {
  const { disk, clock, random, logger } = options;
  const recentBytes = options.recentBytes ?? DEFAULT_RECENT_BYTES;
  return {
    disk,
    clock,
    random,
    logger,
    files: new OpenFiles(disk, options.maxOpenFiles ?? DEFAULT_OPEN_FILES),
    syncs: new SyncQueue(disk, SYNCS_TOGETHER),
    recent: new RecentBatchesPool(recentBytes, options.recentBytesPerLog ?? DEFAULT_RECENT_BYTES_PER_LOG),
    buffers: options.buffers ?? new BufferPool(0),
    producerIdExpirationMs: options.producerIdExpirationMs ?? DEFAULT_PRODUCER_EXPIRATION_MS,
  };
}
