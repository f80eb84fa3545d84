import type { Timer } from '../../../src/base/host.js';
import { kafkaErrorOf } from '../../../src/client/client-errors.js';
import { type Assignor, assignorOfClass } from '../../../src/client/consumer/assignors.js';
import { ClassicMembership, type NextStep } from '../../../src/client/consumer/classic-membership.js';
import {
  decodeAssignment,
  decodeMember,
  encodeAssignment,
  encodeSubscription,
} from '../../../src/client/consumer/group-messages.js';
import type { TopicPartition } from '../../../src/client/topic-partition.js';
import type { KafkaError } from '../../../src/protocol/errors.js';
import type { JoinGroupResponse } from '../../../src/protocol/generated/join-group.js';
import type { SyncGroupResponse } from '../../../src/protocol/generated/sync-group.js';
import { heartbeat } from '../../../src/state/group/classic/heartbeat.js';
import { joinGroup } from '../../../src/state/group/classic/join-group.js';
import { leaveGroup } from '../../../src/state/group/classic/leave-group.js';
import { syncGroup } from '../../../src/state/group/classic/sync-group.js';
import { GROUP, type GroupWorld } from './group-world.js';
import { type Identity, SimulatedProcess } from './simulated-process.js';
import type { ProcessPlan } from './step.js';

const HEARTBEAT_MS = 2000;
const REQUEST_MS = 10_000;
const JOIN_GRACE_MS = 5000;
const LEAVE_VERSION = 5;

/** A consumer of the classic protocol: joins, syncs, keeps alive, and shares out when it leads. */
export class ClassicProcess extends SimulatedProcess {
  private readonly membership = new ClassicMembership();
  private readonly assignors: readonly Assignor[];
  private readonly isCooperative: boolean;
  private identified: Identity = { memberId: '', generation: -1 };
  private isJoining = false;
  private wantsJoin = false;
  private joinedTopics = '';
  private sharedOut: string | null = null;
  /** What an eager member had, for the sticky assignor. */
  private previous: TopicPartition[] = [];
  private beats: Timer | null = null;
  private tries = 0;
  /** Joins that were sent: what an earlier one led to does not count any more. */
  private joins = 0;

  constructor(world: GroupWorld, name: string, plan: ProcessPlan) {
    super(world, name, plan);
    this.assignors = plan.assignors.map(assignorOfClass);
    this.isCooperative = this.assignors.every((assignor) => assignor.isCooperative);
  }

  get identity(): Identity {
    const { memberId, generation } = this.membership;
    if (this.identified.memberId !== memberId || this.identified.generation !== generation) {
      this.identified = { memberId, generation };
      this.identities.push(this.identified);
    }
    return this.identified;
  }

  start(): void {
    this.join();
  }

  onTopicsChanged(): void {
    this.later(10 * this.random.below(50), () => {
      if (this.topics().join() !== this.joinedTopics) this.join();
      else if (this.sharedOut !== null && this.sharedOut !== this.counted(this.sharedTopics)) this.join();
    });
  }

  /** As an application may ask for. */
  rebalance(): void {
    this.join();
  }

  protected sayGoodbye(): void {
    if (this.plan.instanceId === null && this.membership.memberId !== '') this.leave();
  }

  private leave(): void {
    const { memberId } = this.membership;
    const members = [{ memberId, groupInstanceId: this.plan.instanceId, reason: null }];
    this.send(
      () => `leaves as ${memberId}`,
      (machine, call, context) =>
        leaveGroup(machine, call, { groupId: GROUP, memberId: '', members }, LEAVE_VERSION, context),
      REQUEST_MS,
      () => {},
    );
  }

  /** Joins when the application polls: an eager member gives all up first, a cooperative one what it does not want. */
  private join(): void {
    if (this.wantsJoin) return;
    this.wantsJoin = true;
    this.whenPolled(() => {
      if (this.isJoining) {
        // What it waits for comes first.
        this.later(200, () => {
          this.wantsJoin = false;
          this.join();
        });
        return;
      }
      this.isJoining = true;
      this.wantsJoin = false;
      this.prepare(() => this.sendJoin());
    });
  }

  private prepare(then: () => void): void {
    const { membership } = this;
    if (membership.isLost) {
      membership.isLost = false;
      this.own(new Set());
      then();
      return;
    }
    const wanted = new Set(this.topics().map((topic) => this.world.topicId(topic)));
    const kept = [...this.owned].filter((key) => this.isCooperative && wanted.has(key.slice(0, key.indexOf(':'))));
    this.later(kept.length < this.owned.size ? this.revokeMs : 0, () => {
      this.previous = this.ownedByName();
      this.own(membership.isLost ? new Set() : new Set(kept));
      membership.isLost = false;
      then();
    });
  }

  private sendJoin(): void {
    this.stopBeats();
    this.joins++;
    const { membership, plan } = this;
    this.joinedTopics = this.topics().join();
    const { life } = this.world.records;
    const request = {
      groupId: GROUP,
      sessionTimeoutMs: plan.sessionMs,
      rebalanceTimeoutMs: plan.rebalanceMs,
      memberId: membership.memberId,
      groupInstanceId: plan.instanceId,
      protocolType: 'consumer',
      protocols: this.assignors.map((assignor) => ({ name: assignor.name, metadata: this.subscriptionFor(assignor) })),
      reason: null,
    };
    const client = { clientId: this.name, clientHost: '/127.0.0.1', version: plan.version };
    this.send<JoinGroupResponse>(
      () => `joins as ${request.memberId || 'nobody yet'} with ${this.ownedText()}`,
      (machine, call, context) => joinGroup(machine, call, request, client, context),
      plan.rebalanceMs + JOIN_GRACE_MS,
      (failure, response) => {
        const error = failure ?? kafkaErrorOf(response?.errorCode ?? 0);
        if (error !== null || response === null) {
          this.follow(membership.onJoinError(error, response?.memberId ?? ''), error);
          return;
        }
        this.tries = 0;
        membership.joined(response.memberId, response.generationId, response.protocolName);
        this.startBeats();
        this.sync(response, life);
      },
    );
  }

  private subscriptionFor(assignor: Assignor): Buffer {
    const tells = assignor.userData === 'assignment' && !this.isCooperative;
    const owned = tells ? this.previous : this.ownedByName();
    const subscription = { topics: this.topics(), owned, generation: this.membership.generation, rackId: null };
    return encodeSubscription(subscription, assignor);
  }

  private sync(joined: JoinGroupResponse, joinedInLife: number): void {
    const { memberId, generation, protocol } = this.membership;
    this.sharedOut = null;
    const isLeader = joined.leader === joined.memberId;
    const leads = isLeader && joined.skipAssignment !== true;
    // A leader that started again watches over what it shared out before.
    if (isLeader && !leads) Object.assign(this, this.world.sharedOut);
    const request = {
      groupId: GROUP,
      generationId: generation,
      memberId,
      groupInstanceId: this.plan.instanceId,
      protocolType: 'consumer',
      protocolName: protocol,
      assignments: leads ? this.shareOut(joined) : [],
    };
    this.syncsSinceLife = joinedInLife;
    this.send<SyncGroupResponse>(
      () => `syncs generation ${generation}${leads ? ' as its leader' : ''}`,
      (machine, call, context) => syncGroup(machine, call, request, context),
      this.plan.rebalanceMs + JOIN_GRACE_MS,
      (failure, response) => {
        const error = failure ?? kafkaErrorOf(response?.errorCode ?? 0);
        if (error !== null || response === null) {
          const step = this.membership.onSyncError(error);
          this.follow(step, error);
          this.syncsSinceLife = null;
          return;
        }
        this.syncsSinceLife = null;
        const { life } = this.world.records;
        const { joins } = this;
        this.whenPolled(() => {
          if (this.joins === joins) this.complete(decodeAssignment(response.assignment), { life, generation });
        });
      },
    );
  }

  private complete(partitions: readonly TopicPartition[], since: { life: number; generation: number }): void {
    const assigned = new Set(partitions.map(({ topic, partition }) => `${this.world.topicId(topic)}:${partition}`));
    const revoked = [...this.owned].filter((key) => !assigned.has(key));
    const { joins } = this;
    this.later(revoked.length > 0 ? this.revokeMs : 0, () => {
      if (this.joins !== joins) return;
      this.isJoining = false;
      if (this.membership.isLost) return;
      this.ownedSince = since;
      this.own(assigned);
      this.world.tell(() => `${this.name} owns ${this.ownedText()} since generation ${since.generation}`);
      if (revoked.length > 0) this.join();
      this.onTopicsChanged();
    });
  }

  /** Of each member what it is to read, as the assignor has it. */
  private shareOut({ members, protocolName }: JoinGroupResponse) {
    const assignor = this.assignors.find(({ name }) => name === protocolName);
    if (assignor === undefined) throw new Error(`the coordinator chose ${protocolName}`);
    const assignable = members.map((member) => decodeMember(member, assignor));
    const topics = [...new Set(assignable.flatMap((member) => member.topics))].sort();
    const counts = new Map<string, number>();
    for (const topic of topics) {
      const count = this.world.image.topics.get(topic)?.partitions.length;
      if (count !== undefined) counts.set(topic, count);
    }
    this.sharedTopics = topics;
    this.sharedOut = this.counted(topics);
    this.world.sharedOut = { sharedTopics: topics, sharedOut: this.sharedOut };
    const assignment = assignor.assign(counts, assignable);
    return members.map(({ memberId }) => ({ memberId, assignment: encodeAssignment(assignment.get(memberId) ?? []) }));
  }

  private sharedTopics: readonly string[] = [];

  private counted(topics: readonly string[]): string {
    return topics
      .map((topic) => `${this.world.topicId(topic)}=${this.world.image.topics.get(topic)?.partitions.length}`)
      .join();
  }

  private follow(step: NextStep, error: unknown): void {
    if (step === 'fail') {
      this.fail(error as KafkaError);
      return;
    }
    const backoffMs = step === 'again' ? 0 : Math.min(1000, 50 << Math.min(5, this.tries++));
    this.later(backoffMs, () => {
      if (this.membership.isLost) {
        this.membership.isLost = false;
        this.own(new Set());
      }
      this.dropIfForgotten();
      this.sendJoin();
    });
  }

  /** Without a generation what it had is lost, whatever the way in which it joins. */
  private dropIfForgotten(): void {
    if (this.membership.generation < 0) this.own(new Set());
  }

  private startBeats(): void {
    this.armBeat(HEARTBEAT_MS);
  }

  private stopBeats(): void {
    this.beats?.cancel();
    this.beats = null;
  }

  private armBeat(delayMs: number): void {
    this.beats?.cancel();
    this.beats = this.later(delayMs, () => this.beat());
  }

  private beat(): void {
    const { membership, plan } = this;
    if (this.isOverdue) {
      this.world.tell(() => `${this.name} has not polled for too long`);
      this.leave();
      membership.left();
      this.stopBeats();
      this.isJoining = false;
      this.join();
      return;
    }
    const { memberId, generation } = membership;
    const request = { groupId: GROUP, generationId: generation, memberId, groupInstanceId: plan.instanceId };
    this.send<{ errorCode: number }>(
      () => `beats in generation ${generation}`,
      (machine, call, context) => heartbeat(machine, call, request, context),
      plan.sessionMs,
      (failure, response) => {
        if (generation !== membership.generation || this.beats === null) return;
        this.armBeat(failure === null ? HEARTBEAT_MS : 100);
        const error = failure ?? kafkaErrorOf(response?.errorCode ?? 0);
        if (error === null) return;
        const step = membership.onHeartbeatError(error);
        if (step === 'fail') this.fail(error as KafkaError);
        if (step !== 'rejoin') return;
        if (membership.isLost) this.stopBeats();
        this.join();
      },
    );
  }

  private ownedByName(): TopicPartition[] {
    return [...this.owned].map((key) => {
      const [id = '', partition] = key.split(':');
      return { topic: this.world.topicName(id), partition: Number(partition) };
    });
  }

  private ownedText(): string {
    return (
      this.ownedByName()
        .map(({ topic, partition }) => `${topic}-${partition}`)
        .join(' ') || 'nothing'
    );
  }
}
