import { type ErrorName, errorNamed } from '../../protocol/errors.js';
import type { ShareStateRefusal } from '../share-persister.js';

/** Why a share partition could not do what was asked, as its leader answers it. */
export interface ShareError {
  readonly error: ErrorName;
  readonly message: string | null;
}

/** As Apache Kafka 4.3.1 answers for its persister. */
const ANSWER_OF: Partial<Record<ErrorName, ErrorName>> = {
  NOT_COORDINATOR: 'COORDINATOR_NOT_AVAILABLE',
  COORDINATOR_NOT_AVAILABLE: 'COORDINATOR_NOT_AVAILABLE',
  COORDINATOR_LOAD_IN_PROGRESS: 'COORDINATOR_NOT_AVAILABLE',
  GROUP_ID_NOT_FOUND: 'GROUP_ID_NOT_FOUND',
  UNKNOWN_TOPIC_OR_PARTITION: 'UNKNOWN_TOPIC_OR_PARTITION',
  FENCED_LEADER_EPOCH: 'NOT_LEADER_OR_FOLLOWER',
  FENCED_STATE_EPOCH: 'NOT_LEADER_OR_FOLLOWER',
};

/** After these the state in memory is not the group's any more. */
const FENCING: ReadonlySet<ErrorName> = new Set([
  'NOT_LEADER_OR_FOLLOWER',
  'FENCED_STATE_EPOCH',
  'GROUP_ID_NOT_FOUND',
  'UNKNOWN_TOPIC_OR_PARTITION',
]);

export const answerOfPersister = (asked: 'read' | 'write', { error, message }: ShareStateRefusal): ShareError => ({
  error: ANSWER_OF[error] ?? 'UNKNOWN_SERVER_ERROR',
  message: `Error in ${asked} state RPC. ${message ?? errorNamed(error).message}`,
});

export const isFencing = ({ error }: ShareError): boolean => FENCING.has(error);
