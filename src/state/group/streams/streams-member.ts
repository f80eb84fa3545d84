/** What a member's heartbeat says of it. */
import { KafkaError } from '../../../protocol/errors.js';
import type { StreamsGroupHeartbeatRequest } from '../../../protocol/generated/streams-group-heartbeat.js';
import type { ClientFacts } from '../client-facts.js';
import { isWithin } from './reconcile-tasks.js';
import type { StreamsGroup, StreamsMember } from './streams-group.js';
import { type Tasks, tasksFrom } from './tasks.js';

export const unknownMember = (memberId: string, groupId: string): KafkaError =>
  new KafkaError('UNKNOWN_MEMBER_ID', `Member ${memberId} is not a member of group ${groupId}.`);

/** @throws KafkaError when it is not there, or is behind or ahead */
export function currentMember(group: StreamsGroup, request: StreamsGroupHeartbeatRequest): StreamsMember {
  const { memberEpoch, memberId } = request;
  const member = group.members.get(memberId);
  if (member === undefined) throw unknownMember(memberId, group.groupId);
  if (memberEpoch === member.memberEpoch) return member;
  // The answer to its last heartbeat may have been lost: it is where it was before.
  const owned = ownedTasks(request);
  const isBehind =
    memberEpoch === member.previousMemberEpoch &&
    owned !== null &&
    isWithin(owned.active, member.assigned.active) &&
    isWithin(owned.standby, member.assigned.standby) &&
    isWithin(owned.warmup, member.assigned.warmup);
  if (isBehind) return member;
  const how = memberEpoch > member.memberEpoch ? 'greater' : 'smaller';
  throw new KafkaError(
    'FENCED_MEMBER_EPOCH',
    `The streams group member has a ${how} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.memberEpoch}). The member must abandon all its partitions and rejoin.`,
  );
}

/** What the member says it has; null when it says nothing. */
export function ownedTasks({ activeTasks, standbyTasks, warmupTasks }: StreamsGroupHeartbeatRequest): Tasks | null {
  if (activeTasks === null || standbyTasks === null || warmupTasks === null) return null;
  return tasksFrom({ activeTasks, standbyTasks, warmupTasks });
}

export function updated(
  member: StreamsMember,
  request: StreamsGroupHeartbeatRequest,
  client: ClientFacts,
): StreamsMember {
  const { rackId, rebalanceTimeoutMs, topology, processId, userEndpoint, clientTags } = request;
  return {
    ...member,
    rackId: rackId ?? member.rackId,
    clientId: client.clientId,
    clientHost: client.clientHost,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : rebalanceTimeoutMs,
    topologyEpoch: topology?.epoch ?? member.topologyEpoch,
    processId: processId ?? member.processId,
    userEndpoint: userEndpoint === null ? member.userEndpoint : { host: userEndpoint.host, port: userEndpoint.port },
    clientTags: clientTags === null ? member.clientTags : sortedTags(clientTags),
  };
}

function sortedTags(tags: NonNullable<StreamsGroupHeartbeatRequest['clientTags']>): StreamsMember['clientTags'] {
  const byKey = new Map(tags.map(({ key, value }) => [key, value]));
  if (byKey.size < tags.length) throw new KafkaError('UNKNOWN_SERVER_ERROR');
  return [...byKey].map(([key, value]) => ({ key, value })).sort((a, b) => (a.key < b.key ? -1 : 1));
}
