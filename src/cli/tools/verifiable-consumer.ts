import type { ConsumedRecords } from '../../client/consumer/consumed-records.js';
import { Consumer } from '../../client/consumer/consumer.js';
import type { TopicPartition } from '../../client/topic-partition.js';
import { clientHost } from '../connect-to.js';
import { type EventFields, printEvent } from '../format/event-lines.js';
import { javaMessageOf } from '../format/java-error.js';
import type { Io } from '../io.js';
import { parseOrHelp } from '../options/argparse.js';
import { usageWidth } from '../options/argparse-usage.js';
import { flag, integer, text } from '../options/option-rows.js';
import type { OptionSet } from '../options/option-set.js';
import { illegalArgument } from '../tool-error.js';
import { constructed } from './console-consumer/construction.js';
import { fileProperties } from './verifiable-clients/config-file.js';
import {
  bootstrapServer,
  CONNECTION_GROUPS,
  CONNECTION_SECTIONS,
  configFile,
  OLD_CONFIG_FILE,
  recordLimit,
} from './verifiable-clients/options.js';
import { tellReading, tellRecord } from './verifiable-clients/reading.js';

const LOGGER = 'org.apache.kafka.tools.VerifiableConsumer';
const PROTOCOLS = ['classic', 'consumer'];
/** Nothing is to be done between records but to wait for the next. */
const POLL_MS = 60_000;

export const TOOL = {
  prog: 'verifiable-consumer',
  description:
    'Reads a topic as a member of a group and prints what happens as lines of JSON: partitions that come and go, records, commits.',
  options: {
    topic: text('', 'The topic to read.', { required: true, completes: 'topic' }),
    'group-protocol': text('GROUP-PROTOCOL', 'The protocol of the group: classic or consumer.', {
      default: 'classic',
      completes: PROTOCOLS,
    }),
    'group-remote-assignor': text(
      'GROUP-REMOTE-ASSIGNOR',
      "The broker's assignor, with the consumer protocol: uniform or range.",
    ),
    'group-id': text('GROUP-ID', 'The group.', { required: true, completes: 'group' }),
    'group-instance-id': text('GROUP-INSTANCE-ID', 'A name that the member keeps when it comes back.'),
    'max-messages': integer('MAX-MESSAGES', 'How many records to read; -1 for no end.', { default: '-1' }),
    'session-timeout': integer(
      'TIMEOUT-MS',
      'After how many milliseconds without a word the member is gone; with the classic protocol.',
    ),
    verbose: flag('Print each record.'),
    'enable-autocommit': flag('Commit now and then, and not after each batch.'),
    'reset-policy': text('RESET-POLICY', 'Where to begin without a committed offset: earliest, latest or none.', {
      default: 'earliest',
      completes: ['earliest', 'latest', 'none'],
    }),
    'assignment-strategy': text(
      'ASSIGNMENT-STRATEGY',
      'How members share out partitions, by its class; with the classic protocol.',
      { default: 'org.apache.kafka.clients.consumer.RangeAssignor' },
    ),
    'consumer.config': OLD_CONFIG_FILE,
    'command-config': configFile('A file with properties of the consumer; options go before them.'),
    'bootstrap-server': bootstrapServer(),
  },
  groups: CONNECTION_GROUPS,
  sections: CONNECTION_SECTIONS,
};

type Options = OptionSet<(typeof TOOL)['options']>;

/** kafka-verifiable-consumer: reads a topic in a group, and tells all that happens. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseOrHelp(TOOL, argv, usageWidth(io.env.COLUMNS));
  const properties = consumerProperties(options, io);
  const consumer = constructed('kafka consumer', () => new Consumer(properties, clientHost(io)));
  await new VerifiableConsumer(options, consumer, io).run();
  return 0;
}

function consumerProperties(options: Options, io: Io): Map<string, string> {
  const old = { name: 'consumer.config', path: options.value('consumer.config') };
  const ofFile = fileProperties(TOOL, io, options.value('command-config'), old);
  const protocol = options.value('group-protocol') as string;
  if (!PROTOCOLS.includes(protocol.toLowerCase())) {
    throw illegalArgument(`No enum constant org.apache.kafka.clients.consumer.GroupProtocol.${protocol.toUpperCase()}`);
  }
  const given: Record<string, string | null> = {
    'bootstrap.servers': options.value('bootstrap-server'),
    'group.id': options.value('group-id'),
    'group.protocol': protocol,
    'group.instance.id': options.value('group-instance-id'),
    'enable.auto.commit': String(options.has('enable-autocommit')),
    'auto.offset.reset': options.value('reset-policy'),
    'session.timeout.ms': options.value('session-timeout')?.toString() ?? null,
    ...(protocol.toLowerCase() === 'consumer'
      ? { 'group.remote.assignor': options.value('group-remote-assignor') }
      : { 'partition.assignment.strategy': options.value('assignment-strategy') }),
  };
  const properties = new Map(ofFile);
  for (const [name, value] of Object.entries(given)) if (value !== null) properties.set(name, value);
  return properties;
}

class VerifiableConsumer {
  private readonly options: Options;
  private readonly consumer: Consumer;
  private readonly io: Io;
  private readonly mostRecords: number;
  private count = 0;
  private isStopped = false;

  constructor(options: Options, consumer: Consumer, io: Io) {
    this.options = options;
    this.consumer = consumer;
    this.io = io;
    this.mostRecords = recordLimit(options.value('max-messages'));
    io.onStop(() => {
      this.isStopped = true;
      printEvent(io, 'shutdown_requested');
      consumer.wakeup();
    });
  }

  async run(): Promise<void> {
    await tellReading(this.io, {
      kind: 'consumer',
      loggerName: LOGGER,
      consume: () => this.consume(),
      close: () => this.consumer.close(),
    });
    // As Java says it, whose hook runs at the end of any run.
    if (!this.isStopped) printEvent(this.io, 'shutdown_requested');
  }

  private async consume(): Promise<void> {
    const tell = (name: string) => (partitions: readonly TopicPartition[]) => {
      printEvent(this.io, name, { partitions: partitions.map(({ topic, partition }) => ({ topic, partition })) });
    };
    const revoked = tell('partitions_revoked');
    const listener = { onAssigned: tell('partitions_assigned'), onRevoked: revoked, onLost: revoked };
    this.consumer.subscribe({ topics: [this.options.value('topic') as string] }, listener);
    while (this.count < this.mostRecords && !this.isStopped) {
      const records = await this.consumer.poll(POLL_MS);
      if (records.length === 0) continue;
      const summaries = this.summaries(records);
      const count = records.reduce((sum, batch) => sum + batch.count, 0);
      printEvent(this.io, 'records_consumed', { count, partitions: summaries });
      if (!this.options.has('enable-autocommit')) await this.commit(summaries);
    }
  }

  /** A row for each partition, of the records that are wanted. */
  private summaries(records: readonly ConsumedRecords[]): Summary[] {
    const found = new Map<string, { -readonly [Name in keyof Summary]: Summary[Name] }>();
    for (const batch of records) {
      const { topic, partition, cursor } = batch;
      const key = `${topic}-${partition}`;
      while (this.count < this.mostRecords && cursor.next()) {
        const { offset } = cursor;
        const known = found.get(key);
        if (known === undefined) found.set(key, { topic, partition, count: 1, minOffset: offset, maxOffset: offset });
        else {
          known.count++;
          known.maxOffset = offset;
        }
        this.count++;
        if (this.options.has('verbose')) tellRecord(this.io, batch);
      }
    }
    return [...found.values()];
  }

  private async commit(summaries: readonly Summary[]): Promise<void> {
    const offsets = summaries.map(({ topic, partition, maxOffset }) => ({ topic, partition, offset: maxOffset + 1 }));
    const committed = offsets.map(({ topic, partition, offset }) => ({
      topic,
      partition,
      value: { offset, leaderEpoch: -1, metadata: '' },
    }));
    try {
      await this.consumer.commit(committed);
      printEvent(this.io, 'offsets_committed', { offsets, success: true });
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      printEvent(this.io, 'offsets_committed', { offsets, success: false, error: javaMessageOf(error) });
    }
  }
}

interface Summary extends EventFields {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  readonly minOffset: number;
  readonly maxOffset: number;
}
