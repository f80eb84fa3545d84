import type { CallId } from '../../base/machine.js';
import { KafkaError } from '../../protocol/errors.js';
import type { ConsumerGroupHeartbeatRequest } from '../../protocol/generated/consumer-group-heartbeat.js';
import type { MetadataImage } from '../metadata/image.js';
import { ASSIGNORS } from './assignors.js';
import {
  type ConsumerGroup,
  type ConsumerMember,
  newConsumerMember,
  STATIC_LEFT_EPOCH,
  UNREVOKED,
} from './consumer-group.js';
import { assign, hashOfTopics, leaveConsumerGroup } from './consumer-membership.js';
import {
  currentAssignmentRecord,
  groupEpochRecord,
  memberRecord,
  memberTombstones,
  targetRecord,
} from './consumer-records.js';
import { Effects, timerKey } from './effects.js';
import type { GroupMachine } from './group-machine.js';
import type { ClientFacts } from './join-group.js';
import { fromList, has, isSame, type PartitionSet, toList } from './partition-sets.js';
import type { GroupCommandContext } from './rebalance.js';
import { isSameStep, reconcile } from './reconcile.js';
import { patternProblem } from './topic-pattern.js';

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
        ? leave(machine, request, effects)
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

function leave(machine: GroupMachine, request: ConsumerGroupHeartbeatRequest, effects: Effects) {
  const { groupId, memberId, memberEpoch, instanceId } = request;
  const group = machine.consumerGroup(groupId);
  if (group === null) throw new KafkaError('GROUP_ID_NOT_FOUND', `Group ${groupId} not found.`);
  const member = instanceId === null ? group.members.get(memberId) : group.staticMember(instanceId);
  if (member === undefined) throw unknownMember(memberId, groupId);
  if (member.memberId !== memberId) throw fencedInstance(memberId, instanceId, member);
  if (memberEpoch === STATIC_LEFT_EPOCH) {
    effects.write(
      currentAssignmentRecord(groupId, {
        ...member,
        memberEpoch: STATIC_LEFT_EPOCH,
        previousMemberEpoch: member.memberEpoch,
      }),
    );
  } else leaveConsumerGroup(group, member, effects);
  return { memberId, memberEpoch };
}

function stay(
  machine: GroupMachine,
  request: ConsumerGroupHeartbeatRequest,
  client: ClientFacts,
  effects: Effects,
  context: GroupCommandContext,
) {
  const joins = request.memberEpoch === JOIN_EPOCH;
  const found = machine.consumerGroupToJoin(request.groupId, effects, joins);
  if (typeof found === 'string') {
    const isThere = machine.group(request.groupId) !== null;
    const message = isThere
      ? `Group ${request.groupId} is not a consumer group.`
      : `Consumer group ${request.groupId} not found.`;
    throw new KafkaError(found, message);
  }
  const group = found.draft();
  const owned = request.topicPartitions === null ? null : fromList(request.topicPartitions);
  const before = joins ? joiningMember(group, request, effects, context) : currentMember(group, request, owned);
  const member = updated(before, request, client);
  const isNew = !group.members.has(member.memberId);
  if (isNew && group.members.size >= context.settings.consumerMaxSize) {
    throw new KafkaError(
      'GROUP_MAX_SIZE_REACHED',
      `The consumer group has reached its maximum capacity of ${context.settings.consumerMaxSize} members.`,
    );
  }
  group.members.set(member.memberId, member);
  const changed = isNew || metadataDiffers(before, member);
  if (changed) effects.write(memberRecord(group.groupId, member));
  followTopics(group, changed && subscriptionDiffers(before, member, isNew), effects, context);
  const after = advance(group, member, owned, effects, context);
  effects.arm(
    timerKey('consumer-session', group.groupId, member.memberId),
    context.nowMs + context.settings.consumerSessionTimeoutMs,
  );
  const tellsAll = joins || request.subscribedTopicNames !== null || request.subscribedTopicRegex !== null;
  const news = tellsAll || !isSame(before.assigned, after.assigned);
  return {
    memberId: after.memberId,
    memberEpoch: after.memberEpoch,
    heartbeatIntervalMs: context.settings.consumerHeartbeatIntervalMs,
    assignment: news ? { topicPartitions: toList(after.assigned) } : null,
  };
}

/** A new epoch of the group, and a new assignment, when a subscription or a topic changed. */
function followTopics(
  group: ConsumerGroup,
  subscriptionChanged: boolean,
  effects: Effects,
  context: GroupCommandContext,
): void {
  const hash = hashOfTopics(group.members.values(), context.image as MetadataImage);
  if (subscriptionChanged || hash !== group.metadataHash) {
    group.groupEpoch += 1;
    group.metadataHash = hash;
    effects.write(groupEpochRecord(group.groupId, group.groupEpoch, hash));
  }
  if (group.groupEpoch > group.targetEpoch) assign(group, effects, context);
}

function advance(
  group: ConsumerGroup,
  member: ConsumerMember,
  owned: PartitionSet | null,
  effects: Effects,
  context: GroupCommandContext,
): ConsumerMember {
  const after = reconcile(group, member, owned);
  if (isSameStep(member, after)) return member;
  group.members.set(after.memberId, after);
  effects.write(currentAssignmentRecord(group.groupId, after));
  const key = timerKey('consumer-rebalance', group.groupId, member.memberId);
  if (after.state === UNREVOKED) effects.arm(key, context.nowMs + after.rebalanceTimeoutMs);
  else effects.disarm(key);
  return after;
}

function joiningMember(
  group: ConsumerGroup,
  request: ConsumerGroupHeartbeatRequest,
  effects: Effects,
  context: GroupCommandContext,
): ConsumerMember {
  const memberId = request.memberId === '' ? context.newId() : request.memberId;
  const known = group.members.get(memberId);
  if (request.instanceId === null) return known ?? newConsumerMember(memberId);
  const holder = group.staticMember(request.instanceId);
  if (holder === undefined || holder.memberId === memberId) return holder ?? newConsumerMember(memberId);
  if (holder.memberEpoch !== STATIC_LEFT_EPOCH) {
    throw new KafkaError(
      'UNRELEASED_INSTANCE_ID',
      `Static member ${memberId} with instance id ${request.instanceId} cannot join the group because the instance id is owned by ${holder.memberId} member.`,
    );
  }
  // The place, and what was to be read there, goes over to the new process.
  const target = group.target(holder.memberId);
  const member = { ...holder, memberId, memberEpoch: JOIN_EPOCH, previousMemberEpoch: JOIN_EPOCH };
  effects.write(...memberTombstones(group.groupId, holder.memberId));
  effects.write(memberRecord(group.groupId, member), targetRecord(group.groupId, memberId, target));
  group.members.delete(holder.memberId);
  group.targets.delete(holder.memberId);
  group.members.set(memberId, member);
  group.targets.set(memberId, target);
  return member;
}

function currentMember(
  group: ConsumerGroup,
  request: ConsumerGroupHeartbeatRequest,
  owned: PartitionSet | null,
): ConsumerMember {
  const { memberId, memberEpoch, instanceId, groupId } = request;
  const member = instanceId === null ? group.members.get(memberId) : group.staticMember(instanceId);
  if (member === undefined) {
    throw instanceId === null
      ? unknownMember(memberId, groupId)
      : new KafkaError('UNKNOWN_MEMBER_ID', `Instance id ${instanceId} is unknown.`);
  }
  if (member.memberId !== memberId) throw fencedInstance(memberId, instanceId, member);
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
  };
}

function metadataDiffers(before: ConsumerMember, after: ConsumerMember): boolean {
  const facts = ({ assigned: _assigned, pendingRevocation: _pending, ...rest }: ConsumerMember) => JSON.stringify(rest);
  return facts(before) !== facts(after);
}

const subscriptionDiffers = (before: ConsumerMember, after: ConsumerMember, isNew: boolean): boolean =>
  isNew ||
  before.subscribedTopicRegex !== after.subscribedTopicRegex ||
  before.serverAssignor !== after.serverAssignor ||
  before.subscribedTopicNames.join() !== after.subscribedTopicNames.join();

const fencedInstance = (memberId: string, instanceId: string | null, holder: ConsumerMember): KafkaError =>
  new KafkaError(
    'FENCED_INSTANCE_ID',
    `Static member ${memberId} with instance id ${instanceId} was fenced by member ${holder.memberId}.`,
  );

const unknownMember = (memberId: string, groupId: string): KafkaError =>
  new KafkaError('UNKNOWN_MEMBER_ID', `Member ${memberId} is not a member of group ${groupId}.`);
