/** Elections of partition leaders (KIP-460). */
import { KafkaError } from '../../protocol/errors.js';
import { electLeadersApi } from '../../protocol/generated/elect-leaders.js';
import { kafkaErrorOf } from '../client-errors.js';
import type { Cluster, RetryOptions } from '../cluster.js';
import type { Result } from '../fan-out.js';
import { byTopic, type OfPartition, type TopicPartition } from '../topic-partition.js';

/** Preferred: the first of the replicas, if it is in sync. Unclean: any replica that is up, where no leader is. */
export type ElectionType = 'PREFERRED' | 'UNCLEAN';
const ELECTION_TYPES: Record<ElectionType, number> = { PREFERRED: 0, UNCLEAN: 1 };

/**
 * Results in the order of the answer.
 *
 * @param partitions null for all that need an election: then there are results of those alone
 * @throws KafkaError
 */
export async function electLeaders(
  cluster: Cluster,
  type: ElectionType,
  partitions: readonly TopicPartition[] | null,
  options: RetryOptions = {},
): Promise<OfPartition<Result<true>>[]> {
  const topics = partitions === null ? null : byTopic(partitions);
  const response = await cluster.call(
    'controller',
    electLeadersApi,
    {
      electionType: ELECTION_TYPES[type],
      topicPartitions:
        topics === null
          ? null
          : [...topics].map(([topic, of]) => ({ topic, partitions: of.map(({ partition }) => partition) })),
      timeoutMs: options.timeoutMs ?? cluster.settings.requestTimeoutMs,
    },
    {
      ...options,
      errorOf: ({ errorCode, replicaElectionResults }) =>
        kafkaErrorOf(errorCode) ?? (replicaElectionResults.some(isNotController) ? notController() : null),
    },
  );
  return response.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
    partitionResult.map(({ partitionId, errorCode, errorMessage }) => ({
      topic,
      partition: partitionId,
      value: kafkaErrorOf(errorCode, errorMessage) ?? (true as const),
    })),
  );
}

/** Before version 1 an answer has no error of its own. */
const isNotController = ({
  partitionResult,
}: {
  readonly partitionResult: readonly { readonly errorCode: number }[];
}): boolean => partitionResult.some(({ errorCode }) => kafkaErrorOf(errorCode)?.error === 'NOT_CONTROLLER');

const notController = (): KafkaError => new KafkaError('NOT_CONTROLLER');
