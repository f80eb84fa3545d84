import assert from 'node:assert/strict';
import { Consumer } from '../../src/client/consumer/consumer.js';
import { Producer } from '../../src/client/producer/producer.js';
import { keyOf, type TopicPartition } from '../../src/client/topic-partition.js';
import { clientHost } from '../support/real-client-host.js';
import type { SeededRandom } from '../support/seeded-random.js';

const MOST_UNACKNOWLEDGED = 60;

/** What one producer sent to one partition: the records `PRODUCER:0`, `PRODUCER:1`, ... */
interface Stream extends TopicPartition {
  readonly producer: string;
  sent: number;
  /** The first so many are acknowledged. */
  acknowledged: number;
}

/** An idempotent producer that goes on through every crash of the broker, to all partitions. */
export class CrashLoad {
  readonly streams: Stream[];
  private readonly producer: Producer;
  private readonly random: SeededRandom;
  private unacknowledged = 0;
  private failure: Error | null = null;
  private isOver = false;
  private readonly waiting: (() => void)[] = [];

  constructor(name: string, bootstrap: string, partitions: readonly TopicPartition[], random: SeededRandom) {
    this.random = random;
    this.streams = partitions.map((partition) => ({ ...partition, producer: name, sent: 0, acknowledged: 0 }));
    this.producer = new Producer(
      new Map([
        ['bootstrap.servers', bootstrap],
        ['client.id', name],
        ['enable.idempotence', 'true'],
        ['acks', 'all'],
        ['linger.ms', '2'],
        ['batch.size', '2000'],
        ['retry.backoff.ms', '20'],
        ['retry.backoff.max.ms', '100'],
        ['reconnect.backoff.ms', '10'],
        ['reconnect.backoff.max.ms', '50'],
        ['metadata.max.age.ms', '5000'],
      ]),
      clientHost(),
    );
  }

  get acknowledged(): number {
    return this.streams.reduce((sum, stream) => sum + stream.acknowledged, 0);
  }

  /** Sends until {@link end}; rejects when a record is refused or lost. */
  async run(): Promise<void> {
    while (!this.isOver) {
      await this.until(() => this.unacknowledged < MOST_UNACKNOWLEDGED || this.isOver);
      const stream = this.streams[this.random.below(this.streams.length)] as Stream;
      await this.send(stream);
      // Answers come in between.
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await this.producer.flush();
    if (this.failure !== null) throw this.failure;
    await this.producer.close();
  }

  private async send(stream: Stream): Promise<void> {
    const { topic, partition, producer } = stream;
    const value = Buffer.from(`${producer}:${stream.sent++}:${'x'.repeat(this.random.below(700))}`);
    this.unacknowledged++;
    const delivery = await this.producer.send(topic, partition, null, value);
    const index = delivery.count - 1;
    const count = stream.sent;
    delivery.onSettled(() => {
      this.unacknowledged--;
      const error = delivery.partOf(index)?.error ?? null;
      if (error !== null)
        this.failure ??= new Error(`${producer}:${count - 1} to ${topic}-${partition}: ${error.message}`);
      else stream.acknowledged = Math.max(stream.acknowledged, count);
      this.changed();
    });
  }

  /** Until so many more records are acknowledged. */
  acknowledgedMore(count: number): Promise<void> {
    const wanted = this.acknowledged + count;
    return this.until(() => this.acknowledged >= wanted);
  }

  private async until(isReady: () => boolean): Promise<void> {
    while (!isReady()) {
      if (this.failure !== null) throw this.failure;
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  private changed(): void {
    for (const look of this.waiting.splice(0)) look();
  }

  end(): void {
    this.isOver = true;
    this.changed();
  }
}

/** What must be found: of each stream at least what was acknowledged before the crash. */
export interface StreamPromise extends TopicPartition {
  readonly producer: string;
  readonly acknowledged: number;
}

/** Reads the partitions on from where it stopped, and checks that each stream is there without a gap and once. */
export class StreamReader {
  private readonly partitions: readonly TopicPartition[];
  /** Where to read on. */
  private readonly positions = new Map<string, number>();
  /** The next number of each stream. */
  private readonly next = new Map<string, number>();

  constructor(partitions: readonly TopicPartition[]) {
    this.partitions = partitions;
  }

  /** Reads what is there now. */
  async readOn(bootstrap: string, promises: readonly StreamPromise[]): Promise<void> {
    const properties = [
      ['bootstrap.servers', bootstrap],
      ['fetch.max.wait.ms', '50'],
      ['retry.backoff.ms', '20'],
    ] as const;
    const consumer = new Consumer(new Map(properties), clientHost());
    try {
      consumer.assign(this.partitions);
      for (const partition of this.partitions) consumer.seek(partition, this.positions.get(keyOf(partition)) ?? 0);
      const ends = await consumer.endOffsets(this.partitions);
      while (ends.some((end) => (this.positions.get(keyOf(end)) ?? 0) < end.value)) {
        for (const records of await consumer.poll(1000)) {
          while (records.cursor.next()) this.take(records, String(records.cursor.value()));
          this.positions.set(keyOf(records), records.nextOffset);
        }
      }
    } finally {
      await consumer.close(0);
    }
    for (const { topic, partition, producer, acknowledged } of promises) {
      const found = this.next.get(`${keyOf({ topic, partition })} ${producer}`) ?? 0;
      assert.ok(
        found >= acknowledged,
        `${topic}-${partition} has ${found} records of ${producer}, ${acknowledged} were acknowledged`,
      );
    }
  }

  private take({ topic, partition }: TopicPartition, value: string): void {
    const [producer = '', number] = value.split(':');
    const stream = `${keyOf({ topic, partition })} ${producer}`;
    const wanted = this.next.get(stream) ?? 0;
    assert.equal(Number(number), wanted, `${stream}: record ${number} where ${wanted} comes next`);
    this.next.set(stream, wanted + 1);
  }
}
