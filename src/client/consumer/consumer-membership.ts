import { HeartbeatMembership, LEAVING, type TopicIdPartitions } from '../heartbeat-membership.js';

/** What the coordinator has to be told. */
export interface HeartbeatFacts {
  readonly rebalanceTimeoutMs: number;
  readonly instanceId: string | null;
  readonly rackId: string | null;
  readonly serverAssignor: string | null;
  readonly topics: readonly string[] | null;
  readonly regex: string | null;
}

interface Told {
  readonly topics: string;
  readonly regex: string | null;
  readonly owned: string;
}

const LEAVING_STATIC = -2;

/**
 * A member of a group of the consumer protocol (KIP-848). The coordinator tells what the member should have; the member
 * lets go of what it should not have, takes what is new, and says so.
 */
export class ConsumerMembership extends HeartbeatMembership<Told> {
  /** Whether the group went on without this member. */
  isLost = false;
  private owned: readonly TopicIdPartitions[] = [];

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
    const before = this.tell(now);
    const isFirst = before === null;
    const regex =
      version >= 1 && (isFirst || before.regex !== now.regex)
        ? { subscribedTopicRegex: facts.regex ?? (this.isJoining ? null : '') }
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

  override fenced(): void {
    super.fenced();
    this.owned = [];
    this.target = null;
    this.isLost = true;
  }
}
