import type { AcknowledgeType } from '../../../client/share-consumer/acknowledgement-runs.js';
import type { OutputFormat } from '../../format/output-format.js';
import type { Io } from '../../io.js';
import { type JoptOptions, type JoptTool, parseJopt } from '../../options/jopt.js';
import { flag, integer, text } from '../../options/option-rows.js';
import type { Formatter } from '../console-consumer/formatter.js';
import { READING_OPTIONS, ReadingOptions } from '../console-consumer/reading-options.js';

const formatterProperties = READING_OPTIONS['formatter-property'].details.completes;

/** The rows of formatter properties with the one that only share groups have something to print for. */
function withDelivery<Row extends (typeof READING_OPTIONS)['property']>(row: Row): Row {
  const completes = [...(formatterProperties as readonly string[]), 'print.delivery='];
  const help = row.help.replace('print.offset, ', 'print.offset, print.delivery, ');
  return { ...row, help, details: { ...row.details, completes } };
}

export const TOOL = {
  description: 'This tool helps to read data from Kafka topics using share groups and outputs it to standard output.',
  options: {
    'bootstrap-server': READING_OPTIONS['bootstrap-server'],
    'command-config': READING_OPTIONS['command-config'],
    'command-property': READING_OPTIONS['command-property'],
    'consumer-config': text(
      'config file',
      '(DEPRECATED) A file with properties of the consumer. Use --command-config instead.',
      { completes: 'file' },
    ),
    'consumer-property': READING_OPTIONS['consumer-property'],
    'enable-systest-events': flag('Also print when the consumer has shut down (for system tests).'),
    formatter: READING_OPTIONS.formatter,
    'formatter-config': READING_OPTIONS['formatter-config'],
    'formatter-property': withDelivery(READING_OPTIONS['formatter-property']),
    group: text('share group id', 'The share group to consume in; console-share-consumer when left out.', {
      completes: 'group',
    }),
    'key-deserializer': READING_OPTIONS['key-deserializer'],
    'max-messages': READING_OPTIONS['max-messages'],
    'no-color': READING_OPTIONS['no-color'],
    output: READING_OPTIONS.output,
    property: withDelivery(READING_OPTIONS.property),
    reject: flag('Reject records as they are consumed: nobody gets them again.'),
    'reject-message-on-error': flag('Reject a record that cannot be printed, and go on, instead of ending.'),
    release: flag('Release records as they are consumed: others of the group may get them again.'),
    'timeout-ms': integer('timeout_ms', 'End when no record came for so long.'),
    topic: READING_OPTIONS.topic,
    'value-deserializer': READING_OPTIONS['value-deserializer'],
  },
};

type Rows = (typeof TOOL)['options'];

/** What the command line says. */
export interface ShareOptions {
  readonly consumer: ReadonlyMap<string, string>;
  readonly topic: string;
  /** What becomes of records that were printed. */
  readonly acknowledgement: AcknowledgeType;
  readonly formatter: Formatter;
  readonly formatterProperties: ReadonlyMap<string, string>;
  readonly output: OutputFormat;
  readonly hasColors: boolean;
  readonly isPattern: false;
  readonly logDirs: null;
  readonly skipsErrors: boolean;
  readonly tellsEvents: boolean;
  /** Read before there is a consumer; null without an end. @throws OptionError */
  timeoutMs(): number | null;
  /** Read once it has begun. @throws OptionError */
  maxMessages(): number | null;
}

/** Of each pair the first is the older name of the second. */
const RENAMED = [
  ['consumer-property', 'command-property'],
  ['consumer-config', 'command-config'],
] as const;

const OWN_NAME = 'console-share-consumer';

/**
 * Reads and checks the command line in the order of the real tool, which decides what is told of several mistakes.
 *
 * @throws UsageError, ToolError
 */
export async function parseShareOptions(argv: readonly string[], io: Io): Promise<ShareOptions> {
  const options = parseJopt(TOOL, argv);
  const reading = new ReadingOptions(TOOL as JoptTool<Rows>, options, io);
  const { checks } = reading;
  if (!options.has('topic')) checks.fail('--topic is a required argument');
  checks.require('bootstrap-server');
  if (options.has('reject') && options.has('release')) {
    checks.fail('At most one of --reject and --release may be specified.');
  }
  for (const [old, now] of RENAMED) reading.forbidBoth(old, now);
  const output = reading.output();
  for (const [old, now] of RENAMED) reading.warnDeprecated(old, now, output);
  const consumer = consumerProperties(options, reading);
  const [formatter, formatterProperties] = await reading.formatter(output);
  return {
    consumer,
    topic: options.value('topic') as string,
    acknowledgement: options.has('reject') ? 'reject' : options.has('release') ? 'release' : 'accept',
    formatter,
    formatterProperties,
    output,
    hasColors: reading.hasColors(),
    isPattern: false,
    logDirs: null,
    skipsErrors: options.has('reject-message-on-error'),
    tellsEvents: options.has('enable-systest-events'),
    timeoutMs: () => {
      const timeoutMs = options.value('timeout-ms');
      return timeoutMs !== null && timeoutMs >= 0 ? timeoutMs : null;
    },
    maxMessages: () => options.value('max-messages'),
  };
}

function consumerProperties(options: JoptOptions<Rows>, reading: ReadingOptions<Rows>): Map<string, string> {
  const path = options.value('command-config') ?? options.value('consumer-config');
  const { file, given } = reading.consumerProperties(path);
  const groupId = reading.groupId(file, given, 'consumer-config') ?? OWN_NAME;
  const properties = new Map([...file, ...given]);
  properties.set('bootstrap.servers', options.value('bootstrap-server') as string);
  if (!properties.has('client.id')) properties.set('client.id', OWN_NAME);
  properties.set('group.id', groupId);
  // Each record is acknowledged when it was printed, whatever the properties say.
  return properties.set('share.acknowledgement.mode', 'explicit');
}
