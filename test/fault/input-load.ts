import { Producer } from '../../src/client/producer/producer.js';
import type { TopicPartition } from '../../src/client/topic-partition.js';
import { clientHost } from '../support/real-client-host.js';
import type { SeededRandom } from '../support/seeded-random.js';
import type { Operation, SentRecord } from './history.js';

interface Sent {
  readonly record: SentRecord;
  /** Undefined while no answer came. */
  offset: number | undefined;
}

/** An idempotent producer of numbered values, `1:0`, `1:1`, ... in partition 1, that stays a little ahead of its readers. */
export class InputLoad {
  readonly counts: number[];
  private readonly producer: Producer;
  private readonly topic: string;
  private readonly random: SeededRandom;
  private readonly sends: Sent[] = [];
  private readonly mayGoOn: () => boolean;
  private isOver = false;
  private failure: Error | null = null;
  private wake: (() => void) | null = null;

  /** @param mayGoOn whether to send more now; asked again after each {@link changed} */
  constructor(bootstrap: string, partitions: readonly TopicPartition[], random: SeededRandom, mayGoOn: () => boolean) {
    this.topic = partitions[0]?.topic ?? '';
    this.counts = partitions.map(() => 0);
    this.random = random;
    this.mayGoOn = mayGoOn;
    const properties = [
      ['bootstrap.servers', bootstrap],
      ['linger.ms', '2'],
      ['batch.size', '500'],
      ['retry.backoff.ms', '20'],
      ['retry.backoff.max.ms', '100'],
      ['reconnect.backoff.ms', '10'],
      ['reconnect.backoff.max.ms', '50'],
    ] as const;
    this.producer = new Producer(new Map(properties), clientHost());
  }

  get sent(): number {
    return this.sends.length;
  }

  /** Sends until {@link end}, and then until everything is acknowledged. */
  async run(): Promise<void> {
    while (!this.isOver) {
      if (this.failure !== null) throw this.failure;
      if (this.mayGoOn()) await this.send(this.random.below(this.counts.length));
      else {
        await new Promise<void>((resolve) => {
          this.wake = resolve;
        });
      }
    }
    await this.producer.flush();
    if (this.failure !== null) throw this.failure;
    await this.producer.close();
  }

  private async send(partition: number): Promise<void> {
    const number = this.counts[partition] ?? 0;
    this.counts[partition] = number + 1;
    const value = `${partition}:${number}`;
    const sent: Sent = { record: { topic: this.topic, partition, value, offset: null }, offset: undefined };
    this.sends.push(sent);
    const delivery = await this.producer.send(this.topic, partition, null, Buffer.from(value));
    const index = delivery.count - 1;
    delivery.onSettled(() => {
      const error = delivery.partOf(index)?.error ?? null;
      if (error === null) sent.offset = delivery.offsetOf(index);
      else this.failure ??= new Error(`${value}: ${error.message}`, { cause: error });
      this.changed();
    });
  }

  changed(): void {
    this.wake?.();
    this.wake = null;
  }

  end(): void {
    this.isOver = true;
    this.changed();
  }

  operations(): Operation[] {
    return this.sends.map(({ record, offset }) => ({
      process: 'input',
      outcome: offset === undefined ? 'unknown' : 'done',
      sends: [{ ...record, offset: offset === undefined || offset < 0 ? null : offset }],
      polls: [],
    }));
  }
}
