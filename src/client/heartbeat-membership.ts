import { type HeartbeatStep, heartbeatStep } from './heartbeat-step.js';

export interface TopicIdPartitions {
  readonly topicId: string;
  readonly partitions: readonly number[];
}

/** What the answers to heartbeats of both kinds of groups say. */
export interface HeartbeatAnswer {
  readonly memberEpoch: number;
  readonly heartbeatIntervalMs: number;
  /** Null where it is as before. */
  readonly assignment: { readonly topicPartitions: readonly TopicIdPartitions[] } | null;
}

const JOINING = 0;
export const LEAVING = -1;

/**
 * The state of a member, without I/O, whose coordinator shares out and learns everything by heartbeats (KIP-848,
 * KIP-932). A heartbeat says only what changed since the coordinator last took one: what it was told then is a `Told`.
 */
export abstract class HeartbeatMembership<Told> {
  readonly memberId: string;
  /** 0 while it joins. */
  epoch = JOINING;
  heartbeatIntervalMs = 0;
  /** What the coordinator wants the member to have; null while nothing has to be done about it. */
  target: readonly TopicIdPartitions[] | null = null;
  /** A heartbeat is due before its time. */
  isDue = true;
  private told: Told | null = null;
  private pending: Told | null = null;

  constructor(memberId: string) {
    this.memberId = memberId;
  }

  protected get isJoining(): boolean {
    return this.epoch === JOINING;
  }

  /** A heartbeat goes out with this. @returns what the coordinator knows; null where it has to be told all */
  protected tell(now: Told): Told | null {
    this.pending = now;
    this.isDue = false;
    return this.isJoining ? null : this.told;
  }

  onResponse({ memberEpoch, heartbeatIntervalMs, assignment }: HeartbeatAnswer): void {
    this.told = this.pending;
    this.epoch = memberEpoch;
    this.heartbeatIntervalMs = heartbeatIntervalMs;
    if (assignment !== null) this.target = assignment.topicPartitions;
  }

  onError(error: unknown): HeartbeatStep {
    const step = heartbeatStep(error);
    if (step === 'rejoin') this.fenced();
    // The coordinator may have taken the heartbeat or not.
    else if (step !== 'fail') this.told = null;
    return step;
  }

  /** The group went on without this member: it begins anew, with nothing. */
  fenced(): void {
    this.epoch = JOINING;
    this.told = null;
    this.isDue = true;
  }
}
