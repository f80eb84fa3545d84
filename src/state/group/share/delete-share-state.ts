import type { CallId } from '../../../base/machine.js';
import { errorCode, errorNamed } from '../../../protocol/errors.js';
import type { MetadataImage } from '../../metadata/image.js';
import type { PartitionSet } from '../assignment/partition-sets.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import { Effects } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { writeProgress } from './share-initialization.js';
import { partitionsOf, withMore, withoutTopics } from './state-progress.js';

export interface StateDeletion {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  /** Whose state the share coordinators are to delete. */
  readonly partitions: PartitionSet;
  /** Topics of which there is nothing to be deleted, and why. */
  readonly missing: readonly { readonly name: string; readonly why: string }[];
}

const NOTHING: StateDeletion = { errorCode: 0, errorMessage: null, partitions: new Map(), missing: [] };
const NOT_EMPTY: StateDeletion = {
  ...NOTHING,
  errorCode: errorCode('NON_EMPTY_GROUP'),
  errorMessage: 'The group is not empty.',
};
const NO_STATE = 'There is no offset information to delete.';

/** Before a group is deleted its state is. A group of another kind has none. The reply is a {@link StateDeletion}. */
export function beginGroupDeletion(
  machine: GroupMachine,
  call: CallId,
  groupId: string,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  const group = machine.shareGroup(groupId);
  if (group === null || !group.progress.isKept) return effects.reply(call, NOTHING);
  if (!group.isEmpty) return effects.reply(call, NOT_EMPTY);
  const { initialized, initializing, deleting } = group.progress;
  const image = context.image as MetadataImage;
  // What an earlier attempt has left behind is deleted once more.
  const left = [...deleting].flatMap((topicId) => wholeTopic(topicId, image));
  const all = withMore(withMore(initialized, initializing), new Map(left));
  const state = { initialized: new Map(), initializing: new Map(), deleting: new Set(all.keys()) };
  writeProgress(machine, groupId, state, effects, context);
  return effects.reply(call, { ...NOTHING, partitions: partitionsOf(all) });
}

/** The group is to know nothing of these topics any more. The reply is a {@link StateDeletion}. */
export function beginOffsetDeletion(
  machine: GroupMachine,
  call: CallId,
  groupId: string,
  topics: readonly string[],
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  const group = machine.shareGroup(groupId);
  if (group === null) {
    const isOther = machine.group(groupId) !== null;
    const errorMessage = isOther ? `Group ${groupId} is not a share group.` : `Group ${groupId} not found.`;
    return effects.reply(call, { ...NOTHING, errorCode: errorCode('GROUP_ID_NOT_FOUND'), errorMessage });
  }
  if (!group.isEmpty) return effects.reply(call, NOT_EMPTY);
  if (!group.progress.isKept) return effects.reply(call, NOTHING);
  const { initialized, initializing, deleting } = group.progress;
  const image = context.image as MetadataImage;
  const partitions = new Map<string, readonly number[]>();
  const missing: { name: string; why: string }[] = [];
  for (const name of topics) {
    const topic = image.topics.get(name);
    const known = initialized.get(topic?.id ?? '')?.partitions;
    if (topic === undefined) missing.push({ name, why: errorNamed('UNKNOWN_TOPIC_OR_PARTITION').message });
    else if (known !== undefined) partitions.set(topic.id, known);
    else if (deleting.has(topic.id)) partitions.set(topic.id, [...topic.partitions.keys()]);
    else missing.push({ name, why: NO_STATE });
  }
  const state = {
    initialized: withoutTopics(initialized, new Set(partitions.keys())),
    initializing,
    deleting: new Set([...deleting, ...partitions.keys()]),
  };
  writeProgress(machine, groupId, state, effects, context);
  return effects.reply(call, { ...NOTHING, partitions, missing });
}

/** The share coordinators have nothing of these topics any more. */
export function finishOffsetDeletion(
  machine: GroupMachine,
  groupId: string,
  topicIds: ReadonlySet<string>,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  const group = machine.shareGroup(groupId);
  if (group === null || !group.progress.isKept) return effects;
  const deleting = new Set([...group.progress.deleting].filter((topicId) => !topicIds.has(topicId)));
  writeProgress(machine, groupId, { ...group.progress, deleting }, effects, context);
  return effects;
}

function wholeTopic(topicId: string, image: MetadataImage): [string, { name: string; partitions: number[] }][] {
  const topic = image.topicsById.get(topicId);
  return topic === undefined ? [] : [[topicId, { name: topic.name, partitions: [...topic.partitions.keys()] }]];
}
