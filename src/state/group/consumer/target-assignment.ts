import type { MetadataImage } from '../../metadata/image.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import type { Effects } from '../effects.js';
import { ASSIGNORS, uniform } from './assignors.js';
import type { ConsumerGroup, ConsumerMember } from './consumer-group.js';
import { targetEpochRecord, targetRecord } from './consumer-records.js';
import { has, isSame, NO_PARTITIONS } from './partition-sets.js';
import { topicsMatching } from './topic-pattern.js';

/** Topics that members read, by name or by pattern. */
export function topicNamesOf(members: Iterable<ConsumerMember>, image: MetadataImage): Set<string> {
  const names = new Set<string>();
  for (const { subscribedTopicNames, subscribedTopicRegex } of members) {
    for (const name of subscribedTopicNames) names.add(name);
    if (subscribedTopicRegex === '') continue;
    for (const name of topicsMatching(subscribedTopicRegex, image)) names.add(name);
  }
  return names;
}

/** Ids of the topics that a member reads, as far as they exist. */
export function topicIdsOf(member: ConsumerMember, image: MetadataImage): Set<string> {
  const ids = [...topicNamesOf([member], image)].map((name) => image.topics.get(name)?.id);
  return new Set(ids.filter((id) => id !== undefined));
}

/** A new target for everybody. @param group the draft of a command, whose next steps build on it */
export function assign(group: ConsumerGroup, effects: Effects, context: GroupCommandContext): void {
  const image = context.image as MetadataImage;
  const counts = new Map<string, number>();
  const members = [...group.members.values()].map((member) => {
    const topicIds = topicIdsOf(member, image);
    for (const id of topicIds) counts.set(id, image.topicsById.get(id)?.partitions.length ?? 0);
    return { memberId: member.memberId, topicIds, target: group.target(member.memberId) };
  });
  const assignor = ASSIGNORS.get(group.assignorName) ?? uniform;
  for (const [memberId, target] of assignor(members, counts)) {
    if (group.targets.has(memberId) && isSame(group.targets.get(memberId) ?? NO_PARTITIONS, target)) continue;
    group.targets.set(memberId, target);
    effects.write(targetRecord(group.groupId, memberId, target));
  }
  group.targetEpoch = group.groupEpoch;
  group.targetTimestampMs = context.nowMs;
  effects.write(targetEpochRecord(group.groupId, group.targetEpoch, context.nowMs));
}

/** Whether nobody is to have a partition that somebody reads. */
export function leavesPartitionsOut(group: ConsumerGroup, context: GroupCommandContext): boolean {
  const image = context.image as MetadataImage;
  const targets = [...group.targets.values()];
  return [...topicNamesOf(group.members.values(), image)].some((name) => {
    const topic = image.topics.get(name);
    return topic?.partitions.some((_, index) => !targets.some((target) => has(target, topic.id, index))) ?? false;
  });
}
