import type { CallId } from '../../../base/machine.js';
import { type ErrorName, errorCode } from '../../../protocol/errors.js';
import type { LeaveGroupRequest } from '../../../protocol/generated/leave-group.js';
import { leaveConsumerGroup } from '../consumer/leave-consumer-group.js';
import { Effects, timerKey } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { leavingMembers } from '../mixed/classic-member-of-consumer-group.js';
import type { ClassicGroup } from './classic-group.js';
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
  const isSingle = version < FIRST_VERSION_WITH_LISTS;
  const leaving = isSingle ? [{ memberId: request.memberId, groupInstanceId: null }] : request.members;
  const errors = leaveAll(machine, request.groupId, leaving, effects, context);
  if (isSingle) return effects.reply(call, { errorCode: errorCode(errors[0] ?? 'NONE') });
  const members = leaving.map(({ memberId, groupInstanceId }, index) => ({
    memberId,
    groupInstanceId,
    errorCode: errorCode(errors[index] ?? 'NONE'),
  }));
  return effects.reply(call, { members });
}

/** The error of each. */
function leaveAll(
  machine: GroupMachine,
  groupId: string,
  members: readonly Leaving[],
  effects: Effects,
  context: GroupCommandContext,
): ErrorName[] {
  const consumerGroup = machine.consumerGroup(groupId);
  if (consumerGroup === null) {
    const group = machine.classicGroup(groupId);
    return members.map((member) => leave(group, member, effects, context));
  }
  const { leaving, errors } = leavingMembers(consumerGroup, members);
  leaveConsumerGroup(machine, consumerGroup, leaving, effects, context);
  return errors.map((error) => error?.error ?? 'NONE');
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
