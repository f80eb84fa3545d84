import { uuidHash } from '../base/java-hash.js';
import { inHashOrder } from '../base/java-hash-order.js';
import { type ErrorName, errorCode, KafkaError } from '../protocol/errors.js';
import type { SharePartitionKey, ShareStateRefusal } from '../state/share/share-state.js';
import type { RequestContext } from './handler.js';
import type { ShareStateCommand } from './share-coordinators.js';

interface ShareStateRequest<Partition> {
  readonly groupId: string;
  readonly topics: readonly { readonly topicId: string; readonly partitions: readonly Partition[] }[];
}

/** What an API does with each share partition that a request names. */
interface ShareStateOperation<Partition, Answer, Fields> {
  /** For messages: 'read share group state'. */
  readonly name: string;
  command(key: SharePartitionKey, partition: Partition): ShareStateCommand;
  /** What the response says of a partition where nothing was refused. */
  fields(answer: Answer): Fields;
}

/**
 * Runs a command for each share partition. Requests that name no group or nothing to do have an empty answer, and topics
 * and partitions come in the order of Java's hash maps (measured on Apache Kafka 4.3.1).
 */
export async function callSharePartitions<Partition extends { readonly partition: number }, Answer, Fields>(
  { services }: RequestContext,
  { groupId, topics }: ShareStateRequest<Partition>,
  operation: ShareStateOperation<Partition, Answer, Fields>,
) {
  const byTopic = new Map<string, Map<number, Promise<Answer | ShareStateRefusal>>>();
  if (groupId === '') return [];
  for (const { topicId, partitions } of topics) {
    for (const partition of partitions) {
      const key = { groupId, topicId, partition: partition.partition };
      const answer = services.shareCoordinators
        .call<Answer | ShareStateRefusal>(key, operation.command(key, partition))
        .catch((error: unknown) => {
          const refusal = refusalOf(error);
          return { ...refusal, message: `Unable to ${operation.name}: ${refusal.message}` };
        });
      const ofTopic = byTopic.get(topicId) ?? new Map<number, Promise<Answer | ShareStateRefusal>>();
      byTopic.set(topicId, ofTopic.set(partition.partition, answer));
    }
  }
  return Promise.all(
    inHashOrder([...byTopic], ([topicId]) => uuidHash(topicId)).map(async ([topicId, partitions]) => ({
      topicId,
      partitions: await Promise.all(
        inHashOrder([...partitions], ([partition]) => partition).map(async ([partition, answer]) =>
          partitionResult(partition, await answer, operation.fields),
        ),
      ),
    })),
  );
}

/** Whether one of the topics is without partitions, which most of these APIs have no answer for. */
export const namesNothing = ({ topics }: ShareStateRequest<unknown>): boolean =>
  topics.some(({ partitions }) => partitions.length === 0);

function partitionResult<Answer, Fields>(
  partition: number,
  answer: Answer | ShareStateRefusal,
  fields: (answer: Answer) => Fields,
) {
  if (!isRefusal(answer)) return { partition, ...fields(answer) };
  return { partition, errorCode: errorCode(answer.error), errorMessage: answer.message };
}

const isRefusal = (answer: unknown): answer is ShareStateRefusal =>
  typeof answer === 'object' && answer !== null && 'error' in answer;

/** What kept a command from being run, as callers are told of it. @throws whatever is no error of Kafka's */
export function refusalOf(error: unknown): ShareStateRefusal {
  if (!(error instanceof KafkaError)) throw error;
  return { error: coordinatorError(error.error), message: error.message };
}

/** A caller is told of the log's troubles as of the coordinator's (as Kafka maps them). */
function coordinatorError(error: ErrorName): ErrorName {
  switch (error) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'NOT_ENOUGH_REPLICAS':
    case 'REQUEST_TIMED_OUT':
      return 'COORDINATOR_NOT_AVAILABLE';
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'KAFKA_STORAGE_ERROR':
      return 'NOT_COORDINATOR';
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return 'UNKNOWN_SERVER_ERROR';
    default:
      return error;
  }
}
