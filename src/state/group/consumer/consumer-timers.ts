import type { GroupCommandContext } from '../classic/rebalance.js';
import { type Effects, type TimerKind, timerKey } from '../effects.js';
import type { ConsumerGroup, ConsumerMember } from './consumer-group.js';
import { consumerSessionTimeoutMs } from './consumer-settings.js';

const CONSUMER_TIMERS = ['consumer-session', 'consumer-rebalance', 'consumer-join', 'consumer-sync'] as const;
export type ConsumerTimer = (typeof CONSUMER_TIMERS)[number];

export const isConsumerTimer = (kind: TimerKind): kind is ConsumerTimer =>
  (CONSUMER_TIMERS as readonly TimerKind[]).includes(kind);

/** No timer is left of a member that is gone or is a member of a classic group now. */
export function disarmMember(group: ConsumerGroup, memberId: string, effects: Effects): void {
  for (const kind of CONSUMER_TIMERS) {
    effects.disarm(timerKey(kind, group.groupId, memberId));
  }
  group.rejoinDeadlines.delete(memberId);
}

export function armConsumerSession(
  group: ConsumerGroup,
  member: ConsumerMember,
  effects: Effects,
  context: GroupCommandContext,
): void {
  const timeoutMs = member.classic?.sessionTimeoutMs ?? consumerSessionTimeoutMs(group.groupId, context);
  effects.arm(timerKey('consumer-session', group.groupId, member.memberId), context.nowMs + timeoutMs);
}
