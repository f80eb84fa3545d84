import { type HeartbeatAnswer, HeartbeatMembership, LEAVING } from '../heartbeat-membership.js';

/** What the coordinator has to be told. */
export interface ShareHeartbeatFacts {
  readonly rackId: string | null;
  readonly topics: readonly string[];
}

/**
 * A group that changed a moment ago is shared out anew only a second later (group.share.assignment.interval.ms), which
 * the next regular heartbeat would come to know five seconds late.
 */
const UNASSIGNED_INTERVAL_MS = 1000;

/** A member of a share group (KIP-932): the coordinator tells what it may read, and is told the topics, one a line. */
export class ShareMembership extends HeartbeatMembership<string> {
  private hasPartitions = false;

  /** The request that is due now. */
  request(groupId: string, { rackId, topics }: ShareHeartbeatFacts) {
    const now = topics.join('\n');
    const before = this.tell(now);
    return {
      groupId,
      memberId: this.memberId,
      memberEpoch: this.epoch,
      rackId: this.isJoining ? rackId : null,
      subscribedTopicNames: before !== now ? [...topics] : null,
    };
  }

  leavingRequest(groupId: string) {
    return { groupId, memberId: this.memberId, memberEpoch: LEAVING };
  }

  override onResponse(answer: HeartbeatAnswer): void {
    super.onResponse(answer);
    if (answer.assignment !== null) this.hasPartitions = answer.assignment.topicPartitions.length > 0;
  }

  /** When the next heartbeat is due. */
  get delayMs(): number {
    if (this.isDue) return 0;
    return this.hasPartitions ? this.heartbeatIntervalMs : Math.min(this.heartbeatIntervalMs, UNASSIGNED_INTERVAL_MS);
  }

  override fenced(): void {
    super.fenced();
    this.target = [];
    this.hasPartitions = false;
  }
}
