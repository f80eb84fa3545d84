import type { MetadataImage } from '../metadata/image.js';
import { ASSIGNORS, uniform } from './assignors.js';
import { type ConsumerGroup, type ConsumerMember, UNREVOKED } from './consumer-group.js';
import { groupEpochRecord, memberTombstones, targetEpochRecord, targetRecord } from './consumer-records.js';
import { type Effects, timerKey } from './effects.js';
import { isSame, NO_PARTITIONS } from './partition-sets.js';
import type { GroupCommandContext } from './rebalance.js';
import { topicsMatching } from './topic-pattern.js';

/** A member is gone for good: its partitions are free, and the group is assigned anew with the next heartbeat. */
export function leaveConsumerGroup(group: ConsumerGroup, member: ConsumerMember, effects: Effects): void {
  effects.write(...memberTombstones(group.groupId, member.memberId));
  effects.write(groupEpochRecord(group.groupId, group.groupEpoch + 1, group.metadataHash));
  effects.disarm(timerKey('consumer-session', group.groupId, member.memberId));
  effects.disarm(timerKey('consumer-rebalance', group.groupId, member.memberId));
}

/** Neither a word within the session timeout, nor the partitions back within the rebalance timeout. */
export function onConsumerTimer(
  kind: 'consumer-session' | 'consumer-rebalance',
  group: ConsumerGroup,
  memberId: string,
  effects: Effects,
): void {
  const member = group.members.get(memberId);
  if (member === undefined) return;
  if (kind === 'consumer-rebalance' && member.state !== UNREVOKED) return;
  leaveConsumerGroup(group, member, effects);
}

/** Ids of the topics that a member reads, by name or by pattern, as far as they exist. */
export function topicIdsOf(member: ConsumerMember, image: MetadataImage): Set<string> {
  const names = new Set(member.subscribedTopicNames);
  if (member.subscribedTopicRegex !== '') {
    for (const name of topicsMatching(member.subscribedTopicRegex, image)) names.add(name);
  }
  const ids = [...names].map((name) => image.topics.get(name)?.id);
  return new Set(ids.filter((id) => id !== undefined));
}

/** Changes when a topic that the group reads appears, goes or grows. */
export function hashOfTopics(members: Iterable<ConsumerMember>, image: MetadataImage): bigint {
  const ids = new Set<string>();
  for (const member of members) for (const id of topicIdsOf(member, image)) ids.add(id);
  let hash = FNV_OFFSET;
  for (const id of [...ids].sort()) {
    const text = `${id}:${image.topicsById.get(id)?.partitions.length};`;
    for (let at = 0; at < text.length; at++) {
      hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * FNV_PRIME);
    }
  }
  return ids.size === 0 ? 0n : BigInt.asIntN(64, hash);
}

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

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
  effects.write(targetEpochRecord(group.groupId, group.targetEpoch, context.nowMs));
}
