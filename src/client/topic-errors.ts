import { KafkaError } from '../protocol/errors.js';

/** Topics that are of no use by the names that were given; null where all of them can. */
export function topicsError(invalid: readonly string[], unauthorized: readonly string[]): KafkaError | null {
  if (invalid.length > 0) return new KafkaError('INVALID_TOPIC_EXCEPTION', `Invalid topics: [${invalid.join(', ')}]`);
  if (unauthorized.length === 0) return null;
  const message = `Not authorized to access topics: [${unauthorized.join(', ')}]`;
  return new KafkaError('TOPIC_AUTHORIZATION_FAILED', message);
}
