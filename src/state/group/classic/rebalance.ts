/** The course of a rebalance of a classic group: prepare, wait for the members, begin the next generation, sync. */
import type { Context } from '../../../base/machine.js';
import type { Init } from '../../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../../protocol/errors.js';
import type { JoinGroupResponse } from '../../../protocol/generated/join-group.js';
import type { SyncGroupResponse } from '../../../protocol/generated/sync-group.js';
import { type Effects, timerKey } from '../effects.js';
import type { GroupSettings } from '../settings.js';
import { type ClassicGroup, NO_ASSIGNMENT } from './classic-group.js';
import { type ClassicMember, metadataFor } from './classic-member.js';

export interface GroupCommandContext extends Context {
  readonly settings: GroupSettings;
}

const UNKNOWN_GENERATION = -1;

export function joinFailure(memberId: string, error: ErrorName): Init<JoinGroupResponse> {
  return { memberId, errorCode: errorCode(error), generationId: UNKNOWN_GENERATION, protocolName: null };
}

export const syncFailure = (error: ErrorName): Init<SyncGroupResponse> => ({ errorCode: errorCode(error) });

/** The answer to a member that is part of the current generation. */
export function joinedResponse(group: ClassicGroup, member: ClassicMember): Init<JoinGroupResponse> {
  const isLeader = group.leader === member.memberId;
  return {
    memberId: member.memberId,
    generationId: group.generation,
    protocolType: group.protocolType,
    protocolName: group.protocol,
    leader: group.leader ?? '',
    members: isLeader ? memberList(group) : [],
  };
}

export function memberList(
  group: ClassicGroup,
): { memberId: string; groupInstanceId: string | null; metadata: Buffer }[] {
  return [...group.members.values()].map((member) => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: metadataFor(member, group.protocol),
  }));
}

export function syncedResponse(group: ClassicGroup, member: ClassicMember): Init<SyncGroupResponse> {
  return { protocolType: group.protocolType, protocolName: group.protocol, assignment: member.assignment };
}

export function armSession(
  group: ClassicGroup,
  member: ClassicMember,
  effects: Effects,
  context: GroupCommandContext,
  timeoutMs = member.sessionTimeoutMs,
): void {
  effects.arm(timerKey('session', group.groupId, member.memberId), context.nowMs + timeoutMs);
}

/** Where the group can begin a rebalance it does; where it is in one, this may have been the last thing it waited for. */
export function rebalanceOrComplete(group: ClassicGroup, effects: Effects, context: GroupCommandContext): void {
  if (group.state === 'Stable' || group.state === 'CompletingRebalance' || group.state === 'Empty') {
    prepareRebalance(group, effects, context);
  } else {
    completeIfAllJoined(group, effects, context);
  }
}

function prepareRebalance(group: ClassicGroup, effects: Effects, context: GroupCommandContext): void {
  if (group.state === 'CompletingRebalance') answerSyncs(group, 'REBALANCE_IN_PROGRESS', effects, context);
  effects.disarm(timerKey('sync', group.groupId));
  const isInitial = group.state === 'Empty';
  group.transitionTo('PreparingRebalance', context.nowMs);
  if (!isInitial) {
    if (group.allJoined) completeJoin(group, effects, context);
    else effects.arm(timerKey('join', group.groupId), context.nowMs + group.rebalanceTimeoutMs);
    return;
  }
  const { initialRebalanceDelayMs } = context.settings;
  group.memberAdded = false;
  group.initialRebalanceLeftMs = Math.max(group.rebalanceTimeoutMs - initialRebalanceDelayMs, 0);
  if (initialRebalanceDelayMs <= 0) completeJoin(group, effects, context);
  else effects.arm(timerKey('join', group.groupId), context.nowMs + initialRebalanceDelayMs);
}

/** A first rebalance lasts its delay in any case, so that a group that starts up has one rebalance and not many. */
export function completeIfAllJoined(group: ClassicGroup, effects: Effects, context: GroupCommandContext): void {
  if (group.state !== 'PreparingRebalance' || group.previousState === 'Empty' || !group.allJoined) return;
  completeJoin(group, effects, context);
}

/** The time of the rebalance is over; an initial one goes on for as long as members keep coming. */
export function onJoinTimeout(group: ClassicGroup, effects: Effects, context: GroupCommandContext): void {
  if (group.state !== 'PreparingRebalance') return;
  const isInitial = group.previousState === 'Empty';
  if (isInitial && group.memberAdded && group.initialRebalanceLeftMs > 0) {
    const delayMs = Math.min(context.settings.initialRebalanceDelayMs, group.initialRebalanceLeftMs);
    group.memberAdded = false;
    group.initialRebalanceLeftMs -= delayMs;
    effects.arm(timerKey('join', group.groupId), context.nowMs + delayMs);
    return;
  }
  completeJoin(group, effects, context);
}

function completeJoin(group: ClassicGroup, effects: Effects, context: GroupCommandContext): void {
  effects.disarm(timerKey('join', group.groupId));
  for (const member of [...group.members.values()]) {
    // Static members keep their place until their session ends.
    if (member.joinCall !== null || member.groupInstanceId !== null) continue;
    group.remove(member.memberId);
    effects.disarm(timerKey('session', group.groupId, member.memberId));
  }
  if (!group.isEmpty && !group.electJoinedLeader()) {
    effects.arm(timerKey('join', group.groupId), context.nowMs + group.rebalanceTimeoutMs);
    return;
  }
  group.beginGeneration(context.nowMs);
  if (group.isEmpty) {
    effects.write(group.record(null));
    return;
  }
  for (const member of group.members.values()) {
    group.pendingSync.add(member.memberId);
    member.isNew = false;
    if (member.joinCall === null) continue;
    effects.reply(member.joinCall, joinedResponse(group, member));
    member.joinCall = null;
    armSession(group, member, effects, context);
  }
  effects.arm(timerKey('sync', group.groupId), context.nowMs + group.rebalanceTimeoutMs);
}

/** Members that did not sync in time are out (KAFKA-9146), and the rest starts again. */
export function onSyncTimeout(group: ClassicGroup, effects: Effects, context: GroupCommandContext): void {
  if (group.state !== 'CompletingRebalance' && group.state !== 'Stable') return;
  if (group.pendingSync.size === 0) return;
  for (const memberId of [...group.pendingSync]) {
    group.remove(memberId);
    effects.disarm(timerKey('session', group.groupId, memberId));
  }
  prepareRebalance(group, effects, context);
}

/** The leader's assignment is kept: everybody learns of it. */
export function becomeStable(
  group: ClassicGroup,
  effects: Effects,
  context: GroupCommandContext,
  assignments: ReadonlyMap<string, Buffer>,
): void {
  for (const member of group.members.values()) member.assignment = assignments.get(member.memberId) ?? NO_ASSIGNMENT;
  group.transitionTo('Stable', context.nowMs);
  for (const member of group.members.values())
    answerSync(group, member, syncedResponse(group, member), effects, context);
}

function answerSyncs(group: ClassicGroup, error: ErrorName, effects: Effects, context: GroupCommandContext): void {
  for (const member of group.members.values()) {
    member.assignment = NO_ASSIGNMENT;
    answerSync(group, member, syncFailure(error), effects, context);
  }
}

function answerSync(
  group: ClassicGroup,
  member: ClassicMember,
  response: Init<SyncGroupResponse>,
  effects: Effects,
  context: GroupCommandContext,
): void {
  if (member.syncCall === null) return;
  effects.reply(member.syncCall, response);
  member.syncCall = null;
  armSession(group, member, effects, context);
}

/** A member is gone: what it waited for is answered, and the others get its share. */
export function dropMember(
  group: ClassicGroup,
  memberId: string,
  effects: Effects,
  context: GroupCommandContext,
): void {
  const member = group.members.get(memberId);
  if (member === undefined) return;
  failWaiting(member, 'UNKNOWN_MEMBER_ID', effects);
  group.remove(memberId);
  effects.disarm(timerKey('session', group.groupId, memberId));
  rebalanceOrComplete(group, effects, context);
}

export function failWaiting(member: ClassicMember, error: ErrorName, effects: Effects): void {
  if (member.joinCall !== null) effects.reply(member.joinCall, joinFailure(member.memberId, error));
  if (member.syncCall !== null) effects.reply(member.syncCall, syncFailure(error));
  member.joinCall = null;
  member.syncCall = null;
}

/** Whoever waits in a join or a sync is alive, however long it takes. */
export function onSessionTimeout(
  group: ClassicGroup,
  memberId: string,
  effects: Effects,
  context: GroupCommandContext,
): void {
  const member = group.members.get(memberId);
  if (member === undefined) return;
  if ((member.joinCall !== null && !member.isNew) || member.syncCall !== null) {
    armSession(group, member, effects, context);
    return;
  }
  dropMember(group, memberId, effects, context);
}
