import type { Io } from '../../io.js';
import { loadProperties } from '../../load-properties.js';
import { type JoptOptions, parseJopt } from '../../options/jopt.js';
import { JoptChecks, parseKeyValues } from '../../options/jopt-checks.js';
import { flag, integer, long, maybeText, type OptionRow, text } from '../../options/option-rows.js';

const LINE_READER = 'org.apache.kafka.tools.LineMessageReader';

const repeats = { repeats: true };

const READER_PROPERTIES: readonly string[] = [
  ...['parse.key=true', 'parse.headers=true', 'ignore.error=true', 'key.separator=', 'null.marker='],
  ...['headers.delimiter=', 'headers.separator=', 'headers.key.separator='],
];

export const TOOL = {
  description: 'This tool helps to read data from standard input and publish it to Kafka.',
  options: {
    'batch-size': integer('size', 'batch.size of the producer: bytes of a batch of records of one partition.', {
      default: '16384',
    }),
    'bootstrap-server': text('server to connect to', 'REQUIRED: Brokers to begin with: HOST1:PORT1,HOST2:PORT2.'),
    'command-config': text(
      'config file',
      'A file with properties of the producer; [command-property] goes before it.',
      { completes: 'file' },
    ),
    'command-property': text('producer_prop', 'A property of the producer: key=value.', repeats),
    'compression-codec': maybeText(
      'compression-codec',
      "How batches are compressed: 'none', 'gzip', 'snappy', 'lz4' or 'zstd'; gzip without a value.",
      { completes: ['none', 'gzip', 'snappy', 'lz4', 'zstd'] },
    ),
    'line-reader': text('reader_class', 'What makes records of lines: by default each line is a value.', {
      default: LINE_READER,
      completes: [LINE_READER],
    }),
    'max-block-ms': long('max block on send', 'max.block.ms of the producer: how long a line waits for metadata.', {
      default: '60000',
    }),
    'max-memory-bytes': long('total memory in bytes', 'buffer.memory of the producer: bytes that wait to be sent.', {
      default: '33554432',
    }),
    'max-partition-memory-bytes': integer(
      'memory in bytes per partition',
      '(Deprecated) The same as --batch-size, which replaces it in Apache Kafka 5.0.',
      { default: '16384' },
    ),
    'message-send-max-retries': integer('', 'retries of the producer: how often a batch is sent again.', {
      default: '3',
    }),
    'metadata-expiry-ms': long('metadata expiration interval', 'metadata.max.age.ms of the producer.', {
      default: '300000',
    }),
    'producer-property': text(
      'producer_prop',
      '(DEPRECATED) A property of the producer: key=value. Use --command-property instead.',
      repeats,
    ),
    'producer.config': text(
      'config file',
      '(DEPRECATED) A file with properties of the producer. Use --command-config instead.',
      { completes: 'file' },
    ),
    property: text('prop', '(DEPRECATED) A property of the line reader: key=value. Use --reader-property instead.', {
      ...repeats,
      completes: READER_PROPERTIES,
    }),
    'reader-config': text(
      'config file',
      'A file with properties of the line reader; [reader-property] goes before it.',
      { completes: 'file' },
    ),
    'reader-property': text(
      'prop',
      'A property of the line reader: parse.key, parse.headers (true|false), ignore.error (true|false), key.separator, headers.delimiter, headers.separator, headers.key.separator, null.marker.',
      { ...repeats, completes: READER_PROPERTIES },
    ),
    'request-required-acks': text('request required acks', 'acks of the producer.', {
      default: '-1',
      completes: ['0', '1', 'all'],
    }),
    'request-timeout-ms': integer('request timeout ms', 'request.timeout.ms of the producer.', { default: '1500' }),
    'retry-backoff-ms': long('', 'retry.backoff.ms of the producer: the wait before a batch is sent again.', {
      default: '100',
    }),
    'socket-buffer-size': integer('size', 'send.buffer.bytes of the producer.', { default: '102400' }),
    sync: flag('Send one record at a time, and wait for each.'),
    timeout: long('timeout_ms', 'linger.ms of the producer: how long a batch waits for more records.', {
      default: '1000',
    }),
    topic: text('topic', 'REQUIRED: The topic to send to.', { completes: 'topic' }),
  },
} satisfies { readonly description: string; readonly options: Readonly<Record<string, OptionRow>> };

type Options = JoptOptions<(typeof TOOL)['options']>;

/** What the command line says. */
export interface ProducerOptions {
  readonly topic: string;
  readonly isSync: boolean;
  readonly lineReader: string;
  readonly producer: ReadonlyMap<string, string>;
  readonly reader: ReadonlyMap<string, string>;
}

/** Options that win over the properties when they are given; their defaults lose. */
const MERGED = {
  timeout: 'linger.ms',
  'request-required-acks': 'acks',
  'request-timeout-ms': 'request.timeout.ms',
  'message-send-max-retries': 'retries',
  'retry-backoff-ms': 'retry.backoff.ms',
  'socket-buffer-size': 'send.buffer.bytes',
  'max-memory-bytes': 'buffer.memory',
  'metadata-expiry-ms': 'metadata.max.age.ms',
  'max-block-ms': 'max.block.ms',
} as const;

/** @throws UsageError, OptionError, ToolError */
export function parseProducerOptions(argv: readonly string[], io: Io): ProducerOptions {
  const options = parseJopt(TOOL, argv);
  const checks = new JoptChecks(TOOL, options);
  checks.require('topic');
  checkTogether(checks, options);
  warnDeprecated(options, io);
  checkAddresses(options.value('bootstrap-server'), (message) => checks.fail(message));
  const readerPath = options.value('reader-config');
  const readerProperties = [...options.values('reader-property'), ...options.values('property')];
  return {
    topic: options.value('topic') as string,
    isSync: options.has('sync'),
    lineReader: options.value('line-reader') as string,
    producer: producerProperties(options, io),
    reader: new Map([
      ...(readerPath === null ? [] : loadProperties(io, readerPath)),
      ...parseKeyValues(readerProperties),
    ]),
  };
}

function checkTogether(checks: JoptChecks<(typeof TOOL)['options']>, options: Options): void {
  const pairs = [
    ['command-config', 'producer.config'],
    ['command-property', 'producer-property'],
    ['reader-property', 'property'],
  ] as const;
  for (const [one, other] of pairs) {
    if (options.has(one) && options.has(other)) {
      checks.fail(`Options --${one} and --${other} cannot be specified together.`);
    }
  }
}

function warnDeprecated(options: Options, io: Io): void {
  const replaced = [
    ['property', 'reader-property', 'a future version'],
    ['producer-property', 'command-property', 'a future version'],
    ['producer.config', 'command-config', 'a future version'],
    ['max-partition-memory-bytes', 'batch-size', 'Apache Kafka 5.0'],
  ] as const;
  for (const [old, now, when] of replaced) {
    if (!options.has(old)) continue;
    io.print(`Warning: --${old} is deprecated and will be removed in ${when}. Use --${now} instead.`);
  }
}

function checkAddresses(bootstrap: string | null, fail: (message: string) => never): void {
  if (bootstrap === null || bootstrap === '') fail('Error while validating the bootstrap address\n');
  const isAddress = (text: string): boolean =>
    /^(?:[a-zA-Z0-9+.-]*:\/\/)?\[?([0-9a-zA-Z\-%._:]*)\]?:[0-9]+$/.test(text);
  if (!bootstrap.split(',').every(isAddress)) fail('Please provide valid host:port like host1:9091,host2:9092\n');
}

function producerProperties(options: Options, io: Io): Map<string, string> {
  const path = options.value('command-config') ?? options.value('producer.config');
  const properties = new Map<string, string>([
    ...(path === null ? [] : loadProperties(io, path)),
    ...parseKeyValues([...options.values('command-property'), ...options.values('producer-property')]),
  ]);
  properties.set('bootstrap.servers', options.value('bootstrap-server') as string);
  const codec = options.has('compression-codec') ? (options.value('compression-codec') ?? 'gzip') : 'none';
  properties.set('compression.type', codec);
  if (!properties.has('client.id')) properties.set('client.id', 'console-producer');
  for (const what of ['key', 'value']) properties.set(`${what}.serializer`, SERIALIZER);
  for (const [name, key] of Object.entries(MERGED) as [keyof typeof MERGED, string][]) {
    if (options.has(name) || !properties.has(key)) properties.set(key, String(options.value(name)));
  }
  const size = options.has('max-partition-memory-bytes') ? 'max-partition-memory-bytes' : 'batch-size';
  if (options.has(size) || !properties.has('batch.size')) properties.set('batch.size', String(options.value(size)));
  return properties;
}

const SERIALIZER = 'org.apache.kafka.common.serialization.ByteArraySerializer';
