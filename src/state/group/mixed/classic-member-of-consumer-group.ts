/** A member that speaks the classic protocol, between its joins, in a group that the coordinator assigns (KIP-848). */
import { KafkaError } from '../../../protocol/errors.js';
import type { HeartbeatRequest } from '../../../protocol/generated/heartbeat.js';
import type { SyncGroupRequest } from '../../../protocol/generated/sync-group.js';
import type { MetadataImage } from '../../metadata/image.js';
import { minus } from '../assignment/partition-sets.js';
import { CONSUMER_PROTOCOL } from '../classic/classic-group.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import {
  type ClassicProtocolFacts,
  type ConsumerGroup,
  type ConsumerMember,
  UNRELEASED,
  UNREVOKED,
} from '../consumer/consumer-group.js';
import { fencedInstance, isTargetOutdated, unknownInstance, unknownMember } from '../consumer/consumer-steps.js';
import { armConsumerSession } from '../consumer/consumer-timers.js';
import { type Effects, timerKey } from '../effects.js';
import { assignmentBytes } from './embedded-protocol.js';

const NOBODY: ReadonlySet<string> = new Set();

type ClassicMember = ConsumerMember & { readonly classic: ClassicProtocolFacts };

/** @throws KafkaError with what the client is told */
export function syncWithConsumerGroup(
  group: ConsumerGroup,
  request: SyncGroupRequest,
  effects: Effects,
  context: GroupCommandContext,
) {
  const member = memberOf(group, request);
  const [chosen] = member.classic.protocols;
  const typeDiffers = request.protocolType !== null && request.protocolType !== CONSUMER_PROTOCOL;
  const nameDiffers = request.protocolName !== null && request.protocolName !== chosen?.name;
  if (typeDiffers || nameDiffers) throw new KafkaError('INCONSISTENT_GROUP_PROTOCOL');
  if (member.memberEpoch < group.targetEpoch && member.state !== UNREVOKED) {
    expectJoin(group, member, effects, context);
    return null;
  }
  effects.disarm(timerKey('consumer-sync', group.groupId, member.memberId));
  armConsumerSession(group, member, effects, context);
  const subscription = chosen?.metadata ?? Buffer.alloc(0);
  return {
    protocolType: request.protocolType,
    protocolName: request.protocolName,
    assignment: assignmentBytes(member.assigned, context.image as MetadataImage, subscription),
  };
}

/** @returns whether the member is to join again. @throws KafkaError with what the client is told */
export function beatInConsumerGroup(
  group: ConsumerGroup,
  request: HeartbeatRequest,
  effects: Effects,
  context: GroupCommandContext,
): boolean {
  const member = memberOf(group, request);
  armConsumerSession(group, member, effects, context);
  const isBehind = member.memberEpoch < group.targetEpoch || member.state === UNREVOKED;
  const canGetMore = member.state === UNRELEASED && !waitsForOthers(group, member);
  // Where all speak the classic protocol no heartbeat brings a new target. (Kafka leaves such a group as it is.)
  const isStuck = group.isClassicWithout(NOBODY) && isTargetOutdated(group, context);
  if (!isBehind && !canGetMore && !isStuck) return false;
  expectJoin(group, member, effects, context);
  return true;
}

/** Who of these is to go, of both protocols, and the error of each that is not. */
export function leavingMembers(
  group: ConsumerGroup,
  members: readonly Omit<Named, 'generationId'>[],
): { leaving: Set<string>; errors: (KafkaError | null)[] } {
  const leaving = new Set<string>();
  const errors = members.map(({ memberId, groupInstanceId }) => {
    const member = groupInstanceId === null ? group.members.get(memberId) : group.staticMember(groupInstanceId);
    if (member === undefined) return unknownMember(memberId, group.groupId);
    // An administrator may know a static member by its instance alone.
    const isNamed = groupInstanceId === null || memberId !== '';
    if (isNamed && member.memberId !== memberId) return fencedInstance(memberId, groupInstanceId, member);
    leaving.add(member.memberId);
    return null;
  });
  return { leaving, errors };
}

interface Named {
  readonly memberId: string;
  readonly groupInstanceId: string | null;
  readonly generationId: number;
}

function memberOf(group: ConsumerGroup, { memberId, groupInstanceId, generationId }: Named): ClassicMember {
  const member = groupInstanceId === null ? group.members.get(memberId) : group.staticMember(groupInstanceId);
  if (member === undefined) {
    throw groupInstanceId === null ? unknownMember(memberId, group.groupId) : unknownInstance(groupInstanceId);
  }
  if (member.memberId !== memberId) throw fencedInstance(memberId, groupInstanceId, member);
  const { classic } = member;
  if (classic === null) throw unknownMember(memberId, group.groupId);
  if (generationId !== member.memberEpoch) throw new KafkaError('ILLEGAL_GENERATION');
  return { ...member, classic };
}

/** From the first time on that it was told to a member has the rebalance timeout to join again. */
function expectJoin(
  group: ConsumerGroup,
  { memberId, rebalanceTimeoutMs }: ConsumerMember,
  effects: Effects,
  context: GroupCommandContext,
): void {
  if (group.rejoinDeadlines.has(memberId)) return;
  const atMs = context.nowMs + rebalanceTimeoutMs;
  group.rejoinDeadlines.set(memberId, atMs);
  effects.arm(timerKey('consumer-join', group.groupId, memberId), atMs);
}

function waitsForOthers(group: ConsumerGroup, member: ConsumerMember): boolean {
  const owners = group.owners();
  return [...minus(group.target(member.memberId), member.assigned)].some(([topicId, partitions]) =>
    partitions.some((partition) => owners.has(`${topicId}:${partition}`)),
  );
}
