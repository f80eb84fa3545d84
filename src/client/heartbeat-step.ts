import { KafkaError } from '../protocol/errors.js';

/**
 * What a heartbeat that failed asks of a member: to try again later, to look for the coordinator first, to join anew
 * since the group went on without it, or to give up.
 */
export type HeartbeatStep = 'later' | 'find' | 'rejoin' | 'fail';

export function heartbeatStep(error: unknown): HeartbeatStep {
  if (!(error instanceof KafkaError)) return 'find';
  switch (error.error) {
    case 'FENCED_MEMBER_EPOCH':
    case 'UNKNOWN_MEMBER_ID':
      return 'rejoin';
    case 'UNRELEASED_INSTANCE_ID':
    case 'COORDINATOR_LOAD_IN_PROGRESS':
      return 'later';
    case 'NOT_COORDINATOR':
    case 'COORDINATOR_NOT_AVAILABLE':
    case 'REQUEST_TIMED_OUT':
    case 'BROKER_NOT_AVAILABLE':
      return 'find';
    default:
      return 'fail';
  }
}
