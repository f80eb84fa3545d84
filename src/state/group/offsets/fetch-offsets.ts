import { ZERO_UUID } from '../../../base/bytes.js';
import type { Init } from '../../../protocol/codec-runtime.js';
import { errorCode } from '../../../protocol/errors.js';
import type { OffsetFetchRequestGroup, OffsetFetchResponseGroup } from '../../../protocol/generated/offset-fetch.js';
import type { GroupMachine } from '../group-machine.js';
import type { TopicNames } from './commit-offsets.js';
import type { CommittedOffset } from './offsets.js';

const NO_OFFSET = -1;

/**
 * The committed offsets of one group; no topics for all of them. Where nothing is committed the offset is -1.
 * @param usesIds topics are named by id (version 10)
 * @param requireStable an offset that a transaction may yet change is an error (KIP-447)
 */
export function fetchOffsets(
  machine: GroupMachine,
  request: OffsetFetchRequestGroup,
  usesIds: boolean,
  names: TopicNames,
  requireStable = false,
): Init<OffsetFetchResponseGroup> {
  const { groupId } = request;
  const consumerGroup = machine.consumerGroup(groupId);
  if (consumerGroup !== null && (request.memberId !== null || request.memberEpoch >= 0)) {
    const member = consumerGroup.members.get(request.memberId ?? '');
    if (member === undefined) return { groupId, errorCode: errorCode('UNKNOWN_MEMBER_ID') };
    if (member.memberEpoch !== request.memberEpoch) {
      return { groupId, errorCode: errorCode(member.classic === null ? 'STALE_MEMBER_EPOCH' : 'ILLEGAL_GENERATION') };
    }
  }
  const streamsGroup = machine.streamsGroup(groupId);
  if (streamsGroup !== null && (request.memberId !== null || request.memberEpoch >= 0)) {
    const member = streamsGroup.members.get(request.memberId ?? '');
    if (member === undefined) return { groupId, errorCode: errorCode('UNKNOWN_MEMBER_ID') };
    if (member.memberEpoch !== request.memberEpoch) return { groupId, errorCode: errorCode('STALE_MEMBER_EPOCH') };
  }
  if (request.topics === null) return { groupId, topics: all(machine, groupId, usesIds, names, requireStable) };
  const topics = request.topics.map((topic) => {
    const name = usesIds ? names.name(topic.topicId) : topic.name;
    const unknown = name === undefined ? errorCode('UNKNOWN_TOPIC_ID') : 0;
    return {
      name: topic.name,
      topicId: topic.topicId,
      partitions: topic.partitionIndexes.map((partition) =>
        name !== undefined && requireStable && machine.offsets.pending.has(groupId, name, partition)
          ? unstable(partition)
          : shown(partition, name === undefined ? undefined : machine.offsets.get(groupId, name, partition), unknown),
      ),
    };
  });
  return { groupId, topics };
}

function all(machine: GroupMachine, groupId: string, usesIds: boolean, names: TopicNames, requireStable: boolean) {
  const topics = [...machine.offsets.topics(groupId)].map(([name, partitions]) => ({
    name,
    topicId: usesIds ? (names.id(name) ?? ZERO_UUID) : ZERO_UUID,
    partitions: [...partitions].map(([partition, committed]) =>
      requireStable && machine.offsets.pending.has(groupId, name, partition)
        ? unstable(partition)
        : shown(partition, committed, 0),
    ),
  }));
  // An id is all that the client would have to know such a topic by.
  return usesIds ? topics.filter((topic) => topic.topicId !== ZERO_UUID) : topics;
}

const unstable = (partition: number) => shown(partition, undefined, errorCode('UNSTABLE_OFFSET_COMMIT'));

function shown(partitionIndex: number, committed: CommittedOffset | undefined, code: number) {
  return {
    partitionIndex,
    committedOffset: committed?.offset ?? NO_OFFSET,
    committedLeaderEpoch: committed?.leaderEpoch ?? -1,
    metadata: committed?.metadata ?? '',
    errorCode: code,
  };
}
