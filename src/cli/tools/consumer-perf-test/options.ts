import { simpleDateFormat } from '../../format/simple-date-format.js';
import type { Io } from '../../io.js';
import { loadProperties } from '../../load-properties.js';
import { type JoptOptions, parseJopt } from '../../options/jopt.js';
import { JoptChecks, parseKeyValues } from '../../options/jopt-checks.js';
import { flag, integer, long, optional, text } from '../../options/option-rows.js';
import { illegalArgument } from '../../tool-error.js';

const MOST_GROUPS = 100_000;

export const TOOL = {
  description: 'This tool is used to verify the consumer performance.',
  options: {
    'bootstrap-server': text(
      'server to connect to',
      'REQUIRED: Brokers to begin with: host:port, separated by commas.',
    ),
    'command-config': text('config file', 'A file with properties of the consumer.', { completes: 'file' }),
    'command-property': text('prop1=val1', 'A property of the consumer, before those of the file.', { repeats: true }),
    'consumer.config': text('config file', '(DEPRECATED) Use --command-config.', { completes: 'file' }),
    'date-format': text('date format', "How times are written, as Java's SimpleDateFormat has it.", {
      default: 'yyyy-MM-dd HH:mm:ss:SSS',
    }),
    'fetch-size': integer('size', 'The most bytes of a partition in a fetch.', { default: '1048576' }),
    'from-latest': flag('Begin at the end where nothing was committed, and not at the beginning.'),
    group: text('gid', 'The group to consume in; one of its own when left out.', { completes: 'group' }),
    'hide-header': flag('Print no heading.'),
    include: text('Java regex (String)', 'A regular expression of the topics to consume.'),
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
  },
};

type Options = JoptOptions<(typeof TOOL)['options']>;

/** What the command line asks for. Values are read when they are needed, as the real tool does: it prints its heading before. */
export class PerfOptions {
  readonly options: Options;
  private readonly io: Io;

  /** @throws UsageError */
  constructor(argv: readonly string[], io: Io) {
    this.options = parseJopt(TOOL, argv);
    this.io = io;
    const checks = new JoptChecks(TOOL, this.options);
    checks.require('bootstrap-server');
    const exactlyOne = (...names: (keyof (typeof TOOL)['options'])[]) => {
      if (names.filter((name) => this.options.has(name)).length === 1) return;
      checks.fail(`Exactly one of the following arguments is required: ${names.map((name) => `[${name}]`).join(', ')}`);
    };
    exactlyOne('topic', 'include');
    exactlyOne('messages', 'num-records');
    checks.forbidWith('consumer.config', ['command-config']);
    for (const [old, now] of [
      ['messages', 'num-records'],
      ['consumer.config', 'command-config'],
    ] as const) {
      if (this.options.has(old)) io.print(`Warning: --${old} is deprecated. Use --${now} instead.`);
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

  consumer(): Map<string, string> {
    const { options, io } = this;
    const path = options.value('command-config') ?? options.value('consumer.config');
    return new Map([
      ['client.id', 'perf-consumer-client'],
      ...(path === null ? [] : loadProperties(io, path)),
      ...parseKeyValues(options.values('command-property')),
      ['bootstrap.servers', options.value('bootstrap-server') as string],
      ['group.id', options.value('group') ?? `perf-consumer-${Math.floor(io.host.random.fraction() * MOST_GROUPS)}`],
      ['max.partition.fetch.bytes', String(options.value('fetch-size'))],
      ['receive.buffer.bytes', String(options.value('socket-buffer-size'))],
      ['auto.offset.reset', options.has('from-latest') ? 'latest' : 'earliest'],
      ['check.crcs', 'false'],
    ]);
  }
}
