import type { Consumer } from '../../src/client/consumer/consumer.js';
import type { Producer } from '../../src/client/producer/producer.js';

const RECORD_BYTES = 100;
/** Records of one turn of the event loop go together, as those of a busy program would. */
const TICK_MS = 1;

/** Records that carry the time at which they were made, and how long each took to its consumer. */
export class RoundTrips {
  private readonly latenciesMs: number[] = [];
  private waiting: { readonly count: number; readonly resolve: () => void } | null = null;

  get count(): number {
    return this.latenciesMs.length;
  }

  /** Begins to count anew. */
  clear(): void {
    this.latenciesMs.length = 0;
  }

  /** In milliseconds; `part` is 0.5 for the median. */
  percentile(part: number): number {
    const sorted = [...this.latenciesMs].sort((a, b) => a - b);
    return sorted[Math.min(Math.floor(sorted.length * part), sorted.length - 1)] ?? Number.NaN;
  }

  /** Until so many came in all. */
  arrived(count: number): Promise<void> {
    if (this.count >= count) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting = { count, resolve };
    });
  }

  /** Polls until `isOver`. */
  async consume(consumer: Consumer, isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      for (const { cursor } of await consumer.poll(100)) {
        const nowMs = performance.now();
        while (cursor.next()) this.latenciesMs.push(nowMs - (cursor.value()?.readDoubleBE(0) ?? 0));
      }
      if (this.waiting === null || this.count < this.waiting.count) continue;
      this.waiting.resolve();
      this.waiting = null;
    }
  }

  /** One record, which waits for nothing. */
  async sendOne(producer: Producer, topic: string, partition: number): Promise<void> {
    const value = Buffer.alloc(RECORD_BYTES, 'x');
    value.writeDoubleBE(performance.now(), 0);
    await producer.send(topic, partition, null, value);
  }

  /** Sends at a steady rate, whatever time the broker takes, to the partitions in turn. */
  async sendSteadily(
    producer: Producer,
    partitions: readonly (readonly [topic: string, partition: number])[],
    count: number,
    perSecond: number,
  ): Promise<void> {
    const startMs = performance.now();
    for (let sent = 0; sent < count; ) {
      const due = Math.min(count, Math.floor(((performance.now() - startMs) * perSecond) / 1000));
      for (; sent < due; sent++) {
        const [topic, partition] = partitions[sent % partitions.length] as readonly [string, number];
        await this.sendOne(producer, topic, partition);
      }
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
    await producer.flush();
  }
}
