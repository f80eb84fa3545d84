import type { Io } from '../../io.js';
import { type JoptOptions, parseJopt } from '../../options/jopt.js';
import { JoptChecks } from '../../options/jopt-checks.js';
import { integer, optional, text } from '../../options/option-rows.js';
import { ToolError } from '../../tool-error.js';

const count = (argumentName: string, help: string) => optional(integer(argumentName, help, { default: '0' }));

export const TOOL = {
  description: 'This tool measures end-to-end latency in Kafka by sending messages and timing their reception.',
  options: {
    'bootstrap-server': text('bootstrap-server', 'REQUIRED: Brokers to begin with: host:port, separated by commas.'),
    'command-config': optional(
      text('config-file', 'A file with properties of the producer, the consumer and the admin client.', {
        completes: 'file',
      }),
    ),
    'num-headers': count('count', 'How many headers each record has.'),
    'num-records': integer('count', 'REQUIRED: How many records to send.'),
    'producer-acks': text('producer-acks', 'REQUIRED: Whose word the producer waits for: 1 or all.', {
      completes: ['1', 'all'],
    }),
    'record-header-key-size': count('bytes', "Bytes of a header's key."),
    'record-header-size': count('bytes', "Bytes of a header's value; -1 for none."),
    'record-key-size': count('bytes', "Bytes of a record's key; none without it."),
    'record-size': integer('bytes', "REQUIRED: Bytes of a record's value."),
    topic: text('topic-name', 'REQUIRED: The topic; it is made where it is not there.', { completes: 'topic' }),
  },
};

export type LatencyOptions = JoptOptions<(typeof TOOL)['options']>;

const POSITIONAL = ['bootstrap-server', 'topic', 'num-records', 'producer-acks', 'record-size', 'command-config'];

/** @throws UsageError, OptionError, ToolError */
export function parseLatencyOptions(argv: readonly string[], io: Io): LatencyOptions {
  const options = parseJopt(TOOL, named(argv, io));
  const checks = new JoptChecks(TOOL, options);
  checks.require('bootstrap-server', 'topic', 'num-records', 'producer-acks', 'record-size');
  if ((options.value('num-records') as number) <= 0) {
    checks.fail('Value for --num-records must be a positive integer.');
  }
  const acks = options.value('producer-acks') as string;
  if (acks !== '1' && acks !== 'all') {
    checks.fail(
      "Invalid value for --producer-acks. Latency testing requires synchronous acknowledgement. Please use '1' or 'all'.",
    );
  }
  for (const name of ['record-size', 'record-key-size', 'num-headers', 'record-header-key-size'] as const) {
    if ((options.value(name) as number) < 0) checks.fail(`Value for --${name} must be a non-negative integer.`);
  }
  if ((options.value('record-header-size') as number) < -1) {
    checks.fail('Value for --record-header-size must be a non-negative integer or -1 for null header value.');
  }
  return options;
}

/** The command line of old, whose words have their meaning by their place, as options. */
function named(argv: readonly string[], io: Io): readonly string[] {
  const isNamed = argv.length === 0 || argv.some((word) => isOption(word));
  if (isNamed) return argv;
  if (argv.length < 5 || argv.length > 6) {
    throw new ToolError(
      `Invalid number of arguments. Expected 5 or 6 positional arguments, but got ${argv.length}. Usage: bootstrap-server topic num-records producer-acks record-size [optional] command-config`,
    );
  }
  io.print(
    `WARNING: Positional argument usage is deprecated and will be removed in Apache Kafka 5.0. Please use named arguments instead: ${POSITIONAL.map((name) => `--${name}`).join(', ')}`,
  );
  return argv.flatMap((word, index) => [`--${POSITIONAL[index]}`, word]);
}

const isOption = (word: string): boolean => word === '--help' || word === '--version' || word.startsWith('--');
