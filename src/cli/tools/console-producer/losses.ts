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
  /** Sizes of keys and values by batch, while it is not settled: -1 for null. */
  private readonly sizes = new Map<Delivery, number[]>();

  constructor(io: Io, topic: string) {
    this.io = io;
    this.topic = topic;
  }

  /** Notes a record that went into a batch. */
  sent(delivery: Delivery, key: Buffer | null, value: Buffer | null): void {
    let sizes = this.sizes.get(delivery);
    if (sizes === undefined) {
      sizes = [];
      this.sizes.set(delivery, sizes);
      delivery.onSettled((settled) => this.settled(settled));
    }
    sizes.push(key?.length ?? -1, value?.length ?? -1);
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

  private settled(delivery: Delivery): void {
    const sizes = this.sizes.get(delivery) ?? [];
    this.sizes.delete(delivery);
    for (const { error, firstIndex, count } of delivery.parts) {
      if (error === null) continue;
      for (let index = firstIndex; index < firstIndex + count; index++) {
        this.lost(error, sizes[2 * index] ?? -1, sizes[2 * index + 1] ?? -1);
      }
    }
  }
}
