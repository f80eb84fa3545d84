import type { CallId } from '../../../base/machine.js';
import { MalformedBytesError } from '../../../base/malformed-bytes-error.js';
import { KafkaError } from '../../../protocol/errors.js';
import type { ConsumerProtocolSubscription } from '../../../protocol/generated/consumer-protocol-subscription.js';
import type { JoinGroupRequest } from '../../../protocol/generated/join-group.js';
import type { MetadataImage } from '../../metadata/image.js';
import { CONSUMER_PROTOCOL } from '../classic/classic-group.js';
import { type GroupCommandContext, joinFailure } from '../classic/rebalance.js';
import { type ClientFacts, needsKnownId } from '../client-facts.js';
import { type ConsumerGroup, type ConsumerMember, newConsumerMember } from '../consumer/consumer-group.js';
import {
  advance,
  assignWhenDue,
  checkRoom,
  fencedInstance,
  followTopics,
  takeStaticPlace,
  unknownInstance,
  updateMember,
} from '../consumer/consumer-steps.js';
import { armConsumerSession } from '../consumer/consumer-timers.js';
import { followPatterns } from '../consumer/topic-patterns.js';
import { type Effects, timerKey } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { downgrade, mayDowngrade } from './downgrade-group.js';
import { byTopicId, readSubscription } from './embedded-protocol.js';

const NOBODY: ReadonlySet<string> = new Set();

/**
 * A member that speaks the classic protocol joins a consumer group that has members (KIP-848). The coordinator assigns,
 * so there is nobody to wait for and no leader.
 * @throws KafkaError with what the client is told
 */
export function joinConsumerGroup(
  machine: GroupMachine,
  found: ConsumerGroup,
  call: CallId,
  request: JoinGroupRequest,
  client: ClientFacts,
  effects: Effects,
  context: GroupCommandContext,
): Effects {
  const group = found.draft();
  check(group, request, context);
  const memberId = request.memberId === '' ? context.newId() : request.memberId;
  if (needsKnownId(request, client)) return effects.reply(call, joinFailure(memberId, 'MEMBER_ID_REQUIRED'));
  const subscription = subscriptionOf(request);
  const holder = request.groupInstanceId === null ? undefined : group.staticMember(request.groupInstanceId);
  const before = joiningMember(group, holder, request, memberId, effects);
  const member = updated(before, request, client, subscription);
  const namesChanged = updateMember(group, before, member, effects);
  const changed = followPatterns(group, before, member, effects, context).isUpdated || namesChanged;
  const generation = group.groupEpoch;
  followTopics(group, changed, effects, context);
  const owned = byTopicId(subscription.ownedPartitions, context.image as MetadataImage);
  const wasLastConsumer = holder?.classic === null;
  if (wasLastConsumer && mayDowngrade(group, NOBODY, context)) {
    const rebalances = group.targetEpoch < group.groupEpoch;
    const after = rebalances ? member : advance(group, member, owned, changed, effects, context);
    const classicGroup = downgrade(machine, group, { leaving: NOBODY, generation, rebalances }, effects, context);
    // Its first one need not be the one that the group chose. (Kafka names its first, and refuses the sync then.)
    return effects.reply(call, { ...joined(after), protocolName: classicGroup.protocol });
  }
  assignWhenDue(group, effects, context);
  const after = advance(group, member, owned, changed, effects, context);
  const { groupId } = group;
  group.rejoinDeadlines.delete(after.memberId);
  effects.disarm(timerKey('consumer-join', groupId, after.memberId));
  armConsumerSession(group, after, effects, context);
  effects.arm(timerKey('consumer-sync', groupId, after.memberId), context.nowMs + request.rebalanceTimeoutMs);
  return effects.reply(call, joined(after));
}

const joined = ({ memberId, memberEpoch, classic }: ConsumerMember) => ({
  memberId,
  generationId: memberEpoch,
  protocolType: CONSUMER_PROTOCOL,
  protocolName: classic?.protocols[0]?.name ?? null,
});

function check(group: ConsumerGroup, request: JoinGroupRequest, context: GroupCommandContext): void {
  if (context.settings.migrationPolicy === 'disabled') throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL');
  checkRoom(group, request.memberId, context);
  if (!group.supports(request.protocolType, request.protocols)) throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL');
}

/** The one of its first protocol counts. */
function subscriptionOf({ protocols }: JoinGroupRequest): ConsumerProtocolSubscription {
  const [first] = protocols;
  try {
    return readSubscription(first?.metadata ?? Buffer.alloc(0));
  } catch (error) {
    // What Kafka answers.
    if (error instanceof MalformedBytesError) throw new KafkaError('UNKNOWN_SERVER_ERROR');
    throw error;
  }
}

function joiningMember(
  group: ConsumerGroup,
  holder: ConsumerMember | undefined,
  request: JoinGroupRequest,
  memberId: string,
  effects: Effects,
): ConsumerMember {
  const { groupInstanceId } = request;
  if (groupInstanceId === null) return group.members.get(memberId) ?? newConsumerMember(memberId);
  if (request.memberId === '') {
    return holder === undefined ? newConsumerMember(memberId) : takeStaticPlace(group, holder, memberId, effects);
  }
  if (holder === undefined) throw unknownInstance(groupInstanceId);
  if (holder.memberId !== memberId) throw fencedInstance(memberId, groupInstanceId, holder);
  return holder;
}

function updated(
  member: ConsumerMember,
  request: JoinGroupRequest,
  client: ClientFacts,
  subscription: ConsumerProtocolSubscription,
): ConsumerMember {
  return {
    ...member,
    instanceId: request.groupInstanceId ?? member.instanceId,
    rackId: subscription.rackId ?? member.rackId,
    clientId: client.clientId,
    clientHost: client.clientHost,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : request.rebalanceTimeoutMs,
    subscribedTopicNames: [...new Set(subscription.topics)].sort(),
    subscribedTopicRegex: '',
    classic: { sessionTimeoutMs: request.sessionTimeoutMs, protocols: request.protocols },
  };
}
