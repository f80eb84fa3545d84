import { consumerGroupHeartbeatApi } from '../../protocol/generated/consumer-group-heartbeat.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster } from '../cluster.js';
import type { BrokerConnection } from '../connection.js';
import type { TopicIdPartitions } from '../heartbeat-membership.js';
import { Heartbeats } from '../heartbeats.js';
import { byTopic, keyOf, type TopicPartition } from '../topic-partition.js';
import type { ConsumerSettings } from './consumer-config.js';
import { ConsumerMembership } from './consumer-membership.js';
import type { GroupMembership, MembershipContext } from './group-membership.js';
import type { MemberIdentity } from './group-offsets.js';

const UUID_BYTES = 16;

/** A member of a group of the consumer protocol (KIP-848): the coordinator shares out, heartbeats carry all. */
export class ConsumerGroup implements GroupMembership {
  private readonly settings: ConsumerSettings;
  private readonly context: MembershipContext;
  private readonly groupId: string;
  private readonly membership: ConsumerMembership;
  private readonly heartbeats: Heartbeats;
  private isStarted = false;
  private closed = false;

  constructor(cluster: Cluster, settings: ConsumerSettings, context: MembershipContext) {
    this.settings = settings;
    this.context = context;
    const groupId = settings.groupId as string;
    this.groupId = groupId;
    const membership = new ConsumerMembership(cluster.host.random.bytes(UUID_BYTES).toString('base64url'));
    this.membership = membership;
    this.heartbeats = new Heartbeats(cluster, groupId, settings.maxPollIntervalMs, {
      send: (connection) => this.heartbeat(connection),
      onError: (error) => membership.onError(error),
      sendLeave: (connection, timeoutMs) => {
        const request = membership.leavingRequest(groupId, settings.groupInstanceId);
        return connection.send(consumerGroupHeartbeatApi, request, { timeoutMs });
      },
      fenced: () => membership.fenced(),
      onProgress: () => context.onProgress(),
    });
  }

  get identity(): MemberIdentity {
    const { memberId, epoch } = this.membership;
    const { groupInstanceId } = this.settings;
    return { memberId, generation: epoch, groupInstanceId };
  }

  async poll(): Promise<void> {
    this.heartbeats.polled();
    if (this.membership.isLost) await this.giveUpLost();
    if (this.membership.target !== null) await this.reconcile(this.membership.target);
    if (!this.isStarted && this.hasSubscription()) this.isStarted = true;
    if (this.heartbeats.takeLeft()) this.membership.isDue = true;
    if (this.isStarted && this.membership.isDue) this.heartbeats.beat();
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
    this.heartbeats.close();
    if (options.leaveGroup && this.isStarted && this.membership.epoch > 0)
      await this.heartbeats.leave(options.timeoutMs);
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

  private async heartbeat(connection: BrokerConnection): Promise<number> {
    const { settings, membership, context } = this;
    const facts = {
      rebalanceTimeoutMs: settings.maxPollIntervalMs,
      instanceId: settings.groupInstanceId,
      rackId: settings.clientRack || null,
      serverAssignor: settings.remoteAssignor,
      topics: context.topics(),
      regex: context.brokerRegex,
    };
    const version = connection.versionOf(consumerGroupHeartbeatApi);
    const response = await connection.send(consumerGroupHeartbeatApi, membership.request(this.groupId, facts, version));
    if (this.closed) return 0;
    const error = kafkaErrorOf(response.errorCode, response.errorMessage);
    if (error !== null) throw error;
    membership.onResponse(response);
    if (membership.target !== null) context.onProgress();
    return membership.isDue ? 0 : membership.heartbeatIntervalMs;
  }
}
