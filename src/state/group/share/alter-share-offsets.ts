import type { CallId } from '../../../base/machine.js';
import type { Init } from '../../../protocol/codec-runtime.js';
import { type ErrorFacts, errorNamed } from '../../../protocol/errors.js';
import type {
  AlterShareGroupOffsetsRequest,
  AlterShareGroupOffsetsRequestPartition,
  AlterShareGroupOffsetsResponseTopic,
} from '../../../protocol/generated/alter-share-group-offsets.js';
import type { MetadataImage } from '../../metadata/image.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import { Effects } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { ShareGroup } from './share-group.js';
import { beginWith, type ShareInitialization, statesOf } from './share-initialization.js';
import type { NamedPartitions } from './state-progress.js';

export interface AlterShareOffsetsAnswer {
  readonly errorCode: number;
  readonly errorMessage: string | null;
  readonly topics: readonly Init<AlterShareGroupOffsetsResponseTopic>[];
  readonly initialization: ShareInitialization;
}

const NOTHING: ShareInitialization = { stateEpoch: 0, partitions: [] };

/**
 * Sets where a group that nobody is in begins to read; makes the group where it is not there yet. The reply is an
 * {@link AlterShareOffsetsAnswer}.
 * @param request topics that exist
 */
export function alterShareOffsets(
  machine: GroupMachine,
  call: CallId,
  request: AlterShareGroupOffsetsRequest,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  const answer = (parts: Partial<AlterShareOffsetsAnswer>): Effects =>
    effects.reply(call, { errorCode: 0, errorMessage: null, topics: [], initialization: NOTHING, ...parts });
  const { groupId } = request;
  const existing = machine.shareGroup(groupId);
  if (existing === null && machine.group(groupId) !== null) {
    const { code } = errorNamed('GROUP_ID_NOT_FOUND');
    return answer({ errorCode: code, errorMessage: `Group ${groupId} is not a share group.` });
  }
  if (existing !== null && !existing.isEmpty) return answer(shown(errorNamed('NON_EMPTY_GROUP')));
  const group = existing ?? new ShareGroup(groupId);
  const image = context.image as MetadataImage;
  const named = new Map<string, NamedPartitions>();
  const offsets = new Map<string, number>();
  const topics = merged(request).flatMap(([topicName, partitions]) => {
    const topic = image.topics.get(topicName);
    if (topic === undefined) return [];
    const isThere = (index: number): boolean => index >= 0 && index < topic.partitions.length;
    const there = partitions.map(({ partitionIndex }) => partitionIndex).filter(isThere);
    named.set(topic.id, { name: topicName, partitions: [...new Set(there)] });
    for (const { partitionIndex, startOffset } of partitions) offsets.set(`${topic.id}:${partitionIndex}`, startOffset);
    const answers = partitions.map(({ partitionIndex }) =>
      isThere(partitionIndex)
        ? { partitionIndex }
        : { partitionIndex, ...shown(errorNamed('UNKNOWN_TOPIC_OR_PARTITION')) },
    );
    return { topicName, topicId: topic.id, partitions: answers };
  });
  beginWith(machine, group, named, effects, context);
  const startOffset = (topicId: string, partition: number): number => offsets.get(`${topicId}:${partition}`) ?? 0;
  return answer({ topics, initialization: { stateEpoch: group.groupEpoch, partitions: statesOf(named, startOffset) } });
}

/** A topic that is named twice is answered once. */
function merged({ topics }: AlterShareGroupOffsetsRequest) {
  const byName = new Map<string, AlterShareGroupOffsetsRequestPartition[]>();
  for (const { topicName, partitions } of topics) {
    byName.set(topicName, [...(byName.get(topicName) ?? []), ...partitions]);
  }
  return [...byName];
}

const shown = ({ code, message }: ErrorFacts) => ({ errorCode: code, errorMessage: message });
