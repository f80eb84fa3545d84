/** The requests of a transactional producer (KIP-98). Each is made until the coordinator has done what it asks. */
import type { KafkaError } from '../../protocol/errors.js';
import { addOffsetsToTxnApi } from '../../protocol/generated/add-offsets-to-txn.js';
import { addPartitionsToTxnApi } from '../../protocol/generated/add-partitions-to-txn.js';
import { endTxnApi } from '../../protocol/generated/end-txn.js';
import { initProducerIdApi } from '../../protocol/generated/init-producer-id.js';
import { txnOffsetCommitApi } from '../../protocol/generated/txn-offset-commit.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import type { CommittedOffset } from '../committed-offset.js';
import type { MemberIdentity } from '../consumer/group-offsets.js';
import { byTopic, type OfPartition, type TopicPartition } from '../topic-partition.js';

export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** A producer in its transactions. */
export interface TransactionalIdentity extends ProducerIdentity {
  readonly transactionalId: string;
}

const NO_IDENTITY: ProducerIdentity = { producerId: -1, producerEpoch: -1 };
/** From this version on AddPartitionsToTxn is for brokers among themselves (KIP-890). */
const LAST_ADD_PARTITIONS_OF_CLIENTS = 3;
/** From these on a coordinator expects what transaction.version 2 brought (KIP-890). */
const LAST_END_TXN_BEFORE_V2 = 4;
const LAST_OFFSET_COMMIT_BEFORE_V2 = 4;

const coordinatorOf = (transactionalId: string) => ({ coordinator: 'transaction', key: transactionalId }) as const;

/**
 * Fences all producers before this one with the same id, and ends a transaction that one of them left open.
 *
 * @param before the identity to raise the epoch of (KIP-360); null for a producer that begins
 */
export async function initProducerId(
  cluster: Cluster,
  transactionalId: string,
  transactionTimeoutMs: number,
  before: ProducerIdentity | null,
  options: RetryOptions = {},
): Promise<ProducerIdentity> {
  const { producerId, producerEpoch } = await cluster.call(
    coordinatorOf(transactionalId),
    initProducerIdApi,
    { transactionalId, transactionTimeoutMs, ...(before ?? NO_IDENTITY) },
    { ...options, errorOf: ({ errorCode }) => kafkaErrorOf(errorCode) },
  );
  return { producerId, producerEpoch };
}

/** Makes partitions part of the transaction; needed before anything is sent to them, below transaction.version 2. */
export async function addPartitions(
  cluster: Cluster,
  identity: TransactionalIdentity,
  partitions: readonly TopicPartition[],
): Promise<void> {
  const topics = [...byTopic(partitions)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition }) => partition),
  }));
  const request = {
    v3AndBelowTransactionalId: identity.transactionalId,
    v3AndBelowProducerId: identity.producerId,
    v3AndBelowProducerEpoch: identity.producerEpoch,
    v3AndBelowTopics: topics,
  };
  await cluster.call(coordinatorOf(identity.transactionalId), addPartitionsToTxnApi, request, {
    maxVersion: LAST_ADD_PARTITIONS_OF_CLIENTS,
    errorOf: ({ resultsByTopicV3AndBelow }) => {
      const results = resultsByTopicV3AndBelow.flatMap(({ resultsByPartition }) => resultsByPartition);
      return firstError(results.map(({ partitionErrorCode }) => partitionErrorCode));
    },
  });
}

/** Commits a group's offsets with the transaction. */
export async function commitOffsetsWithTransaction(
  cluster: Cluster,
  identity: TransactionalIdentity,
  groupId: string,
  member: MemberIdentity,
  offsets: readonly OfPartition<CommittedOffset>[],
  isVersion2: boolean,
): Promise<void> {
  if (!isVersion2) {
    await cluster.call(
      coordinatorOf(identity.transactionalId),
      addOffsetsToTxnApi,
      { ...identity, groupId },
      { errorOf: ({ errorCode }) => kafkaErrorOf(errorCode) },
    );
  }
  const topics = [...byTopic(offsets)].map(([name, ofTopic]) => ({
    name,
    partitions: ofTopic.map(({ partition, value }) => ({
      partitionIndex: partition,
      committedOffset: value.offset,
      committedLeaderEpoch: value.leaderEpoch,
      committedMetadata: value.metadata,
    })),
  }));
  const { memberId, generation, groupInstanceId } = member;
  const group = { groupId, memberId, generationId: generation, groupInstanceId };
  await cluster.call(
    { coordinator: 'group', key: groupId },
    txnOffsetCommitApi,
    { ...identity, ...group, topics },
    {
      ...limitBelow(isVersion2, LAST_OFFSET_COMMIT_BEFORE_V2),
      errorOf: (response) =>
        firstError(response.topics.flatMap(({ partitions }) => partitions).map(({ errorCode }) => errorCode)),
    },
  );
}

/** Ends the transaction. @returns the identity for the next one, which transaction.version 2 gives anew */
export async function endTransaction(
  cluster: Cluster,
  identity: TransactionalIdentity,
  committed: boolean,
  isVersion2: boolean,
): Promise<ProducerIdentity> {
  const { producerId, producerEpoch } = await cluster.call(
    coordinatorOf(identity.transactionalId),
    endTxnApi,
    { ...identity, committed },
    { ...limitBelow(isVersion2, LAST_END_TXN_BEFORE_V2), errorOf: ({ errorCode }) => kafkaErrorOf(errorCode) },
  );
  return producerId >= 0 ? { producerId, producerEpoch } : identity;
}

const limitBelow = (isVersion2: boolean, maxVersion: number) => (isVersion2 ? {} : { maxVersion });

function firstError(codes: readonly number[]): KafkaError | null {
  const code = codes.find((one) => one !== 0);
  return code === undefined ? null : kafkaErrorOf(code);
}
