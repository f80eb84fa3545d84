import { TIMEOUT_OPTION } from '../../connect-to.js';
import { type JoptOptions, parseJopt } from '../../options/jopt.js';
import { JoptChecks } from '../../options/jopt-checks.js';
import { flag, long, text } from '../../options/option-rows.js';

export const TOOL = {
  runsBare: true,
  description:
    "Lets an application of Kafka Streams begin again: sets the offsets of its input topics, and deletes the internal topics that it made, whose names begin with its id. Its local state stays: clean that up by KafkaStreams#cleanUp() or by removing what is in its state.dir. The application's instances have to be stopped. What is deleted does not come back: look with --dry-run first.",
  options: {
    'application-id': text('id', "REQUIRED: The application's id (application.id).", {
      required: true,
      completes: 'group',
    }),
    'bootstrap-server': text(
      'server to connect to',
      'Brokers to begin with: host:port, separated by commas; localhost:9092 unless given.',
    ),
    'by-duration': text('', 'Go back by a duration from now: PnDTnHnMnS.'),
    'command-config': text('file name', 'A file with properties of the clients.', { completes: 'file' }),
    'config-file': text('file name', '(DEPRECATED) The same as --command-config.', { completes: 'file' }),
    'dry-run': flag('Show what would be done, and change nothing.'),
    force: flag(
      'Remove the members of the group, such as those that were stopped and have a long session timeout. All instances have to be stopped.',
    ),
    'from-file': text('', 'Go to the offsets of a CSV file, with lines TOPIC,PARTITION,OFFSET.', { completes: 'file' }),
    'input-topics': text(
      'list',
      'Input topics, separated by commas. They go to their earliest offset unless another option says where to.',
      { repeats: true, completes: 'topic' },
    ),
    'intermediate-topics': text(
      'list',
      '(DEPRECATED) Topics that the application both writes and reads, separated by commas. They go to their end.',
      { repeats: true, completes: 'topic' },
    ),
    'internal-topics': text(
      'list',
      'The internal topics to delete, separated by commas: some of those that are deleted otherwise, which --dry-run shows.',
      { repeats: true, completes: 'topic' },
    ),
    'shift-by': long('number-of-offsets', 'Go on or back by a number of offsets from where the application is.'),
    'to-datetime': text('', "Go to the first record that is not older than a time: 'YYYY-MM-DDThh:mm:ss.sss'."),
    'to-earliest': flag('Go to the earliest offset.'),
    'to-latest': flag('Go to the end.'),
    'to-offset': long('', 'Go to an offset.'),
    ...TIMEOUT_OPTION,
  },
};

export type ResetOptions = JoptOptions<(typeof TOOL)['options']>;

const POSITIONS = [
  'to-offset',
  'to-datetime',
  'by-duration',
  'to-earliest',
  'to-latest',
  'from-file',
  'shift-by',
] as const;

/** @throws UsageError, AnswerInstead */
export function checkedOptions(argv: readonly string[]): ResetOptions {
  const options = parseJopt(TOOL, argv);
  const checks = new JoptChecks(TOOL, options);
  for (const position of POSITIONS) {
    checks.forbidWith(
      position,
      POSITIONS.filter((other) => other !== position),
    );
  }
  checks.forbidWith('config-file', ['command-config']);
  return options;
}

/** The topics of a list, as joptsimple cuts it: nothing between two commas is no topic. */
export function topicsOf(
  options: ResetOptions,
  name: 'input-topics' | 'intermediate-topics' | 'internal-topics',
): string[] {
  return options.values(name).flatMap((list) => {
    const topics = list.split(',').filter((topic) => topic !== '');
    return topics.length === 0 ? [list] : topics;
  });
}
