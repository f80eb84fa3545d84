import type { CallId } from '../../../base/machine.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { StreamsGroupHeartbeatRequest } from '../../../protocol/generated/streams-group-heartbeat.js';
import { groupTombstone } from '../classic/classic-group.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import type { ClientFacts } from '../client-facts.js';
import { Effects, timerKey } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { checkStreamsHeartbeat, JOIN_EPOCH, LEAVE_EPOCH } from './check-streams-heartbeat.js';
import { leaveStreamsGroup } from './leave-streams-group.js';
import { answer, type StreamsHeartbeatAnswer } from './streams-answer.js';
import { factsOf, newStreamsMember, StreamsGroup } from './streams-group.js';
import { currentMember, unknownMember, updated } from './streams-member.js';
import { streamsMemberRecord } from './streams-records.js';
import { streamsSessionTimeoutMs } from './streams-settings.js';
import { advance, followTopics, followTopology, type Heartbeat, nextTarget } from './streams-steps.js';

export function streamsGroupHeartbeat(
  machine: GroupMachine,
  call: CallId,
  request: StreamsGroupHeartbeatRequest,
  client: ClientFacts,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  try {
    checkStreamsHeartbeat(request);
    const answered =
      request.memberEpoch === LEAVE_EPOCH
        ? leave(machine, request, effects)
        : stay(machine, request, client, effects, context);
    return effects.reply(call, answered);
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    // Of what is no fault of the request nothing more is told.
    const errorMessage = error.error === 'UNKNOWN_SERVER_ERROR' ? null : error.message;
    const refused = new Effects().reply(call, { response: { errorCode: error.code, errorMessage }, missingTopics: [] });
    // The time in which members gather has begun even so.
    const delay = timerKey('streams-delay', request.groupId);
    refused.timers.push(...effects.timers.filter(({ key }) => key === delay));
    return refused;
  }
}

function leave(
  machine: GroupMachine,
  { groupId, memberId, memberEpoch, shutdownApplication }: StreamsGroupHeartbeatRequest,
  effects: Effects,
): StreamsHeartbeatAnswer {
  const group = machine.streamsGroup(groupId);
  if (group === null) throw notFound(machine, groupId, `Group ${groupId} not found.`);
  if (shutdownApplication) group.soft.shutdownMemberId ??= memberId;
  if (!group.members.has(memberId)) throw unknownMember(memberId, groupId);
  leaveStreamsGroup(group, memberId, effects);
  return { response: { memberId, memberEpoch }, missingTopics: [] };
}

function notFound(machine: GroupMachine, groupId: string, text: string): KafkaError {
  const isThere = machine.group(groupId) !== null;
  return new KafkaError('GROUP_ID_NOT_FOUND', isThere ? `Group ${groupId} is not a streams group.` : text);
}

function stay(
  machine: GroupMachine,
  request: StreamsGroupHeartbeatRequest,
  client: ClientFacts,
  effects: Effects,
  context: GroupCommandContext,
): StreamsHeartbeatAnswer {
  const { groupId, memberId } = request;
  const joins = request.memberEpoch === JOIN_EPOCH;
  const group = joins ? groupToJoin(machine, groupId, effects) : machine.streamsGroup(groupId);
  if (group === null) throw notFound(machine, groupId, `Streams group ${groupId} not found.`);
  if (joins) checkRoom(group, context);
  const before = joins ? (group.members.get(memberId) ?? newStreamsMember(memberId)) : currentMember(group, request);
  const heartbeat: Heartbeat = { machine, request, group, effects, context, statuses: [] };
  const member = updated(before, request, client);
  const isChanged = JSON.stringify(factsOf(before)) !== JSON.stringify(factsOf(member));
  if (isChanged) effects.write(streamsMemberRecord(groupId, member));
  const topology = followTopology(heartbeat, member);
  const { configured, groupEpoch } = followTopics(heartbeat, topology, isChanged);
  const target = nextTarget(heartbeat, member, configured, groupEpoch);
  const after = advance(heartbeat, member, target);
  const sessionMs = streamsSessionTimeoutMs(groupId, context);
  effects.arm(timerKey('streams-session', groupId, memberId), context.nowMs + sessionMs);
  if (request.shutdownApplication) group.soft.shutdownMemberId ??= memberId;
  return answer(heartbeat, before, after, configured);
}

/** A new one is not there yet: its records bring it. An empty classic group becomes a streams group. */
function groupToJoin(machine: GroupMachine, groupId: string, effects: Effects): StreamsGroup {
  const group = machine.group(groupId);
  if (group === null) return new StreamsGroup(groupId);
  if (group.type === 'streams') return group;
  if (group.type !== 'classic' || group.state !== 'Empty') throw notFound(machine, groupId, '');
  for (const memberId of group.pendingMembers) effects.disarm(timerKey('pending', groupId, memberId));
  effects.write(groupTombstone(groupId));
  return new StreamsGroup(groupId);
}

/** Even for a member that is in it already: so it is in Apache Kafka 4.3.1. */
function checkRoom(group: StreamsGroup, { settings: { streamsMaxSize } }: GroupCommandContext): void {
  if (group.members.size < streamsMaxSize) return;
  throw new KafkaError(
    'GROUP_MAX_SIZE_REACHED',
    `The streams group has reached its maximum capacity of ${streamsMaxSize} members.`,
  );
}
