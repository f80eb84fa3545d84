import { ZERO_UUID } from '../../../base/bytes.js';
import type { CallId } from '../../../base/machine.js';
import type { Init } from '../../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../../protocol/errors.js';
import type {
  OffsetCommitRequest,
  OffsetCommitRequestPartition,
  OffsetCommitResponse,
} from '../../../protocol/generated/offset-commit.js';
import type { ClassicGroup } from '../classic/classic-group.js';
import { memberProblem } from '../classic/join-group.js';
import { armSession, type GroupCommandContext } from '../classic/rebalance.js';
import type { ConsumerGroup } from '../consumer/consumer-group.js';
import { Effects } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { streamsCommitProblem } from '../streams/streams-commit-problem.js';
import type { StreamsGroup } from '../streams/streams-group.js';
import { commitProblem } from './commit-problem.js';
import { offsetRecord } from './offsets.js';

const NO_TIMESTAMP = -1;
/** From here on a group that is not there is named as such. */
const FIRST_VERSION_WITH_GROUP_ERRORS = 9;

export interface TopicNames {
  name(topicId: string): string | undefined;
  id(topic: string): string | undefined;
}

/** Topics whose name or id is known; the others are refused one by one. */
export function commitOffsets(
  machine: GroupMachine,
  call: CallId,
  request: OffsetCommitRequest,
  version: number,
  names: TopicNames,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  const error = mayCommit(machine, request, version, names, effects, context);
  const topics = request.topics.map((topic) => {
    const usesId = topic.topicId !== ZERO_UUID;
    const name = usesId ? names.name(topic.topicId) : topic.name;
    const partitions = topic.partitions.map((partition) => {
      const refused = error ?? (name === undefined ? 'UNKNOWN_TOPIC_ID' : problemOf(partition, context));
      if (refused === null && name !== undefined) {
        const topicId = usesId ? topic.topicId : (names.id(name) ?? ZERO_UUID);
        effects.write(commitRecord(request, name, topicId, partition, context.nowMs));
      }
      return { partitionIndex: partition.partitionIndex, errorCode: errorCode(refused ?? 'NONE') };
    });
    return { name: topic.name, topicId: topic.topicId, partitions };
  });
  const response: Init<OffsetCommitResponse> = { topics };
  return effects.reply(call, response);
}

function problemOf(partition: OffsetCommitRequestPartition, context: GroupCommandContext): ErrorName | null {
  const metadataBytes = Buffer.byteLength(partition.committedMetadata ?? '');
  return metadataBytes > context.settings.offsetMetadataMaxBytes ? 'OFFSET_METADATA_TOO_LARGE' : null;
}

function commitRecord(
  request: OffsetCommitRequest,
  topic: string,
  topicId: string,
  partition: OffsetCommitRequestPartition,
  nowMs: number,
) {
  const { retentionTimeMs } = request;
  return offsetRecord(request.groupId, topic, partition.partitionIndex, {
    offset: partition.committedOffset,
    leaderEpoch: partition.committedLeaderEpoch,
    metadata: partition.committedMetadata ?? '',
    commitTimestampMs: nowMs,
    expireTimestampMs: retentionTimeMs >= 0 ? nowMs + retentionTimeMs : NO_TIMESTAMP,
    topicId,
  });
}

function mayCommit(
  machine: GroupMachine,
  request: OffsetCommitRequest,
  version: number,
  names: TopicNames,
  effects: Effects,
  context: GroupCommandContext,
): ErrorName | null {
  const isSimple = request.generationIdOrMemberEpoch < 0;
  if (machine.shareGroup(request.groupId) !== null) return 'GROUP_ID_NOT_FOUND';
  const streamsGroup = machine.streamsGroup(request.groupId);
  if (streamsGroup !== null) return streamsProblem(streamsGroup, request, version, names);
  const consumerGroup = machine.consumerGroup(request.groupId);
  if (consumerGroup !== null) return consumerProblem(consumerGroup, request, version, names);
  const group = machine.classicGroup(request.groupId);
  if (group !== null) return classicProblem(group, request, isSimple, effects, context);
  if (!isSimple) return version >= FIRST_VERSION_WITH_GROUP_ERRORS ? 'GROUP_ID_NOT_FOUND' : 'ILLEGAL_GENERATION';
  machine.createClassicGroup(request.groupId, context.nowMs);
  return null;
}

function consumerProblem(
  group: ConsumerGroup,
  request: OffsetCommitRequest,
  version: number,
  names: TopicNames,
): ErrorName | null {
  const { memberId, generationIdOrMemberEpoch: memberEpoch } = request;
  if (memberEpoch < 0 && group.isEmpty) return null;
  const isModern = group.members.get(memberId)?.classic === null;
  if (isModern && version < FIRST_VERSION_WITH_GROUP_ERRORS) return 'UNSUPPORTED_VERSION';
  const topics = request.topics.map(({ name, topicId, partitions }) => ({
    topicId: topicId === ZERO_UUID ? names.id(name) : topicId,
    partitions: partitions.map(({ partitionIndex }) => partitionIndex),
  }));
  return commitProblem(group, { memberId, memberEpoch, topics });
}

function streamsProblem(
  group: StreamsGroup,
  request: OffsetCommitRequest,
  version: number,
  names: TopicNames,
): ErrorName | null {
  const { memberId, generationIdOrMemberEpoch: memberEpoch } = request;
  if (memberEpoch < 0 && group.isEmpty) return null;
  if (group.members.has(memberId) && version < FIRST_VERSION_WITH_GROUP_ERRORS) return 'UNSUPPORTED_VERSION';
  const topics = request.topics.map(({ name, topicId, partitions }) => ({
    name: topicId === ZERO_UUID ? name : names.name(topicId),
    partitions: partitions.map(({ partitionIndex }) => partitionIndex),
  }));
  return streamsCommitProblem(group, { memberId, memberEpoch, topics });
}

function classicProblem(
  group: ClassicGroup,
  request: OffsetCommitRequest,
  isSimple: boolean,
  effects: Effects,
  context: GroupCommandContext,
): ErrorName | null {
  if (group.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  if (isSimple && group.state === 'Empty') return null;
  const problem = memberProblem(group, request.memberId, request.groupInstanceId);
  if (problem !== null) return problem;
  if (request.generationIdOrMemberEpoch !== group.generation) return 'ILLEGAL_GENERATION';
  if (group.state === 'CompletingRebalance') return 'REBALANCE_IN_PROGRESS';
  const member = group.members.get(request.memberId);
  if (member !== undefined) armSession(group, member, effects, context);
  return null;
}
