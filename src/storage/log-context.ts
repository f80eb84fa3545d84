import type { BufferPool } from '../base/buffer-pool.js';
import type { Disk } from '../base/disk.js';
import type { Clock, Logger, Random } from '../base/host.js';
import type { OpenFiles } from './open-files.js';
import type { RecentBatchesPool } from './recent-batches.js';
import type { SyncQueue } from './sync-queue.js';

/** What the logs of a broker share. */
export interface LogContext {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly files: OpenFiles;
  readonly syncs: SyncQueue;
  readonly recent: RecentBatchesPool;
  /** For what is read from logs. */
  readonly buffers: BufferPool;
  /** producer.id.expiration.ms */
  producerIdExpirationMs: number;
}
