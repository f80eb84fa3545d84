import type { Io } from '../../io.js';
import { type JoptOptions, parseJopt } from '../../options/jopt.js';
import { JoptChecks } from '../../options/jopt-checks.js';
import { optionException } from '../../options/option-exception.js';
import { flag, integer, maybeText, text } from '../../options/option-rows.js';
import { UsageError } from '../../options/usage-error.js';
import { uncaught } from '../../tool-error.js';

const STRING_DECODER = 'org.apache.kafka.tools.api.StringDecoder';
const DECODERS = ['String', 'Integer', 'Long', 'Default'].map((what) => `org.apache.kafka.tools.api.${what}Decoder`);

const OPTIONS = {
  'cluster-metadata-decoder': flag('Show records as those of the cluster, in __cluster_metadata and its snapshots.'),
  'deep-iteration': flag('Show the records of each batch, too. So does --print-data-log.'),
  files: text('file1, file2, ...', 'REQUIRED: The files to show, separated by commas: segments, indexes, snapshots.', {
    completes: 'file',
  }),
  'index-sanity-check': flag(
    'Only check an index as a broker does at its start to find out whether it has to be made anew.',
  ),
  'key-decoder-class': maybeText('', 'The Java class that keys are read by.', {
    default: STRING_DECODER,
    completes: DECODERS,
  }),
  'max-bytes': integer('size', 'Read no more of a segment than the batches in so many bytes.', {
    default: '2147483647',
  }),
  'max-message-size': integer('size', 'The size of the largest batch that an index may point to.', {
    default: '5242880',
  }),
  'offsets-decoder': flag('Show records as those of __consumer_offsets.'),
  'print-data-log': flag('Show keys and values of records. So does each option that names a decoder.'),
  'remote-log-metadata-decoder': flag('Show records as those of __remote_log_metadata.'),
  'share-group-state-decoder': flag('Show records as those of __share_group_state.'),
  'skip-record-metadata': flag('Show keys and values alone, and of control records nothing.'),
  'transaction-log-decoder': flag('Show records as those of __transaction_state.'),
  'value-decoder-class': maybeText('', 'The Java class that values are read by.', {
    default: STRING_DECODER,
    completes: DECODERS,
  }),
  'verify-index-only': flag('Only compare an index with its segment, without showing its entries.'),
};

export const TOOL = {
  description:
    'This tool helps to parse a log file and dump its contents to the console, useful for debugging a seemingly corrupt log segment.',
  options: OPTIONS,
};

export type DumpOptions = JoptOptions<typeof OPTIONS>;

const DECODING = [
  'print-data-log',
  'offsets-decoder',
  'transaction-log-decoder',
  'cluster-metadata-decoder',
  'remote-log-metadata-decoder',
  'value-decoder-class',
  'key-decoder-class',
  'share-group-state-decoder',
] as const;

export const printsContents = (options: DumpOptions): boolean => DECODING.some((name) => options.has(name));

/** @throws UsageError, ToolError, AnswerInstead */
export function parseDumpOptions(argv: readonly string[], io: Io): DumpOptions {
  const options = parsed(argv, io);
  new JoptChecks(TOOL, options).require('files');
  return options;
}

/** What joptsimple finds wrong by itself the real tool prints without the table of options, which helps people. */
function parsed(argv: readonly string[], io: Io): DumpOptions {
  try {
    return parseJopt(TOOL, argv);
  } catch (error) {
    const javaClass = error instanceof UsageError ? optionException(error.message) : undefined;
    if (javaClass === undefined || io.stderr.isTerminal) throw error;
    throw uncaught(javaClass, (error as UsageError).message);
  }
}

/** The words between commas; those that are empty at the end are none, as in Java. */
export function filesOf(options: DumpOptions): string[] {
  const given = options.value('files') as string;
  const files = given.split(',');
  while (files.length > 0 && files.at(-1) === '' && given !== '') files.pop();
  return files;
}
