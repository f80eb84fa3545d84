import type { CallId } from '../../../base/machine.js';
import { type ErrorName, KafkaError } from '../../../protocol/errors.js';
import type { SyncGroupRequest } from '../../../protocol/generated/sync-group.js';
import type { ConsumerGroup } from '../consumer/consumer-group.js';
import { Effects, timerKey } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { syncWithConsumerGroup } from '../mixed/classic-member-of-consumer-group.js';
import type { ClassicGroup } from './classic-group.js';
import type { ClassicMember } from './classic-member.js';
import { memberProblem } from './join-group.js';
import { armSession, becomeStable, type GroupCommandContext, syncedResponse, syncFailure } from './rebalance.js';

export function syncGroup(
  machine: GroupMachine,
  call: CallId,
  request: SyncGroupRequest,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  const consumerGroup = machine.consumerGroup(request.groupId);
  if (consumerGroup !== null) return syncMixed(consumerGroup, call, request, context);
  const group = machine.classicGroup(request.groupId);
  const error = group === null ? 'UNKNOWN_MEMBER_ID' : problemOf(group, request);
  if (group === null || error !== null) return effects.reply(call, syncFailure(error ?? 'UNKNOWN_MEMBER_ID'));
  const member = group.members.get(request.memberId) as ClassicMember;
  group.pendingSync.delete(member.memberId);
  if (group.pendingSync.size === 0) effects.disarm(timerKey('sync', group.groupId));
  if (group.state === 'Stable') {
    armSession(group, member, effects, context);
    return effects.reply(call, syncedResponse(group, member));
  }
  if (member.syncCall !== null) effects.reply(member.syncCall, syncFailure('UNKNOWN_MEMBER_ID'));
  member.syncCall = call;
  armSession(group, member, effects, context);
  if (group.leader !== member.memberId) return effects;
  const assignments = new Map(request.assignments.map(({ memberId, assignment }) => [memberId, assignment]));
  becomeStable(group, effects, context, assignments);
  return effects.write(group.record(null));
}

function syncMixed(
  group: ConsumerGroup,
  call: CallId,
  request: SyncGroupRequest,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  try {
    const response = syncWithConsumerGroup(group, request, effects, context);
    return effects.reply(call, response ?? syncFailure('REBALANCE_IN_PROGRESS'));
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    return effects.reply(call, syncFailure(error.error));
  }
}

function problemOf(group: ClassicGroup, request: SyncGroupRequest): ErrorName | null {
  const problem = memberProblem(group, request.memberId, request.groupInstanceId);
  if (problem !== null) return problem;
  if (request.generationId !== group.generation) return 'ILLEGAL_GENERATION';
  const typeDiffers = request.protocolType !== null && request.protocolType !== group.protocolType;
  const nameDiffers = request.protocolName !== null && request.protocolName !== group.protocol;
  if (typeDiffers || nameDiffers) return 'INCONSISTENT_GROUP_PROTOCOL';
  if (group.state === 'PreparingRebalance') return 'REBALANCE_IN_PROGRESS';
  return group.state === 'Empty' || group.state === 'Dead' ? 'UNKNOWN_MEMBER_ID' : null;
}
