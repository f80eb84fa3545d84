import type { CallId } from '../../base/machine.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import type { LeaveGroupRequest } from '../../protocol/generated/leave-group.js';
import type { ClassicGroup } from './classic-group.js';
import { Effects, timerKey } from './effects.js';
import type { GroupMachine } from './group-machine.js';
import { completeIfAllJoined, dropMember, type GroupCommandContext } from './rebalance.js';

interface Leaving {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
}

const FIRST_VERSION_WITH_LISTS = 3;

/** One member or, by an administrator, several (KIP-345). */
export function leaveGroup(
  machine: GroupMachine,
  call: CallId,
  request: LeaveGroupRequest,
  version: number,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  const group = machine.classicGroup(request.groupId);
  if (version < FIRST_VERSION_WITH_LISTS) {
    const leaving = { memberId: request.memberId, groupInstanceId: null };
    return effects.reply(call, { errorCode: errorCode(leave(group, leaving, effects, context)) });
  }
  if (group === null && machine.consumerGroup(request.groupId) !== null) {
    return effects.reply(call, { members: machine.removeConsumerMembers(request.groupId, request.members, effects) });
  }
  const members = request.members.map((leaving) => ({
    memberId: leaving.memberId,
    groupInstanceId: leaving.groupInstanceId,
    errorCode: errorCode(leave(group, leaving, effects, context)),
  }));
  return effects.reply(call, { members });
}

function leave(
  group: ClassicGroup | null,
  leaving: Leaving,
  effects: Effects,
  context: GroupCommandContext,
): ErrorName {
  if (group === null) return 'UNKNOWN_MEMBER_ID';
  if (leaving.groupInstanceId !== null) {
    const holder = group.staticMembers.get(leaving.groupInstanceId);
    if (holder === undefined) return 'UNKNOWN_MEMBER_ID';
    if (leaving.memberId !== '' && leaving.memberId !== holder) return 'FENCED_INSTANCE_ID';
    dropMember(group, holder, effects, context);
    return 'NONE';
  }
  if (group.pendingMembers.delete(leaving.memberId)) {
    effects.disarm(timerKey('pending', group.groupId, leaving.memberId));
    completeIfAllJoined(group, effects, context);
    return 'NONE';
  }
  if (!group.members.has(leaving.memberId)) return 'UNKNOWN_MEMBER_ID';
  dropMember(group, leaving.memberId, effects, context);
  return 'NONE';
}
