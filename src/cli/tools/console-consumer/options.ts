import type { Random } from '../../../base/host.js';
import { topicPattern } from '../../format/topic-pattern.js';
import type { Io } from '../../io.js';
import { loadProperties } from '../../load-properties.js';
import { type JoptOptions, type JoptTool, parseJopt } from '../../options/jopt.js';
import { JoptChecks, parseKeyValues } from '../../options/jopt-checks.js';
import { flag, integer, long, text } from '../../options/option-rows.js';
import { ToolError } from '../../tool-error.js';

const repeats = { repeats: true };

const TOOL = {
  description: 'This tool helps to read data from Kafka topics and outputs it to standard output.',
  options: {
    'bootstrap-server': text('server to connect to', 'REQUIRED: Brokers to begin with: HOST1:PORT1,HOST2:PORT2.'),
    'command-config': text('config file', 'A file with properties of the consumer; [command-property] goes before it.'),
    'command-property': text('consumer_prop', 'A property of the consumer: key=value.', repeats),
    'consumer-property': text(
      'consumer_prop',
      '(DEPRECATED) A property of the consumer: key=value. Use --command-property instead.',
      repeats,
    ),
    'consumer.config': text(
      'config file',
      '(DEPRECATED) A file with properties of the consumer. Use --command-config instead.',
    ),
    'enable-systest-events': flag('Also print when the consumer has shut down (for system tests).'),
    formatter: text('class', 'What makes text of records.', {
      default: 'org.apache.kafka.tools.consumer.DefaultMessageFormatter',
    }),
    'formatter-config': text(
      'config file',
      'A file with properties of the formatter; [formatter-property] goes before it.',
    ),
    'formatter-property': text(
      'prop',
      'A property of the formatter: print.timestamp, print.key, print.offset, print.epoch, print.partition, print.headers, print.value (true|false), key.separator, line.separator, headers.separator, null.literal, key.deserializer, value.deserializer, headers.deserializer.',
      repeats,
    ),
    'from-beginning': flag('Begin with the earliest record, not the latest, where the group has no offset yet.'),
    group: text('consumer group id', 'The group to consume in; one of its own when left out.'),
    include: text('Java regex (String)', 'A regular expression of the topics to consume from.'),
    'isolation-level': text('', 'read_committed leaves out records of transactions that are not committed.', {
      default: 'read_uncommitted',
    }),
    'key-deserializer': text('deserializer for keys', 'The class that makes text of keys.'),
    'max-messages': integer('num_messages', 'End after so many records.'),
    offset: text('consume offset', "Where to begin: a number, 'earliest' or 'latest'.", { default: 'latest' }),
    partition: integer('partition', 'The one partition to consume from, from its end unless --offset is given.'),
    property: text('prop', '(DEPRECATED) A property of the formatter. Use --formatter-property instead.', repeats),
    'skip-message-on-error': flag('Go on after a record that cannot be printed.'),
    'timeout-ms': long('timeout_ms', 'End when no record came for so long.'),
    topic: text('topic', 'The topic to consume from.'),
    'value-deserializer': text('deserializer for values', 'The class that makes text of values.'),
  },
};

type Options = JoptOptions<(typeof TOOL)['options']>;

/** Where to begin within one partition. */
export type StartOffset = number | 'earliest' | 'latest';

/** What the command line says. */
export interface ConsumerOptions {
  readonly consumer: ReadonlyMap<string, string>;
  readonly formatter: ReadonlyMap<string, string>;
  readonly formatterClass: string;
  readonly from:
    | { readonly topic: string; readonly partition: number; readonly offset: StartOffset }
    | { readonly topics: readonly string[] }
    | { readonly matches: (topic: string) => boolean };
  /** Read late, as the real tool does. @throws OptionError */
  maxMessages(): number | null;
  readonly timeoutMs: number | null;
  readonly skipsErrors: boolean;
  readonly tellsEvents: boolean;
}

/** @throws UsageError, OptionError, ToolError */
export function parseConsumerOptions(argv: readonly string[], io: Io): ConsumerOptions {
  const options = parseJopt(TOOL, argv);
  const checks = new JoptChecks(TOOL as JoptTool<(typeof TOOL)['options']>, options);
  const fail = (message: string): never => checks.fail(message);
  checks.require('bootstrap-server');
  checkSource(options, fail);
  checkTogether(options, fail);
  warnDeprecated(options, io);
  const path = options.value('command-config') ?? options.value('consumer.config');
  const file = path === null ? new Map<string, string>() : loadProperties(io, path);
  const given = parseKeyValues([...options.values('command-property'), ...options.values('consumer-property')]);
  const groupIds = [options.value('group'), given.get('group.id'), file.get('group.id')].filter(
    (id): id is string => id !== null && id !== undefined,
  );
  const distinct = [...new Set(groupIds)].sort();
  if (distinct.length > 1) {
    const detected = distinct.map((id) => `'${id}'`).join(', ');
    fail(
      `The group ids provided in different places (directly using '--group', via '--consumer-property', or via '--consumer.config') do not match. Detected group ids: ${detected}`,
    );
  }
  const partition = options.value('partition');
  if (partition !== null && distinct.length > 0) fail('Options group and partition cannot be specified together.');
  const timeoutMs = options.value('timeout-ms');
  return {
    consumer: consumerProperties(options, new Map([...file, ...given]), distinct[0] ?? null, io.host.random),
    formatter: formatterProperties(options, io, fail),
    formatterClass: options.value('formatter') as string,
    from: sourceOf(options, partition, fail),
    maxMessages: () => options.value('max-messages'),
    timeoutMs: timeoutMs !== null && timeoutMs >= 0 ? timeoutMs : null,
    skipsErrors: options.has('skip-message-on-error'),
    tellsEvents: options.has('enable-systest-events'),
  };
}

function checkSource(options: Options, fail: (message: string) => never): void {
  if (options.has('topic') === options.has('include')) {
    fail('Exactly one of the following arguments is required: [topic], [include]');
  }
  if (options.has('partition')) {
    if (!options.has('topic')) fail('The topic is required when partition is specified.');
    if (options.has('from-beginning') && options.has('offset')) {
      fail('Options from-beginning and offset cannot be specified together.');
    }
  } else if (options.has('offset')) fail('The partition is required when offset is specified.');
}

function checkTogether(options: Options, fail: (message: string) => never): void {
  const pairs = [
    ['consumer-property', 'command-property'],
    ['property', 'formatter-property'],
    ['consumer.config', 'command-config'],
  ] as const;
  for (const [one, other] of pairs) {
    if (options.has(one) && options.has(other)) fail(`Options --${one} and --${other} cannot be specified together.`);
  }
}

function warnDeprecated(options: Options, io: Io): void {
  const replaced = [
    ['consumer-property', 'command-property'],
    ['property', 'formatter-property'],
    ['consumer.config', 'command-config'],
  ] as const;
  for (const [old, now] of replaced) {
    if (!options.has(old)) continue;
    io.print(`Option --${old} is deprecated and will be removed in a future version. Use --${now} instead.`);
  }
}

/** A group of its own commits nothing, unless it is told to. */
function consumerProperties(
  options: Options,
  given: ReadonlyMap<string, string>,
  groupId: string | null,
  random: Random,
): Map<string, string> {
  const properties = new Map(given);
  properties.set('bootstrap.servers', options.value('bootstrap-server') as string);
  if (!properties.has('client.id')) properties.set('client.id', 'console-consumer');
  properties.set('isolation.level', options.value('isolation-level') as string);
  for (const what of ['key', 'value']) properties.set(`${what}.deserializer`, DESERIALIZER);
  const reset = properties.get('auto.offset.reset');
  if (reset === undefined) {
    properties.set('auto.offset.reset', options.has('from-beginning') ? 'earliest' : 'latest');
  } else if (options.has('from-beginning') && reset !== 'earliest') {
    throw new ToolError(
      `Can't simultaneously specify --from-beginning and 'auto.offset.reset=${reset}', please remove one option`,
    );
  }
  if (groupId !== null) return properties.set('group.id', groupId);
  properties.set('group.id', `console-consumer-${Math.floor(random.fraction() * 100_000)}`);
  if (!properties.has('enable.auto.commit')) properties.set('enable.auto.commit', 'false');
  return properties;
}

const DESERIALIZER = 'org.apache.kafka.common.serialization.ByteArrayDeserializer';

function formatterProperties(options: Options, io: Io, fail: (message: string) => never): Map<string, string> {
  const path = options.value('formatter-config');
  const properties = new Map<string, string>();
  if (path !== null) {
    if (io.host.disk.stat(path) === null) fail(path);
    for (const [name, value] of loadProperties(io, path)) properties.set(name, value);
  }
  for (const [name, value] of parseKeyValues([...options.values('formatter-property'), ...options.values('property')]))
    properties.set(name, value);
  for (const what of ['key', 'value'] as const) {
    const deserializer = options.value(`${what}-deserializer`);
    if (deserializer !== null) properties.set(`${what}.deserializer`, deserializer);
  }
  return properties;
}

function sourceOf(
  options: Options,
  partition: number | null,
  fail: (message: string) => never,
): ConsumerOptions['from'] {
  const include = options.value('include');
  if (include !== null) return { matches: topicPattern(include) };
  const topic = options.value('topic') as string;
  if (partition === null) return { topics: [topic] };
  const offset = options.value('offset') as string;
  if (options.has('from-beginning')) return { topic, partition, offset: 'earliest' };
  const lower = offset.toLowerCase();
  if (lower === 'earliest' || lower === 'latest') return { topic, partition, offset: lower };
  if (/^\+?\d+$/.test(offset) && Number.isSafeInteger(Number(offset))) {
    return { topic, partition, offset: Number(offset) };
  }
  return fail(
    `The provided offset value '${offset}' is incorrect. Valid values are 'earliest', 'latest', or a non-negative long.`,
  );
}
