import type { Timer } from '../../base/host.js';
import { KafkaError } from '../../protocol/errors.js';
import { heartbeatApi } from '../../protocol/generated/heartbeat.js';
import { type JoinGroupResponse, joinGroupApi } from '../../protocol/generated/join-group.js';
import { leaveGroupApi } from '../../protocol/generated/leave-group.js';
import { syncGroupApi } from '../../protocol/generated/sync-group.js';
import { asError, ClientClosedError, kafkaErrorOf } from '../client-errors.js';
import type { Cluster } from '../cluster.js';
import { keyOf, type TopicPartition } from '../topic-partition.js';
import type { Assignor } from './assignors.js';
import { ClassicMembership, type NextStep } from './classic-membership.js';
import type { ConsumerSettings } from './consumer-config.js';
import type { GroupMembership, MembershipContext } from './group-membership.js';
import { decodeAssignment, decodeMember, encodeAssignment, encodeSubscription } from './group-messages.js';
import type { MemberIdentity } from './group-offsets.js';

const PROTOCOL_TYPE = 'consumer';
/** A join is answered when all members are there or the rebalance timeout is over; the broker needs a moment more. */
const JOIN_GRACE_MS = 5000;

interface Joined {
  readonly partitions: TopicPartition[];
}

/** A member of a group of the classic protocol: joins, keeps alive, and hands partitions out when it leads. */
export class ClassicGroup implements GroupMembership {
  private readonly cluster: Cluster;
  private readonly settings: ConsumerSettings;
  private readonly context: MembershipContext;
  private readonly groupId: string;
  private readonly isCooperative: boolean;
  private readonly membership = new ClassicMembership();
  private needsJoin = true;
  private isJoining = false;
  private isActive = false;
  private joined: Joined | null = null;
  private error: Error | null = null;
  private heartbeatTimer: Timer | null = null;
  private lastHeartbeatMs = 0;
  private lastPollMs: number;
  /** Partition counts that this leader shared out, to see when they change. */
  private sharedOut: Map<string, number> | null = null;
  private joinedTopics: readonly string[] = [];
  private checkingTopics = false;
  private joinReason = '';
  private closed = false;

  constructor(cluster: Cluster, settings: ConsumerSettings, context: MembershipContext) {
    this.cluster = cluster;
    this.settings = settings;
    this.context = context;
    this.groupId = settings.groupId as string;
    this.isCooperative = settings.assignors.every((assignor) => assignor.isCooperative);
    this.lastPollMs = this.nowMs();
  }

  get identity(): MemberIdentity {
    const { memberId, generation } = this.membership;
    return { memberId, generation, groupInstanceId: this.settings.groupInstanceId };
  }

  async poll(): Promise<void> {
    this.lastPollMs = this.nowMs();
    if (this.error !== null) {
      const { error } = this;
      this.error = null;
      throw error;
    }
    if (this.joined !== null) await this.complete(this.joined);
    if (!this.needsJoin || this.isJoining || this.context.topics().length === 0) return;
    await this.prepare();
    this.needsJoin = false;
    this.isJoining = true;
    this.join().then(
      (joined) => this.onJoined(joined),
      (error: unknown) => this.onJoinFailed(asError(error)),
    );
  }

  onTopicsChanged(): void {
    const topics = this.context.topics();
    if (!this.isActive) return;
    if (topics.join('\n') !== this.joinedTopics.join('\n')) {
      this.rejoin('the topics of the subscription changed');
      return;
    }
    if (this.sharedOut === null || this.checkingTopics) return;
    this.checkingTopics = true;
    const before = this.sharedOut;
    const stop = () => {
      this.checkingTopics = false;
    };
    this.context.partitionCounts([...before.keys()]).then((now) => {
      stop();
      const isSame = [...before].every(([topic, count]) => (now.get(topic) ?? 0) === count);
      if (!isSame && this.sharedOut === before) this.rejoin('the partitions of the topics changed');
    }, stop);
  }

  onCommitError(error: unknown): void {
    if (!(error instanceof KafkaError) || !this.isActive) return;
    const isOfMember = ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'REBALANCE_IN_PROGRESS', 'FENCED_INSTANCE_ID'];
    if (isOfMember.includes(error.error)) this.take(this.membership.onHeartbeatError(error), error);
  }

  async close(options: { readonly timeoutMs: number; readonly leaveGroup: boolean }): Promise<void> {
    this.closed = true;
    this.heartbeatTimer?.cancel();
    if (options.leaveGroup) await this.leave('the consumer is being closed', options.timeoutMs);
  }

  private nowMs(): number {
    return this.cluster.host.clock.monotonicMs();
  }

  private get target() {
    return { coordinator: 'group', key: this.groupId } as const;
  }

  private rejoin(reason: string): void {
    this.needsJoin = true;
    this.joinReason = reason;
    this.context.onProgress();
  }

  /** Before a join: an eager member gives all up, a cooperative one keeps what it has. */
  private async prepare(): Promise<void> {
    const { context, membership } = this;
    const owned = context.owned();
    if (membership.isLost) {
      membership.isLost = false;
      context.assign([]);
      if (owned.length > 0) await context.listener.onLost?.(owned);
      return;
    }
    await context.commitBeforeRebalance();
    const wanted = new Set(context.topics());
    const given = this.isCooperative ? owned.filter(({ topic }) => !wanted.has(topic)) : owned;
    if (given.length > 0) await context.listener.onRevoked?.(given);
    // An eager member forgets nothing yet: what it gets back keeps its position only if it committed it.
    const givenKeys = new Set(given.map(keyOf));
    this.previous = owned;
    context.assign(owned.filter((one) => !givenKeys.has(keyOf(one))));
  }

  /** What an eager member had before, for the sticky assignor. */
  private previous: TopicPartition[] = [];

  /** After a join, within `poll`. */
  private async complete({ partitions }: Joined): Promise<void> {
    this.joined = null;
    const { context } = this;
    const before = new Set(context.owned().map(keyOf));
    const after = new Set(partitions.map(keyOf));
    const revoked = context.owned().filter((one) => !after.has(keyOf(one)));
    const added = partitions.filter((one) => !before.has(keyOf(one)));
    if (revoked.length > 0) {
      // A cooperative member read on while the group rebalanced.
      await context.commitBeforeRebalance();
      await context.listener.onRevoked?.(revoked);
      // Others may have them only now that they are free.
      this.rejoin('partitions were revoked');
    }
    context.assign(partitions);
    await context.listener.onAssigned?.(added);
  }

  private onJoined(joined: Joined): void {
    this.isJoining = false;
    if (this.closed) return;
    this.joined = joined;
    this.context.onProgress();
  }

  private onJoinFailed(error: Error): void {
    this.isJoining = false;
    if (this.closed || error instanceof ClientClosedError) return;
    this.needsJoin = true;
    this.error = error;
    this.context.onProgress();
  }

  /** Joins and syncs until both succeed. @throws what makes it senseless to go on. */
  private async join(): Promise<Joined> {
    for (let tries = 0; ; tries++) {
      this.stopHeartbeats();
      const response = await this.sendJoin(tries);
      if (response === null) continue;
      const { memberId, generationId, protocolName } = response;
      this.membership.joined(memberId, generationId, protocolName);
      this.startHeartbeats();
      const assignment = await this.sync(response);
      if (assignment === null) continue;
      this.isActive = true;
      return { partitions: decodeAssignment(assignment) };
    }
  }

  private async sendJoin(tries: number): Promise<JoinGroupResponse | null> {
    const { settings, membership } = this;
    let givenMemberId = '';
    try {
      const connection = await this.cluster.connectTo(this.target);
      const version = connection.versionOf(joinGroupApi);
      this.joinedTopics = this.context.topics();
      const request = {
        groupId: this.groupId,
        sessionTimeoutMs: settings.sessionTimeoutMs,
        rebalanceTimeoutMs: settings.maxPollIntervalMs,
        memberId: membership.memberId,
        groupInstanceId: settings.groupInstanceId,
        protocolType: PROTOCOL_TYPE,
        protocols: settings.assignors.map((assignor) => ({
          name: assignor.name,
          metadata: this.subscription(assignor),
        })),
        ...(version >= 8 ? { reason: this.joinReason } : {}),
      };
      const timeoutMs = Math.max(settings.requestTimeoutMs, settings.maxPollIntervalMs + JOIN_GRACE_MS);
      const response = await connection.send(joinGroupApi, request, { timeoutMs });
      givenMemberId = response.memberId;
      const error = kafkaErrorOf(response.errorCode);
      if (error !== null) throw error;
      return response;
    } catch (error) {
      await this.follow(membership.onJoinError(error, givenMemberId), error, tries);
      return null;
    }
  }

  private subscription(assignor: Assignor): Buffer {
    const { generation } = this.membership;
    const isTold = assignor.userData === 'assignment';
    const owned = isTold && !this.isCooperative ? this.previous : this.context.owned();
    const topics = this.context.topics();
    return encodeSubscription({ topics, owned, generation, rackId: this.settings.clientRack || null }, assignor);
  }

  private async sync(response: JoinGroupResponse): Promise<Buffer | null> {
    const { membership, settings } = this;
    try {
      const isLeader = response.leader === response.memberId;
      this.sharedOut = null;
      const assignments = isLeader && !response.skipAssignment ? await this.shareOut(response) : [];
      const connection = await this.cluster.connectTo(this.target);
      const isNamed = connection.versionOf(syncGroupApi) >= 5;
      const answer = await connection.send(
        syncGroupApi,
        {
          groupId: this.groupId,
          generationId: membership.generation,
          memberId: membership.memberId,
          groupInstanceId: settings.groupInstanceId,
          assignments,
          ...(isNamed ? { protocolType: PROTOCOL_TYPE, protocolName: response.protocolName } : {}),
        },
        { timeoutMs: Math.max(settings.requestTimeoutMs, settings.maxPollIntervalMs + JOIN_GRACE_MS) },
      );
      const error = kafkaErrorOf(answer.errorCode);
      if (error !== null) throw error;
      return answer.assignment;
    } catch (error) {
      this.cluster.onError(this.target, error);
      await this.follow(membership.onSyncError(error), error, 0);
      return null;
    }
  }

  /** As the leader of the group: each member's share, encoded. */
  private async shareOut({ members, protocolName }: JoinGroupResponse) {
    const assignor = this.settings.assignors.find(({ name }) => name === protocolName);
    if (assignor === undefined) {
      throw new KafkaError(
        'INCONSISTENT_GROUP_PROTOCOL',
        `Coordinator selected invalid assignment protocol: ${protocolName}`,
      );
    }
    const assignable = members.map((member) => decodeMember(member, assignor));
    const topics = [...new Set(assignable.flatMap((member) => member.topics))];
    const counts = await this.cluster.retry('Metadata', () => this.context.partitionCounts(topics));
    this.sharedOut = new Map(topics.map((topic) => [topic, counts.get(topic) ?? 0]));
    const assignment = assignor.assign(counts, assignable);
    return members.map(({ memberId }) => ({ memberId, assignment: encodeAssignment(assignment.get(memberId) ?? []) }));
  }

  /** Does what has to be done before the next try. */
  private async follow(step: NextStep, error: unknown, tries: number): Promise<void> {
    if (this.closed || this.cluster.isClosed) throw new ClientClosedError();
    if (step === 'fail') throw error;
    if (step === 'again') return;
    if (step === 'find') this.cluster.onError(this.target, error);
    if (error instanceof Error && error.name === 'BootstrapError') throw error;
    const { retryBackoffMs, retryBackoffMaxMs } = this.settings;
    await this.cluster.pauses.wait(this.cluster.pauses.backoffMs(tries, retryBackoffMs, retryBackoffMaxMs));
  }

  private startHeartbeats(): void {
    this.lastHeartbeatMs = this.nowMs();
    this.armHeartbeat(this.settings.heartbeatIntervalMs);
  }

  private stopHeartbeats(): void {
    this.heartbeatTimer?.cancel();
    this.heartbeatTimer = null;
    this.isActive = false;
  }

  private armHeartbeat(delayMs: number): void {
    this.heartbeatTimer?.cancel();
    if (this.closed) return;
    const timer = this.cluster.host.clock.setTimer(delayMs, () => {
      void this.heartbeat().then((nextMs) => {
        if (this.heartbeatTimer === timer && !this.closed) this.armHeartbeat(nextMs);
      });
    });
    this.heartbeatTimer = timer;
  }

  /** @returns when to beat again. Never fails: what an error means is left for `poll`. */
  private async heartbeat(): Promise<number> {
    const { settings, membership } = this;
    if (this.nowMs() - this.lastPollMs > settings.maxPollIntervalMs) {
      await this.leave('consumer poll timeout has expired.', settings.requestTimeoutMs);
      membership.left();
      this.stopHeartbeats();
      this.rejoin('the application polls again');
      return settings.heartbeatIntervalMs;
    }
    const { memberId, generation } = membership;
    try {
      const connection = await this.cluster.connectTo(this.target);
      const { groupInstanceId } = settings;
      const request = { groupId: this.groupId, generationId: generation, memberId, groupInstanceId };
      const response = await connection.send(heartbeatApi, request, { timeoutMs: settings.sessionTimeoutMs });
      if (generation !== membership.generation) return settings.heartbeatIntervalMs;
      const error = kafkaErrorOf(response.errorCode);
      if (error !== null) throw error;
      this.lastHeartbeatMs = this.nowMs();
      return settings.heartbeatIntervalMs;
    } catch (error) {
      if (this.closed || generation !== membership.generation) return settings.heartbeatIntervalMs;
      this.take(membership.onHeartbeatError(error), error);
      const isSessionOver = this.nowMs() - this.lastHeartbeatMs > settings.sessionTimeoutMs;
      if (isSessionOver) this.cluster.forgetCoordinator('group', this.groupId);
      return settings.retryBackoffMs;
    }
  }

  private take(step: NextStep, error: unknown): void {
    if (step === 'find') this.cluster.onError(this.target, error);
    if (step === 'rejoin') {
      // Once it is known that a join is due, heartbeats would only say so again.
      if (this.membership.isLost) this.stopHeartbeats();
      if (!this.isJoining) this.rejoin(asError(error).message);
    }
    if (step === 'fail') {
      this.stopHeartbeats();
      this.error = asError(error);
      this.context.onProgress();
    }
  }

  /** Static members stay members: their partitions wait for them. */
  private async leave(reason: string, timeoutMs: number): Promise<void> {
    const { memberId } = this.membership;
    if (memberId === '' || this.settings.groupInstanceId !== null) return;
    try {
      const connection = await this.cluster.connectTo(this.target);
      const version = connection.versionOf(leaveGroupApi);
      const member = version >= 5 ? { memberId, reason } : { memberId };
      const who = version >= 3 ? { members: [member] } : { memberId };
      await connection.send(leaveGroupApi, { groupId: this.groupId, ...who }, { timeoutMs: Math.max(1, timeoutMs) });
    } catch (error) {
      this.cluster.host.logger.debug(`the group could not be left: ${asError(error).message}`);
    }
  }
}
