/**
 * Share sessions (KIP-932): the broker remembers which partitions a member fetches, so that a request names only what
 * changed. A session lives as long as the connection on which it began.
 */
import type { ErrorName } from '../../protocol/errors.js';

export const INITIAL_EPOCH = 0;
export const FINAL_EPOCH = -1;
const MAX_EPOCH = 0x7fff_ffff;

export interface SessionPartition {
  readonly topicId: string;
  /** Null where no topic has the id. */
  readonly topic: string | null;
  readonly partition: number;
}

interface Cached {
  readonly partition: SessionPartition;
  /** The next answer names it, whatever it says. */
  isNews: boolean;
}

export interface ShareSession {
  readonly groupId: string;
  readonly memberId: string;
  readonly connectionId: string;
  /** What the next request has to have. */
  epoch: number;
  /** In the order in which partitions get their share of an answer: one that got records goes to the end. */
  readonly partitions: Map<string, Cached>;
}

/** The session of one request, and what it fetches. */
export interface SessionTurn {
  readonly session: ShareSession;
  /** After this turn; another one means that a later request has overtaken it. */
  readonly epoch: number;
  readonly isIncremental: boolean;
  readonly partitions: readonly SessionPartition[];
}

const partitionKey = ({ topicId, partition }: { topicId: string; partition: number }): string =>
  `${topicId}-${partition}`;
const sessionKey = (groupId: string, memberId: string): string => `${groupId}\n${memberId}`;
const nextEpoch = (epoch: number): number => (epoch === MAX_EPOCH ? 1 : epoch + 1);

export class ShareSessions {
  private readonly maxSessions: number;
  private readonly sessions = new Map<string, ShareSession>();
  /** The last session that began on a connection, and its group even when the session is over. */
  private readonly byConnection = new Map<string, ShareSession>();

  constructor(maxSessions: number) {
    this.maxSessions = maxSessions;
  }

  get size(): number {
    return this.sessions.size;
  }

  get(groupId: string, memberId: string): ShareSession | undefined {
    return this.sessions.get(sessionKey(groupId, memberId));
  }

  isCurrent({ session, epoch }: SessionTurn): boolean {
    return session.epoch === epoch && this.get(session.groupId, session.memberId) === session;
  }

  begin(
    groupId: string,
    memberId: string,
    connectionId: string,
    partitions: readonly SessionPartition[],
  ): SessionTurn | ErrorName {
    const earlier = this.get(groupId, memberId);
    if (earlier !== undefined) this.remove(earlier);
    if (this.sessions.size >= this.maxSessions) return 'SHARE_SESSION_LIMIT_REACHED';
    const session: ShareSession = {
      groupId,
      memberId,
      connectionId,
      epoch: nextEpoch(INITIAL_EPOCH),
      partitions: new Map(partitions.map((partition) => [partitionKey(partition), { partition, isNews: false }])),
    };
    this.sessions.set(sessionKey(groupId, memberId), session);
    this.byConnection.set(connectionId, session);
    return { session, epoch: session.epoch, isIncremental: false, partitions };
  }

  /** @param epoch that the request has */
  next(
    groupId: string,
    memberId: string,
    epoch: number,
    added: readonly SessionPartition[],
    forgotten: readonly SessionPartition[],
  ): SessionTurn | ErrorName {
    const session = this.advance(groupId, memberId, epoch);
    if (typeof session === 'string') return session;
    for (const partition of added) {
      const key = partitionKey(partition);
      if (!session.partitions.has(key)) session.partitions.set(key, { partition, isNews: true });
    }
    for (const partition of forgotten) session.partitions.delete(partitionKey(partition));
    const partitions = [...session.partitions.values()].map((cached) => cached.partition);
    return { session, epoch: session.epoch, isIncremental: true, partitions };
  }

  /** As an acknowledgement does, which changes nothing else. */
  advance(groupId: string, memberId: string, epoch: number): ShareSession | ErrorName {
    const session = this.get(groupId, memberId);
    if (session === undefined) return 'SHARE_SESSION_NOT_FOUND';
    if (session.epoch !== epoch) return 'INVALID_SHARE_SESSION_EPOCH';
    session.epoch = nextEpoch(session.epoch);
    return session;
  }

  /** Whether the answer has to name the partition; notes what the member knows from now on. */
  note(turn: SessionTurn, partition: SessionPartition, hasRecords: boolean, hasError: boolean): boolean {
    const { partitions } = turn.session;
    const key = partitionKey(partition);
    const cached = partitions.get(key);
    if (!turn.isIncremental || cached === undefined) return true;
    const isNamed = hasRecords || hasError || cached.isNews;
    cached.isNews = hasError;
    if (hasRecords) {
      partitions.delete(key);
      partitions.set(key, cached);
    }
    return isNamed;
  }

  remove(session: ShareSession): void {
    const key = sessionKey(session.groupId, session.memberId);
    if (this.sessions.get(key) === session) this.sessions.delete(key);
  }

  /** @returns the session that began on it, over or not; undefined when none did */
  disconnected(connectionId: string): ShareSession | undefined {
    const session = this.byConnection.get(connectionId);
    this.byConnection.delete(connectionId);
    return session;
  }

  hasMembers(groupId: string): boolean {
    for (const session of this.sessions.values()) if (session.groupId === groupId) return true;
    return false;
  }

  clear(): void {
    this.sessions.clear();
  }
}
