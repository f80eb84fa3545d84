import { Consumer } from '../../src/client/consumer/consumer.js';
import type { TopicPartition } from '../../src/client/topic-partition.js';
import { clientHost } from '../support/real-client-host.js';
import { type Operation, type Poll, polled } from './history.js';

function consumerOf(bootstrap: string, isolation: string): Consumer {
  const properties = [
    ['bootstrap.servers', bootstrap],
    ['isolation.level', isolation],
    ['auto.offset.reset', 'none'],
    ['max.poll.records', '100'],
    ['fetch.max.wait.ms', '50'],
    ['retry.backoff.ms', '20'],
    ['retry.backoff.max.ms', '100'],
    ['reconnect.backoff.ms', '10'],
    ['reconnect.backoff.max.ms', '50'],
  ] as const;
  return new Consumer(new Map(properties), clientHost());
}

/** Reads the committed records of partitions from their beginning, and keeps every poll. */
export class OutputReader {
  readonly operations: Operation[] = [];
  private readonly name: string;
  private readonly partitions: readonly TopicPartition[];
  private readonly consumer: Consumer;
  private readonly positions = new Map<number, number>();
  private isOver = false;

  constructor(name: string, bootstrap: string, partitions: readonly TopicPartition[]) {
    this.name = name;
    this.partitions = partitions;
    this.consumer = consumerOf(bootstrap, 'read_committed');
    this.consumer.assign(partitions);
    for (const partition of partitions) this.consumer.seek(partition, 0);
  }

  /** Reads on, through every crash, until {@link end}. */
  async run(onValues: (values: readonly string[]) => void): Promise<void> {
    while (!this.isOver) onValues(await this.read());
    await this.consumer.close(0);
  }

  end(): void {
    this.isOver = true;
    this.consumer.wakeup();
  }

  /** Reads what is committed now, to the end. */
  async readToEnd(): Promise<void> {
    const ends = await this.consumer.endOffsets(this.partitions);
    while (ends.some(({ partition, value }) => (this.positions.get(partition) ?? 0) < value)) {
      await this.read();
      for (const { partition, value } of this.consumer.consumed()) this.positions.set(partition, value.offset);
    }
    await this.consumer.close(0);
  }

  /** The values of a partition, in the order in which they were given. */
  valuesOf(wanted: number): string[] {
    const polls = this.operations.flatMap(({ polls }) => polls).filter(({ partition }) => partition === wanted);
    return polls.flatMap(({ records }) => records.map(({ value }) => value));
  }

  private async read(): Promise<string[]> {
    const polls: Poll[] = [];
    for (const { topic, partition, cursor } of await this.consumer.poll(500)) {
      const records: { offset: number; value: string }[] = [];
      while (cursor.next()) records.push({ offset: cursor.offset, value: String(cursor.value()) });
      polls.push({ topic, partition, reader: this.name, records });
    }
    if (polls.length > 0) this.operations.push(polled(this.name, polls));
    return polls.flatMap(({ records }) => records.map(({ value }) => value));
  }
}

/** Until no transaction is open in the partitions: what is committed is then all that ever will be. */
export async function allDecided(bootstrap: string, partitions: readonly TopicPartition[]): Promise<void> {
  const decided = consumerOf(bootstrap, 'read_committed');
  const written = consumerOf(bootstrap, 'read_uncommitted');
  try {
    for (;;) {
      const ends = await written.endOffsets(partitions);
      const stable = await decided.endOffsets(partitions);
      if (ends.every(({ value }, index) => stable[index]?.value === value)) return;
    }
  } finally {
    await decided.close(0);
    await written.close(0);
  }
}
