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
