import type { MetadataImage } from '../../metadata/image.js';
import { hashOfTopics } from '../assignment/topic-hashes.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import type { Effects } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { downgrade, mayDowngrade } from '../mixed/downgrade-group.js';
import { type ConsumerGroup, UNREVOKED } from './consumer-group.js';
import { groupEpochRecord, memberTombstones } from './consumer-records.js';
import { type ConsumerTimer, disarmMember } from './consumer-timers.js';
import { topicNamesOf } from './target-assignment.js';
import { dropUnread } from './topic-patterns.js';

/**
 * Members are gone for good: their partitions are free, and the group is assigned anew with the next heartbeat. When
 * all that are left speak the classic protocol the group goes back to it.
 */
export function leaveConsumerGroup(
  machine: GroupMachine,
  group: ConsumerGroup,
  leaving: ReadonlySet<string>,
  effects: Effects,
  context: GroupCommandContext,
): void {
  if (leaving.size === 0) return;
  if (mayDowngrade(group, leaving, context)) {
    downgrade(machine, group, { leaving, generation: group.groupEpoch, rebalances: true }, effects, context);
    return;
  }
  const staying = group.draft();
  for (const memberId of leaving) {
    staying.members.delete(memberId);
    effects.write(...memberTombstones(group.groupId, memberId));
    disarmMember(group, memberId, effects);
  }
  const patterns = [...leaving].map((memberId) => group.members.get(memberId)?.subscribedTopicRegex ?? '');
  dropUnread(staying, patterns, effects);
  const image = context.image as MetadataImage;
  const hash = hashOfTopics(topicNamesOf(staying, staying.members.values()), image);
  effects.write(groupEpochRecord(group.groupId, group.groupEpoch + 1, hash));
}

/** Neither a word within the session timeout, nor the partitions back, a join or a sync within the rebalance timeout. */
export function onConsumerTimer(
  kind: ConsumerTimer,
  machine: GroupMachine,
  group: ConsumerGroup,
  memberId: string,
  effects: Effects,
  context: GroupCommandContext,
): void {
  const member = group.members.get(memberId);
  if (member === undefined) return;
  if (kind === 'consumer-rebalance' && member.state !== UNREVOKED) return;
  leaveConsumerGroup(machine, group, new Set([memberId]), effects, context);
}
