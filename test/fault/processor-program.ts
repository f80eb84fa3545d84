/**
 * A program that reads, processes and writes exactly once, to be killed at any moment: each transaction has what one
 * poll gave, sent on to the same partition of another topic, and the offsets behind it. It tells each step on its
 * standard output before it takes it, so that a reader knows what it may have done when it is gone.
 */
import { writeSync } from 'node:fs';
import type { ConsumedRecords } from '../../src/client/consumer/consumed-records.js';
import { Consumer } from '../../src/client/consumer/consumer.js';
import type { Delivery } from '../../src/client/producer/delivery.js';
import { Producer } from '../../src/client/producer/producer.js';
import { KafkaError } from '../../src/protocol/errors.js';
import { clientHost } from '../support/real-client-host.js';
import { SeededRandom } from '../support/seeded-random.js';
import type { Poll, SentRecord } from './history.js';
import { outputOf, type ProcessorOptions, type ProcessorReport } from './processor-report.js';

const STDOUT = 1;
/** Each so-manieth transaction is aborted, though nothing is wrong with it. */
const ABORTS_ONE_OF = 12;
const MOST_RECORDS = 20;
const QUICK_RETRIES = [
  ['retry.backoff.ms', '20'],
  ['retry.backoff.max.ms', '100'],
  ['reconnect.backoff.ms', '10'],
  ['reconnect.backoff.max.ms', '50'],
] as const;

/** A pipe takes lines of this size whole, and at once: nothing is left behind when the process is killed. */
function tell(report: ProcessorReport): void {
  writeSync(STDOUT, `${JSON.stringify(report)}\n`);
}

function consumerOf(options: ProcessorOptions): Consumer {
  const { bootstrap, group, groupProtocol, groupInstanceId } = options;
  const session = groupProtocol === 'classic' ? [['session.timeout.ms', '1000'] as const] : [];
  const heartbeat = groupProtocol === 'classic' ? [['heartbeat.interval.ms', '100'] as const] : [];
  const instance = groupInstanceId === null ? [] : [['group.instance.id', groupInstanceId] as const];
  const properties = [
    ['bootstrap.servers', bootstrap],
    ['group.id', group],
    ['group.protocol', groupProtocol],
    ['auto.offset.reset', 'earliest'],
    ['enable.auto.commit', 'false'],
    ['isolation.level', 'read_committed'],
    ['max.poll.records', String(MOST_RECORDS)],
    ['fetch.max.wait.ms', '50'],
    ...QUICK_RETRIES,
    ...session,
    ...heartbeat,
    ...instance,
  ] as const;
  return new Consumer(new Map(properties), clientHost());
}

function producerOf({ bootstrap, transactionalId }: ProcessorOptions): Producer {
  const properties = [
    ['bootstrap.servers', bootstrap],
    ['transactional.id', transactionalId],
    ['transaction.timeout.ms', '2000'],
    ['max.block.ms', '15000'],
    ['linger.ms', '1'],
    ['batch.size', '300'],
    ...QUICK_RETRIES,
  ] as const;
  return new Producer(new Map(properties), clientHost());
}

class Processor {
  private readonly options: ProcessorOptions;
  private readonly random: SeededRandom;
  private readonly consumer: Consumer;
  private readonly producer: Producer;
  private readings = 0;
  private attempts = 0;

  constructor(options: ProcessorOptions) {
    this.options = options;
    this.random = new SeededRandom(options.seed);
    this.consumer = consumerOf(options);
    this.producer = producerOf(options);
  }

  async run(): Promise<never> {
    await this.producer.initTransactions();
    const changed = () => {
      this.readings++;
    };
    this.consumer.subscribe(
      { topics: [this.options.from] },
      { onAssigned: changed, onRevoked: changed, onLost: changed },
    );
    for (;;) {
      const batches = await this.consumer.poll(1000);
      if (batches.length > 0) await this.process(batches);
    }
  }

  private async process(batches: readonly ConsumedRecords[]): Promise<void> {
    const attempt = `${this.options.name}.${this.attempts++}`;
    const polls = batches.map((records) => this.pollOf(records));
    const sends = polls.flatMap(({ partition, records }) =>
      records.map(({ value }): SentRecord => {
        return { topic: this.options.to, partition, value: outputOf(value, attempt), offset: null };
      }),
    );
    this.producer.beginTransaction();
    tell({ event: 'begun', polls, sends });
    try {
      await this.commit(batches, sends);
    } catch (error) {
      if (!(error instanceof KafkaError || error instanceof DeliberateAbort)) throw error;
      // Where this one is fenced, or what became of the commit is not known, it throws: another start will see to it.
      await this.producer.abortTransaction();
      tell({ event: 'aborted' });
      await this.rewind();
    }
  }

  private async commit(batches: readonly ConsumedRecords[], sends: readonly SentRecord[]): Promise<void> {
    const deliveries: { delivery: Delivery; index: number }[] = [];
    for (const { topic, partition, value } of sends) {
      const delivery = await this.producer.send(topic, partition, null, Buffer.from(value));
      deliveries.push({ delivery, index: delivery.count - 1 });
    }
    const offsets = batches.map(({ topic, partition, nextOffset, leaderEpoch }) => {
      return { topic, partition, value: { offset: nextOffset, leaderEpoch, metadata: '' } };
    });
    await this.producer.sendOffsetsToTransaction(this.options.group, this.consumer.groupMetadata(), offsets);
    await this.producer.flush();
    if (this.random.below(ABORTS_ONE_OF) === 0) throw new DeliberateAbort();
    for (const { delivery } of deliveries) if (delivery.error !== null) throw delivery.error;
    tell({ event: 'committing', offsets: deliveries.map(({ delivery, index }) => told(delivery.offsetOf(index))) });
    try {
      await this.producer.commitTransaction();
    } catch (cause) {
      throw new UnknownEnd(cause);
    }
    tell({ event: 'committed' });
  }

  private pollOf({ topic, partition, cursor }: ConsumedRecords): Poll {
    const records: { offset: number; value: string }[] = [];
    while (cursor.next()) records.push({ offset: cursor.offset, value: String(cursor.value()) });
    return { topic, partition, reader: `${this.options.name}/${this.readings}`, records };
  }

  /** Back to what is committed: what was read since then has to be read again. */
  private async rewind(): Promise<void> {
    this.readings++;
    const owned = this.consumer.assignment();
    for (const { topic, partition, value } of await this.consumer.committed(owned)) {
      this.consumer.seek({ topic, partition }, value?.offset ?? 0);
    }
  }
}

/** An abort for its own sake. */
class DeliberateAbort extends Error {}

/** Whether the transaction is committed, only its readers will tell. */
class UnknownEnd extends Error {
  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const told = (offset: number): number | null => (offset < 0 ? null : offset);

try {
  await new Processor(JSON.parse(process.argv[2] ?? '{}') as ProcessorOptions).run();
} catch (error) {
  const cause = error instanceof UnknownEnd ? error.cause : error;
  const message = cause instanceof Error ? String(cause.stack) : String(cause);
  tell({ event: 'gave up', error: cause instanceof KafkaError ? cause.error : null, message });
  process.exit(1);
}
