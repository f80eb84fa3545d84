import type { GroupCommandContext } from '../classic/rebalance.js';
import { type Effects, timerKey } from '../effects.js';
import { type StreamsGroup, UNREVOKED } from './streams-group.js';
import { streamsSessionTimeoutMs } from './streams-settings.js';

/** After a start: members get a whole session to show that they are alive. */
export function armStreamsMembers({ groupId, members }: StreamsGroup, effects: Effects, context: GroupCommandContext) {
  for (const { memberId, state, rebalanceTimeoutMs } of members.values()) {
    const sessionMs = streamsSessionTimeoutMs(groupId, context);
    effects.arm(timerKey('streams-session', groupId, memberId), context.nowMs + sessionMs);
    if (state !== UNREVOKED) continue;
    effects.arm(timerKey('streams-rebalance', groupId, memberId), context.nowMs + rebalanceTimeoutMs);
  }
}
