import type { Random } from '../../../base/host.js';
import { javaHash } from '../../../base/java-hash.js';
import { javaClassOf, javaMessageOf } from '../../format/java-error.js';
import { inHashOrder } from '../../format/java-hash-order.js';
import { OUTPUT_OPTIONS, type OutputFormat, outputFormat } from '../../format/output-format.js';
import type { Io } from '../../io.js';
import { loadProperties } from '../../load-properties.js';
import { type JoptOptions, type JoptTool, parseJopt } from '../../options/jopt.js';
import { JoptChecks, parseKeyValues } from '../../options/jopt-checks.js';
import { flag, integer, long, text } from '../../options/option-rows.js';
import { ToolError } from '../../tool-error.js';
import { DESERIALIZER_CLASSES } from './deserializers.js';
import type { Formatter } from './formatter.js';
import { FORMATTER_CLASSES, formatterNamed } from './formatters.js';

const repeats = { repeats: true };

const FORMATTER_PROPERTIES: readonly string[] = [
  ...['timestamp', 'key', 'offset', 'epoch', 'partition', 'headers', 'value'].map((what) => `print.${what}=`),
  ...['key.separator=', 'line.separator=', 'headers.separator=', 'null.literal='],
  ...['key.deserializer=', 'value.deserializer=', 'headers.deserializer='],
];

export const TOOL = {
  description: 'This tool helps to read data from Kafka topics and outputs it to standard output.',
  options: {
    'bootstrap-server': text('server to connect to', 'REQUIRED: Brokers to begin with: HOST1:PORT1,HOST2:PORT2.'),
    'command-config': text(
      'config file',
      'A file with properties of the consumer; [command-property] goes before it.',
      { completes: 'file' },
    ),
    'command-property': text('consumer_prop', 'A property of the consumer: key=value.', repeats),
    'consumer-property': text(
      'consumer_prop',
      '(DEPRECATED) A property of the consumer: key=value. Use --command-property instead.',
      repeats,
    ),
    'consumer.config': text(
      'config file',
      '(DEPRECATED) A file with properties of the consumer. Use --command-config instead.',
      { completes: 'file' },
    ),
    'enable-systest-events': flag('Also print when the consumer has shut down (for system tests).'),
    formatter: text('class', 'What makes text of records.', {
      default: 'org.apache.kafka.tools.consumer.DefaultMessageFormatter',
      completes: FORMATTER_CLASSES,
    }),
    'formatter-config': text(
      'config file',
      'A file with properties of the formatter; [formatter-property] goes before it.',
      { completes: 'file' },
    ),
    'formatter-property': text(
      'prop',
      'A property of the formatter: print.timestamp, print.key, print.offset, print.epoch, print.partition, print.headers, print.value (true|false), key.separator, line.separator, headers.separator, null.literal, key.deserializer, value.deserializer, headers.deserializer.',
      { ...repeats, completes: FORMATTER_PROPERTIES },
    ),
    'from-beginning': flag('Begin with the earliest record, not the latest, where the group has no offset yet.'),
    group: text('consumer group id', 'The group to consume in; one of its own when left out.', { completes: 'group' }),
    include: text('Java regex (String)', 'A regular expression of the topics to consume from.', { completes: 'topic' }),
    'isolation-level': text('', 'read_committed leaves out records of transactions that are not committed.', {
      default: 'read_uncommitted',
      completes: ['read_uncommitted', 'read_committed'],
    }),
    'key-deserializer': text('deserializer for keys', 'The class that makes text of keys.', {
      completes: DESERIALIZER_CLASSES,
    }),
    'log-dir': text(
      'directory',
      "Read the topic from a node's log directory, of a broker that runs or not, instead of from a broker; more than one by commas, as in log.dirs, or by giving the option again. Nothing in it is changed. What is there is read with [from-beginning] or [offset], up to where the log ends, unless [timeout-ms] says how long to wait for more; without these, what is written from now on.",
      { ...repeats, completes: 'file', own: true },
    ),
    'max-messages': integer('num_messages', 'End after so many records.'),
    'no-color': OUTPUT_OPTIONS['no-color'],
    offset: text('consume offset', "Where to begin: a number, 'earliest' or 'latest'.", {
      default: 'latest',
      completes: ['earliest', 'latest'],
    }),
    output: {
      ...OUTPUT_OPTIONS.output,
      help: 'How records are written: plain, which is the default, as the formatter has them; as rows of a table; json as one array, ndjson as an object a line.',
    },
    partition: integer('partition', 'The one partition to consume from, from its end unless --offset is given.', {
      completes: 'partition',
    }),
    property: text('prop', '(DEPRECATED) A property of the formatter. Use --formatter-property instead.', {
      ...repeats,
      completes: FORMATTER_PROPERTIES,
    }),
    'skip-message-on-error': flag('Go on after a record that cannot be printed.'),
    'timeout-ms': long('timeout_ms', 'End when no record came for so long.'),
    topic: text('topic', 'The topic to consume from.', { completes: 'topic' }),
    'value-deserializer': text('deserializer for values', 'The class that makes text of values.', {
      completes: DESERIALIZER_CLASSES,
    }),
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
  private readonly checks: JoptChecks<(typeof TOOL)['options']>;

  constructor(options: Options, io: Io) {
    this.options = options;
    this.io = io;
    this.checks = new JoptChecks(TOOL as JoptTool<(typeof TOOL)['options']>, options);
  }

  async read(): Promise<ConsumerOptions> {
    const { options, io } = this;
    const partition = this.checkSource();
    for (const [old, now] of RENAMED) this.forbidBoth(old, now);
    const output = this.output();
    for (const [old, now] of RENAMED) this.warnDeprecated(old, now, output);
    const logDirs = this.logDirs();
    const consumer = logDirs === null ? this.consumerProperties(partition) : new Map<string, string>();
    const offset = this.startOffset();
    const timeoutMs = options.value('timeout-ms');
    const [formatter, formatterProperties] = await this.formatter(output);
    return {
      consumer,
      logDirs,
      formatter,
      formatterProperties,
      output,
      hasColors: !options.has('no-color') && !io.env.NO_COLOR,
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

  private forbidBoth(one: keyof (typeof TOOL)['options'], other: keyof (typeof TOOL)['options']): void {
    if (!this.options.has(one) || !this.options.has(other)) return;
    this.checks.fail(`Options --${one} and --${other} cannot be specified together.`);
  }

  /** The default is plain on a terminal too: records are a stream, not a listing. */
  private output(): OutputFormat {
    return this.options.value('output') === null ? 'plain' : outputFormat(this.options, this.io);
  }

  private warnDeprecated(old: keyof (typeof TOOL)['options'], now: string, output: OutputFormat): void {
    if (!this.options.has(old)) return;
    const text = `Option --${old} is deprecated and will be removed in a future version. Use --${now} instead.`;
    if (output === 'plain') this.io.print(text);
    else this.io.printError(text);
  }

  /** A group of its own commits nothing, unless it is told to. */
  private consumerProperties(partition: number | null): Map<string, string> {
    const { options, io } = this;
    const path = options.value('command-config') ?? options.value('consumer.config');
    const file = path === null ? new Map<string, string>() : loadProperties(io, path || '.');
    const given = parseKeyValues([...options.values('command-property'), ...options.values('consumer-property')]);
    const groupId = this.groupId(file, given);
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

  private groupId(file: ReadonlyMap<string, string>, given: ReadonlyMap<string, string>): string | null {
    const named = [this.options.value('group'), file.get('group.id'), given.get('group.id')];
    const distinct = [...new Set(named.filter((id): id is string => id !== null && id !== undefined))];
    if (distinct.length > 1) {
      const detected = inHashOrder(distinct, javaHash).map((id) => `'${id}'`);
      this.checks.fail(
        `The group ids provided in different places (directly using '--group', via '--consumer-property', or via '--consumer.config') do not match. Detected group ids: ${detected.join(', ')}`,
      );
    }
    return distinct[0] ?? null;
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

  /** Kafka tells whatever goes wrong with the formatter as a mistake of the command line. */
  private async formatter(output: OutputFormat): Promise<[Formatter, ReadonlyMap<string, string>]> {
    const { options, io, checks } = this;
    const people = io.stderr.isTerminal;
    try {
      const name = options.value('formatter') as string;
      if (!FORMATTER_CLASSES.includes(name)) {
        checks.fail(people ? `There is no formatter ${name}; there are ${FORMATTER_CLASSES.join(', ')}` : name);
      }
      this.forbidBoth('property', 'formatter-property');
      this.warnDeprecated('property', 'formatter-property', output);
      const properties = this.formatterProperties();
      return [(await formatterNamed(name, properties, io)) as Formatter, properties];
    } catch (error) {
      if (!(error instanceof Error) || javaClassOf(error) === '') throw error;
      return checks.fail(people ? error.message : javaMessageOf(error));
    }
  }

  private formatterProperties(): Map<string, string> {
    const { options } = this;
    const path = options.value('formatter-config');
    const properties = path === null ? new Map<string, string>() : loadProperties(this.io, path || '.');
    for (const what of ['key', 'value'] as const) {
      const deserializer = options.value(`${what}-deserializer`);
      if (deserializer !== null && deserializer !== '') properties.set(`${what}.deserializer`, deserializer);
    }
    const given = [...options.values('formatter-property'), ...options.values('property')];
    for (const [name, value] of parseKeyValues(given)) properties.set(name, value);
    return properties;
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
