import type { CallId } from '../../../base/machine.js';
import { type ErrorName, errorCode, KafkaError } from '../../../protocol/errors.js';
import type { HeartbeatRequest } from '../../../protocol/generated/heartbeat.js';
import { Effects } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { beatInConsumerGroup } from '../mixed/classic-member-of-consumer-group.js';
import type { ClassicMember } from './classic-member.js';
import { memberProblem } from './join-group.js';
import { armSession, type GroupCommandContext } from './rebalance.js';

export function heartbeat(
  machine: GroupMachine,
  call: CallId,
  request: HeartbeatRequest,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  const answer = (error: ErrorName) => effects.reply(call, { errorCode: errorCode(error) });
  const consumerGroup = machine.consumerGroup(request.groupId);
  if (consumerGroup !== null) {
    try {
      const isToJoin = beatInConsumerGroup(consumerGroup, request, effects, context);
      return answer(isToJoin ? 'REBALANCE_IN_PROGRESS' : 'NONE');
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      return answer(error.error);
    }
  }
  const group = machine.classicGroup(request.groupId);
  if (group === null) return answer('UNKNOWN_MEMBER_ID');
  const problem = memberProblem(group, request.memberId, request.groupInstanceId);
  if (problem !== null) return answer(problem);
  if (request.generationId !== group.generation) return answer('ILLEGAL_GENERATION');
  if (group.state === 'Empty' || group.state === 'Dead') return answer('UNKNOWN_MEMBER_ID');
  armSession(group, group.members.get(request.memberId) as ClassicMember, effects, context);
  return answer(group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE');
}
