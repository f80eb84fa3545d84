/** What a heartbeat and a join of the classic protocol have in common. All of it works on the draft of a group. */
import { KafkaError } from '../../../protocol/errors.js';
import type { MetadataImage } from '../../metadata/image.js';
import type { PartitionSet } from '../assignment/partition-sets.js';
import { hashOfTopics } from '../assignment/topic-hashes.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import { type Effects, timerKey } from '../effects.js';
import { type ConsumerGroup, type ConsumerMember, UNREVOKED } from './consumer-group.js';
import {
  currentAssignmentRecord,
  groupEpochRecord,
  memberRecord,
  memberTombstones,
  targetRecord,
} from './consumer-records.js';
import { consumerAssignmentIntervalMs } from './consumer-settings.js';
import { disarmMember } from './consumer-timers.js';
import { isSameStep, reconcile } from './reconcile.js';
import { assign, topicIdsOf, topicNamesOf } from './target-assignment.js';

const JOIN_EPOCH = 0;

/** @throws KafkaError GROUP_MAX_SIZE_REACHED @param memberId empty for one that has none yet */
export function checkRoom(group: ConsumerGroup, memberId: string, context: GroupCommandContext): void {
  const { consumerMaxSize } = context.settings;
  if (group.members.size < consumerMaxSize || group.members.has(memberId)) return;
  throw new KafkaError(
    'GROUP_MAX_SIZE_REACHED',
    `The consumer group has reached its maximum capacity of ${consumerMaxSize} members.`,
  );
}

/** A static member's place, and what was to be read there, goes over to a new process under a new id (KIP-345). */
export function takeStaticPlace(
  group: ConsumerGroup,
  holder: ConsumerMember,
  memberId: string,
  effects: Effects,
): ConsumerMember {
  const { groupId } = group;
  const target = group.target(holder.memberId);
  const member = { ...holder, memberId, memberEpoch: JOIN_EPOCH, previousMemberEpoch: JOIN_EPOCH };
  effects.write(...memberTombstones(groupId, holder.memberId));
  effects.write(memberRecord(groupId, member), targetRecord(groupId, memberId, target));
  effects.write(currentAssignmentRecord(groupId, member));
  disarmMember(group, holder.memberId, effects);
  group.members.delete(holder.memberId);
  group.targets.delete(holder.memberId);
  group.members.set(memberId, member);
  group.targets.set(memberId, target);
  return member;
}

/** Takes over what a member says of itself. @returns whether it names other topics now */
export function updateMember(
  group: ConsumerGroup,
  before: ConsumerMember,
  member: ConsumerMember,
  effects: Effects,
): boolean {
  const isNew = !group.members.has(member.memberId);
  group.members.set(member.memberId, member);
  if (!isNew && facts(before) === facts(member)) return false;
  effects.write(memberRecord(group.groupId, member));
  return before.subscribedTopicNames.join() !== member.subscribedTopicNames.join();
}

const facts = (member: ConsumerMember): string => {
  const { assigned: _assigned, pendingRevocation: _pending, assignmentEpochs: _epochs, ...rest } = member;
  return JSON.stringify(rest);
};

/** A new epoch of the group when a subscription or a topic changed. */
export function followTopics(
  group: ConsumerGroup,
  subscriptionChanged: boolean,
  effects: Effects,
  context: GroupCommandContext,
): void {
  const hash = hashNow(group, context);
  if (!subscriptionChanged && hash === group.metadataHash) return;
  group.groupEpoch += 1;
  group.metadataHash = hash;
  effects.write(groupEpochRecord(group.groupId, group.groupEpoch, hash));
}

function hashNow(group: ConsumerGroup, context: GroupCommandContext): bigint {
  const image = context.image as MetadataImage;
  return hashOfTopics(topicNamesOf(group, group.members.values()), image);
}

/** A new target when there is a new epoch, and the last target is old enough. Otherwise a later heartbeat brings it. */
export function assignWhenDue(group: ConsumerGroup, effects: Effects, context: GroupCommandContext): void {
  if (group.groupEpoch > group.targetEpoch && isTargetOldEnough(group, context)) assign(group, effects, context);
}

function isTargetOldEnough(group: ConsumerGroup, context: GroupCommandContext): boolean {
  const intervalMs = consumerAssignmentIntervalMs(group.groupId, context);
  return group.targetTimestampMs === 0 || intervalMs === 0 || context.nowMs >= group.targetTimestampMs + intervalMs;
}

/** Whether the next join would bring a new target. */
export const isTargetOutdated = (group: ConsumerGroup, context: GroupCommandContext): boolean =>
  isTargetOldEnough(group, context) &&
  (group.groupEpoch > group.targetEpoch || hashNow(group, context) !== group.metadataHash);

/** The member's next step towards its target. */
export function advance(
  group: ConsumerGroup,
  member: ConsumerMember,
  owned: PartitionSet | null,
  subscriptionChanged: boolean,
  effects: Effects,
  context: GroupCommandContext,
): ConsumerMember {
  const topicIds = topicIdsOf(group, member, context.image as MetadataImage);
  const after = reconcile(group, member, owned, { topicIds, hasChanged: subscriptionChanged });
  if (isSameStep(member, after)) return member;
  group.members.set(after.memberId, after);
  effects.write(currentAssignmentRecord(group.groupId, after));
  // A member of the classic protocol has to join again in time instead.
  if (after.classic !== null) return after;
  const key = timerKey('consumer-rebalance', group.groupId, member.memberId);
  if (after.state === UNREVOKED) effects.arm(key, context.nowMs + after.rebalanceTimeoutMs);
  else effects.disarm(key);
  return after;
}

export const fencedInstance = (memberId: string, instanceId: string | null, holder: ConsumerMember): KafkaError =>
  new KafkaError(
    'FENCED_INSTANCE_ID',
    `Static member ${memberId} with instance id ${instanceId} was fenced by member ${holder.memberId}.`,
  );

export const unknownMember = (memberId: string, groupId: string): KafkaError =>
  new KafkaError('UNKNOWN_MEMBER_ID', `Member ${memberId} is not a member of group ${groupId}.`);

export const unknownInstance = (instanceId: string): KafkaError =>
  new KafkaError('UNKNOWN_MEMBER_ID', `Instance id ${instanceId} is unknown.`);
