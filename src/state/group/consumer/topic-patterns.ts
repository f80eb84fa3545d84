import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type { GroupRecord } from '../../../protocol/generated/group-coordinator-records.js';
import type { MetadataImage } from '../../metadata/image.js';
import { hashOfTopics } from '../assignment/topic-hashes.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import { type Effects, timerKey } from '../effects.js';
import type { ConsumerGroup, ConsumerMember } from './consumer-group.js';
import { groupEpochRecord, patternRecord, patternTombstone } from './consumer-records.js';
import { topicNamesOf } from './target-assignment.js';
import { topicsMatching } from './topic-pattern.js';

/** Patterns are matched against all topics of the cluster: not more often than this. */
const SHORTEST_REFRESH_MS = 10_000;

export interface PatternUpdate {
  readonly isUpdated: boolean;
  /** It is known already which topics the member reads now. */
  readonly isResolved: boolean;
}

/**
 * What a member's heartbeat does to the patterns of its group. One that nobody asks for any more goes; what the others
 * match is looked up in a command of its own right after this one, when there is a new one, a new topic or nobody has
 * looked for long. As in Apache Kafka a member that brings a pattern gets its partitions with a later heartbeat.
 * @param group a draft that has the member
 */
export function followPatterns(
  group: ConsumerGroup,
  before: ConsumerMember,
  member: ConsumerMember,
  effects: Effects,
  context: GroupCommandContext,
): PatternUpdate {
  const [old, pattern] = [before.subscribedTopicRegex, member.subscribedTopicRegex];
  const isUpdated = old !== pattern;
  const isNew = isUpdated && pattern !== '' && readers(group, pattern) === 1;
  if (isDue(group, isNew, context)) effects.arm(timerKey('consumer-patterns', group.groupId), context.nowMs);
  if (isUpdated) dropUnread(group, [old], effects);
  return { isUpdated, isResolved: isUpdated && (pattern === '' || (!isNew && group.patterns.has(pattern))) };
}

/** Looks up what each pattern matches now. The records tell even of those that match what they did before. */
export function resolvePatterns(group: ConsumerGroup, effects: Effects, context: GroupCommandContext): void {
  const draft = group.draft();
  const image = context.image as MetadataImage;
  const { nowMs: timestampMs } = context;
  let hasChanged = false;
  const patterns = [...patternsOf(group)];
  for (const pattern of inHashOrder(patterns, javaHash, patterns.length)) {
    const resolved = { topics: topicsMatching(pattern, image).sort(), version: image.version, timestampMs };
    const known = draft.patterns.get(pattern)?.topics ?? [];
    if (known.join() !== resolved.topics.join()) hasChanged = true;
    draft.patterns.set(pattern, resolved);
    effects.write(patternRecord(group.groupId, pattern, resolved));
  }
  const hash = hashOfTopics(topicNamesOf(draft, draft.members.values()), image);
  if (hasChanged || hash !== group.metadataHash) {
    effects.write(groupEpochRecord(group.groupId, group.groupEpoch + 1, hash));
  }
}

/** Takes those of the patterns away that no member of the draft reads. */
export function dropUnread(group: ConsumerGroup, patterns: readonly string[], effects: Effects): void {
  const unread = [...new Set(patterns)].filter((pattern) => pattern !== '' && readers(group, pattern) === 0);
  const records = inHashOrder(unread, javaHash).map((pattern): GroupRecord => patternTombstone(group.groupId, pattern));
  for (const pattern of unread) group.patterns.delete(pattern);
  effects.write(...records);
}

function isDue(group: ConsumerGroup, hasNewPattern: boolean, context: GroupCommandContext): boolean {
  const wanted = patternsOf(group).size;
  if (wanted === 0) return false;
  const [last] = group.patterns.values();
  if (last === undefined) return true;
  if (context.nowMs <= last.timestampMs + SHORTEST_REFRESH_MS) return false;
  if (hasNewPattern || wanted !== group.patterns.size) return true;
  if (last.version < (context.image as MetadataImage).versionOfNewTopics) return true;
  return context.nowMs > last.timestampMs + context.settings.consumerRegexRefreshIntervalMs;
}

const patternsOf = (group: ConsumerGroup): Set<string> =>
  new Set([...group.members.values()].map((member) => member.subscribedTopicRegex).filter((pattern) => pattern !== ''));

const readers = (group: ConsumerGroup, pattern: string): number =>
  [...group.members.values()].filter((member) => member.subscribedTopicRegex === pattern).length;
