import { ConfigResourceType, incrementalAlterConfigs } from '../../client/admin/configs.js';
import { ShareConsumer } from '../../client/share-consumer/share-consumer.js';
import type { AcknowledgementResult } from '../../client/share-consumer/share-node.js';
import type { ShareRecords } from '../../client/share-consumer/share-records.js';
import { adminProperties, clientHost, withAdmin } from '../connect-to.js';
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
import { bootstrapServer, CONNECTION_SECTIONS, configFile, recordLimit } from './verifiable-clients/options.js';
import { tellReading, tellRecord } from './verifiable-clients/reading.js';

const LOGGER = 'org.apache.kafka.tools.VerifiableShareConsumer';
const MODES = ['auto', 'sync', 'async'];
const STRATEGIES = ['earliest', 'latest'];
const POLL_MS = 5000;
/** Offsets without a record. */
const GAP = 0;

export const TOOL = {
  prog: 'verifiable-share-consumer',
  description:
    'Reads a topic as a member of a share group and prints what happens as lines of JSON: records, and acknowledgements that the brokers took.',
  options: {
    topic: text('', 'The topic to read.', { required: true, completes: 'topic' }),
    'group-id': text('GROUP-ID', 'The share group.', { required: true, completes: 'group' }),
    'max-messages': integer('MAX-MESSAGES', 'How many records to acknowledge; -1 for no end.', { default: '-1' }),
    verbose: flag('Print each record.'),
    'acknowledgement-mode': text(
      'ACKNOWLEDGEMENT-MODE',
      'auto: with the next poll; sync: after each poll, waiting for the answer; async: after each poll.',
      { default: 'auto', completes: MODES },
    ),
    'offset-reset-strategy': text(
      'OFFSET-RESET-STRATEGY',
      'Where the group begins, set before it does: earliest or latest.',
      { default: '', completes: STRATEGIES },
    ),
    'command-config': configFile('A file with properties of the consumer; options go before them.'),
    'bootstrap-server': bootstrapServer({ required: true }),
  },
  sections: CONNECTION_SECTIONS,
};

type Options = OptionSet<(typeof TOOL)['options']>;

/** kafka-verifiable-share-consumer: reads a topic in a share group, and tells all that happens. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseOrHelp(TOOL, argv, usageWidth(io.env.COLUMNS));
  const mode = options.value('acknowledgement-mode') as string;
  if (!MODES.includes(mode.toLowerCase())) {
    throw illegalArgument(
      `No enum constant org.apache.kafka.tools.VerifiableShareConsumer.AcknowledgementMode.${mode.toUpperCase()}`,
    );
  }
  const properties = fileProperties(TOOL, io, options.value('command-config'));
  properties.set('bootstrap.servers', options.value('bootstrap-server') as string);
  properties.set('group.id', options.value('group-id') as string);
  const consumer = constructed('kafka share consumer', () => new ShareConsumer(properties, clientHost(io)));
  await new VerifiableShareConsumer(options, consumer, io).run();
  return 0;
}

interface Summary extends EventFields {
  readonly topic: string;
  readonly partition: number;
  readonly count: number;
  readonly offsets: readonly number[];
}

class VerifiableShareConsumer {
  private readonly options: Options;
  private readonly consumer: ShareConsumer;
  private readonly io: Io;
  private readonly mostRecords: number;
  private readonly mode: string;
  private acknowledgedCount = 0;
  private isStopped = false;

  constructor(options: Options, consumer: ShareConsumer, io: Io) {
    this.options = options;
    this.consumer = consumer;
    this.io = io;
    this.mostRecords = recordLimit(options.value('max-messages'));
    this.mode = (options.value('acknowledgement-mode') as string).toLowerCase();
    consumer.setAcknowledgementListener((results) => this.onAcknowledged(results));
    io.onStop(() => {
      this.isStopped = true;
      consumer.wakeup();
    });
  }

  run(): Promise<void> {
    return tellReading(this.io, {
      kind: 'share consumer',
      loggerName: LOGGER,
      consume: () => this.consume(),
      close: () => this.consumer.close(),
    });
  }

  private async beginAt(strategy: string): Promise<void> {
    if (strategy === '') return;
    if (!STRATEGIES.includes(strategy.toLowerCase()) && !strategy.toLowerCase().startsWith('by_duration:')) {
      throw illegalArgument(`Unknown auto offset reset strategy: ${strategy}`);
    }
    const [server, path] = [this.options.value('bootstrap-server') as string, this.options.value('command-config')];
    await withAdmin(this.io, adminProperties(this.io, server, path), async (admin) => {
      const resource = { type: ConfigResourceType.GROUP, name: this.options.value('group-id') as string };
      const change = { name: 'share.auto.offset.reset', operation: 'SET', value: strategy } as const;
      const [answer] = await incrementalAlterConfigs(admin, [{ resource, changes: [change] }]);
      if (answer?.result instanceof Error) throw answer.result;
    });
    printEvent(this.io, 'offset_reset_strategy_set', { offsetResetStrategy: strategy });
  }

  private async consume(): Promise<void> {
    await this.beginAt(this.options.value('offset-reset-strategy') as string);
    this.consumer.subscribe([this.options.value('topic') as string]);
    while (this.acknowledgedCount < this.mostRecords && !this.isStopped) {
      const records = await this.consumer.poll(POLL_MS);
      if (records.length > 0) this.tellConsumed(records);
      if (this.mode === 'sync') await this.consumer.commit();
      else if (this.mode === 'async') this.consumer.commitLater();
    }
  }

  private tellConsumed(records: readonly ShareRecords[]): void {
    const found: Summary[] = [];
    for (const batch of records) {
      const { topic, partition, cursor } = batch;
      const offsets: number[] = [];
      while (cursor.next()) {
        offsets.push(cursor.offset);
        if (this.options.has('verbose')) tellRecord(this.io, batch);
      }
      found.push({ topic, partition, count: offsets.length, offsets });
    }
    const partitions = joined(found);
    printEvent(this.io, 'records_consumed', { count: totalOf(partitions), partitions });
  }

  /** One line for what was taken, and one for each partition of which something was not. */
  private onAcknowledged(results: readonly AcknowledgementResult[]): void {
    const summaryOf = (result: AcknowledgementResult): Summary => {
      const { topic, partition } = result;
      const offsets = offsetsOf(result);
      return { topic, partition, count: offsets.length, offsets };
    };
    const taken = joined(results.filter(({ error }) => error === null).map(summaryOf));
    const count = totalOf(taken);
    this.acknowledgedCount += count;
    if (count > 0) printEvent(this.io, 'offsets_acknowledged', { count, partitions: taken, success: true });
    for (const result of results) {
      if (result.error === null) continue;
      const partitions = [summaryOf(result)];
      const fields = { count: totalOf(partitions), partitions, success: false, error: javaMessageOf(result.error) };
      printEvent(this.io, 'offsets_acknowledged', fields);
    }
  }
}

function offsetsOf({ batches }: AcknowledgementResult): number[] {
  return batches.flatMap(({ firstOffset, lastOffset, acknowledgeTypes }) =>
    Array.from({ length: lastOffset - firstOffset + 1 }, (_, index) => index)
      .filter((index) => (acknowledgeTypes[index] ?? acknowledgeTypes[0]) !== GAP)
      .map((index) => firstOffset + index),
  );
}

/** One row a partition. */
function joined(rows: readonly Summary[]): Summary[] {
  const byPartition = new Map<string, Summary>();
  for (const row of rows) {
    const key = `${row.topic}-${row.partition}`;
    const offsets = [...(byPartition.get(key)?.offsets ?? []), ...row.offsets];
    byPartition.set(key, { ...row, count: offsets.length, offsets });
  }
  return [...byPartition.values()];
}

const totalOf = (rows: readonly Summary[]): number => rows.reduce((sum, { count }) => sum + count, 0);
