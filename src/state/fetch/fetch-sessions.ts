/**
 * Incremental fetch sessions (KIP-227): the broker remembers which partitions a client fetches, so that a request
 * names only what changed and a response only what has news.
 */
import type { ErrorName } from '../../protocol/errors.js';

const INITIAL_EPOCH = 0;
const FINAL_EPOCH = -1;
const MAX_EPOCH = 0x7fff_ffff;
const NO_SESSION = 0;
/** A session that was idle for so long gives way to a new one when the cache is full. */
const EVICTION_MS = 120_000;

/** A partition as the client asks for it. `topic` or `topicId` names it, by the version of the request. */
export interface FetchedPartition {
  readonly topic: string;
  readonly topicId: string;
  readonly partition: number;
  readonly currentLeaderEpoch: number;
  readonly fetchOffset: number;
  readonly lastFetchedEpoch: number;
  readonly maxBytes: number;
}

/** What a response says of a partition, as far as it decides whether there is news. */
export interface PartitionNews {
  readonly hasRecords: boolean;
  readonly hasError: boolean;
  readonly highWatermark: number;
  readonly logStartOffset: number;
}

interface SessionPartition {
  request: FetchedPartition;
  highWatermark: number;
  logStartOffset: number;
}

interface Session {
  readonly id: number;
  readonly usesTopicIds: boolean;
  epoch: number;
  lastUsedMs: number;
  /** In the order in which partitions get their share of a response: one that got records goes to the end. */
  readonly partitions: Map<string, SessionPartition>;
}

export interface FetchSessionRequest {
  readonly sessionId: number;
  readonly sessionEpoch: number;
  readonly usesTopicIds: boolean;
  readonly partitions: readonly FetchedPartition[];
  readonly forgotten: readonly { topic: string; topicId: string; partition: number }[];
}

/** What a request asks for, once its session is known. */
export interface FetchPlan {
  readonly partitions: readonly FetchedPartition[];
  readonly session: Session | null;
  readonly incremental: boolean;
}

const keyOf = (partition: { topic: string; topicId: string; partition: number }): string =>
  `${partition.topic}\n${partition.topicId}\n${partition.partition}`;

export class FetchSessions {
  private readonly maxSessions: number;
  private readonly sessions = new Map<number, Session>();

  constructor(maxSessions: number) {
    this.maxSessions = maxSessions;
  }

  get size(): number {
    return this.sessions.size;
  }

  /** `newSessionId` gives positive int32s; it is asked again for one that is taken. */
  resolve(request: FetchSessionRequest, nowMs: number, newSessionId: () => number): FetchPlan | ErrorName {
    const { sessionId, sessionEpoch } = request;
    if (sessionEpoch === INITIAL_EPOCH || sessionEpoch === FINAL_EPOCH) {
      if (sessionId !== NO_SESSION) this.sessions.delete(sessionId);
      const session = sessionEpoch === FINAL_EPOCH ? null : this.create(request, nowMs, newSessionId);
      return { partitions: request.partitions, session, incremental: false };
    }
    const session = this.sessions.get(sessionId);
    if (session === undefined) return 'FETCH_SESSION_ID_NOT_FOUND';
    if (session.usesTopicIds !== request.usesTopicIds) return 'FETCH_SESSION_TOPIC_ID_ERROR';
    if (session.epoch !== sessionEpoch) return 'INVALID_FETCH_SESSION_EPOCH';
    session.epoch = session.epoch === MAX_EPOCH ? 1 : session.epoch + 1;
    session.lastUsedMs = nowMs;
    for (const partition of request.partitions) {
      const known = session.partitions.get(keyOf(partition));
      if (known === undefined) session.partitions.set(keyOf(partition), newPartition(partition));
      else known.request = partition;
    }
    for (const partition of request.forgotten) session.partitions.delete(keyOf(partition));
    return { partitions: [...session.partitions.values()].map((known) => known.request), session, incremental: true };
  }

  /** Whether an incremental response has to name the partition; notes what the client knows from now on. */
  note(plan: FetchPlan, partition: FetchedPartition, news: PartitionNews): boolean {
    const key = keyOf(partition);
    const known = plan.session?.partitions.get(key);
    if (plan.session === null || known === undefined) return true;
    const changed =
      news.hasRecords ||
      news.hasError ||
      known.highWatermark !== news.highWatermark ||
      known.logStartOffset !== news.logStartOffset;
    // After an error the next response names the partition again, whatever it says.
    known.highWatermark = news.hasError ? -1 : news.highWatermark;
    known.logStartOffset = news.logStartOffset;
    if (news.hasRecords) {
      plan.session.partitions.delete(key);
      plan.session.partitions.set(key, known);
    }
    return changed || !plan.incremental;
  }

  private create(request: FetchSessionRequest, nowMs: number, newSessionId: () => number): Session | null {
    if (this.sessions.size >= this.maxSessions && !this.evict(nowMs)) return null;
    let id = newSessionId();
    while (this.sessions.has(id)) id = newSessionId();
    const partitions = new Map(request.partitions.map((partition) => [keyOf(partition), newPartition(partition)]));
    const session: Session = { id, usesTopicIds: request.usesTopicIds, epoch: 1, lastUsedMs: nowMs, partitions };
    this.sessions.set(id, session);
    return session;
  }

  private evict(nowMs: number): boolean {
    let oldest: Session | null = null;
    for (const session of this.sessions.values()) {
      if (oldest === null || session.lastUsedMs < oldest.lastUsedMs) oldest = session;
    }
    if (oldest === null || nowMs - oldest.lastUsedMs < EVICTION_MS) return false;
    this.sessions.delete(oldest.id);
    return true;
  }
}

function newPartition(request: FetchedPartition): SessionPartition {
  return { request, highWatermark: -1, logStartOffset: -1 };
}
