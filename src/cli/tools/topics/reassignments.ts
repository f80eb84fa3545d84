import type { DescribedTopic } from '../../../client/admin/topics.js';
import { kafkaErrorOf } from '../../../client/client-errors.js';
import type { Cluster } from '../../../client/cluster.js';
import { partitionKey } from '../../../client/topic-partition.js';
import { KafkaError } from '../../../protocol/errors.js';
import { listPartitionReassignmentsApi } from '../../../protocol/generated/list-partition-reassignments.js';

/** Where a partition is moving to. */
export interface Reassignment {
  readonly adding: readonly number[];
  readonly removing: readonly number[];
}

/** Reassignments that go on, by partition; none where the cluster does not tell. */
export async function reassignments(
  admin: Cluster,
  topics: readonly DescribedTopic[],
): Promise<ReadonlyMap<string, Reassignment>> {
  const found = new Map<string, Reassignment>();
  try {
    const response = await admin.call(
      'controller',
      listPartitionReassignmentsApi,
      {
        timeoutMs: admin.settings.requestTimeoutMs,
        topics: topics.map(({ name, partitions }) => ({
          name,
          partitionIndexes: partitions.map(({ partition }) => partition),
        })),
      },
      { errorOf: ({ errorCode, errorMessage }) => kafkaErrorOf(errorCode, errorMessage) },
    );
    for (const { name, partitions } of response.topics) {
      for (const { partitionIndex, addingReplicas, removingReplicas } of partitions) {
        found.set(partitionKey(name, partitionIndex), { adding: addingReplicas, removing: removingReplicas });
      }
    }
  } catch (error) {
    if (!(error instanceof KafkaError && NOT_TOLD.has(error.error))) throw error;
  }
  return found;
}

const NOT_TOLD: ReadonlySet<string> = new Set(['CLUSTER_AUTHORIZATION_FAILED', 'UNSUPPORTED_VERSION']);
