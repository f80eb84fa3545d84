import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type { MetadataImage } from '../../metadata/image.js';
import { copyCapacity } from '../assignment/java-hash-map.js';
import { inMemberOrder } from '../assignment/member-order.js';
import { has, isSame, NO_PARTITIONS } from '../assignment/partition-sets.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import type { Effects } from '../effects.js';
import { ASSIGNORS, type GroupToAssign, uniform } from './assignors.js';
import type { ConsumerGroup, ConsumerMember } from './consumer-group.js';
import { targetEpochRecord, targetRecord } from './consumer-records.js';

/** Topics that these members read, by name or by pattern as far as it is resolved. */
export function topicNamesOf(group: ConsumerGroup, members: Iterable<ConsumerMember>): Set<string> {
  const names = new Set<string>();
  for (const { subscribedTopicNames, subscribedTopicRegex } of members) {
    for (const name of subscribedTopicNames) names.add(name);
    if (subscribedTopicRegex === '') continue;
    for (const name of group.patterns.get(subscribedTopicRegex)?.topics ?? []) names.add(name);
  }
  return names;
}

/** Ids of the topics that a member reads, as far as they exist, in the order of their names in a Java set. */
export function topicIdsOf(group: ConsumerGroup, member: ConsumerMember, image: MetadataImage): Set<string> {
  const names = [...topicNamesOf(group, [member])];
  const ids = inHashOrder(names, javaHash, copyCapacity(names.length)).map((name) => image.topics.get(name)?.id);
  return new Set(ids.filter((id) => id !== undefined));
}

/** A new target for everybody. @param group the draft of a command, whose next steps build on it */
export function assign(group: ConsumerGroup, effects: Effects, context: GroupCommandContext): void {
  const assignor = ASSIGNORS.get(group.assignorName) ?? uniform;
  for (const [memberId, target] of assignor(groupToAssign(group, context.image as MetadataImage))) {
    if (group.targets.has(memberId) && isSame(group.targets.get(memberId) ?? NO_PARTITIONS, target)) continue;
    group.targets.set(memberId, target);
    effects.write(targetRecord(group.groupId, memberId, target));
  }
  group.targetEpoch = group.groupEpoch;
  group.targetTimestampMs = context.nowMs;
  effects.write(targetEpochRecord(group.groupId, group.targetEpoch, context.nowMs));
}

function groupToAssign(group: ConsumerGroup, image: MetadataImage): GroupToAssign {
  const partitionCounts = new Map<string, number>();
  const memberIds = [...group.members.keys()];
  const joining = new Set(memberIds.filter((memberId) => group.isJoining(memberId)));
  const members = inMemberOrder(memberIds, joining, group.mostMembers).flatMap((memberId) => {
    const member = group.members.get(memberId);
    if (member === undefined) return [];
    const topicIds = topicIdsOf(group, member, image);
    for (const id of topicIds) partitionCounts.set(id, image.topicsById.get(id)?.partitions.length ?? 0);
    return { memberId, instanceId: member.instanceId, topicIds, target: group.target(memberId) };
  });
  return { members, partitionCounts, isHomogeneous: isHomogeneous(group) };
}

/** Topics that are not there count too, and those of a pattern count as read by nobody. */
function isHomogeneous(group: ConsumerGroup): boolean {
  const readers = new Map([...topicNamesOf(group, group.members.values())].map((name) => [name, 0]));
  for (const { subscribedTopicNames } of group.members.values()) {
    for (const name of new Set(subscribedTopicNames)) readers.set(name, (readers.get(name) ?? 0) + 1);
  }
  return [...readers.values()].every((count) => count === group.members.size);
}

/** Whether nobody is to have a partition that somebody reads. */
export function leavesPartitionsOut(group: ConsumerGroup, context: GroupCommandContext): boolean {
  const image = context.image as MetadataImage;
  const targets = [...group.targets.values()];
  return [...topicNamesOf(group, group.members.values())].some((name) => {
    const topic = image.topics.get(name);
    return topic?.partitions.some((_, index) => !targets.some((target) => has(target, topic.id, index))) ?? false;
  });
}
