/** The state of a member of a share group (KIP-932), without I/O: the coordinator tells what it may read. */
import type { ShareGroupHeartbeatResponse } from '../../protocol/generated/share-group-heartbeat.js';
import type { TopicIdPartitions } from '../consumer/consumer-membership.js';
import { type HeartbeatStep, heartbeatStep } from '../heartbeat-step.js';

/** What the coordinator has to be told; only what changed since it last took a heartbeat is sent. */
export interface ShareHeartbeatFacts {
  readonly rackId: string | null;
  readonly topics: readonly string[];
}

/**
 * A group that changed a moment ago is shared out anew only a second later (group.share.assignment.interval.ms), which
 * the next regular heartbeat would come to know five seconds late.
 */
const UNASSIGNED_INTERVAL_MS = 1000;

const JOINING = 0;
const LEAVING = -1;

export class ShareMembership {
  readonly memberId: string;
  /** 0 while it joins. */
  epoch = JOINING;
  private heartbeatIntervalMs = 0;
  /** What the member has now and did not have before; null while nothing has to be done about it. */
  target: readonly TopicIdPartitions[] | null = null;
  /** A heartbeat is due before its time. */
  isDue = true;
  private hasPartitions = false;
  private told: string | null = null;
  private pending: string | null = null;

  constructor(memberId: string) {
    this.memberId = memberId;
  }

  /** The request that is due now. */
  request(groupId: string, { rackId, topics }: ShareHeartbeatFacts) {
    const now = topics.join('\n');
    const isFirst = this.epoch === JOINING;
    this.pending = now;
    this.isDue = false;
    return {
      groupId,
      memberId: this.memberId,
      memberEpoch: this.epoch,
      rackId: isFirst ? rackId : null,
      subscribedTopicNames: isFirst || this.told !== now ? [...topics] : null,
    };
  }

  leavingRequest(groupId: string) {
    return { groupId, memberId: this.memberId, memberEpoch: LEAVING };
  }

  onResponse(response: ShareGroupHeartbeatResponse): void {
    this.told = this.pending;
    this.epoch = response.memberEpoch;
    this.heartbeatIntervalMs = response.heartbeatIntervalMs;
    if (response.assignment === null) return;
    this.target = response.assignment.topicPartitions;
    this.hasPartitions = this.target.length > 0;
  }

  /** When the next heartbeat is due. */
  get delayMs(): number {
    if (this.isDue) return 0;
    return this.hasPartitions ? this.heartbeatIntervalMs : Math.min(this.heartbeatIntervalMs, UNASSIGNED_INTERVAL_MS);
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
    this.target = [];
    this.hasPartitions = false;
    this.isDue = true;
  }
}
