import type { Clock, Logger, Timer } from '../base/host.js';
import type { MetadataImage } from '../state/metadata/image.js';
import { recordsOf } from '../state/metadata/image-records.js';
import type { MetadataBatch } from './metadata-batch.js';
import type { MetadataLog } from './metadata-log.js';

export interface MetadataSnapshotsOptions {
  readonly log: MetadataLog;
  readonly image: MetadataImage;
  readonly clock: Clock;
  readonly logger: Logger;
  /** metadata.log.max.record.bytes.between.snapshots */
  readonly maxBytesBetween: number;
  /** metadata.log.max.snapshot.interval.ms; 0 turns it off. */
  readonly maxIntervalMs: number;
  /** metadata.max.retention.bytes and .ms; below 0 without a limit. */
  readonly retention: { readonly bytes: number; readonly ms: number };
}

const CLEANING_INTERVAL_MS = 60_000;

/** Writes the metadata as a whole now and then, so that the log before it need not be kept (KIP-630). */
export class MetadataSnapshots {
  private readonly options: MetadataSnapshotsOptions;
  private bytesSince = 0;
  private lastMs = 0;
  private timer: Timer | null = null;

  constructor(options: MetadataSnapshotsOptions) {
    this.options = options;
  }

  /** From now on; the image has to be told of each batch first. */
  start(): void {
    this.lastMs = this.options.clock.nowMs();
    this.options.log.subscribe((batch) => this.onBatch(batch));
    this.cleanLater();
  }

  close(): void {
    this.timer?.cancel();
  }

  private onBatch(batch: MetadataBatch): void {
    const { clock, maxBytesBetween, maxIntervalMs, logger } = this.options;
    this.bytesSince += batch.sizeBytes ?? 0;
    const isDue = maxIntervalMs > 0 && clock.nowMs() - this.lastMs >= maxIntervalMs;
    if (this.bytesSince < maxBytesBetween && !isDue) return;
    this.bytesSince = 0;
    this.lastMs = clock.nowMs();
    try {
      this.options.log.writeSnapshot(
        batch.lastOffset + 1,
        recordsOf(this.options.image),
        batch.appendedMs ?? this.lastMs,
      );
    } catch (error) {
      logger.error(`Cannot write a snapshot of the metadata up to offset ${batch.lastOffset + 1}`, error);
    }
  }

  private cleanLater(): void {
    const { clock, log, retention, logger } = this.options;
    this.timer = clock.setTimer(CLEANING_INTERVAL_MS, () => {
      try {
        log.dropOldSnapshots(retention.bytes, retention.ms);
      } catch (error) {
        logger.error('Cannot remove old snapshots of the metadata', error);
      }
      this.cleanLater();
    });
  }
}
