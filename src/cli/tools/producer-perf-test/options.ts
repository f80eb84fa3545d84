import { randomUuid } from '../../../base/uuid.js';
import type { Io } from '../../io.js';
import { loadProperties } from '../../load-properties.js';
import { argparseError, parseOrHelp } from '../../options/argparse.js';
import { usageWidth } from '../../options/argparse-usage.js';
import { flag, integer, long, text } from '../../options/option-rows.js';
import type { OptionSet } from '../../options/option-set.js';
import { illegalArgument } from '../../tool-error.js';

const PROPERTIES = { many: '+' } as const;

export const TOOL = {
  prog: 'kafka-producer-perf-test',
  description:
    'Measures how fast records can be sent. With a transactional id, given here or as a property, or with a duration of transactions, it sends them in transactions.',
  options: {
    'bootstrap-server': text(
      'BOOTSTRAP-SERVER',
      'Brokers to begin with: host:port, separated by commas. Goes before the properties.',
    ),
    topic: text('', 'The topic to send to.', { required: true, completes: 'topic' }),
    'num-records': long('NUM-RECORDS', 'How many records to send.', { required: true }),
    'payload-delimiter': text('PAYLOAD-DELIMITER', 'What separates the payloads of the file.', { default: '\\n' }),
    throughput: text('', 'How many records to send a second, roughly; -1 for as many as go.', { required: true }),
    'producer-props': text('PROP-NAME=PROP-VALUE', '(DEPRECATED) Use --command-property.', PROPERTIES),
    'command-property': text(
      'PROP-NAME=PROP-VALUE',
      'Properties of the producer, before those of the file.',
      PROPERTIES,
    ),
    'producer.config': text('CONFIG-FILE', '(DEPRECATED) Use --command-config.', { completes: 'file' }),
    'command-config': text('CONFIG-FILE', 'A file with properties of the producer.', { completes: 'file' }),
    'print-metrics': flag('Show what the producer counted at the end.'),
    'transactional-id': text('TRANSACTIONAL-ID', 'The transactional id, before that of the properties.'),
    'transaction-duration-ms': long(
      'TRANSACTION-DURATION',
      'After how many milliseconds a transaction is committed, and the next begins; 3000 with a transactional id.',
    ),
    'warmup-records': long('WARMUP-RECORDS', 'The first records, which the steady state is measured without.', {
      default: '0',
    }),
    'reporting-interval': long('INTERVAL-MS', 'Milliseconds between two lines of progress.', { default: '5000' }),
    'record-size': integer('RECORD-SIZE', 'Bytes of a record, filled at random.'),
    'payload-file': text(
      'PAYLOAD-FILE',
      'A text file (UTF-8) with payloads, of which one is chosen at random for each record.',
      { completes: 'file' },
    ),
    'payload-monotonic': flag('The payload is a number that rises by one.'),
  },
  groups: [{ required: true, names: ['record-size', 'payload-file', 'payload-monotonic'] }],
};

/** What the command line asks for. */
export interface PerfOptions {
  readonly topic: string;
  readonly recordCount: number;
  readonly warmUpCount: number;
  /** Records a second; below 0 for no limit. */
  readonly throughput: number;
  readonly reportingIntervalMs: number;
  /** Null without transactions. */
  readonly transactionDurationMs: number | null;
  readonly printsMetrics: boolean;
  readonly payload:
    | { readonly sizeBytes: number }
    | { readonly file: string; readonly delimiter: string }
    | 'monotonic';
  readonly producer: ReadonlyMap<string, string>;
}

const DEFAULT_TRANSACTION_DURATION_MS = 3000;

/** @throws UsageError, ToolError */
export function parsePerfOptions(argv: readonly string[], io: Io): PerfOptions {
  const width = usageWidth(io.env.COLUMNS);
  const options = parseOrHelp(TOOL, argv, width);
  checkValues(options, (message) => {
    throw argparseError(TOOL, null, message, width);
  });
  tellDeprecated(options, io);
  const producer = producerProperties(options, io);
  const duration = options.value('transaction-duration-ms');
  const id = options.value('transactional-id') ?? producer.get('transactional.id') ?? null;
  const isTransactional = id !== null || duration !== null;
  if (isTransactional) {
    producer.set('transactional.id', id ?? `performance-producer-${randomUuid(io.host.random)}`);
  }
  return {
    topic: options.value('topic') as string,
    recordCount: options.value('num-records') as number,
    warmUpCount: Math.max(0, options.value('warmup-records') as number),
    throughput: Number(options.value('throughput')),
    reportingIntervalMs: options.value('reporting-interval') as number,
    transactionDurationMs: isTransactional ? (duration ?? DEFAULT_TRANSACTION_DURATION_MS) : null,
    printsMetrics: options.has('print-metrics'),
    payload: payloadOf(options),
    producer,
  };
}

type Options = OptionSet<(typeof TOOL)['options']>;

function checkValues(options: Options, fail: (message: string) => never): void {
  if (Number.isNaN(Number(options.value('throughput')))) {
    fail(
      `argument --throughput: could not convert '${options.value('throughput')}' to Double (For input string: "${options.value('throughput')}")`,
    );
  }
  const count = options.value('num-records') as number;
  if (count <= 0) fail('--num-records should be greater than zero.');
  const size = options.value('record-size');
  if (size !== null && size <= 0) fail('--record-size should be greater than zero.');
  const warmUp = options.value('warmup-records') as number;
  if (warmUp >= count) {
    fail(
      'The value for --warmup-records must be strictly fewer than the number of records in the test, --num-records.',
    );
  }
  const sources = [
    'bootstrap-server',
    'command-property',
    'producer-props',
    'producer.config',
    'command-config',
  ] as const;
  if (!sources.some((name) => options.has(name))) {
    fail(
      'At least one of --bootstrap-server, --command-property, --producer-props, --producer.config or --command-config must be specified.',
    );
  }
  for (const [now, old] of [
    ['command-property', 'producer-props'],
    ['command-config', 'producer.config'],
  ] as const) {
    if (options.has(now) && options.has(old)) fail(`--${now} and --${old} cannot be specified together.`);
  }
  const duration = options.value('transaction-duration-ms');
  if (duration !== null && duration <= 0) fail('--transaction-duration-ms should be greater than zero.');
  if ((options.value('reporting-interval') as number) <= 0) fail('--reporting-interval should be greater than zero.');
}

function tellDeprecated(options: Options, io: Io): void {
  for (const [old, now] of [
    ['producer-props', 'command-property'],
    ['producer.config', 'command-config'],
  ] as const) {
    if (!options.has(old)) continue;
    io.print(`Option --${old} has been deprecated and will be removed in a future version. Use --${now} instead.`);
  }
}

function producerProperties(options: Options, io: Io): Map<string, string> {
  const path = options.value('command-config') ?? options.value('producer.config');
  const properties = new Map(path === null ? [] : loadProperties(io, path));
  for (const pair of [...options.values('producer-props'), ...options.values('command-property')]) {
    const equals = pair.indexOf('=');
    if (equals <= 0) throw illegalArgument(`Invalid property: ${pair}`);
    properties.set(pair.slice(0, equals), pair.slice(equals + 1));
  }
  const server = options.value('bootstrap-server');
  if (server !== null) properties.set('bootstrap.servers', server);
  if (!properties.has('client.id')) properties.set('client.id', 'perf-producer-client');
  return properties;
}

function payloadOf(options: Options): PerfOptions['payload'] {
  if (options.has('payload-monotonic')) return 'monotonic';
  const file = options.value('payload-file');
  if (file === null) return { sizeBytes: options.value('record-size') as number };
  return { file, delimiter: (options.value('payload-delimiter') as string).replaceAll('\\n', '\n') };
}
