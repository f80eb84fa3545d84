import type { Timer } from '../base/host.js';
import { asError, isRetriable } from './client-errors.js';
import type { Cluster } from './cluster.js';

export interface MetadataRefreshOptions {
  /** Topics to keep up with; null for all of the cluster. */
  topics(): readonly string[] | null;
  readonly allowAutoTopicCreation: boolean;
  onUpdate(): void;
  /** A refresh failed for good; the next wish tries again. */
  onError(error: Error): void;
}

/** Keeps metadata fresh: when it is wished for, not more often than the backoff allows, and when it grows old. */
export class MetadataRefresh {
  private readonly cluster: Cluster;
  private readonly options: MetadataRefreshOptions;
  private running = false;
  private wished = false;
  private failures = 0;
  private lastMs = Number.NEGATIVE_INFINITY;
  private timer: Timer | null = null;
  private closed = false;

  constructor(cluster: Cluster, options: MetadataRefreshOptions) {
    this.cluster = cluster;
    this.options = options;
  }

  /** Fetches soon; wishes that come meanwhile count as one. */
  wish(): void {
    if (this.closed) return;
    this.wished = true;
    if (this.running) return;
    const { clock } = this.cluster.host;
    const sinceMs = clock.monotonicMs() - this.lastMs;
    const { retryBackoffMs, retryBackoffMaxMs } = this.cluster.settings;
    const backoffMs = this.cluster.pauses.backoffMs(this.failures, retryBackoffMs, retryBackoffMaxMs);
    if (sinceMs >= backoffMs) this.run();
    else this.arm(backoffMs - sinceMs);
  }

  close(): void {
    this.closed = true;
    this.timer?.cancel();
  }

  private run(): void {
    this.timer?.cancel();
    this.running = true;
    this.wished = false;
    this.fetch().then(
      () => this.done(null),
      (error: unknown) => this.done(asError(error)),
    );
  }

  private async fetch(): Promise<void> {
    const { allowAutoTopicCreation } = this.options;
    const topics = this.options.topics();
    await this.cluster.fetchMetadata(topics, { allowAutoTopicCreation, isWhole: topics === null });
  }

  private done(error: Error | null): void {
    this.running = false;
    if (this.closed) return;
    this.lastMs = this.cluster.host.clock.monotonicMs();
    this.failures = error === null ? 0 : this.failures + 1;
    this.arm(this.cluster.settings.metadataMaxAgeMs);
    if (error === null) this.options.onUpdate();
    else if (isRetriable(error)) this.wished = true;
    else this.options.onError(error);
    if (this.wished && !this.running) this.wish();
  }

  private arm(delayMs: number): void {
    this.timer?.cancel();
    this.timer = this.cluster.host.clock.setTimer(Math.min(delayMs, 0x7fff_ffff), () => this.run());
  }
}
