import { KafkaError } from '../../protocol/errors.js';

/** There is no record at the offset, and auto.offset.reset does not say where to begin instead. */
export class OffsetOutOfRangeError extends KafkaError {
  readonly javaClass = 'org.apache.kafka.clients.consumer.OffsetOutOfRangeException';

  constructor(message: string) {
    super('OFFSET_OUT_OF_RANGE', message);
  }
}

/** Nothing was committed for these partitions, and auto.offset.reset does not say where to begin. */
export class NoOffsetError extends KafkaError {
  readonly javaClass = 'org.apache.kafka.clients.consumer.NoOffsetForPartitionException';

  constructor(partitions: readonly string[]) {
    const named = partitions.join(', ');
    super('OFFSET_OUT_OF_RANGE', `Undefined offset with no reset policy for partitions: [${named}]`);
  }
}

/** Topics that cannot be read by the names that were given; null where all of them can. */
export function topicsError(invalid: readonly string[], unauthorized: readonly string[]): KafkaError | null {
  if (invalid.length > 0) return new KafkaError('INVALID_TOPIC_EXCEPTION', `Invalid topics: [${invalid.join(', ')}]`);
  if (unauthorized.length === 0) return null;
  const message = `Not authorized to access topics: [${unauthorized.join(', ')}]`;
  return new KafkaError('TOPIC_AUTHORIZATION_FAILED', message);
}
