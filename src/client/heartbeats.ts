import type { Timer } from '../base/host.js';
import { asError } from './client-errors.js';
import type { Cluster } from './cluster.js';
import type { BrokerConnection } from './connection.js';
import type { HeartbeatStep } from './heartbeat-step.js';

/** A member of a group whose coordinator learns everything by heartbeats (KIP-848, KIP-932). */
export interface HeartbeatingMember {
  /** Sends the heartbeat that is due and takes in its answer. @returns when the next one is due, in milliseconds. */
  send(connection: BrokerConnection): Promise<number>;
  onError(error: unknown): HeartbeatStep;
  /** Tells the coordinator that the member leaves. */
  sendLeave(connection: BrokerConnection, timeoutMs: number): Promise<unknown>;
  /** The group goes on without the member. */
  fenced(): void;
  /** Something came that `poll` waits for. */
  onProgress(): void;
}

/** Sends the heartbeats of a member to the coordinator of its group, wherever that goes, as long as somebody polls. */
export class Heartbeats {
  private readonly cluster: Cluster;
  private readonly target;
  private readonly maxPollIntervalMs: number;
  private readonly member: HeartbeatingMember;
  private timer: Timer | null = null;
  private isBeating = false;
  private isPaused = false;
  private hasLeft = false;
  private failures = 0;
  private lastPollMs: number;
  private error: Error | null = null;
  private closed = false;

  constructor(cluster: Cluster, groupId: string, maxPollIntervalMs: number, member: HeartbeatingMember) {
    this.cluster = cluster;
    this.target = { coordinator: 'group', key: groupId } as const;
    this.maxPollIntervalMs = maxPollIntervalMs;
    this.member = member;
    this.lastPollMs = this.nowMs();
  }

  /** The application polls. @throws what made an end of the heartbeats */
  polled(): void {
    this.lastPollMs = this.nowMs();
    if (this.error === null) return;
    const { error } = this;
    this.error = null;
    throw error;
  }

  /** Whether the member left because nobody polled, and has to begin again; told once. */
  takeLeft(): boolean {
    const { hasLeft } = this;
    this.hasLeft = false;
    return hasLeft;
  }

  /** Sends a heartbeat at once, unless one is on its way. */
  beat(): void {
    if (this.isBeating || this.closed) return;
    this.isBeating = true;
    this.isPaused = false;
    this.timer?.cancel();
    void this.heartbeat().then((delayMs) => {
      this.isBeating = false;
      if (delayMs !== null) this.arm(delayMs);
    });
  }

  /** Sends none until the next {@link beat}. */
  pause(): void {
    this.isPaused = true;
    this.timer?.cancel();
  }

  close(): void {
    this.closed = true;
    this.timer?.cancel();
  }

  /** Never fails: who cannot be told finds out when the session ends. */
  async leave(timeoutMs: number): Promise<void> {
    try {
      const connection = await this.cluster.connectTo(this.target);
      await this.member.sendLeave(connection, Math.max(1, timeoutMs));
    } catch (error) {
      this.cluster.host.logger.debug(`the group could not be left: ${asError(error).message}`);
    }
  }

  private nowMs(): number {
    return this.cluster.host.clock.monotonicMs();
  }

  private arm(delayMs: number): void {
    this.timer?.cancel();
    if (!this.closed && !this.isPaused) this.timer = this.cluster.host.clock.setTimer(delayMs, () => this.beat());
  }

  /** @returns when to beat again; null when it ended. Never fails. */
  private async heartbeat(): Promise<number | null> {
    if (this.nowMs() - this.lastPollMs > this.maxPollIntervalMs) {
      await this.leave(this.cluster.settings.requestTimeoutMs);
      this.member.fenced();
      this.hasLeft = true;
      return null;
    }
    try {
      const connection = await this.cluster.connectTo(this.target);
      const delayMs = await this.member.send(connection);
      this.failures = 0;
      return this.closed ? null : delayMs;
    } catch (error) {
      return this.closed ? null : this.onError(this.member.onError(error), error);
    }
  }

  private onError(step: HeartbeatStep, error: unknown): number | null {
    if (step === 'fail') {
      this.error = asError(error);
      this.member.onProgress();
      return null;
    }
    if (step === 'find') this.cluster.onError(this.target, error);
    if (step === 'rejoin') {
      this.member.onProgress();
      return 0;
    }
    const { retryBackoffMs, retryBackoffMaxMs } = this.cluster.settings;
    return this.cluster.pauses.backoffMs(this.failures++, retryBackoffMs, retryBackoffMaxMs);
  }
}
