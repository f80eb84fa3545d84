import type { Random } from '../../../base/host.js';
import type { OutputFormat } from '../../format/output-format.js';
import type { Io } from '../../io.js';
import { type JoptOptions, type JoptTool, parseJopt } from '../../options/jopt.js';
import type { JoptChecks } from '../../options/jopt-checks.js';
import { flag, integer, long, text } from '../../options/option-rows.js';
import { ToolError } from '../../tool-error.js';
import type { Formatter } from './formatter.js';
import { READING_OPTIONS, ReadingOptions } from './reading-options.js';

export const TOOL = {
  description: 'This tool helps to read data from Kafka topics and outputs it to standard output.',
  options: {
    'bootstrap-server': READING_OPTIONS['bootstrap-server'],
    'command-config': READING_OPTIONS['command-config'],
    'command-property': READING_OPTIONS['command-property'],
    'consumer-property': READING_OPTIONS['consumer-property'],
    'consumer.config': text(
      'config file',
      '(DEPRECATED) A file with properties of the consumer. Use --command-config instead.',
      { completes: 'file' },
    ),
    'enable-systest-events': flag('Also print when the consumer has shut down (for system tests).'),
    formatter: READING_OPTIONS.formatter,
    'formatter-config': READING_OPTIONS['formatter-config'],
    'formatter-property': READING_OPTIONS['formatter-property'],
    'from-beginning': flag('Begin with the earliest record, not the latest, where the group has no offset yet.'),
    group: text('consumer group id', 'The group to consume in; one of its own when left out.', { completes: 'group' }),
    include: text('Java regex (String)', 'A regular expression of the topics to consume from.', { completes: 'topic' }),
    'isolation-level': text('', 'read_committed leaves out records of transactions that are not committed.', {
      default: 'read_uncommitted',
      completes: ['read_uncommitted', 'read_committed'],
    }),
    'key-deserializer': READING_OPTIONS['key-deserializer'],
    'log-dir': text(
      'directory',
      "Read the topic from a node's log directory, of a broker that runs or not, instead of from a broker; more than one by commas, as in log.dirs, or by giving the option again. Nothing in it is changed. What is there is read with [from-beginning] or [offset], up to where the log ends, unless [timeout-ms] says how long to wait for more; without these, what is written from now on.",
      { repeats: true, completes: 'file', own: true },
    ),
    'max-messages': READING_OPTIONS['max-messages'],
    'no-color': READING_OPTIONS['no-color'],
    offset: text('consume offset', "Where to begin: a number, 'earliest' or 'latest'.", {
      default: 'latest',
      completes: ['earliest', 'latest'],
    }),
    output: READING_OPTIONS.output,
    partition: integer('partition', 'The one partition to consume from, from its end unless --offset is given.', {
      completes: 'partition',
    }),
    property: READING_OPTIONS.property,
    'skip-message-on-error': flag('Go on after a record that cannot be printed.'),
    'timeout-ms': long('timeout_ms', 'End when no record came for so long.'),
    topic: READING_OPTIONS.topic,
    'value-deserializer': READING_OPTIONS['value-deserializer'],
  },
};

type Options = JoptOptions<(typeof TOOL)['options']>;

/** Where to begin within one partition. */
export type StartOffset = number | 'earliest' | 'latest';

/** One partition and where to begin in it, a topic by name, or topics by a Java regular expression. */
export type Source =
  | { readonly topic: string; readonly partition: number; readonly offset: StartOffset }
  | { readonly topic: string }
  | { readonly include: string };

/** What the command line says. */
export interface ConsumerOptions {
  /** Empty where no cluster is asked. */
  readonly consumer: ReadonlyMap<string, string>;
  /** Where to read instead of from a cluster. */
  readonly logDirs: readonly string[] | null;
  readonly formatter: Formatter;
  readonly formatterProperties: ReadonlyMap<string, string>;
  readonly output: OutputFormat;
  readonly hasColors: boolean;
  /** The topics may be of several names. */
  readonly isPattern: boolean;
  readonly isPartition: boolean;
  /** Where topics are begun. */
  readonly isFromBeginning: boolean;
  /** Read once there is a consumer, as the real tool does. @throws OptionError */
  source(): Source;
  /** Read last; null without an end. @throws OptionError */
  maxMessages(): number | null;
  readonly timeoutMs: number | null;
  readonly isReadCommitted: boolean;
  readonly skipsErrors: boolean;
  readonly tellsEvents: boolean;
}

/**
 * Reads and checks the command line in the order of the real tool, which decides what is told of several mistakes.
 *
 * @throws UsageError, OptionError, ToolError
 */
export async function parseConsumerOptions(argv: readonly string[], io: Io): Promise<ConsumerOptions> {
  const options = parseJopt(TOOL, argv);
  return new OptionsReader(options, io).read();
}

/** Of each pair the first is the older name of the second. */
const RENAMED = [
  ['consumer-property', 'command-property'],
  ['consumer.config', 'command-config'],
] as const;

const OF_CLUSTERS = [
  ...(['bootstrap-server', 'group', 'command-config', 'command-property'] as const),
  ...(['consumer-property', 'consumer.config'] as const),
];

class OptionsReader {
  private readonly options: Options;
  private readonly io: Io;
  private readonly reading: ReadingOptions<(typeof TOOL)['options']>;
  private readonly checks: JoptChecks<(typeof TOOL)['options']>;

  constructor(options: Options, io: Io) {
    this.options = options;
    this.io = io;
    this.reading = new ReadingOptions(TOOL as JoptTool<(typeof TOOL)['options']>, options, io);
    this.checks = this.reading.checks;
  }

  async read(): Promise<ConsumerOptions> {
    const { options } = this;
    const partition = this.checkSource();
    for (const [old, now] of RENAMED) this.reading.forbidBoth(old, now);
    const output = this.reading.output();
    for (const [old, now] of RENAMED) this.reading.warnDeprecated(old, now, output);
    const logDirs = this.logDirs();
    const consumer = logDirs === null ? this.consumerProperties(partition) : new Map<string, string>();
    const offset = this.startOffset();
    const timeoutMs = options.value('timeout-ms');
    const [formatter, formatterProperties] = await this.reading.formatter(output);
    return {
      consumer,
      logDirs,
      formatter,
      formatterProperties,
      output,
      hasColors: this.reading.hasColors(),
      isPattern: options.has('include'),
      isPartition: partition !== null,
      isFromBeginning: options.has('from-beginning'),
      source: () => this.source(partition, offset),
      maxMessages: () => options.value('max-messages'),
      timeoutMs: timeoutMs !== null && timeoutMs >= 0 ? timeoutMs : null,
      isReadCommitted: options.value('isolation-level') === 'read_committed',
      skipsErrors: options.has('skip-message-on-error'),
      tellsEvents: options.has('enable-systest-events'),
    };
  }

  private checkSource(): number | null {
    const { options, checks } = this;
    if (options.has('topic') === options.has('include')) {
      checks.fail('Exactly one of the following arguments is required: [topic], [include]');
    }
    const partition = options.value('partition');
    if (partition !== null) {
      if (!options.has('topic')) checks.fail('The topic is required when partition is specified.');
      if (options.has('from-beginning') && options.has('offset')) {
        checks.fail('Options from-beginning and offset cannot be specified together.');
      }
    } else if (options.has('offset')) checks.fail('The partition is required when offset is specified.');
    if (!options.has('log-dir')) checks.require('bootstrap-server');
    return partition;
  }

  /** There is no group, and nothing of a client, without a cluster. */
  private logDirs(): string[] | null {
    const { options, checks } = this;
    if (!options.has('log-dir')) return null;
    for (const name of OF_CLUSTERS) {
      if (options.has(name)) {
        checks.fail(
          `Option --log-dir reads files without a broker: leave out --${name}, or --log-dir to ask a broker.`,
        );
      }
    }
    const isolation = options.value('isolation-level') as string;
    if (isolation !== 'read_committed' && isolation !== 'read_uncommitted') {
      checks.fail(`The isolation level is read_uncommitted or read_committed, and not '${isolation}'.`);
    }
    const directories = options.values('log-dir').flatMap((value) => value.split(','));
    const named = directories.map((directory) => directory.trim()).filter((directory) => directory !== '');
    if (named.length === 0) checks.fail('Option --log-dir needs the path of a directory.');
    return [...new Set(named)];
  }

  /** A group of its own commits nothing, unless it is told to. */
  private consumerProperties(partition: number | null): Map<string, string> {
    const { options, io } = this;
    const path = options.value('command-config') ?? options.value('consumer.config');
    const { file, given } = this.reading.consumerProperties(path);
    const groupId = this.reading.groupId(file, given, 'consumer.config');
    if (groupId !== null && partition !== null) {
      this.checks.fail('Options group and partition cannot be specified together.');
    }
    const properties = new Map([...file, ...given]);
    this.setOffsetReset(properties);
    properties.set('bootstrap.servers', options.value('bootstrap-server') as string);
    if (!properties.has('client.id')) properties.set('client.id', 'console-consumer');
    const isolation = options.value('isolation-level') as string;
    if (options.has('isolation-level') || !properties.has('isolation.level'))
      properties.set('isolation.level', isolation);
    for (const what of ['key', 'value']) properties.set(`${what}.deserializer`, DESERIALIZER);
    if (groupId !== null) return properties.set('group.id', groupId);
    properties.set('group.id', ownGroupId(io.host.random));
    if (!properties.has('enable.auto.commit')) properties.set('enable.auto.commit', 'false');
    return properties;
  }

  private setOffsetReset(properties: Map<string, string>): void {
    const reset = properties.get('auto.offset.reset');
    const isFromBeginning = this.options.has('from-beginning');
    if (reset === undefined) properties.set('auto.offset.reset', isFromBeginning ? 'earliest' : 'latest');
    else if (isFromBeginning && reset !== 'earliest') {
      throw new ToolError(
        `Can't simultaneously specify --from-beginning and 'auto.offset.reset=${reset}', please remove one option`,
      );
    }
  }

  private startOffset(): StartOffset {
    const { options } = this;
    if (!options.has('offset')) return options.has('from-beginning') ? 'earliest' : 'latest';
    const text = options.value('offset') as string;
    const lower = text.toLowerCase();
    if (lower === 'earliest' || lower === 'latest') return lower;
    const offset = /^[+-]?\d+$/.test(text) ? BigInt(text.replace('+', '')) : -1n;
    if (offset < 0n || offset > 0x7fff_ffff_ffff_ffffn) {
      this.checks.fail(
        `The provided offset value '${text}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.`,
      );
    }
    // No partition has that many records, so that all of these are out of its range alike.
    return offset > BigInt(Number.MAX_SAFE_INTEGER) ? Number.POSITIVE_INFINITY : Number(offset);
  }

  private source(partition: number | null, offset: StartOffset): Source {
    const include = this.options.value('include');
    if (include !== null) return { include };
    const topic = this.options.value('topic') as string;
    return partition === null ? { topic } : { topic, partition, offset };
  }
}

const DESERIALIZER = 'org.apache.kafka.common.serialization.ByteArrayDeserializer';

function ownGroupId(random: Random): string {
  return `console-consumer-${Math.floor(random.fraction() * 100_000)}`;
}
