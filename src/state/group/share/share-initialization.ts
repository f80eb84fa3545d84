import { javaHash, uuidHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import type { MetadataImage } from '../../metadata/image.js';
import { JavaHashMap, roomyCapacity } from '../assignment/java-hash-map.js';
import type { PartitionSet } from '../assignment/partition-sets.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import { Effects } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import type { ShareGroup } from './share-group.js';
import { stateRecord } from './share-records.js';
import {
  type NamedPartitions,
  type NamedTopics,
  partitionsOf,
  progressValue,
  type StateProgress,
  UNKNOWN_NAME,
  withMore,
  without,
  withoutTopics,
} from './state-progress.js';

/** Where a new share partition begins: nobody knows before its first reader. */
export const NO_START_OFFSET = -1;

export interface InitialState {
  readonly topicId: string;
  readonly partition: number;
  readonly startOffset: number;
}

/** What share coordinators are to be asked for after a command. */
export interface ShareInitialization {
  readonly stateEpoch: number;
  readonly partitions: readonly InitialState[];
}

/** Writes the group's new state, and remembers when. */
export function writeProgress(
  machine: GroupMachine,
  groupId: string,
  state: Omit<StateProgress, 'isKept'>,
  effects: Effects,
  context: GroupCommandContext,
): void {
  const image = context.image as MetadataImage;
  effects.write(
    stateRecord(
      groupId,
      progressValue(state, (topicId) => image.topicsById.get(topicId)?.name),
    ),
  );
  machine.shareProgressTimes.set(groupId, context.nowMs);
}

/**
 * Notes that a state is about to be made for each partition that the group reads and that has none. What was begun so
 * long ago that nobody can be at it any more is begun again.
 * @param group a draft that has all of its members
 */
export function beginWithNewPartitions(
  machine: GroupMachine,
  group: ShareGroup,
  effects: Effects,
  context: GroupCommandContext,
): ShareInitialization | null {
  const image = context.image as MetadataImage;
  const { initialized, initializing } = group.progress;
  const sinceMs = machine.shareProgressTimes.get(group.groupId) ?? Number.NEGATIVE_INFINITY;
  const isUnderWay = context.nowMs - sinceMs < context.settings.shareInitializeRetryIntervalMs;
  const begun = isUnderWay ? withMore(initialized, initializing) : initialized;
  // In the order of the hash map in which Kafka gathers them: its record shows it.
  const gathered = new JavaHashMap<string, NamedPartitions>(uuidHash);
  const names = [...group.subscribedTopics()];
  for (const name of inHashOrder(names, javaHash, roomyCapacity(names.length))) {
    const topic = image.topics.get(name);
    if (topic === undefined) continue;
    const known = new Set(begun.get(topic.id)?.partitions);
    if (known.size > 0 && known.size >= topic.partitions.length) continue;
    const partitions = [...topic.partitions.keys()].filter((index) => !known.has(index));
    gathered.getOrSet(topic.id, () => ({ name, partitions }));
  }
  const missing = new Map(gathered.entries());
  if (missing.size === 0) return null;
  beginWith(machine, group, missing, effects, context);
  return { stateEpoch: group.groupEpoch, partitions: statesOf(missing, () => NO_START_OFFSET) };
}

/** Notes that a state is about to be made for these. */
export function beginWith(
  machine: GroupMachine,
  group: ShareGroup,
  topics: NamedTopics,
  effects: Effects,
  context: GroupCommandContext,
): void {
  if (topics.size === 0) return;
  const { initialized, initializing, deleting } = group.progress;
  const begun = withMore(initializing, topics);
  const state = { initializing: begun, initialized, deleting: new Set([...deleting].filter((id) => !begun.has(id))) };
  writeProgress(machine, group.groupId, state, effects, context);
}

export const statesOf = (
  topics: NamedTopics,
  startOffset: (topicId: string, partition: number) => number,
): InitialState[] =>
  [...topics].flatMap(([topicId, { partitions }]) =>
    partitions.map((partition) => ({ topicId, partition, startOffset: startOffset(topicId, partition) })),
  );

/** The share coordinators have made the states: from now on the partitions may be assigned. */
export function finishInitialization(
  machine: GroupMachine,
  groupId: string,
  partitions: PartitionSet,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  const group = machine.shareGroup(groupId);
  // It was deleted meanwhile, with all that it had.
  if (group === null || partitions.size === 0) return effects;
  const { initialized, initializing, deleting } = group.progress;
  const image = context.image as MetadataImage;
  const named = new Map(
    [...partitions].map(([topicId, indexes]) => [
      topicId,
      { name: image.topicsById.get(topicId)?.name ?? UNKNOWN_NAME, partitions: indexes },
    ]),
  );
  const state = {
    initialized: withMore(initialized, named),
    initializing: without(initializing, partitions),
    deleting,
  };
  writeProgress(machine, groupId, state, effects, context);
  return effects;
}

/** The share coordinators would not: the next heartbeat tries again. */
export function giveUpInitialization(
  machine: GroupMachine,
  groupId: string,
  partitions: PartitionSet,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  const group = machine.shareGroup(groupId);
  if (group === null || partitions.size === 0 || group.progress.initializing.size === 0) return effects;
  const state = { ...group.progress, initializing: without(group.progress.initializing, partitions) };
  writeProgress(machine, groupId, state, effects, context);
  return effects;
}

/** Whether partitions may be assigned, of topics that are read, that nobody has yet. */
export function hasUnassigned(group: ShareGroup): boolean {
  const subscribed = group.subscribedTopics();
  const assigned = new Map<string, Set<number>>();
  for (const target of group.targets.values()) {
    for (const [topicId, partitions] of target) {
      const all = assigned.get(topicId) ?? new Set<number>();
      for (const partition of partitions) all.add(partition);
      assigned.set(topicId, all);
    }
  }
  for (const [topicId, partitions] of partitionsOf(group.progress.initialized)) {
    if (!subscribed.has(group.progress.initialized.get(topicId)?.name ?? '')) continue;
    const had = assigned.get(topicId);
    if (had?.size !== partitions.length || !partitions.every((partition) => had.has(partition))) return true;
  }
  return false;
}

/** Topics that are gone take with them what is known of their states; the share coordinators hear of it themselves. */
export function dropTopics(
  machine: GroupMachine,
  topicIds: ReadonlySet<string>,
  effects: Effects,
  context: GroupCommandContext,
): void {
  for (const group of machine.allGroups()) {
    if (group.type !== 'share') continue;
    const { initialized, initializing, deleting } = group.progress;
    const known = [...initialized.keys(), ...initializing.keys(), ...deleting];
    if (!known.some((topicId) => topicIds.has(topicId))) continue;
    const state = {
      initialized: withoutTopics(initialized, topicIds),
      initializing: withoutTopics(initializing, topicIds),
      deleting: new Set([...deleting].filter((topicId) => !topicIds.has(topicId))),
    };
    writeProgress(machine, group.groupId, state, effects, context);
  }
}
