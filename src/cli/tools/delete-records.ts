import { type DeleteBefore, deleteRecords } from '../../client/admin/records.js';
import { BootstrapError } from '../../client/client-errors.js';
import type { Cluster } from '../../client/cluster.js';
import { keyOf, type TopicPartition } from '../../client/topic-partition.js';
import { adminProperties, nodeAssignmentFailure, TIMEOUT_OPTION, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { javaText, printedError } from '../format/java-error.js';
import { OUTPUT_OPTIONS, type OutputFormat, outputFormat } from '../format/output-format.js';
import { type Report, tableOf, writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { type JoptOptions, parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { optionException } from '../options/option-exception.js';
import { text } from '../options/option-rows.js';
import { UsageError } from '../options/usage-error.js';
import { ToolError } from '../tool-error.js';
import { parseOffsetFile, readOffsetFile } from './delete-records/offset-file.js';

export const TOOL = {
  description: 'This tool helps to delete records of the given partitions down to the specified offset.',
  options: {
    'bootstrap-server': text(
      'server(s) to use for bootstrapping',
      'REQUIRED: Brokers to begin with: host:port, separated by commas.',
    ),
    'command-config': text('command config property file path', 'A file with properties of the admin client.', {
      completes: 'file',
    }),
    'offset-json-file': text(
      'Offset json file path',
      'REQUIRED: A file that tells the offset of each partition before which records go; -1 stands for the high watermark:\n{"partitions":\n  [{"topic": "foo", "partition": 1, "offset": 1}],\n "version":1\n}',
      { completes: 'file' },
    ),
    ...OUTPUT_OPTIONS,
    ...TIMEOUT_OPTION,
  },
};

type Options = JoptOptions<(typeof TOOL)['options']>;

/** What `--output json` says of a partition. */
export const DELETED_RECORDS_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'A partition of kafka-delete-records',
  type: 'object',
  properties: {
    topic: { type: 'string' },
    partition: { type: 'integer' },
    lowWatermark: { type: ['integer', 'null'], description: 'The first offset that is left; null where it failed.' },
    error: { type: ['string', 'null'], description: 'Why no record was deleted; null where it went well.' },
  },
  required: ['topic', 'partition', 'lowWatermark', 'error'],
  additionalProperties: false,
} as const;

/** What became of a partition. */
interface Deletion extends TopicPartition {
  readonly value: number | Error;
}

interface DeletionRow extends TopicPartition {
  readonly lowWatermark: number | null;
  readonly error: string | null;
}

/** kafka-delete-records: deletes records before an offset. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const options = checkedOptions(argv);
    const shown = options.has('no-color') ? withoutColors(io) : io;
    const format = outputFormat(options, shown);
    const server = options.value('bootstrap-server') as string;
    const properties = adminProperties(io, server, options.value('command-config'), options.value('timeout'));
    return await withAdmin(shown, properties, async (admin) => {
      const wanted = parseOffsetFile(readOffsetFile(io, options.value('offset-json-file') as string));
      if (format === 'plain') shown.print('Executing records delete operation');
      const deletions = wanted.length === 0 ? [] : await deleted(admin, wanted, shown);
      if (format === 'plain') shown.print('Records delete operation completed:');
      await writeReport(reportOf(deletions), format, shown);
      return exitStatus(deletions, format);
    });
  } catch (error) {
    throw reported(error, io);
  }
}

function checkedOptions(argv: readonly string[]): Options {
  const options = parseJopt(TOOL, argv);
  new JoptChecks(TOOL, options).require('bootstrap-server', 'offset-json-file');
  return options;
}

/** Kafka's own checks show the table of options; what joptsimple cannot read ends as an exception does. */
function reported(error: unknown, io: Io): unknown {
  if (error instanceof UsageError) {
    const exception = optionException(error.message);
    if (exception === undefined || io.stderr.isTerminal) return error;
    return new ToolError(`${error.message}\n${exception}: ${error.message}`);
  }
  return printedError(error, io);
}

/** Where no broker was reached, that is why each partition failed, as in Kafka; a person gets it once. */
async function deleted(admin: Cluster, wanted: readonly DeleteBefore[], io: Io): Promise<Deletion[]> {
  try {
    return await deleteRecords(admin, wanted);
  } catch (error) {
    const failure = nodeAssignmentFailure(error, 'deleteRecords(api=METADATA)', io);
    if (!(error instanceof BootstrapError) || io.stdout.isTerminal || !(failure instanceof Error)) throw failure;
    if (failure instanceof ToolError) throw failure;
    return wanted.map(({ topic, partition }) => ({ topic, partition, value: failure }));
  }
}

function reportOf(deletions: readonly Deletion[]): Report<DeletionRow> {
  const rows = deletions.map(({ topic, partition, value }) => {
    return value instanceof Error
      ? { topic, partition, lowWatermark: null, error: value.message }
      : { topic, partition, lowWatermark: value, error: null };
  });
  return {
    rows,
    plain: () => deletions.map((deletion) => `partition: ${keyOf(deletion)}\t${resultText(deletion)}\n`).join(''),
    tables: () => [
      tableOf(rows, [
        { heading: 'Topic', cell: ({ topic }) => topic },
        { heading: 'Partition', cell: ({ partition }) => partition },
        { heading: 'Low watermark', cell: ({ lowWatermark }) => lowWatermark },
        ...(rows.some(({ error }) => error !== null)
          ? [{ heading: 'Error', cell: ({ error }: DeletionRow) => error, tone: () => 'bad' as const }]
          : []),
      ]),
    ],
    whenEmpty: 'The file names no partition.',
  };
}

const resultText = ({ value }: Deletion): string =>
  value instanceof Error ? `error: ${javaText(value)}` : `low_watermark: ${value}`;

/** Kafka's tool is a success whatever failed; people and programs are told. */
function exitStatus(deletions: readonly Deletion[], format: OutputFormat): number {
  return format !== 'plain' && deletions.some(({ value }) => value instanceof Error) ? 1 : 0;
}
