import type { Delivery } from '../../../client/producer/delivery.js';
import { toolLogger } from '../../connect-to.js';
import { asJava } from '../../format/java-error.js';
import type { Io } from '../../io.js';

/** So many lost records are told of one by one; then they are only counted. */
const MOST_TOLD = 20;
const LOGGER = 'org.apache.kafka.clients.producer.internals.ErrorLoggingCallback';

/** Keeps count of the records that could not be sent, and tells of them as the real tool's log does. */
export class Losses {
  count = 0;
  private readonly io: Io;
  private readonly topic: string;
  constructor(io: Io, topic: string) {
    this.io = io;
    this.topic = topic;
  }

  /** Watches what becomes of a batch: to be called for one of its records. */
  watch(delivery: Delivery): void {
    delivery.onSettled(({ parts }) => {
      for (const { error, lost } of parts) {
        if (error !== null) for (const { key, value } of lost) this.lost(error, key, value);
      }
    });
  }

  lost(error: Error, keySizeBytes: number, valueSizeBytes: number): void {
    this.count++;
    if (this.count > MOST_TOLD) return;
    const key = keySizeBytes < 0 ? 'null' : `${keySizeBytes} bytes`;
    const value = valueSizeBytes < 0 ? 'null' : `${valueSizeBytes} bytes`;
    toolLogger(this.io, LOGGER).error(
      `Error when sending message to topic ${this.topic} with key: ${key}, value: ${value} with error:`,
      asJava(error),
    );
  }
}
