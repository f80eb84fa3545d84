import type { Clock, Logger, Timer } from '../../base/host.js';
import type { ErrorName } from '../../protocol/errors.js';
import type { Acknowledgement } from '../../state/share-partition/acknowledge.js';
import type { Acquired, AcquireRequest } from '../../state/share-partition/acquire.js';
import type { Change, KeptBatch } from '../../state/share-partition/change.js';
import { InvalidShareStateError, SharePartition } from '../../state/share-partition/share-partition.js';
import type { Partition } from '../partition.js';
import type { SharePartitionKey, SharePersister, ShareState, ShareStateRefusal } from '../share-persister.js';
import { answerOfPersister, type ShareError } from './persister-refusal.js';
import type { ShareSettings } from './share-settings.js';

export interface HostedOptions {
  readonly key: SharePartitionKey;
  readonly partition: Partition;
  readonly settings: ShareSettings;
  readonly persister: SharePersister;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Something may be had that could not be had before. */
  onAvailable(hosted: HostedSharePartition): void;
  onFailed(hosted: HostedSharePartition): void;
}

/** A share partition with its leader: read from the persister, and kept there with every change. */
export class HostedSharePartition {
  readonly key: SharePartitionKey;
  readonly partition: Partition;
  /** Why it could not be read. */
  failure: ShareError | null = null;
  /** One fetch reads the log for it at a time. */
  isBeingFetched = false;
  /** Those that passed it by meanwhile. */
  missedBy: { lookAgain(): void }[] = [];
  private readonly options: HostedOptions;
  private readonly leaderEpoch: number;
  private state: SharePartition | null = null;
  private isFenced = false;
  private lockTimer: Timer | null = null;
  private timerAtMs = Number.POSITIVE_INFINITY;

  constructor(options: HostedOptions) {
    this.options = options;
    this.key = options.key;
    this.partition = options.partition;
    this.leaderEpoch = options.partition.leaderEpoch;
  }

  get name(): string {
    return `${this.key.groupId}-${this.key.topicId}:${this.partition.name}`;
  }

  /** Null while it is read, and when it is nobody's to fetch from any more. */
  get active(): SharePartition | null {
    return this.isFenced ? null : this.state;
  }

  async load(): Promise<void> {
    const { persister, logger } = this.options;
    try {
      const read = await persister.read(this.key, this.leaderEpoch);
      this.open(read);
    } catch (cause) {
      if (!this.isFenced) logger.error(`Failed to initialize the share partition ${this.name}`, cause);
      this.failure = {
        error: 'UNKNOWN_SERVER_ERROR',
        message: cause instanceof InvalidShareStateError ? cause.message : 'Failed to initialize the share partition',
      };
    }
    if (this.failure !== null) this.options.onFailed(this);
    else this.options.onAvailable(this);
  }

  private open(read: ShareState | ShareStateRefusal): void {
    if ('error' in read) {
      this.failure = answerOfPersister('read', read);
      return;
    }
    const startOffset = read.startOffset >= 0 ? read.startOffset : this.resetOffset();
    if (startOffset === null) this.failure = { error: 'OFFSET_NOT_AVAILABLE', message: null };
    else this.state = new SharePartition(startOffset, read);
  }

  /** share.auto.offset.reset; null when no record is as new as that. */
  private resetOffset(): number | null {
    const { settings, clock } = this.options;
    const { log } = this.partition;
    const reset = settings.offsetReset(this.key.groupId);
    if (reset === 'latest') return log.highWatermark;
    if (reset === 'earliest') return log.logStartOffset;
    return log.offsetForTimestamp(clock.nowMs() - reset.beforeMs, 'highWatermark')?.offset ?? null;
  }

  /** What a poll would read next; null when it would get nothing. */
  fetchOffset(): number | null {
    const { active } = this;
    const limits = this.options.settings.limits(this.key.groupId);
    return active?.canAcquire(limits) ? active.nextFetchOffset() : null;
  }

  acquire(request: AcquireRequest): Acquired {
    const { settings, clock } = this.options;
    const { active } = this;
    if (active === null) return { ranges: [], count: 0 };
    const limits = settings.limits(this.key.groupId);
    const nowMs = clock.monotonicMs();
    const acquired = active.acquire(request, limits, nowMs);
    if (acquired.count > 0) this.watchLocks(nowMs + limits.lockDurationMs);
    return acquired;
  }

  /** The log begins later than was thought. */
  moveLogStart(): void {
    this.state?.moveLogStart(this.partition.log.logStartOffset);
  }

  acknowledge(memberId: string, acknowledgements: readonly Acknowledgement[]): Promise<ShareError | null> {
    const { settings, clock } = this.options;
    const state = this.state as SharePartition;
    const limits = settings.limits(this.key.groupId);
    const nowMs = clock.monotonicMs();
    const change = state.acknowledge(memberId, acknowledgements, limits, nowMs);
    if ('error' in change) return Promise.resolve(change);
    return this.settle(state, change);
  }

  /** Everything that the member has. */
  release(memberId: string): Promise<ShareError | null> {
    const { state } = this;
    if (state === null) return Promise.resolve(null);
    return this.settle(state, state.release(memberId, this.options.settings.limits(this.key.groupId)));
  }

  /** From now on nothing is given out; what is under way ends as it may. */
  fence(): void {
    this.isFenced = true;
    this.lockTimer?.cancel();
    this.lockTimer = null;
  }

  private async settle(state: SharePartition, change: Change): Promise<ShareError | null> {
    if (change.isEmpty) return null;
    const refused = await this.write(state, change.batches());
    if (refused !== null) change.rollBack(this.options.clock.monotonicMs());
    else change.commit();
    this.options.onAvailable(this);
    return refused;
  }

  private async write(state: SharePartition, batches: readonly KeptBatch[]): Promise<ShareError | null> {
    const { persister, logger } = this.options;
    try {
      const refused = await persister.write(this.key, { ...state.keep(batches), leaderEpoch: this.leaderEpoch });
      return refused === null ? null : answerOfPersister('write', refused);
    } catch (cause) {
      logger.error(`Failed to write the share group state for share partition: ${this.name}`, cause);
      const error: ErrorName = 'UNKNOWN_SERVER_ERROR';
      return { error, message: `Failed to write the share group state for share partition ${this.name}` };
    }
  }

  /** One timer for all locks of the partition: most are for the same time, and are over before they end. */
  private watchLocks(atMs: number): void {
    if (this.isFenced || (this.lockTimer !== null && this.timerAtMs <= atMs)) return;
    this.lockTimer?.cancel();
    this.timerAtMs = atMs;
    const { clock } = this.options;
    this.lockTimer = clock.setTimer(Math.max(0, Math.ceil(atMs - clock.monotonicMs())), () => this.expireLocks());
  }

  private expireLocks(): void {
    this.lockTimer = null;
    const { state } = this;
    if (state === null || this.isFenced) return;
    const { settings, clock } = this.options;
    const { batches, nextMs } = state.expire(settings.limits(this.key.groupId), clock.monotonicMs());
    if (Number.isFinite(nextMs)) this.watchLocks(nextMs);
    if (batches.length === 0) return;
    // It is available at once; what could not be kept is only forgotten when the leader changes.
    void this.write(state, batches).then(() => {
      if (state.moveStart()) this.options.onAvailable(this);
    });
    this.options.onAvailable(this);
  }
}
