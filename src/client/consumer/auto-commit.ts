import type { ClientHost } from '../client-config.js';
import type { ConsumerSettings } from './consumer-config.js';

/** Commits the positions of a consumer now and then, and when partitions go, where enable.auto.commit says so. */
export class AutoCommit {
  private readonly host: ClientHost;
  private readonly settings: ConsumerSettings;
  private readonly commit: (timeoutMs?: number) => Promise<void>;
  private nextMs = 0;

  constructor(host: ClientHost, settings: ConsumerSettings, commit: (timeoutMs?: number) => Promise<void>) {
    this.host = host;
    this.settings = settings;
    this.commit = commit;
  }

  /** Partitions are new: there is nothing to be committed before the next interval ends. */
  postpone(): void {
    this.nextMs = this.host.clock.monotonicMs() + this.settings.autoCommitIntervalMs;
  }

  /** Begins to commit when the interval is over; a failure is logged, and tried again soon. */
  commitWhenDue(): void {
    const { autoCommit, retryBackoffMs, groupId } = this.settings;
    if (!autoCommit || groupId === null || this.host.clock.monotonicMs() < this.nextMs) return;
    this.postpone();
    this.commit().catch((error: unknown) => {
      this.host.logger.warn('Asynchronous auto-commit of offsets failed', error);
      this.nextMs = Math.min(this.nextMs, this.host.clock.monotonicMs() + retryBackoffMs);
    });
  }

  /** The last moment to commit: waits for it. A failure is logged. */
  async commitNow(timeoutMs: number): Promise<void> {
    if (!this.settings.autoCommit) return;
    try {
      await this.commit(Math.min(timeoutMs, this.settings.defaultApiTimeoutMs));
    } catch (error) {
      this.host.logger.warn('Synchronous auto-commit of offsets failed', error);
    }
  }

  /** How long to wait at most, so that whoever waits looks whether a commit is due when the time of one has come. */
  waitMs(mostMs: number): number {
    const { autoCommit, autoCommitIntervalMs } = this.settings;
    return autoCommit ? Math.min(mostMs, autoCommitIntervalMs) : mostMs;
  }
}
