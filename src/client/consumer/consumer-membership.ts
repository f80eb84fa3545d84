/**
 * The state of a member of a group of the consumer protocol (KIP-848), without I/O. The coordinator tells what the
 * member should have; the member lets go of what it should not have, takes what is new, and says so.
 */
import type { ConsumerGroupHeartbeatResponse } from '../../protocol/generated/consumer-group-heartbeat.js';
import { type HeartbeatStep, heartbeatStep } from '../heartbeat-step.js';

export interface TopicIdPartitions {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

/** What the coordinator has to be told; only what changed since it last took a heartbeat is sent. */
export interface HeartbeatFacts {
  readonly rebalanceTimeoutMs: number;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly serverAssignor: string | null;
  readonly topics: readonly string[] | null;
  readonly regex: string | null;
}

const JOINING = 0;
const LEAVING = -1;
const LEAVING_STATIC = -2;

export class ConsumerMembership {
  readonly memberId: string;
  /** 0 while it joins. */
  epoch = JOINING;
  heartbeatIntervalMs = 0;
  /** What the member should have; null while nothing has to be done about it. */
  target: readonly TopicIdPartitions[] | null = null;
  /** Whether the group went on without this member. */
  isLost = false;
  /** A heartbeat is due before its time. */
  isDue = true;
  private owned: readonly TopicIdPartitions[] = [];
  private told: { topics: string; regex: string | null; owned: string } | null = null;
  private pending: { topics: string; regex: string | null; owned: string } | null = null;

  constructor(memberId: string) {
    this.memberId = memberId;
  }

  /** The member has these now, and says so with its next heartbeat. */
  reconciled(owned: readonly TopicIdPartitions[], isDone: boolean): void {
    this.owned = owned;
    if (isDone) this.target = null;
    this.isDue = true;
  }

  /** The request that is due now. @param version of the API: regular expressions came with 1. */
  request(groupId: string, facts: HeartbeatFacts, version: number) {
    const now = {
      topics: (facts.topics ?? []).join('\n'),
      regex: facts.regex,
      owned: JSON.stringify(this.owned),
    };
    const before = this.epoch === JOINING ? null : this.told;
    const isFirst = before === null;
    this.pending = now;
    this.isDue = false;
    const regex =
      version >= 1 && (isFirst || before.regex !== now.regex)
        ? { subscribedTopicRegex: facts.regex ?? (this.epoch === JOINING ? null : '') }
        : {};
    return {
      groupId,
      memberId: this.memberId,
      memberEpoch: this.epoch,
      instanceId: facts.instanceId,
      rackId: isFirst ? facts.rackId : null,
      rebalanceTimeoutMs: isFirst ? facts.rebalanceTimeoutMs : -1,
      subscribedTopicNames: isFirst || before.topics !== now.topics ? (facts.topics ?? []) : null,
      serverAssignor: isFirst ? facts.serverAssignor : null,
      topicPartitions: isFirst || before.owned !== now.owned ? this.owned : null,
      ...regex,
    };
  }

  leavingRequest(groupId: string, instanceId: string | null) {
    const memberEpoch = instanceId === null ? LEAVING : LEAVING_STATIC;
    return { groupId, memberId: this.memberId, memberEpoch, instanceId };
  }

  onResponse(response: ConsumerGroupHeartbeatResponse): void {
    this.told = this.pending;
    this.epoch = response.memberEpoch;
    this.heartbeatIntervalMs = response.heartbeatIntervalMs;
    if (response.assignment !== null) this.target = response.assignment.topicPartitions;
  }

  onError(error: unknown): HeartbeatStep {
    const step = heartbeatStep(error);
    if (step === 'rejoin') this.fenced();
    else if (step !== 'fail') this.told = null;
    return step;
  }

  /** The group went on without this member: it begins anew, with nothing. */
  fenced(): void {
    this.epoch = JOINING;
    this.told = null;
    this.owned = [];
    this.target = null;
    this.isLost = true;
    this.isDue = true;
  }
}
