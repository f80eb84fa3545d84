import type { CallId, Outcome, Reply, TimerChange, TransactionalProducer } from '../../base/machine.js';
import type { GroupRecord } from '../../protocol/generated/group-coordinator-records.js';

/** What a command of a group has decided so far; becomes its outcome. */
export class Effects implements Outcome<GroupRecord> {
  readonly records: GroupRecord[] = [];
  readonly replies: Reply[] = [];
  readonly timers: TimerChange[] = [];
  /** Whose transaction decides on the records. */
  producer?: TransactionalProducer;

  reply(call: CallId, response: unknown): this {
    this.replies.push({ call, response });
    return this;
  }

  write(...records: readonly GroupRecord[]): this {
    this.records.push(...records);
    return this;
  }

  arm(key: string, atMs: number): void {
    this.timers.push({ key, atMs });
  }

  disarm(key: string): void {
    this.timers.push({ key, atMs: null });
  }
}

/** Timers are named by what they are for, the group, and the member where there is one. */
export type TimerKind =
  | 'join'
  | 'sync'
  | 'session'
  | 'pending'
  | 'consumer-session'
  | 'consumer-rebalance'
  | 'consumer-join'
  | 'consumer-sync'
  | 'consumer-patterns'
  | 'share-session'
  | 'streams-session'
  | 'streams-rebalance'
  | 'streams-delay'
  | 'expiry';

export const timerKey = (kind: TimerKind, group: string, member = ''): string => JSON.stringify([kind, group, member]);

export const parseTimerKey = (key: string): [TimerKind, string, string] => JSON.parse(key);
