import type { Timer } from '../../base/host.js';
import { consumerGroupHeartbeatApi } from '../../protocol/generated/consumer-group-heartbeat.js';
import { asError, kafkaErrorOf } from '../client-errors.js';
import type { Cluster } from '../cluster.js';
import { byTopic, keyOf, type TopicPartition } from '../topic-partition.js';
import type { ConsumerSettings } from './consumer-config.js';
import { ConsumerMembership, type HeartbeatStep, type TopicIdPartitions } from './consumer-membership.js';
import type { GroupMembership, MembershipContext } from './group-membership.js';
import type { MemberIdentity } from './group-offsets.js';

const UUID_BYTES = 16;

/** A member of a group of the consumer protocol (KIP-848): the coordinator shares out, heartbeats carry all. */
export class ConsumerGroup implements GroupMembership {
  private readonly cluster: Cluster;
  private readonly settings: ConsumerSettings;
  private readonly context: MembershipContext;
  private readonly groupId: string;
  private readonly membership: ConsumerMembership;
  private timer: Timer | null = null;
  private isBeating = false;
  private isStarted = false;
  private hasLeft = false;
  private failures = 0;
  private lastPollMs: number;
  private error: Error | null = null;
  private closed = false;

  constructor(cluster: Cluster, settings: ConsumerSettings, context: MembershipContext) {
    this.cluster = cluster;
    this.settings = settings;
    this.context = context;
    this.groupId = settings.groupId as string;
    this.membership = new ConsumerMembership(cluster.host.random.bytes(UUID_BYTES).toString('base64url'));
    this.lastPollMs = this.nowMs();
  }

  get identity(): MemberIdentity {
    const { memberId, epoch } = this.membership;
    const { groupInstanceId } = this.settings;
    return { memberId, generation: epoch, groupInstanceId };
  }

  async poll(): Promise<void> {
    this.lastPollMs = this.nowMs();
    if (this.error !== null) {
      const { error } = this;
      this.error = null;
      throw error;
    }
    if (this.membership.isLost) await this.giveUpLost();
    if (this.membership.target !== null) await this.reconcile(this.membership.target);
    if (!this.isStarted && this.hasSubscription()) this.isStarted = true;
    if (this.hasLeft) {
      this.hasLeft = false;
      this.membership.isDue = true;
    }
    if (this.isStarted && this.membership.isDue) this.beat();
  }

  onTopicsChanged(): void {
    if (!this.isStarted) return;
    this.membership.isDue = true;
    this.context.onProgress();
  }

  onCommitError(): void {
    // The next heartbeat says the same, and more.
    this.membership.isDue = true;
  }

  async close(options: { readonly timeoutMs: number; readonly leaveGroup: boolean }): Promise<void> {
    this.closed = true;
    this.timer?.cancel();
    if (options.leaveGroup && this.isStarted && this.membership.epoch > 0) await this.leave(options.timeoutMs);
  }

  private nowMs(): number {
    return this.cluster.host.clock.monotonicMs();
  }

  private get target() {
    return { coordinator: 'group', key: this.groupId } as const;
  }

  private hasSubscription(): boolean {
    return this.context.brokerRegex !== null || this.context.topics().length > 0;
  }

  private async giveUpLost(): Promise<void> {
    this.membership.isLost = false;
    const owned = this.context.owned();
    this.context.assign([]);
    if (owned.length > 0) await this.context.listener.onLost?.(owned);
  }

  /** Lets go of what is not to be had any more, then takes what is new; topics of unknown names are left for later. */
  private async reconcile(target: readonly TopicIdPartitions[]): Promise<void> {
    const { context, membership } = this;
    const wanted: TopicPartition[] = [];
    let isWhole = true;
    for (const { topicId, partitions } of target) {
      const topic = context.topicName(topicId);
      if (topic === undefined) isWhole = false;
      else for (const partition of partitions) wanted.push({ topic, partition });
    }
    const wantedKeys = new Set(wanted.map(keyOf));
    const owned = context.owned();
    const ownedKeys = new Set(owned.map(keyOf));
    const revoked = owned.filter((one) => !wantedKeys.has(keyOf(one)));
    const added = wanted.filter((one) => !ownedKeys.has(keyOf(one)));
    const { epoch } = membership;
    if (revoked.length > 0 || added.length > 0) await context.commitBeforeRebalance();
    if (revoked.length > 0) await context.listener.onRevoked?.(revoked);
    if (membership.isLost || membership.epoch < epoch) return;
    context.assign(wanted);
    const isDone = isWhole && membership.target === target;
    const isNew = revoked.length > 0 || added.length > 0 || isWhole;
    if (isNew) membership.reconciled(this.idsOf(wanted), isDone);
    if (added.length > 0 || revoked.length > 0) await context.listener.onAssigned?.(added);
  }

  private idsOf(partitions: readonly TopicPartition[]): TopicIdPartitions[] {
    return [...byTopic(partitions)].map(([topic, ofTopic]) => ({
      topicId: this.context.topicId(topic),
      partitions: ofTopic.map(({ partition }) => partition),
    }));
  }

  private arm(delayMs: number): void {
    this.timer?.cancel();
    if (!this.closed) this.timer = this.cluster.host.clock.setTimer(delayMs, () => this.beat());
  }

  private beat(): void {
    if (this.isBeating || this.closed) return;
    this.isBeating = true;
    this.timer?.cancel();
    void this.heartbeat().then((delayMs) => {
      this.isBeating = false;
      if (delayMs !== null) this.arm(delayMs);
    });
  }

  /** @returns when to beat again; null when it ended. Never fails. */
  private async heartbeat(): Promise<number | null> {
    const { settings, membership, context } = this;
    if (this.nowMs() - this.lastPollMs > settings.maxPollIntervalMs) {
      await this.leave(settings.requestTimeoutMs);
      membership.fenced();
      this.hasLeft = true;
      return null;
    }
    try {
      const connection = await this.cluster.connectTo(this.target);
      const version = connection.versionOf(consumerGroupHeartbeatApi);
      const facts = {
        rebalanceTimeoutMs: settings.maxPollIntervalMs,
        instanceId: settings.groupInstanceId,
        rackId: settings.clientRack || null,
        serverAssignor: settings.remoteAssignor,
        topics: context.topics(),
        regex: context.brokerRegex,
      };
      const response = await connection.send(
        consumerGroupHeartbeatApi,
        membership.request(this.groupId, facts, version),
      );
      if (this.closed) return null;
      const error = kafkaErrorOf(response.errorCode, response.errorMessage);
      if (error !== null) throw error;
      membership.onResponse(response);
      this.failures = 0;
      if (membership.target !== null) context.onProgress();
      return membership.isDue ? 0 : membership.heartbeatIntervalMs;
    } catch (error) {
      return this.closed ? null : this.onError(membership.onError(error), error);
    }
  }

  private onError(step: HeartbeatStep, error: unknown): number | null {
    if (step === 'fail') {
      this.error = asError(error);
      this.context.onProgress();
      return null;
    }
    if (step === 'find') this.cluster.onError(this.target, error);
    if (step === 'rejoin') {
      this.context.onProgress();
      return 0;
    }
    const { retryBackoffMs, retryBackoffMaxMs } = this.settings;
    return this.cluster.pauses.backoffMs(this.failures++, retryBackoffMs, retryBackoffMaxMs);
  }

  private async leave(timeoutMs: number): Promise<void> {
    try {
      const request = this.membership.leavingRequest(this.groupId, this.settings.groupInstanceId);
      const connection = await this.cluster.connectTo(this.target);
      await connection.send(consumerGroupHeartbeatApi, request, { timeoutMs: Math.max(1, timeoutMs) });
    } catch (error) {
      this.cluster.host.logger.debug(`the group could not be left: ${asError(error).message}`);
    }
  }
}
