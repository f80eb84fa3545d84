import { type ErrorName, errorCode, KafkaError } from '../protocol/errors.js';

/** The newest transaction.version that a client can speak: KIP-890 with an epoch for each transaction. */
export const TRANSACTION_VERSION_2 = 2;

/** Runs a command of a transactional id; what keeps it from being run at all becomes the API's own kind of answer. */
export async function callTransaction<Response>(
  command: () => Promise<Response>,
  refuse: (error: ErrorName) => Response,
): Promise<Response> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof KafkaError) return refuse(coordinatorError(error.error));
    throw error;
  }
}

/** A client is told of the log's troubles as of the coordinator's (as Kafka maps them). */
function coordinatorError(error: ErrorName): ErrorName {
  switch (error) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'NOT_ENOUGH_REPLICAS':
    case 'NOT_ENOUGH_REPLICAS_AFTER_APPEND':
    case 'REQUEST_TIMED_OUT':
      return 'COORDINATOR_NOT_AVAILABLE';
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'KAFKA_STORAGE_ERROR':
      return 'NOT_COORDINATOR';
    case 'RECORD_LIST_TOO_LARGE':
    case 'MESSAGE_TOO_LARGE':
      return 'UNKNOWN_SERVER_ERROR';
    default:
      return error;
  }
}

/** Clients of old versions of an API know a fenced producer by another name. */
export const fencedAs = (code: number, knowsFenced: boolean): number =>
  code === errorCode('PRODUCER_FENCED') && !knowsFenced ? errorCode('INVALID_PRODUCER_EPOCH') : code;
