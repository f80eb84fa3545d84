import { ZERO_UUID } from '../../../base/bytes.js';
import type { CallId, TransactionalProducer } from '../../../base/machine.js';
import type { Init } from '../../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../../protocol/errors.js';
import type { TxnOffsetCommitRequest, TxnOffsetCommitResponse } from '../../../protocol/generated/txn-offset-commit.js';
import type { MetadataImage } from '../../metadata/image.js';
import type { ClassicGroup } from '../classic/classic-group.js';
import { memberProblem } from '../classic/join-group.js';
import type { GroupCommandContext } from '../classic/rebalance.js';
import type { ConsumerGroup } from '../consumer/consumer-group.js';
import { Effects } from '../effects.js';
import type { GroupMachine } from '../group-machine.js';
import { streamsCommitProblem } from '../streams/streams-commit-problem.js';
import type { StreamsGroup } from '../streams/streams-group.js';
import { commitProblem } from './commit-problem.js';
import { offsetRecord } from './offsets.js';

const NO_TIMESTAMP = -1;

/** Commits offsets with a producer's transaction: they count once its marker comes (KIP-98). */
export function commitTransactionOffsets(
  machine: GroupMachine,
  call: CallId,
  request: TxnOffsetCommitRequest,
  producer: TransactionalProducer,
  context: GroupCommandContext,
): Effects {
  const effects = new Effects();
  effects.producer = producer;
  const problem = mayCommit(machine, request, context);
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((partition) => {
      const metadata = partition.committedMetadata ?? '';
      const isTooLarge = Buffer.byteLength(metadata) > context.settings.offsetMetadataMaxBytes;
      const error = problem ?? (isTooLarge ? 'OFFSET_METADATA_TOO_LARGE' : 'NONE');
      if (error === 'NONE') {
        effects.write(
          offsetRecord(request.groupId, name, partition.partitionIndex, {
            offset: partition.committedOffset,
            leaderEpoch: partition.committedLeaderEpoch,
            metadata,
            commitTimestampMs: context.nowMs,
            expireTimestampMs: NO_TIMESTAMP,
            topicId: ZERO_UUID,
          }),
        );
      }
      return { partitionIndex: partition.partitionIndex, errorCode: errorCode(error) };
    }),
  }));
  const response: Init<TxnOffsetCommitResponse> = { topics };
  return effects.reply(call, response);
}

function mayCommit(
  machine: GroupMachine,
  request: TxnOffsetCommitRequest,
  context: GroupCommandContext,
): ErrorName | null {
  if (machine.shareGroup(request.groupId) !== null) return 'GROUP_ID_NOT_FOUND';
  const streamsGroup = machine.streamsGroup(request.groupId);
  if (streamsGroup !== null) return streamsProblem(streamsGroup, request);
  const consumerGroup = machine.consumerGroup(request.groupId);
  if (consumerGroup !== null) return consumerProblem(consumerGroup, request, context);
  const group = machine.classicGroup(request.groupId);
  if (group !== null) return classicProblem(group, request);
  if (request.generationId >= 0) return 'ILLEGAL_GENERATION';
  machine.createClassicGroup(request.groupId, context.nowMs);
  return null;
}

/** Producers before KIP-447 know nothing of members: they are fenced by their transactional id alone. */
const namesMember = ({ generationId, memberId, groupInstanceId }: TxnOffsetCommitRequest): boolean =>
  generationId >= 0 || memberId !== '' || groupInstanceId !== null;

function consumerProblem(
  group: ConsumerGroup,
  request: TxnOffsetCommitRequest,
  context: GroupCommandContext,
): ErrorName | null {
  const { memberId, generationId: memberEpoch } = request;
  if (memberEpoch < 0 && group.isEmpty) return null;
  if (!namesMember(request)) return null;
  const image = context.image as MetadataImage;
  const topics = request.topics.map(({ name, partitions }) => ({
    topicId: image.topics.get(name)?.id,
    partitions: partitions.map(({ partitionIndex }) => partitionIndex),
  }));
  const problem = commitProblem(group, { memberId, memberEpoch, topics });
  // Producers know nothing of epochs of members.
  return problem === 'STALE_MEMBER_EPOCH' ? 'ILLEGAL_GENERATION' : problem;
}

function streamsProblem(group: StreamsGroup, request: TxnOffsetCommitRequest): ErrorName | null {
  const { memberId, generationId: memberEpoch } = request;
  if ((memberEpoch < 0 && group.isEmpty) || !namesMember(request)) return null;
  const topics = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(({ partitionIndex }) => partitionIndex),
  }));
  const problem = streamsCommitProblem(group, { memberId, memberEpoch, topics });
  return problem === 'STALE_MEMBER_EPOCH' ? 'ILLEGAL_GENERATION' : problem;
}

function classicProblem(group: ClassicGroup, request: TxnOffsetCommitRequest): ErrorName | null {
  if (group.state === 'Dead') return 'COORDINATOR_NOT_AVAILABLE';
  if (request.generationId < 0 && group.state === 'Empty') return null;
  if (!namesMember(request)) return null;
  const problem = memberProblem(group, request.memberId, request.groupInstanceId);
  if (problem !== null) return problem;
  return request.generationId === group.generation ? null : 'ILLEGAL_GENERATION';
}
