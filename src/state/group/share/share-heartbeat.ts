import type { CallId } from '../../../base/machine.js';
import type { Init } from '../../../protocol/codec-runtime.js';
import { KafkaError } from '../../../protocol/errors.js';
import type {
  ShareGroupHeartbeatRequest,
  ShareGroupHeartbeatResponse,
} from '../../../protocol/generated/share-group-heartbeat.js';
import type { MetadataImage } from '../../metadata/image.js';
import { toList } from '../assignment/partition-sets.js';
import { hashOfTopics } from '../assignment/topic-hashes.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import type { ClientFacts } from '../client-facts.js';
import { Effects, timerKey } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { newShareMember, ShareGroup, type ShareMember, STABLE } from './share-group.js';
import { beginWithNewPartitions, hasUnassigned, type ShareInitialization } from './share-initialization.js';
import { isEqual, onlyTopics } from './share-partitions.js';
import { currentAssignmentRecord, groupEpochRecord, memberRecord, memberTombstones } from './share-records.js';
import { shareHeartbeatIntervalMs, shareSessionTimeoutMs } from './share-settings.js';
import { assignWhenDue, topicIdsOf } from './share-target.js';

const JOIN_EPOCH = 0;
const LEAVE_EPOCH = -1;

export interface ShareHeartbeatAnswer {
  readonly response: Init<ShareGroupHeartbeatResponse>;
  /** What is to be done once the member has its answer. */
  readonly initialization: ShareInitialization | null;
}

/** The reply is a {@link ShareHeartbeatAnswer}. */
export function shareGroupHeartbeat(
  machine: GroupMachine,
  call: CallId,
  request: ShareGroupHeartbeatRequest,
  client: ClientFacts,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  try {
    checkRequest(request);
    const answer =
      request.memberEpoch === LEAVE_EPOCH
        ? leave(machine, request, effects, context)
        : stay(machine, request, client, effects, context);
    return effects.reply(call, answer);
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    const response = { errorCode: error.code, errorMessage: error.message };
    return new Effects().reply(call, { response, initialization: null });
  }
}

function checkRequest({ memberId, groupId, rackId, memberEpoch, subscribedTopicNames }: ShareGroupHeartbeatRequest) {
  const refuse = (text: string): never => {
    throw new KafkaError('INVALID_REQUEST', text);
  };
  if (memberId.trim() === '') refuse("MemberId can't be empty.");
  if (groupId.trim() === '') refuse("GroupId can't be empty.");
  if (rackId !== null && rackId.trim() === '') refuse("RackId can't be empty.");
  if (memberEpoch === JOIN_EPOCH && (subscribedTopicNames ?? []).length === 0) {
    refuse('SubscribedTopicNames must be set in first request.');
  }
  if (memberEpoch < LEAVE_EPOCH) refuse('MemberEpoch is invalid.');
}

function leave(
  machine: GroupMachine,
  request: ShareGroupHeartbeatRequest,
  effects: Effects,
  context: GroupCommandContext,
): ShareHeartbeatAnswer {
  const { groupId, memberId, memberEpoch } = request;
  const group = machine.shareGroup(groupId);
  if (group === null) throw notFound(machine, groupId, `Group ${groupId} not found.`);
  if (!group.members.has(memberId)) throw unknownMember(memberId, groupId);
  leaveShareGroup(group, memberId, effects, context);
  return { response: { memberId, memberEpoch }, initialization: null };
}

/** A member is gone for good; the group is assigned anew with the next heartbeat of another one. */
export function leaveShareGroup(
  group: ShareGroup,
  memberId: string,
  effects: Effects,
  context: GroupCommandContext,
): void {
  const { groupId } = group;
  const staying = group.draft();
  staying.members.delete(memberId);
  const hash = hashOfTopics(staying.subscribedTopics(), context.image as MetadataImage);
  effects.write(...memberTombstones(groupId, memberId), groupEpochRecord(groupId, group.groupEpoch + 1, hash));
  effects.disarm(timerKey('share-session', groupId, memberId));
}

const notFound = (machine: GroupMachine, groupId: string, text: string): KafkaError =>
  new KafkaError(
    'GROUP_ID_NOT_FOUND',
    machine.group(groupId) === null ? text : `Group ${groupId} is not a share group.`,
  );

const unknownMember = (memberId: string, groupId: string): KafkaError =>
  new KafkaError('UNKNOWN_MEMBER_ID', `Member ${memberId} is not a member of group ${groupId}.`);

function stay(
  machine: GroupMachine,
  request: ShareGroupHeartbeatRequest,
  client: ClientFacts,
  effects: Effects,
  context: GroupCommandContext,
): ShareHeartbeatAnswer {
  const { groupId, memberId, memberEpoch } = request;
  const joins = memberEpoch === JOIN_EPOCH;
  const existing = machine.shareGroup(groupId);
  if (existing === null && (!joins || machine.group(groupId) !== null)) {
    throw notFound(machine, groupId, `Share group ${groupId} not found.`);
  }
  const group = existing?.draft() ?? new ShareGroup(groupId);
  checkRoom(group, memberId, context);
  const before = currentMember(group, request);
  const isPending = group.targetEpoch >= group.groupEpoch && hasUnassigned(group);
  const member = updated(before, request, client);
  const isChanged = updateMember(group, before, member, effects);
  const isNewEpoch = followTopics(group, isChanged || isPending, effects, context);
  assignWhenDue(group, effects, context);
  const after = advance(group, member, isNewEpoch, effects, context);
  effects.arm(timerKey('share-session', groupId, memberId), context.nowMs + shareSessionTimeoutMs(groupId, context));
  const isNews = joins || request.subscribedTopicNames !== null || !isEqual(before.assigned, after.assigned);
  const response = {
    memberId,
    memberEpoch: after.memberEpoch,
    heartbeatIntervalMs: shareHeartbeatIntervalMs(groupId, context),
    assignment: isNews ? { topicPartitions: toList(after.assigned) } : null,
  };
  return { response, initialization: beginWithNewPartitions(machine, group, effects, context) };
}

function checkRoom(group: ShareGroup, memberId: string, context: GroupCommandContext): void {
  const { shareMaxSize } = context.settings;
  if (group.members.size < shareMaxSize || group.members.has(memberId)) return;
  throw new KafkaError(
    'GROUP_MAX_SIZE_REACHED',
    `The share group has reached its maximum capacity of ${shareMaxSize} members.`,
  );
}

function currentMember(group: ShareGroup, { memberId, memberEpoch }: ShareGroupHeartbeatRequest): ShareMember {
  const member = group.members.get(memberId);
  if (memberEpoch === JOIN_EPOCH) return member ?? newShareMember(memberId);
  if (member === undefined) throw unknownMember(memberId, group.groupId);
  const refuse = (text: string): never => {
    throw new KafkaError('FENCED_MEMBER_EPOCH', text);
  };
  if (memberEpoch > member.memberEpoch) {
    refuse(
      `The share group member has a greater member epoch (${memberEpoch}) than the one known by the group coordinator (${member.memberEpoch}). The member must abandon all its partitions and rejoin.`,
    );
  }
  // The answer to its last heartbeat may have been lost: it is where it was before.
  if (memberEpoch < member.memberEpoch && memberEpoch !== member.previousMemberEpoch) {
    refuse(
      `The share group member has a smaller member epoch (${memberEpoch}) than the one known by the group coordinator (${member.memberEpoch}), and it does not match the previous member epoch (${member.previousMemberEpoch}). The member must abandon all its partitions and rejoin.`,
    );
  }
  return member;
}

const updated = (member: ShareMember, request: ShareGroupHeartbeatRequest, client: ClientFacts): ShareMember => ({
  ...member,
  rackId: request.rackId ?? member.rackId,
  clientId: client.clientId,
  clientHost: client.clientHost,
  subscribedTopicNames:
    request.subscribedTopicNames === null
      ? member.subscribedTopicNames
      : [...new Set(request.subscribedTopicNames)].sort(),
});

/** Takes over what a member says of itself. @returns whether it reads other topics now */
function updateMember(group: ShareGroup, before: ShareMember, member: ShareMember, effects: Effects): boolean {
  group.members.set(member.memberId, member);
  const isRenamed = before.subscribedTopicNames.join() !== member.subscribedTopicNames.join();
  const isSame =
    !isRenamed &&
    before.rackId === member.rackId &&
    before.clientId === member.clientId &&
    before.clientHost === member.clientHost;
  if (!isSame) effects.write(memberRecord(group.groupId, member));
  return isRenamed;
}

/** A new epoch of the group when a subscription, a topic or what may be assigned changed. @returns whether it did */
function followTopics(group: ShareGroup, hasChanged: boolean, effects: Effects, context: GroupCommandContext): boolean {
  const hash = hashOfTopics(group.subscribedTopics(), context.image as MetadataImage);
  if (!hasChanged && hash === group.metadataHash) return false;
  group.groupEpoch += 1;
  group.metadataHash = hash;
  effects.write(groupEpochRecord(group.groupId, group.groupEpoch, hash));
  return true;
}

/** A member goes to its target at once: nobody has to give anything back first. */
function advance(
  group: ShareGroup,
  member: ShareMember,
  isNewEpoch: boolean,
  effects: Effects,
  context: GroupCommandContext,
): ShareMember {
  const isBehind = member.memberEpoch !== group.targetEpoch;
  if (!isBehind && !isNewEpoch && member.state === STABLE) return member;
  const topicIds = topicIdsOf(member, context.image as MetadataImage);
  const assigned = onlyTopics(group.target(member.memberId), topicIds);
  const after = isBehind
    ? { ...member, state: STABLE, assigned, memberEpoch: group.targetEpoch, previousMemberEpoch: member.memberEpoch }
    : isNewEpoch
      ? { ...member, assigned }
      : member;
  if (!isBehind && isEqual(member.assigned, after.assigned)) return member;
  group.members.set(after.memberId, after);
  effects.write(currentAssignmentRecord(group.groupId, after));
  return after;
}
