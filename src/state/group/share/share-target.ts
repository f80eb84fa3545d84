import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type { MetadataImage } from '../../metadata/image.js';
import { copyCapacity } from '../assignment/java-hash-map.js';
import { inMemberOrder } from '../assignment/member-order.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import type { Effects } from '../effects.js';
import type { ShareGroup, ShareMember } from './share-group.js';
import { isEqual } from './share-partitions.js';
import { targetEpochRecord, targetRecord } from './share-records.js';
import { shareAssignmentIntervalMs } from './share-settings.js';
import { type ShareGroupToAssign, simple } from './simple-assignor.js';

/** Names of topics in the order of the Java set in which Kafka has a member's subscription. */
export const subscriptionOrder = (names: readonly string[]): string[] =>
  inHashOrder(names, javaHash, copyCapacity(names.length));

/** Ids of the topics that a member reads, as far as they exist. */
export function topicIdsOf(member: ShareMember, image: MetadataImage): Set<string> {
  const ids = subscriptionOrder(member.subscribedTopicNames).map((name) => image.topics.get(name)?.id);
  return new Set(ids.filter((id) => id !== undefined));
}

/** A new target when there is a new epoch, and the last target is old enough. Otherwise a later heartbeat brings it. */
export function assignWhenDue(group: ShareGroup, effects: Effects, context: GroupCommandContext): void {
  if (group.groupEpoch <= group.targetEpoch) return;
  const intervalMs = shareAssignmentIntervalMs(group.groupId, context);
  const { targetTimestampMs } = group;
  if (targetTimestampMs !== 0 && intervalMs !== 0 && context.nowMs < targetTimestampMs + intervalMs) return;
  for (const [memberId, target] of simple(groupToAssign(group, context.image as MetadataImage))) {
    const before = group.targets.get(memberId);
    // Even where it is the same it may come in another order, which the member's answer shows.
    group.targets.set(memberId, target);
    if (before === undefined || !isEqual(before, target)) effects.write(targetRecord(group.groupId, memberId, target));
  }
  group.targetEpoch = group.groupEpoch;
  group.targetTimestampMs = context.nowMs;
  effects.write(targetEpochRecord(group.groupId, group.targetEpoch, context.nowMs));
}

function groupToAssign(group: ShareGroup, image: MetadataImage): ShareGroupToAssign {
  const assignable = new Map<string, number[]>();
  // Unlike a consumer group a share group has a member that joins among its own already.
  const members = inMemberOrder([...group.members.keys()], new Set(), group.mostMembers).flatMap((memberId) => {
    const member = group.members.get(memberId);
    if (member === undefined) return [];
    const topicIds = topicIdsOf(member, image);
    for (const id of topicIds) {
      const there = image.topicsById.get(id)?.partitions.length ?? 0;
      const initialized = group.progress.initialized.get(id)?.partitions ?? [];
      assignable.set(
        id,
        initialized.filter((partition) => partition < there).sort((a, b) => a - b),
      );
    }
    return { memberId, topicIds, target: group.target(memberId) };
  });
  const isIdle = [...group.members.values()].every(({ subscribedTopicNames }) => subscribedTopicNames.length === 0);
  return { members, assignable, isHomogeneous: isHomogeneous(group), isIdle };
}

/** Topics that are not there count too. */
function isHomogeneous(group: ShareGroup): boolean {
  const readers = new Map<string, number>();
  for (const { subscribedTopicNames } of group.members.values()) {
    for (const name of subscribedTopicNames) readers.set(name, (readers.get(name) ?? 0) + 1);
  }
  return [...readers.values()].every((count) => count === group.members.size);
}
