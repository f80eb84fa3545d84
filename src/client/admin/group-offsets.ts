/** Committed offsets of groups. */
import { KafkaError } from '../../protocol/errors.js';
import { offsetCommitApi } from '../../protocol/generated/offset-commit.js';
import { offsetDeleteApi } from '../../protocol/generated/offset-delete.js';
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
import { type Result, toCoordinators } from '../fan-out.js';
import { byTopic, keyOf, type OfPartition, partitionKey, type TopicPartition } from '../topic-partition.js';

export interface ListGroupOffsetsOptions extends RetryOptions {
  /** Waits for transactions that still hold offsets back. */
  readonly requireStable?: boolean;
}

/**
 * What groups have committed: for each group the partitions that were asked for (null: all that have an offset).
 * Partitions without an offset have the value null.
 */
export function listGroupOffsets(
  cluster: Cluster,
  groups: ReadonlyMap<string, readonly TopicPartition[] | null>,
  options: ListGroupOffsetsOptions = {},
): Promise<Map<string, Result<OfPartition<Result<CommittedOffset | null>>[]>>> {
  return toCoordinators<OfPartition<Result<CommittedOffset | null>>[]>(
    cluster,
    'OffsetFetch',
    'group',
    [...groups.keys()],
    async (node, groupIds, { timeoutMs }) => {
      const connection = await cluster.connectToNode(node, 'coordinator');
      const maxVersion = LAST_VERSION_WITH_NAMES;
      const version = connection.versionOf(offsetFetchApi, maxVersion);
      const stable = version >= 7 ? { requireStable: options.requireStable ?? false } : {};
      if (version >= 8) {
        const wanted = groupIds.map((groupId) => ({ groupId, topics: askedOf(groups, groupId) }));
        const response = await connection.send(
          offsetFetchApi,
          { groups: wanted, ...stable },
          { maxVersion, timeoutMs },
        );
        return new Map(
          response.groups.map(({ groupId, topics, errorCode }) => [
            groupId,
            kafkaErrorOf(errorCode) ?? fetchedOffsets(topics),
          ]),
        );
      }
      const results = new Map<string, Result<OfPartition<Result<CommittedOffset | null>>[]>>();
      for (const groupId of groupIds) {
        const request = { groupId, topics: askedOf(groups, groupId), ...stable };
        const response = await connection.send(offsetFetchApi, request, { maxVersion, timeoutMs });
        results.set(groupId, kafkaErrorOf(response.errorCode) ?? fetchedOffsets(response.topics));
      }
      return results;
    },
    options,
  );
}

/** Null for all that the group has. */
function askedOf(groups: ReadonlyMap<string, readonly TopicPartition[] | null>, groupId: string) {
  const partitions = groups.get(groupId) ?? null;
  return partitions === null ? null : topicsToFetch(partitions);
}

/**
 * Sets offsets of a group that has no members.
 * @throws KafkaError when the group as a whole refuses (UNKNOWN_MEMBER_ID while it has members).
 */
export async function alterGroupOffsets(
  cluster: Cluster,
  groupId: string,
  offsets: readonly OfPartition<CommittedOffset>[],
  options: RetryOptions = {},
): Promise<OfPartition<Result<true>>[]> {
  const request = { groupId, memberId: '', generationIdOrMemberEpoch: -1, topics: topicsToCommit(offsets) };
  const response = await cluster.call({ coordinator: 'group', key: groupId }, offsetCommitApi, request, {
    ...options,
    maxVersion: LAST_VERSION_WITH_NAMES,
    errorOf: ({ topics }) => retriableOf(topics.flatMap(({ partitions }) => partitions)),
  });
  return resultsOf(offsets, response.topics);
}

/** @throws KafkaError when the group as a whole refuses. */
export async function deleteGroupOffsets(
  cluster: Cluster,
  groupId: string,
  partitions: readonly TopicPartition[],
  options: RetryOptions = {},
): Promise<OfPartition<Result<true>>[]> {
  const topics = [...byTopic(partitions)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition }) => ({ partitionIndex: partition })),
  }));
  const target = { coordinator: 'group', key: groupId } as const;
  const response = await cluster.call(
    target,
    offsetDeleteApi,
    { groupId, topics },
    {
      ...options,
      errorOf: ({ errorCode }) => kafkaErrorOf(errorCode),
    },
  );
  return resultsOf(partitions, response.topics);
}

/** Errors of the coordinator itself stand at every partition; then the whole request is made again. */
function retriableOf(partitions: readonly { readonly errorCode: number }[]): KafkaError | null {
  const passing = [
    'COORDINATOR_LOAD_IN_PROGRESS',
    'COORDINATOR_NOT_AVAILABLE',
    'NOT_COORDINATOR',
    'REBALANCE_IN_PROGRESS',
  ];
  for (const { errorCode } of partitions) {
    const error = kafkaErrorOf(errorCode);
    if (error !== null && passing.includes(error.error)) return error;
  }
  return null;
}

interface AnsweredTopic {
  readonly name: string;
  readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[];
}

function resultsOf(asked: readonly TopicPartition[], topics: readonly AnsweredTopic[]): OfPartition<Result<true>>[] {
  const answers = new Map<string, Result<true>>();
  for (const { name, partitions } of topics) {
    for (const { partitionIndex, errorCode } of partitions) {
      answers.set(partitionKey(name, partitionIndex), kafkaErrorOf(errorCode) ?? true);
    }
  }
  return asked.map((item) => ({
    topic: item.topic,
    partition: item.partition,
    value: answers.get(keyOf(item)) ?? new KafkaError('UNKNOWN_TOPIC_OR_PARTITION'),
  }));
}
