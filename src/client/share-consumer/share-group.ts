import { KafkaError } from '../../protocol/errors.js';
import { shareGroupHeartbeatApi } from '../../protocol/generated/share-group-heartbeat.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster } from '../cluster.js';
import type { BrokerConnection } from '../connection.js';
import { Heartbeats } from '../heartbeats.js';
import type { ShareConsumerSettings } from './share-consumer-config.js';
import { ShareMembership } from './share-membership.js';
import type { SharePartition } from './share-session.js';

const UUID_BYTES = 16;

/** Java's words for a broker that has no share groups, or has them switched off. */
const UNSUPPORTED =
  'The cluster does not support the share group protocol. To use share groups, the cluster must have the share group protocol enabled.';

/** What a membership needs of its consumer. */
export interface ShareGroupContext {
  topics(): readonly string[];
  /** The name of a topic by its id; undefined while it is not known, and then it is looked up. */
  topicName(topicId: string): string | undefined;
  assign(partitions: readonly SharePartition[]): void;
  /** Something came that `poll` waits for. */
  onProgress(): void;
}

/** A member of a share group: what it is assigned it shares with others, so that nothing has to be handed over. */
export class ShareGroup {
  private readonly settings: ShareConsumerSettings;
  private readonly context: ShareGroupContext;
  private readonly membership: ShareMembership;
  private readonly heartbeats: Heartbeats;

  constructor(cluster: Cluster, settings: ShareConsumerSettings, context: ShareGroupContext) {
    this.settings = settings;
    this.context = context;
    const membership = new ShareMembership(cluster.host.random.bytes(UUID_BYTES).toString('base64url'));
    this.membership = membership;
    this.heartbeats = new Heartbeats(cluster, settings.groupId, settings.maxPollIntervalMs, {
      send: (connection) => this.heartbeat(connection),
      onError: (error) => membership.onError(error),
      sendLeave: (connection, timeoutMs) =>
        connection.send(shareGroupHeartbeatApi, membership.leavingRequest(settings.groupId), { timeoutMs }),
      fenced: () => membership.fenced(),
      onProgress: () => context.onProgress(),
    });
  }

  get memberId(): string {
    return this.membership.memberId;
  }

  /** Does what is due within the application's `poll`. @throws KafkaError what the group refuses this member for */
  poll(): void {
    const { heartbeats, membership } = this;
    heartbeats.polled();
    if (membership.target !== null) this.take();
    if (heartbeats.takeLeft()) membership.isDue = true;
    if (membership.isDue) heartbeats.beat();
  }

  onTopicsChanged(): void {
    this.membership.isDue = true;
  }

  /** Leaves the group where it was joined; the next {@link poll} joins it again. */
  async leave(timeoutMs: number): Promise<void> {
    this.heartbeats.pause();
    if (this.membership.epoch > 0) await this.heartbeats.leave(timeoutMs);
    this.membership.fenced();
  }

  /** Ends the heartbeats, and leaves the group where it was joined. */
  async close(timeoutMs: number): Promise<void> {
    this.heartbeats.close();
    if (this.membership.epoch > 0) await this.heartbeats.leave(timeoutMs);
  }

  /** Topics of unknown names are left for later. */
  private take(): void {
    const { membership, context } = this;
    const partitions: SharePartition[] = [];
    let isWhole = true;
    for (const { topicId, partitions: numbers } of membership.target ?? []) {
      const topic = context.topicName(topicId);
      if (topic === undefined) isWhole = false;
      else
        for (const partition of numbers) partitions.push({ key: `${topicId}-${partition}`, topic, topicId, partition });
    }
    if (isWhole) membership.target = null;
    context.assign(partitions);
  }

  private async heartbeat(connection: BrokerConnection): Promise<number> {
    const { membership, context, settings } = this;
    const facts = { rackId: settings.clientRack || null, topics: context.topics() };
    const response = await this.send(connection, membership.request(settings.groupId, facts));
    const error = kafkaErrorOf(response.errorCode, response.errorMessage);
    if (error !== null) throw error.error === 'UNSUPPORTED_VERSION' ? unsupported(error) : error;
    membership.onResponse(response);
    if (membership.target !== null) context.onProgress();
    return membership.delayMs;
  }

  private async send(connection: BrokerConnection, request: ReturnType<ShareMembership['request']>) {
    try {
      return await connection.send(shareGroupHeartbeatApi, request);
    } catch (error) {
      throw error instanceof KafkaError && error.error === 'UNSUPPORTED_VERSION' ? unsupported(error) : error;
    }
  }
}

function unsupported(cause: KafkaError): KafkaError {
  const error = new KafkaError('UNSUPPORTED_VERSION', UNSUPPORTED);
  error.cause = cause;
  return error;
}
