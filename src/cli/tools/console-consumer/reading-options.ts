import { javaHash } from '../../../base/java-hash.js';
import { inHashOrder } from '../../../base/java-hash-order.js';
import { javaClassOf, javaMessageOf } from '../../format/java-error.js';
import { OUTPUT_OPTIONS, type OutputFormat, outputFormat } from '../../format/output-format.js';
import type { Io } from '../../io.js';
import { loadProperties } from '../../load-properties.js';
import type { JoptOptions, JoptTool } from '../../options/jopt.js';
import { JoptChecks, parseKeyValues } from '../../options/jopt-checks.js';
import { integer, type OptionRows, text } from '../../options/option-rows.js';
import { DESERIALIZER_CLASSES } from './deserializers.js';
import type { Formatter } from './formatter.js';
import { FORMATTER_CLASSES, formatterNamed } from './formatters.js';

const repeats = { repeats: true };

const FORMATTER_PROPERTIES: readonly string[] = [
  ...['timestamp', 'key', 'offset', 'epoch', 'partition', 'headers', 'value'].map((what) => `print.${what}=`),
  ...['key.separator=', 'line.separator=', 'headers.separator=', 'null.literal='],
  ...['key.deserializer=', 'value.deserializer=', 'headers.deserializer='],
];

/** Options of all tools that print records of a cluster. */
export const READING_OPTIONS = {
  'bootstrap-server': text('server to connect to', 'REQUIRED: Brokers to begin with: HOST1:PORT1,HOST2:PORT2.'),
  'command-config': text('config file', 'A file with properties of the consumer; [command-property] goes before it.', {
    completes: 'file',
  }),
  'command-property': text('consumer_prop', 'A property of the consumer: key=value.', repeats),
  'consumer-property': text(
    'consumer_prop',
    '(DEPRECATED) A property of the consumer: key=value. Use --command-property instead.',
    repeats,
  ),
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
  group: text('consumer group id', 'The group to consume in; one of its own when left out.', { completes: 'group' }),
  'key-deserializer': text('deserializer for keys', 'The class that makes text of keys.', {
    completes: DESERIALIZER_CLASSES,
  }),
  'max-messages': integer('num_messages', 'End after so many records.'),
  'no-color': OUTPUT_OPTIONS['no-color'],
  output: {
    ...OUTPUT_OPTIONS.output,
    help: 'How records are written: plain, which is the default, as the formatter has them; as rows of a table; json as one array, ndjson as an object a line.',
  },
  property: text('prop', '(DEPRECATED) A property of the formatter. Use --formatter-property instead.', {
    ...repeats,
    completes: FORMATTER_PROPERTIES,
  }),
  topic: text('topic', 'The topic to consume from.', { completes: 'topic' }),
  'value-deserializer': text('deserializer for values', 'The class that makes text of values.', {
    completes: DESERIALIZER_CLASSES,
  }),
};

type Reading = typeof READING_OPTIONS;

/** What the tools that print records read of their command lines in the same way. */
export class ReadingOptions<Rows extends Reading & OptionRows> {
  readonly checks: JoptChecks<Rows>;
  private readonly options: JoptOptions<Reading>;
  private readonly given: JoptOptions<Rows>;
  private readonly io: Io;

  constructor(tool: JoptTool<Rows>, options: JoptOptions<Rows>, io: Io) {
    this.checks = new JoptChecks(tool, options);
    this.given = options;
    this.options = options as unknown as JoptOptions<Reading>;
    this.io = io;
  }

  forbidBoth(one: keyof Rows & string, other: keyof Rows & string): void {
    if (!this.given.has(one) || !this.given.has(other)) return;
    this.checks.fail(`Options --${one} and --${other} cannot be specified together.`);
  }

  warnDeprecated(old: keyof Rows & string, now: string, output: OutputFormat): void {
    if (!this.given.has(old)) return;
    const text = `Option --${old} is deprecated and will be removed in a future version. Use --${now} instead.`;
    if (output === 'plain') this.io.print(text);
    else this.io.printError(text);
  }

  /** The default is plain on a terminal too: records are a stream, not a listing. */
  output(): OutputFormat {
    return this.options.value('output') === null ? 'plain' : outputFormat(this.options, this.io);
  }

  hasColors(): boolean {
    return !this.options.has('no-color') && !this.io.env.NO_COLOR;
  }

  /** Properties of the consumer: those of the file at `path`, and those of the command line. */
  consumerProperties(path: string | null): { readonly file: Map<string, string>; readonly given: Map<string, string> } {
    const { options, io } = this;
    const file = path === null ? new Map<string, string>() : loadProperties(io, path || '.');
    const given = parseKeyValues([...options.values('command-property'), ...options.values('consumer-property')]);
    return { file, given };
  }

  /** The group that is named, in one place or in several. @param oldFile the older name of the option for the file */
  groupId(
    file: ReadonlyMap<string, string>,
    given: ReadonlyMap<string, string>,
    oldFile: keyof Rows & string,
  ): string | null {
    const named = [this.options.value('group'), file.get('group.id'), given.get('group.id')];
    const distinct = [...new Set(named.filter((id): id is string => id !== null && id !== undefined))];
    if (distinct.length > 1) {
      const detected = inHashOrder(distinct, javaHash).map((id) => `'${id}'`);
      this.checks.fail(
        `The group ids provided in different places (directly using '--group', via '--consumer-property', or via '--${oldFile}') do not match. Detected group ids: ${detected.join(', ')}`,
      );
    }
    return distinct[0] ?? null;
  }

  /** Kafka tells whatever goes wrong with the formatter as a mistake of the command line. */
  async formatter(output: OutputFormat): Promise<[Formatter, ReadonlyMap<string, string>]> {
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
}
