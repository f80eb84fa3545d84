import { simpleDateFormat } from '../../format/simple-date-format.js';
import type { Io } from '../../io.js';
import { loadProperties } from '../../load-properties.js';
import { type JoptOptions, parseJopt } from '../../options/jopt.js';
import { JoptChecks, parseKeyValues } from '../../options/jopt-checks.js';
import { flag, integer, long, type OptionRows, optional, text } from '../../options/option-rows.js';
import { illegalArgument } from '../../tool-error.js';

const MOST_GROUPS = 100_000;

/** Rows of all tools that measure how fast records come. */
export const PERF_ROWS = {
  'bootstrap-server': text('server to connect to', 'REQUIRED: Brokers to begin with: host:port, separated by commas.'),
  'command-config': text('config file', 'A file with properties of the consumer.', { completes: 'file' }),
  'command-property': text('prop1=val1', 'A property of the consumer, before those of the file.', { repeats: true }),
  'consumer.config': text('config file', '(DEPRECATED) Use --command-config.', { completes: 'file' }),
  'date-format': text('date format', "How times are written, as Java's SimpleDateFormat has it.", {
    default: 'yyyy-MM-dd HH:mm:ss:SSS',
  }),
  'fetch-size': integer('size', 'The most bytes of a partition in a fetch.', { default: '1048576' }),
  group: text('gid', 'The group to consume in; one of its own when left out.', { completes: 'group' }),
  'hide-header': flag('Print no heading.'),
  messages: long('count', '(DEPRECATED) Use --num-records.'),
  'num-records': long('count', 'REQUIRED: How many records to consume.'),
  'print-metrics': flag('Show what the consumer counted at the end.'),
  'reporting-interval': long('interval_ms', 'Milliseconds between two lines of detailed figures.', {
    default: '5000',
  }),
  'show-detailed-stats': flag('Print figures of each interval.'),
  'socket-buffer-size': integer('size', "The size of the socket's buffer; the system chooses it here.", {
    default: '2097152',
  }),
  timeout: optional(long('milliseconds', 'The longest time without a record.', { default: '10000' })),
  topic: text('topic', 'The topic to consume.', { completes: 'topic' }),
};

export const TOOL = {
  description: 'This tool is used to verify the consumer performance.',
  options: {
    ...PERF_ROWS,
    'from-latest': flag('Begin at the end where nothing was committed, and not at the beginning.'),
    include: text('Java regex (String)', 'A regular expression of the topics to consume.'),
  },
};

type PerfOptionSet = JoptOptions<typeof PERF_ROWS>;

/**
 * What the command lines of all of them say. Values are read when they are needed, as the real tools do: they print
 * their heading before.
 */
export class PerfReading {
  private readonly options: PerfOptionSet;
  private readonly io: Io;

  constructor(options: PerfOptionSet, io: Io) {
    this.options = options;
    this.io = io;
  }

  /** @throws UsageError */
  check(checks: JoptChecks<typeof PERF_ROWS>): void {
    exactlyOne(checks, this.options, ['messages', 'num-records']);
    checks.forbidWith('consumer.config', ['command-config']);
    for (const [old, now] of [
      ['messages', 'num-records'],
      ['consumer.config', 'command-config'],
    ] as const) {
      if (this.options.has(old)) this.io.print(`Warning: --${old} is deprecated. Use --${now} instead.`);
    }
  }

  recordCount(): number {
    return (this.options.value('num-records') ?? this.options.value('messages')) as number;
  }

  timeoutMs(): number {
    return this.options.value('timeout') as number;
  }

  reportingIntervalMs(): number {
    const intervalMs = this.options.value('reporting-interval') as number;
    if (intervalMs <= 0) throw illegalArgument('Reporting interval must be greater than 0.');
    return intervalMs;
  }

  dateFormat(): (timeMs: number) => string {
    return simpleDateFormat(this.options.value('date-format') as string);
  }

  /** Properties as the file and the command line give them, the later ones over the former. */
  properties(): Map<string, string> {
    const { options, io } = this;
    const path = options.value('command-config') ?? options.value('consumer.config');
    return new Map([
      ...(path === null ? [] : loadProperties(io, path)),
      ...parseKeyValues(options.values('command-property')),
      ['bootstrap.servers', options.value('bootstrap-server') as string],
      ['receive.buffer.bytes', String(options.value('socket-buffer-size'))],
      ['check.crcs', 'false'],
    ]);
  }
}

/** @throws UsageError */
export function exactlyOne<Rows extends OptionRows, Name extends keyof Rows & string>(
  checks: JoptChecks<Rows>,
  options: { has(name: Name): boolean },
  names: readonly Name[],
): void {
  if (names.filter((name) => options.has(name)).length === 1) return;
  checks.fail(`Exactly one of the following arguments is required: ${names.map((name) => `[${name}]`).join(', ')}`);
}

type Options = JoptOptions<(typeof TOOL)['options']>;

export interface PerfOptions {
  readonly options: Options;
  readonly reading: PerfReading;
}

/** @throws UsageError */
export function parsePerfOptions(argv: readonly string[], io: Io): PerfOptions {
  const options = parseJopt(TOOL, argv);
  const checks = new JoptChecks(TOOL, options);
  checks.require('bootstrap-server');
  exactlyOne(checks, options, ['topic', 'include']);
  const reading = new PerfReading(options as unknown as PerfOptionSet, io);
  reading.check(checks as unknown as JoptChecks<typeof PERF_ROWS>);
  return { options, reading };
}

export function consumerProperties({ options, reading }: PerfOptions, io: Io): Map<string, string> {
  const group = options.value('group') ?? `perf-consumer-${Math.floor(io.host.random.fraction() * MOST_GROUPS)}`;
  return new Map([
    ['client.id', 'perf-consumer-client'],
    ...reading.properties(),
    ['group.id', group],
    ['max.partition.fetch.bytes', String(options.value('fetch-size'))],
    ['auto.offset.reset', options.has('from-latest') ? 'latest' : 'earliest'],
  ]);
}
