import type { Timer } from '../../../src/base/host.js';
import { kafkaErrorOf } from '../../../src/client/client-errors.js';
import { ConsumerMembership } from '../../../src/client/consumer/consumer-membership.js';
import type { TopicIdPartitions } from '../../../src/client/heartbeat-membership.js';
import type { KafkaError } from '../../../src/protocol/errors.js';
import type { ConsumerGroupHeartbeatResponse } from '../../../src/protocol/generated/consumer-group-heartbeat.js';
import { consumerGroupHeartbeat } from '../../../src/state/group/consumer/consumer-heartbeat.js';
import { GROUP, type GroupWorld } from './group-world.js';
import { type Identity, SimulatedProcess } from './simulated-process.js';
import type { ProcessPlan } from './step.js';

const REQUEST_MS = 5000;
const VERSION = 1;

/** A consumer of the newer protocol (KIP-848): the coordinator tells it what to have, it follows and says so. */
export class ConsumerProcess extends SimulatedProcess {
  private readonly membership: ConsumerMembership;
  private identified: Identity = { memberId: '', generation: 0 };
  private isBeating = false;
  private isReconciling = false;
  private beats: Timer | null = null;
  private tries = 0;
  /** How often the group went on without it. */
  private losses = 0;

  constructor(world: GroupWorld, name: string, plan: ProcessPlan) {
    super(world, name, plan);
    this.membership = new ConsumerMembership(`${name}-${plan.seed}`);
  }

  get identity(): Identity {
    const { memberId, epoch } = this.membership;
    if (this.identified.memberId !== memberId || this.identified.generation !== epoch) {
      this.identified = { memberId, generation: epoch };
      this.identities.push(this.identified);
    }
    return this.identified;
  }

  start(): void {
    this.beat();
  }

  /** The coordinator sees to topics; what had no name may have one now. */
  onTopicsChanged(): void {
    this.reconcile();
  }

  protected sayGoodbye(): void {
    if (this.membership.epoch > 0) this.leave();
  }

  private leave(): void {
    const request = { ...NOTHING_NEW, ...this.membership.leavingRequest(GROUP, this.plan.instanceId) };
    this.ask(
      () => `leaves with epoch ${request.memberEpoch}`,
      request,
      () => {},
    );
  }

  private ask(
    what: () => string,
    request: Parameters<typeof consumerGroupHeartbeat>[2],
    answered: (error: unknown, response: ConsumerGroupHeartbeatResponse | null) => void,
  ): void {
    const client = { clientId: this.name, clientHost: '/127.0.0.1', version: VERSION };
    this.send<ConsumerGroupHeartbeatResponse>(
      what,
      (machine, call, context) => consumerGroupHeartbeat(machine, call, request, client, context),
      REQUEST_MS,
      answered,
    );
  }

  private beatIn(delayMs: number): void {
    this.beats?.cancel();
    this.beats = this.later(delayMs, () => this.beat());
  }

  private beat(): void {
    if (this.isBeating) return;
    const { membership, plan } = this;
    this.beats?.cancel();
    if (this.isOverdue) {
      this.world.tell(() => `${this.name} has not polled for too long`);
      this.leave();
      membership.fenced();
      this.giveUpLost();
      this.whenPolled(() => this.beatIn(0));
      return;
    }
    this.isBeating = true;
    const pattern = 'pattern' in this.subscription ? this.subscription.pattern : null;
    const facts = {
      rebalanceTimeoutMs: plan.rebalanceMs,
      instanceId: plan.instanceId,
      rackId: null,
      serverAssignor: plan.remoteAssignor,
      topics: 'names' in this.subscription ? this.subscription.names : [],
      regex: pattern,
    };
    const due = membership.request(GROUP, facts, VERSION);
    const request = {
      ...NOTHING_NEW,
      ...due,
      // It may have had a pattern, and the answer to the heartbeat that took it away may have been lost.
      ...(pattern === null && due.subscribedTopicNames !== null ? { subscribedTopicRegex: '' } : {}),
      subscribedTopicNames: due.subscribedTopicNames === null ? null : [...due.subscribedTopicNames],
      topicPartitions:
        due.topicPartitions?.map(({ topicId, partitions }) => ({ topicId, partitions: [...partitions] })) ?? null,
    };
    this.ask(
      () => `beats in epoch ${request.memberEpoch} with ${JSON.stringify(request.topicPartitions)}`,
      request,
      (failure, response) => {
        this.isBeating = false;
        const error = failure ?? kafkaErrorOf(response?.errorCode ?? 0, response?.errorMessage);
        if (error !== null || response === null) this.onError(error);
        else this.onResponse(response);
      },
    );
  }

  private onResponse(response: ConsumerGroupHeartbeatResponse): void {
    const { membership } = this;
    this.tries = 0;
    membership.onResponse(response);
    this.reconcile();
    this.beatIn(membership.isDue ? 0 : membership.heartbeatIntervalMs);
  }

  private onError(error: unknown): void {
    switch (this.membership.onError(error)) {
      case 'fail':
        this.fail(error as KafkaError);
        return;
      case 'rejoin':
        this.giveUpLost();
        this.whenPolled(() => this.beatIn(0));
        return;
      default:
        this.beatIn(Math.min(1000, 50 << Math.min(5, this.tries++)));
    }
  }

  private giveUpLost(): void {
    this.losses++;
    this.membership.isLost = false;
    this.own(new Set());
  }

  /** When the application polls: lets go of what it should not have, which takes its time, then takes what is new. */
  private reconcile(): void {
    const { membership } = this;
    if (membership.target === null || this.isReconciling) return;
    this.isReconciling = true;
    this.whenPolled(() => {
      const { target } = membership;
      const { losses } = this;
      if (target === null) {
        this.isReconciling = false;
        return;
      }
      const known = target.filter(({ topicId }) => this.world.image.topicsById.has(topicId));
      const wanted = new Set(keysOf(known));
      const mustLetGo = [...this.owned].some((key) => !wanted.has(key));
      this.later(mustLetGo ? this.revokeMs : 0, () => {
        this.isReconciling = false;
        if (this.losses !== losses) return this.reconcile();
        if (membership.target === null) return;
        const isWhole = known.length === target.length;
        const changes = mustLetGo || wanted.size !== this.owned.size;
        this.own(wanted);
        this.world.tell(() => `${this.name} owns ${[...wanted].join(' ') || 'nothing'} in epoch ${membership.epoch}`);
        if (changes || isWhole) membership.reconciled(known, isWhole && membership.target === target);
        this.beatIn(0);
        if (membership.target !== target) this.reconcile();
      });
    });
  }
}

const keysOf = (topics: readonly TopicIdPartitions[]): string[] =>
  topics.flatMap(({ topicId, partitions }) => partitions.map((partition) => `${topicId}:${partition}`));

const NOTHING_NEW = {
  rackId: null,
  rebalanceTimeoutMs: -1,
  subscribedTopicNames: null,
  subscribedTopicRegex: null,
  serverAssignor: null,
  topicPartitions: null,
};
