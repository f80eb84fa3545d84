import type { CallId } from '../../../base/machine.js';
import { type ErrorName, KafkaError } from '../../../protocol/errors.js';
import type { JoinGroupRequest } from '../../../protocol/generated/join-group.js';
import { type ClientFacts, needsKnownId } from '../client-facts.js';
import type { ConsumerGroup } from '../consumer/consumer-group.js';
import { javaUuid } from '../consumer/java-uuid.js';
import { Effects, timerKey } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { joinConsumerGroup } from '../mixed/join-consumer-group.js';
import type { ClassicGroup } from './classic-group.js';
import { NO_ASSIGNMENT } from './classic-group.js';
import { type ClassicMember, sameProtocols } from './classic-member.js';
import {
  armSession,
  failWaiting,
  type GroupCommandContext,
  joinedResponse,
  joinFailure,
  memberList,
  rebalanceOrComplete,
} from './rebalance.js';

/** From here on a leader can be told that its assignment still holds (KIP-814). */
const FIRST_VERSION_WITH_SKIP = 9;
/** A member's first join may wait for long; it need not send heartbeats meanwhile. */
const NEW_MEMBER_TIMEOUT_MS = 5 * 60_000;

interface Join {
  readonly call: CallId;
  readonly request: JoinGroupRequest;
  readonly client: ClientFacts;
  readonly group: ClassicGroup;
  readonly effects: Effects;
  readonly context: GroupCommandContext;
}

export function joinGroup(
  machine: GroupMachine,
  call: CallId,
  request: JoinGroupRequest,
  client: ClientFacts,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  const refuse = (error: ErrorName) => effects.reply(call, joinFailure(request.memberId, error));
  const { minSessionTimeoutMs, maxSessionTimeoutMs } = context.settings;
  if (request.sessionTimeoutMs < minSessionTimeoutMs || request.sessionTimeoutMs > maxSessionTimeoutMs) {
    return refuse('INVALID_SESSION_TIMEOUT');
  }
  if (machine.shareGroup(request.groupId) !== null) {
    return effects.reply(call, joinFailure('', 'INCONSISTENT_GROUP_PROTOCOL'));
  }
  const isTaken = machine.streamsGroup(request.groupId)?.isEmpty === false;
  if (isTaken) return effects.reply(call, joinFailure('', 'INCONSISTENT_GROUP_PROTOCOL'));
  const consumerGroup = machine.consumerGroup(request.groupId);
  if (consumerGroup !== null && !consumerGroup.isEmpty) {
    return joinMixed(machine, consumerGroup, call, request, client, context);
  }
  const isUnknown = request.memberId === '';
  const found = machine.classicGroupToJoin(request.groupId, effects, context.nowMs, isUnknown);
  if (typeof found === 'string') return refuse(found);
  const join: Join = { call, request, client, group: found, effects, context };
  if (!accepts(found, request.memberId, context.settings.maxSize)) {
    found.remove(request.memberId);
    return effects.reply(call, joinFailure('', 'GROUP_MAX_SIZE_REACHED'));
  }
  const error = isUnknown ? joinNewMember(join) : joinKnownMember(join);
  return error === null ? effects : refuse(error);
}

function joinMixed(
  machine: GroupMachine,
  group: ConsumerGroup,
  call: CallId,
  request: JoinGroupRequest,
  client: ClientFacts,
  context: GroupCommandContext,
): Effects {
  try {
    return joinConsumerGroup(machine, group, call, request, client, new Effects(), context);
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    return new Effects().reply(call, joinFailure('', error.error));
  }
}

function accepts(group: ClassicGroup, memberId: string, maxSize: number): boolean {
  const member = group.members.get(memberId);
  if (group.state === 'PreparingRebalance') {
    return (member !== undefined && member.joinCall !== null) || group.waitingToJoin < maxSize;
  }
  if (group.state === 'CompletingRebalance' || group.state === 'Stable') {
    return member !== undefined || group.members.size < maxSize;
  }
  return true;
}

function joinNewMember(join: Join): ErrorName | null {
  const { group, request, client, context, call, effects } = join;
  if (!group.supports(request.protocolType, request.protocols)) return 'INCONSISTENT_GROUP_PROTOCOL';
  const prefix = request.groupInstanceId ?? client.clientId;
  const memberId = `${prefix}-${javaUuid(context.newId())}`;
  if (request.groupInstanceId !== null) {
    const oldMemberId = group.staticMembers.get(request.groupInstanceId);
    if (oldMemberId === undefined) addMember(join, memberId);
    else replaceStaticMember(join, oldMemberId, memberId);
    return null;
  }
  if (!needsKnownId(request, client)) {
    addMember(join, memberId);
    return null;
  }
  group.pendingMembers.add(memberId);
  effects.arm(timerKey('pending', group.groupId, memberId), context.nowMs + request.sessionTimeoutMs);
  effects.reply(call, joinFailure(memberId, 'MEMBER_ID_REQUIRED'));
  return null;
}

function joinKnownMember(join: Join): ErrorName | null {
  const { group, request, call, effects } = join;
  if (!group.supports(request.protocolType, request.protocols)) return 'INCONSISTENT_GROUP_PROTOCOL';
  if (group.pendingMembers.has(request.memberId)) {
    effects.disarm(timerKey('pending', group.groupId, request.memberId));
    addMember(join, request.memberId);
    return null;
  }
  const error = memberProblem(group, request.memberId, request.groupInstanceId);
  if (error !== null) return error;
  const member = group.members.get(request.memberId) as ClassicMember;
  const unchanged = sameProtocols(member, request.protocols);
  switch (group.state) {
    case 'PreparingRebalance':
      rejoin(join, member);
      return null;
    case 'CompletingRebalance':
      // It may have missed the answer: what it knows has not changed.
      if (unchanged) effects.reply(call, joinedResponse(group, member));
      else rejoin(join, member);
      return null;
    case 'Stable':
      if (unchanged && group.leader !== member.memberId) effects.reply(call, joinedResponse(group, member));
      else rejoin(join, member);
      return null;
    default:
      return 'UNKNOWN_MEMBER_ID';
  }
}

/** Why a request of a member cannot be its own: it is not there, or another process took its static place. */
export function memberProblem(group: ClassicGroup, memberId: string, groupInstanceId: string | null): ErrorName | null {
  if (groupInstanceId !== null) {
    const holder = group.staticMembers.get(groupInstanceId);
    if (holder === undefined) return 'UNKNOWN_MEMBER_ID';
    return holder === memberId ? null : 'FENCED_INSTANCE_ID';
  }
  return group.members.has(memberId) ? null : 'UNKNOWN_MEMBER_ID';
}

function addMember(join: Join, memberId: string): void {
  const { call, request, client, group, effects, context } = join;
  const member: ClassicMember = {
    memberId,
    groupInstanceId: request.groupInstanceId,
    clientId: client.clientId,
    clientHost: client.clientHost,
    sessionTimeoutMs: request.sessionTimeoutMs,
    rebalanceTimeoutMs: rebalanceTimeout(join),
    protocolType: request.protocolType,
    protocols: request.protocols,
    assignment: NO_ASSIGNMENT,
    joinCall: call,
    syncCall: null,
    isNew: true,
  };
  group.add(member);
  armSession(group, member, effects, context, NEW_MEMBER_TIMEOUT_MS);
  rebalanceOrComplete(group, effects, context);
}

/** Version 0 knows one timeout for both. */
const rebalanceTimeout = ({ request, client }: Join): number =>
  client.version === 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs;

function rejoin(join: Join, member: ClassicMember): void {
  const { call, group, effects, context } = join;
  update(join, member);
  if (member.joinCall !== null) effects.reply(member.joinCall, joinFailure(member.memberId, 'UNKNOWN_MEMBER_ID'));
  member.joinCall = call;
  rebalanceOrComplete(group, effects, context);
}

function update(join: Join, member: ClassicMember): void {
  const { request, client } = join;
  member.protocols = request.protocols;
  member.clientId = client.clientId;
  member.clientHost = client.clientHost;
  member.sessionTimeoutMs = request.sessionTimeoutMs;
  member.rebalanceTimeoutMs = rebalanceTimeout(join);
}

/**
 * The process behind a static member started again (KIP-345): it takes over the place under a new id. As long as the
 * group would choose the same protocol nobody else is bothered.
 */
function replaceStaticMember(join: Join, oldMemberId: string, memberId: string): void {
  const { call, request, client, group, effects, context } = join;
  const old = group.members.get(oldMemberId) as ClassicMember;
  const oldLeader = group.leader;
  failWaiting(old, 'FENCED_INSTANCE_ID', effects);
  effects.disarm(timerKey('session', group.groupId, oldMemberId));
  const member: ClassicMember = { ...old, memberId, joinCall: null, syncCall: null };
  rename(group, oldMemberId, member);
  update(join, member);
  armSession(group, member, effects, context);
  const keepsPlan = group.state === 'Stable' && group.selectProtocol() === group.protocol;
  if (!keepsPlan) {
    member.joinCall = call;
    rebalanceOrComplete(group, effects, context);
    return;
  }
  effects.write(group.record(null));
  const isLeader = group.leader === memberId;
  const mayAssign = isLeader && client.version >= FIRST_VERSION_WITH_SKIP;
  effects.reply(call, {
    memberId,
    generationId: group.generation,
    protocolType: request.protocolType,
    protocolName: group.protocol,
    // An older leader must not learn that it leads, or it would assign anew without a rebalance.
    leader: mayAssign ? memberId : (oldLeader ?? ''),
    skipAssignment: mayAssign,
    members: mayAssign ? memberList(group) : [],
  });
}

function rename(group: ClassicGroup, oldMemberId: string, member: ClassicMember): void {
  const members = [...group.members].map(([id, other]) => (id === oldMemberId ? member : other));
  group.members.clear();
  for (const other of members) group.members.set(other.memberId, other);
  group.staticMembers.set(member.groupInstanceId as string, member.memberId);
  if (group.leader === oldMemberId) group.leader = member.memberId;
  if (group.pendingSync.delete(oldMemberId)) group.pendingSync.add(member.memberId);
}
