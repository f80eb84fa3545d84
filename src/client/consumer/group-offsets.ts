/** Commits of a member, and what its group has committed. */
import { KafkaError } from '../../protocol/errors.js';
import { offsetCommitApi } from '../../protocol/generated/offset-commit.js';
import { offsetFetchApi } from '../../protocol/generated/offset-fetch.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import {
  type CommittedOffset,
  fetchedOffsets,
  LAST_VERSION_WITH_NAMES,
  topicsToCommit,
  topicsToFetch,
} from '../committed-offset.js';
import { valueOrThrow } from '../fan-out.js';
import type { OfPartition, TopicPartition } from '../topic-partition.js';

/** How a member names itself to the coordinator. Generation -1 and an empty id: no member. */
export interface MemberIdentity {
  readonly memberId: string;
  /** Generation, or epoch of the member. */
  readonly generation: number;
  readonly groupInstanceId: string | null;
}

const NOT_A_MEMBER =
  'Offset commit cannot be completed since the consumer is not part of an active group for auto partition assignment; it is likely that the consumer was kicked out of the group.';
const REBALANCING =
  'Offset commit cannot be completed since the consumer is undergoing a rebalance for auto partition assignment. You can try completing the rebalance by calling poll() and then retry the operation.';

/** @throws KafkaError for the first partition that has one. */
export async function commitOffsets(
  cluster: Cluster,
  groupId: string,
  identity: () => MemberIdentity,
  offsets: readonly OfPartition<CommittedOffset>[],
  options: RetryOptions = {},
): Promise<void> {
  if (offsets.length === 0) return;
  const target = { coordinator: 'group', key: groupId } as const;
  const topics = topicsToCommit(offsets);
  const attempt = async ({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> => {
    const { memberId, generation, groupInstanceId } = identity();
    const ids = { groupId, memberId, generationIdOrMemberEpoch: generation, groupInstanceId };
    try {
      const connection = await cluster.connectTo(target);
      const limits = { maxVersion: LAST_VERSION_WITH_NAMES, timeoutMs };
      const response = await connection.send(offsetCommitApi, { ...ids, topics }, limits);
      for (const { partitions } of response.topics) {
        for (const { errorCode } of partitions) {
          const error = kafkaErrorOf(errorCode);
          // The member moved on to a newer epoch while the commit was on its way.
          if (error?.error === 'STALE_MEMBER_EPOCH' && identity().generation !== generation) {
            throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS', error.message);
          }
          if (error !== null) throw told(error);
        }
      }
    } catch (error) {
      cluster.onError(target, error);
      throw error;
    }
  };
  await cluster.retry('OffsetCommit', attempt, options);
}

function told(error: KafkaError): KafkaError {
  switch (error.error) {
    case 'UNKNOWN_MEMBER_ID':
    case 'ILLEGAL_GENERATION':
    case 'STALE_MEMBER_EPOCH':
      return new KafkaError(error.error, NOT_A_MEMBER);
    case 'REBALANCE_IN_PROGRESS':
      return new KafkaError(error.error, REBALANCING);
    default:
      return error;
  }
}

/** Null where nothing was committed. @throws KafkaError */
export async function fetchCommitted(
  cluster: Cluster,
  groupId: string,
  identity: () => MemberIdentity,
  partitions: readonly TopicPartition[],
  options: RetryOptions = {},
): Promise<OfPartition<CommittedOffset | null>[]> {
  const target = { coordinator: 'group', key: groupId } as const;
  const topics = topicsToFetch(partitions);
  return cluster.retry(
    'OffsetFetch',
    async ({ timeoutMs }) => {
      try {
        const connection = await cluster.connectTo(target);
        const maxVersion = LAST_VERSION_WITH_NAMES;
        const version = connection.versionOf(offsetFetchApi, maxVersion);
        const { memberId, generation } = identity();
        const member = version >= 9 && memberId !== '' && generation >= 0 ? { memberId, memberEpoch: generation } : {};
        const stable = version >= 7 ? { requireStable: true } : {};
        const request = version >= 8 ? { groups: [{ groupId, topics, ...member }] } : { groupId, topics };
        const response = await connection.send(offsetFetchApi, { ...request, ...stable }, { maxVersion, timeoutMs });
        const group = version >= 8 ? response.groups[0] : response;
        const error = kafkaErrorOf(group?.errorCode ?? 0);
        // The coordinator has moved the member on to an epoch that the member is about to hear of.
        if (error?.error === 'STALE_MEMBER_EPOCH') throw new KafkaError('COORDINATOR_LOAD_IN_PROGRESS', error.message);
        if (error !== null) throw error;
        return fetchedOffsets(group?.topics ?? []).map((item) => ({ ...item, value: valueOrThrow(item.value) }));
      } catch (error) {
        cluster.onError(target, error);
        throw error;
      }
    },
    options,
  );
}
