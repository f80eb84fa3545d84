import { describeTopics } from '../../client/admin/describe-topics.js';
import { listTopics } from '../../client/admin/list-topics.js';
import { listOffsets, OffsetSpec } from '../../client/admin/records.js';
import { BootstrapError } from '../../client/client-errors.js';
import type { Cluster } from '../../client/cluster.js';
import { isError } from '../../client/fan-out.js';
import { keyOf, type TopicPartition } from '../../client/topic-partition.js';
import { adminProperties, nodeAssignmentFailure, TIMEOUT_OPTION, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { executionText, javaClassOf, javaMessageOf, javaText } from '../format/java-error.js';
import { OUTPUT_OPTIONS, type OutputFormat, outputFormat } from '../format/output-format.js';
import { type Report, tableOf, writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { flag, text } from '../options/option-rows.js';
import { AnswerInstead, UsageError } from '../options/usage-error.js';
import { ToolError } from '../tool-error.js';
import { type PartitionFilter, partitionFilter } from './get-offsets/partition-filter.js';

const TIMES: Readonly<Record<string, number>> = {
  latest: OffsetSpec.LATEST,
  earliest: OffsetSpec.EARLIEST,
  'max-timestamp': OffsetSpec.MAX_TIMESTAMP,
  'earliest-local': OffsetSpec.EARLIEST_LOCAL,
  'latest-tiered': OffsetSpec.LATEST_TIERED,
  'earliest-pending-upload': OffsetSpec.EARLIEST_PENDING_UPLOAD,
};

const OPTIONS = {
  'bootstrap-server': text('HOST1:PORT1,...,HOST3:PORT3', 'REQUIRED: Brokers to begin with: HOST1:PORT1,HOST2:PORT2.'),
  'command-config': text('config file', 'A file with properties of the admin client.', { completes: 'file' }),
  'exclude-internal-topics': flag('Leave out internal topics.'),
  partitions: text('partition ids', 'Numbers of partitions, separated by commas; all when left out.', {
    completes: 'partition',
  }),
  time: text(
    '<timestamp> / -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload',
    'Which offset: that of the first record that is not older than a time in milliseconds, or one of these. Partitions without such a record are left out.',
    { default: 'latest', completes: Object.keys(TIMES) },
  ),
  topic: text('topic', 'The topic; a regular expression. All topics when left out.', { completes: 'topic' }),
  'topic-partitions': text(
    'topic1:1,topic2:0-3,topic3,topic4:5-,topic5:-3',
    'Patterns separated by commas: a regular expression of topics, and after a colon a partition (1), a range without its end (0-3, 5-, -3), or nothing.',
    { completes: 'topic' },
  ),
  ...OUTPUT_OPTIONS,
  ...TIMEOUT_OPTION,
};

export const TOOL = { description: 'An interactive shell for getting topic-partition offsets.', options: OPTIONS };

/** kafka-get-offsets: prints offsets of partitions. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const options = parseJopt(TOOL, argv);
    new JoptChecks(TOOL, options).require('bootstrap-server');
    if (options.has('topic-partitions') && (options.has('topic') || options.has('partitions'))) {
      throw new ToolError('--topic-partitions cannot be used with --topic or --partitions');
    }
    const timestamp = timestampOf(options.value('time') as string);
    const filter = partitionFilter(
      options.value('topic-partitions'),
      options.value('topic'),
      options.value('partitions'),
      options.has('exclude-internal-topics'),
    );
    const server = options.value('bootstrap-server') as string;
    const properties = adminProperties(io, server, options.value('command-config'), options.value('timeout'));
    const format = outputFormat(options, io);
    const shown = options.has('no-color') ? withoutColors(io) : io;
    const found = await withAdmin(shown, properties, async (admin) => {
      const partitions = await matching(admin, filter);
      if (partitions.length === 0) throw await noMatch(admin, options.value('topic'), io);
      return offsetsOf(admin, partitions, timestamp);
    });
    const failed = found.errors.map(({ at, error }) => {
      const why = format === 'plain' ? `error: ${javaText(error)}` : error.message;
      return `Skip getting offsets for topic-partition ${keyOf(at)} due to ${why}`;
    });
    for (const line of failed) shown.printError(line);
    await writeReport(offsetsReport(found.rows), format, shown);
    return exitStatus(failed.length, format);
  } catch (error) {
    throw reported(error, argv, io);
  }
}

/** All but a missing option has the same beginning, and no table of options after it. */
function reported(error: unknown, argv: readonly string[], io: Io): unknown {
  if (error instanceof AnswerInstead || !(error instanceof Error) || error instanceof TypeError) return error;
  if (error instanceof UsageError) {
    const isOwn = argv.length === 0 || error.message.startsWith('Missing required argument');
    return isOwn ? error : new ToolError(`Error occurred: ${error.message}`);
  }
  if (error instanceof BootstrapError && !io.stdout.isTerminal) {
    const failure = nodeAssignmentFailure(error, 'listTopics', io) as Error;
    if (failure instanceof ToolError) return new ToolError(`Error occurred: ${failure.message}`);
    return new ToolError(`Error occurred: ${javaText(failure)}\n${executionText(failure)}`);
  }
  if (io.stderr.isTerminal) return new ToolError(`Error occurred: ${error.message}`);
  const trace = javaClassOf(error) === '' ? '' : `\n${javaText(error)}`;
  return new ToolError(`Error occurred: ${javaMessageOf(error)}${trace}`);
}

const LONG_MAX = 0x7fff_ffff_ffff_ffffn;

function timestampOf(given: string): number {
  const named = Object.hasOwn(TIMES, given) ? TIMES[given] : undefined;
  if (named !== undefined) return named;
  // Long.MAX_VALUE is Infinity, as everywhere.
  const timestamp = /^[+-]?\d+$/.test(given) ? BigInt(given.replace('+', '')) : null;
  if (timestamp === LONG_MAX) return Number.POSITIVE_INFINITY;
  if (timestamp !== null && timestamp < LONG_MAX && timestamp >= -LONG_MAX - 1n) return Number(timestamp);
  throw new ToolError(
    `Malformed time argument ${given}. Please use -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload, or a specified long format timestamp`,
  );
}

/** A row of `kafka-get-offsets --output json`; its schema is PARTITION_OFFSET_SCHEMA. */
export interface PartitionOffsetRow extends TopicPartition {
  readonly offset: number;
}

export const PARTITION_OFFSET_SCHEMA = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'An offset of kafka-get-offsets',
  type: 'object',
  properties: {
    topic: { type: 'string' },
    partition: { type: 'integer', minimum: 0 },
    offset: { type: 'integer', minimum: 0 },
  },
  required: ['topic', 'partition', 'offset'],
  additionalProperties: false,
} as const;

interface FoundOffsets {
  readonly rows: readonly PartitionOffsetRow[];
  readonly errors: readonly { readonly at: TopicPartition; readonly error: Error }[];
}

async function offsetsOf(
  admin: Cluster,
  partitions: readonly TopicPartition[],
  timestamp: number,
): Promise<FoundOffsets> {
  const found = await listOffsets(
    admin,
    partitions.map((at) => ({ ...at, timestamp })),
  );
  const rows = found.flatMap(({ topic, partition, value }) =>
    isError(value) || value.offset < 0 ? [] : [{ topic, partition, offset: value.offset }],
  );
  const errors = found.flatMap(({ topic, partition, value }) =>
    isError(value) ? [{ at: { topic, partition }, error: value }] : [],
  );
  return { rows, errors };
}

function offsetsReport(rows: readonly PartitionOffsetRow[]): Report {
  return {
    rows,
    plain: () => rows.map(({ topic, partition, offset }) => `${topic}:${partition}:${offset}\n`).join(''),
    tables: () => [
      tableOf<PartitionOffsetRow>(rows, [
        { heading: 'Topic', cell: ({ topic }) => topic },
        { heading: 'Partition', cell: ({ partition }) => partition },
        { heading: 'Offset', cell: ({ offset }) => offset },
      ]),
    ],
    whenEmpty: 'No partition has such an offset.',
  };
}

/** Kafka's tool is a success whatever it has to leave out; people and programs are told. */
const exitStatus = (failures: number, format: OutputFormat): number => (failures > 0 && format !== 'plain' ? 1 : 0);

async function noMatch(admin: Cluster, topic: string | null, io: Io): Promise<ToolError> {
  const message = 'Could not match any topic-partitions with the specified filters';
  if (topic === null || !io.stderr.isTerminal) return new ToolError(message);
  const { didYouMean } = await import('../format/did-you-mean.js');
  const names = (await listTopics(admin, { listInternal: true })).map(({ name }) => name);
  const question = didYouMean(topic, names);
  return new ToolError(question === null ? message : `${message}. ${question}`);
}

async function matching(admin: Cluster, filter: PartitionFilter): Promise<TopicPartition[]> {
  const topics = await listTopics(admin, { listInternal: true });
  const names = topics
    .map(({ name }) => name)
    .filter((name) => filter.mayMatch(name))
    .sort();
  const described = await describeTopics(admin, names);
  return names.flatMap((topic) => {
    const found = described.get(topic);
    if (found === undefined || isError(found)) return [];
    return found.partitions
      .map(({ partition }) => ({ topic, partition }))
      .filter(({ partition }) => filter.matches(topic, partition));
  });
}
