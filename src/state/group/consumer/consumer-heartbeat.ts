import type { CallId } from '../../../base/machine.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { ConsumerGroupHeartbeatRequest } from '../../../protocol/generated/consumer-group-heartbeat.js';
import { epochsOf, NO_EPOCHS } from '../assignment/assignment-epochs.js';
import { fromList, has, isSame, NO_PARTITIONS, type PartitionSet, toList } from '../assignment/partition-sets.js';
import { groupTombstone } from '../classic/classic-group.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import type { ClientFacts } from '../client-facts.js';
import { Effects, timerKey } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { upgrade } from '../mixed/upgrade-group.js';
import { ASSIGNORS } from './assignors.js';
import { ConsumerGroup, type ConsumerMember, newConsumerMember, STATIC_LEFT_EPOCH } from './consumer-group.js';
import { currentAssignmentRecord } from './consumer-records.js';
import { consumerHeartbeatIntervalMs } from './consumer-settings.js';
import {
  advance,
  assignWhenDue,
  checkRoom,
  fencedInstance,
  followTopics,
  takeStaticPlace,
  unknownInstance,
  unknownMember,
  updateMember,
} from './consumer-steps.js';
import { armConsumerSession } from './consumer-timers.js';
import { leaveConsumerGroup } from './leave-consumer-group.js';
import { leavesPartitionsOut } from './target-assignment.js';
import { patternProblem } from './topic-pattern.js';
import { followPatterns } from './topic-patterns.js';

const JOIN_EPOCH = 0;
const LEAVE_EPOCH = -1;
/** From here on members choose their own id. */
const FIRST_VERSION_WITH_OWN_ID = 1;

/** @throws KafkaError with the message for the client */
export function consumerGroupHeartbeat(
  machine: GroupMachine,
  call: CallId,
  request: ConsumerGroupHeartbeatRequest,
  client: ClientFacts,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  try {
    checkRequest(request, client.version);
    const response =
      request.memberEpoch === LEAVE_EPOCH || request.memberEpoch === STATIC_LEFT_EPOCH
        ? leave(machine, request, effects, context)
        : stay(machine, request, client, effects, context);
    return effects.reply(call, response);
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    return new Effects().reply(call, { errorCode: error.code, errorMessage: error.message });
  }
}

function checkRequest(request: ConsumerGroupHeartbeatRequest, version: number): void {
  const refuse = (text: string): never => {
    throw new KafkaError('INVALID_REQUEST', text);
  };
  if (request.memberId === '' && (request.memberEpoch !== JOIN_EPOCH || version >= FIRST_VERSION_WITH_OWN_ID)) {
    refuse("MemberId can't be empty.");
  }
  if (request.groupId === '') refuse("GroupId can't be empty.");
  if (request.instanceId === '') refuse("InstanceId can't be empty.");
  if (request.rackId === '') refuse("RackId can't be empty.");
  if (request.memberEpoch === STATIC_LEFT_EPOCH && request.instanceId === null) refuse("InstanceId can't be null.");
  if (request.memberEpoch < STATIC_LEFT_EPOCH) refuse('MemberEpoch is invalid.');
  if (request.memberEpoch === JOIN_EPOCH) {
    if (request.rebalanceTimeoutMs === -1) refuse('RebalanceTimeoutMs must be provided in first request.');
    if (request.topicPartitions === null || request.topicPartitions.length > 0) {
      refuse('TopicPartitions must be empty when (re-)joining.');
    }
    if (request.subscribedTopicNames === null && request.subscribedTopicRegex === null) {
      refuse('Either SubscribedTopicNames or SubscribedTopicRegex must be non-null when (re-)joining.');
    }
  }
  const { serverAssignor, subscribedTopicRegex } = request;
  if (serverAssignor !== null && !ASSIGNORS.has(serverAssignor)) {
    const supported = [...ASSIGNORS.keys()].join(', ');
    throw new KafkaError(
      'UNSUPPORTED_ASSIGNOR',
      `ServerAssignor ${serverAssignor} is not supported. Supported assignors: ${supported}.`,
    );
  }
  const problem = subscribedTopicRegex === null ? null : patternProblem(subscribedTopicRegex);
  if (problem !== null) {
    throw new KafkaError(
      'INVALID_REGULAR_EXPRESSION',
      `SubscribedTopicRegex \`${subscribedTopicRegex}\` is not a valid regular expression: ${problem}.`,
    );
  }
}

function leave(
  machine: GroupMachine,
  request: ConsumerGroupHeartbeatRequest,
  effects: Effects,
  context: GroupCommandContext,
) {
  const { groupId, memberId, memberEpoch, instanceId } = request;
  const group = machine.consumerGroup(groupId);
  if (group === null) throw notFound(machine, groupId, `Group ${groupId} not found.`);
  const member = memberOf(group, memberId, instanceId);
  if (memberEpoch !== STATIC_LEFT_EPOCH) {
    leaveConsumerGroup(machine, group, new Set([member.memberId]), effects, context);
    return { memberId, memberEpoch };
  }
  // Nothing is left to be given back, and whoever takes the place may commit for all of it.
  const away = { ...member, memberEpoch, pendingRevocation: NO_PARTITIONS };
  const assignmentEpochs = epochsOf([away.assigned], NO_EPOCHS, JOIN_EPOCH);
  effects.write(currentAssignmentRecord(groupId, { ...away, assignmentEpochs }));
  return { memberId, memberEpoch };
}

function notFound(machine: GroupMachine, groupId: string, text: string): KafkaError {
  const isThere = machine.group(groupId) !== null;
  return new KafkaError('GROUP_ID_NOT_FOUND', isThere ? `Group ${groupId} is not a consumer group.` : text);
}

function stay(
  machine: GroupMachine,
  request: ConsumerGroupHeartbeatRequest,
  client: ClientFacts,
  effects: Effects,
  context: GroupCommandContext,
) {
  const { groupId } = request;
  const joins = request.memberEpoch === JOIN_EPOCH;
  const found = joins ? groupToJoin(machine, groupId, effects, context) : machine.consumerGroup(groupId);
  if (found === null) throw notFound(machine, groupId, `Consumer group ${groupId} not found.`);
  const group = found.draft();
  checkRoom(group, request.memberId, context);
  const owned = request.topicPartitions === null ? null : fromList(request.topicPartitions);
  const before = joins ? joiningMember(group, request, effects, context) : currentMember(group, request, owned);
  const member = updated(before, request, client);
  const namesChanged = updateMember(group, before, member, effects);
  const pattern = followPatterns(group, before, member, effects, context);
  const changed = namesChanged || pattern.isResolved;
  // What a classic group had shared out may be older than its topics, and a static member changes nothing else. (Kafka
  // leaves such partitions to nobody.)
  const isUpgraded = found !== machine.group(groupId);
  followTopics(group, changed || (isUpgraded && leavesPartitionsOut(group, context)), effects, context);
  assignWhenDue(group, effects, context);
  const after = advance(group, member, owned, namesChanged || pattern.isUpdated, effects, context);
  armConsumerSession(group, after, effects, context);
  const isNews = joins || isFull(request) || !isSame(before.assigned, after.assigned);
  return {
    memberId: after.memberId,
    memberEpoch: after.memberEpoch,
    heartbeatIntervalMs: consumerHeartbeatIntervalMs(groupId, context),
    assignment: isNews ? { topicPartitions: toList(after.assigned) } : null,
  };
}

/** A member that says all that there is to say wants to hear the same. */
const isFull = (request: ConsumerGroupHeartbeatRequest): boolean =>
  request.rebalanceTimeoutMs !== -1 &&
  (request.subscribedTopicNames !== null || request.subscribedTopicRegex !== null) &&
  request.topicPartitions !== null;

/** A new one is not there yet: its records bring it. A classic group becomes a consumer group (KIP-848). */
function groupToJoin(
  machine: GroupMachine,
  groupId: string,
  effects: Effects,
  context: GroupCommandContext,
): ConsumerGroup {
  const group = machine.group(groupId);
  if (group === null) return new ConsumerGroup(groupId);
  if (group.type === 'consumer') return group;
  if (group.type === 'share' || group.type === 'streams') throw notFound(machine, groupId, '');
  if (group.state !== 'Empty') return upgrade(group, effects, context);
  for (const memberId of group.pendingMembers) effects.disarm(timerKey('pending', groupId, memberId));
  effects.write(groupTombstone(groupId));
  return new ConsumerGroup(groupId);
}

function joiningMember(
  group: ConsumerGroup,
  request: ConsumerGroupHeartbeatRequest,
  effects: Effects,
  context: GroupCommandContext,
): ConsumerMember {
  const { instanceId } = request;
  const memberId = request.memberId === '' ? context.newId() : request.memberId;
  const holder = instanceId === null ? group.members.get(memberId) : group.staticMember(instanceId);
  if (instanceId === null || holder === undefined) return holder ?? newConsumerMember(memberId);
  // One of the classic protocol gives way, as it would in a classic group.
  if (holder.memberEpoch !== STATIC_LEFT_EPOCH && holder.classic === null) {
    throw new KafkaError(
      'UNRELEASED_INSTANCE_ID',
      `Static member ${memberId} with instance id ${instanceId} cannot join the group because the instance id is owned by ${holder.memberId} member.`,
    );
  }
  return takeStaticPlace(group, holder, memberId, effects);
}

/** @throws KafkaError when it is not there, or is another one */
function memberOf(group: ConsumerGroup, memberId: string, instanceId: string | null): ConsumerMember {
  const member = instanceId === null ? group.members.get(memberId) : group.staticMember(instanceId);
  if (member === undefined)
    throw instanceId === null ? unknownMember(memberId, group.groupId) : unknownInstance(instanceId);
  if (member.memberId !== memberId) throw fencedInstance(memberId, instanceId, member);
  return member;
}

function currentMember(
  group: ConsumerGroup,
  request: ConsumerGroupHeartbeatRequest,
  owned: PartitionSet | null,
): ConsumerMember {
  const { memberEpoch } = request;
  const member = memberOf(group, request.memberId, request.instanceId);
  if (memberEpoch === member.memberEpoch) return member;
  // The answer to its last heartbeat may have been lost: it is where it was before.
  const isBehind = memberEpoch === member.previousMemberEpoch && owned !== null && isSubset(owned, member.assigned);
  if (isBehind) return member;
  throw new KafkaError(
    'FENCED_MEMBER_EPOCH',
    memberEpoch > member.memberEpoch
      ? `The consumer group member has a greater member epoch (${memberEpoch}) than the one known by the group coordinator (${member.memberEpoch}). The member must abandon all its partitions and rejoin.`
      : `The consumer group member has a smaller member epoch (${memberEpoch}) than the one known by the group coordinator (${member.memberEpoch}). The member must abandon all its partitions and rejoin.`,
  );
}

const isSubset = (part: PartitionSet, whole: PartitionSet): boolean =>
  [...part].every(([topicId, partitions]) => partitions.every((partition) => has(whole, topicId, partition)));

function updated(member: ConsumerMember, request: ConsumerGroupHeartbeatRequest, client: ClientFacts): ConsumerMember {
  return {
    ...member,
    instanceId: request.instanceId ?? member.instanceId,
    rackId: request.rackId ?? member.rackId,
    clientId: client.clientId,
    clientHost: client.clientHost,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : request.rebalanceTimeoutMs,
    serverAssignor: request.serverAssignor ?? member.serverAssignor,
    subscribedTopicNames:
      request.subscribedTopicNames === null ? member.subscribedTopicNames : [...request.subscribedTopicNames].sort(),
    subscribedTopicRegex: request.subscribedTopicRegex ?? member.subscribedTopicRegex,
    classic: null,
  };
}
