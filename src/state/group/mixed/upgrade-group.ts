import { MalformedBytesError } from '../../../base/malformed-bytes-error.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { MetadataImage } from '../../metadata/image.js';
import { epochsOf, NO_EPOCHS } from '../assignment/assignment-epochs.js';
import { filter, has, minus } from '../assignment/partition-sets.js';
import { hashOfTopics } from '../assignment/topic-hashes.js';
import { type ClassicGroup, CONSUMER_PROTOCOL, groupTombstone } from '../classic/classic-group.js';
import type { ClassicMember } from '../classic/classic-member.js';
import { type GroupCommandContext, joinFailure, syncFailure } from '../classic/rebalance.js';
import {
  ConsumerGroup,
  type ConsumerMember,
  newConsumerMember,
  STABLE,
  UNREVOKED,
} from '../consumer/consumer-group.js';
import {
  currentAssignmentRecord,
  groupEpochRecord,
  memberRecord,
  targetEpochRecord,
  targetRecord,
} from '../consumer/consumer-records.js';
import { armConsumerSession } from '../consumer/consumer-timers.js';
import { topicNamesOf } from '../consumer/target-assignment.js';
import { type Effects, timerKey } from '../effects.js';
import { byTopicId, readAssignment, readSubscription } from './embedded-protocol.js';

/**
 * A live classic group of consumers becomes a consumer group, as somebody who speaks the newer protocol joins it
 * (KIP-848): generation and assignment go on as epoch and target, and its members are served by the classic protocol.
 * The classic group itself stays as it is until the records are kept.
 * @throws KafkaError GROUP_ID_NOT_FOUND with the reason
 */
export function upgrade(group: ClassicGroup, effects: Effects, context: GroupCommandContext): ConsumerGroup {
  checkUpgrade(group, context);
  const upgraded = convert(group, context);
  const { groupId, groupEpoch, targetEpoch } = upgraded;
  const members = [...upgraded.members.values()];
  effects.write(groupTombstone(groupId));
  effects.write(...members.map((member) => memberRecord(groupId, member)));
  effects.write(groupEpochRecord(groupId, groupEpoch, upgraded.metadataHash));
  effects.write(...members.map(({ memberId }) => targetRecord(groupId, memberId, upgraded.target(memberId))));
  effects.write(targetEpochRecord(groupId, targetEpoch, upgraded.targetTimestampMs));
  effects.write(...members.map((member) => currentAssignmentRecord(groupId, member)));
  endClassicLife(group, effects);
  for (const member of members) armConsumerSession(upgraded, member, effects, context);
  return upgraded;
}

function checkUpgrade(group: ClassicGroup, { settings }: GroupCommandContext): void {
  const refuse = (why: string): never => {
    throw new KafkaError(
      'GROUP_ID_NOT_FOUND',
      `Cannot upgrade classic group ${group.groupId} to consumer group because ${why}.`,
    );
  };
  const { migrationPolicy, consumerMaxSize } = settings;
  if (migrationPolicy !== 'upgrade' && migrationPolicy !== 'bidirectional') refuse('online upgrade is disabled');
  if (group.protocolType !== CONSUMER_PROTOCOL) refuse('the group does not use the consumer embedded protocol');
  if (group.members.size > consumerMaxSize) refuse('the group size exceeds the consumer group maximum size');
}

function convert(group: ClassicGroup, context: GroupCommandContext): ConsumerGroup {
  const image = context.image as MetadataImage;
  const upgraded = new ConsumerGroup(group.groupId);
  upgraded.groupEpoch = group.generation;
  upgraded.targetEpoch = group.generation;
  upgraded.mostMembers = group.members.size;
  try {
    for (const member of group.members.values()) {
      const converted = convertMember(group, member, image);
      upgraded.members.set(member.memberId, converted);
      upgraded.targets.set(member.memberId, converted.assigned);
    }
    for (const member of upgraded.members.values()) upgraded.members.set(member.memberId, lettingGo(member, upgraded));
  } catch (error) {
    if (!(error instanceof MalformedBytesError)) throw error;
    throw new KafkaError(
      'GROUP_ID_NOT_FOUND',
      `Cannot upgrade classic group ${group.groupId} to consumer group because the embedded consumer protocol is malformed.`,
    );
  }
  upgraded.metadataHash = hashOfTopics(topicNamesOf(upgraded, upgraded.members.values()), image);
  return upgraded;
}

function convertMember(group: ClassicGroup, member: ClassicMember, image: MetadataImage): ConsumerMember {
  const assignment = member.assignment.length === 0 ? null : readAssignment(member.assignment);
  if ((assignment?.userData?.length ?? 0) > 0) {
    throw new KafkaError(
      'GROUP_ID_NOT_FOUND',
      `Cannot upgrade classic group ${group.groupId} to consumer group because an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor before re-attempting the upgrade.`,
    );
  }
  const subscription = readSubscription(metadataOf(member, group.protocol));
  const assigned = byTopicId(assignment?.assignedPartitions ?? [], image);
  const owned = byTopicId(subscription.ownedPartitions, image);
  return {
    ...newConsumerMember(member.memberId),
    instanceId: member.groupInstanceId,
    rackId: subscription.rackId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    subscribedTopicNames: [...new Set(subscription.topics)].sort(),
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    memberEpoch: group.generation,
    previousMemberEpoch: group.generation,
    assigned,
    pendingRevocation: minus(owned, assigned),
    classic: { sessionTimeoutMs: member.sessionTimeoutMs, protocols: member.protocols },
  };
}

/**
 * A cooperative member may still be about to give back what it had when it joined (KIP-429), and nobody else is to get
 * that before it joins again. (Kafka gives it to others at once.)
 */
function lettingGo(member: ConsumerMember, group: ConsumerGroup): ConsumerMember {
  const targets = [...group.targets.values()];
  const pendingRevocation = filter(
    member.pendingRevocation,
    (topicId, partition) => !targets.some((target) => has(target, topicId, partition)),
  );
  const assignmentEpochs = epochsOf([member.assigned, pendingRevocation], NO_EPOCHS, member.memberEpoch);
  return { ...member, state: pendingRevocation.size > 0 ? UNREVOKED : STABLE, pendingRevocation, assignmentEpochs };
}

/**
 * In a rebalance a member need not know the protocol of the last generation, and in the first one there is none yet.
 * (Whoever would upgrade the group then gets UNKNOWN_SERVER_ERROR of Kafka.)
 */
const metadataOf = ({ protocols }: ClassicMember, chosen: string | null): Buffer =>
  (protocols.find(({ name }) => name === chosen) ?? protocols[0])?.metadata ?? NO_METADATA;

const NO_METADATA = Buffer.alloc(0);

/** Who waits for a rebalance is to join again: into the consumer group. */
function endClassicLife(group: ClassicGroup, effects: Effects): void {
  const { groupId } = group;
  for (const { memberId, joinCall, syncCall } of group.members.values()) {
    if (joinCall !== null) effects.reply(joinCall, joinFailure(memberId, 'REBALANCE_IN_PROGRESS'));
    if (syncCall !== null) effects.reply(syncCall, syncFailure('REBALANCE_IN_PROGRESS'));
    effects.disarm(timerKey('session', groupId, memberId));
  }
  for (const memberId of group.pendingMembers) effects.disarm(timerKey('pending', groupId, memberId));
  effects.disarm(timerKey('join', groupId));
  effects.disarm(timerKey('sync', groupId));
}
