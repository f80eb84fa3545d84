import { listOffsets, OffsetSpec } from '../../client/admin/records.js';
import { describeTopics, listTopics } from '../../client/admin/topics.js';
import { BootstrapError } from '../../client/client-errors.js';
import type { Cluster } from '../../client/cluster.js';
import { isError } from '../../client/fan-out.js';
import type { TopicPartition } from '../../client/topic-partition.js';
import { adminProperties, nodeAssignmentFailure, withAdmin } from '../connect-to.js';
import { executionText, javaMessageOf, javaText } from '../format/java-error.js';
import { terminalTable } from '../format/table.js';
import type { Io } from '../io.js';
import { parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { flag, text } from '../options/option-rows.js';
import { AnswerInstead, UsageError } from '../options/usage-error.js';
import { ToolError } from '../tool-error.js';
import { type PartitionFilter, partitionFilter } from './get-offsets/partition-filter.js';

const OPTIONS = {
  'bootstrap-server': text('HOST1:PORT1,...,HOST3:PORT3', 'REQUIRED: Brokers to begin with: HOST1:PORT1,HOST2:PORT2.'),
  'command-config': text('config file', 'A file with properties of the admin client.'),
  'exclude-internal-topics': flag('Leave out internal topics.'),
  partitions: text('partition ids', 'Numbers of partitions, separated by commas; all when left out.'),
  time: text(
    '<timestamp> / -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload',
    'Which offset: that of the first record that is not older than a time in milliseconds, or one of these. Partitions without such a record are left out.',
    { default: 'latest' },
  ),
  topic: text('topic', 'The topic; a regular expression. All topics when left out.'),
  'topic-partitions': text(
    'topic1:1,topic2:0-3,topic3,topic4:5-,topic5:-3',
    'Patterns separated by commas: a regular expression of topics, and after a colon a partition (1), a range without its end (0-3, 5-, -3), or nothing.',
  ),
};

const TOOL = { description: 'An interactive shell for getting topic-partition offsets.', options: OPTIONS };

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
    const properties = adminProperties(io, server, options.value('command-config'));
    const output = await withAdmin(io, properties, (admin) => offsetsText(admin, filter, timestamp, io));
    io.stdout.write(output);
    return 0;
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
  return new ToolError(`Error occurred: ${io.stderr.isTerminal ? error.message : javaMessageOf(error)}`);
}

const TIMES: Readonly<Record<string, number>> = {
  latest: OffsetSpec.LATEST,
  earliest: OffsetSpec.EARLIEST,
  'max-timestamp': OffsetSpec.MAX_TIMESTAMP,
  'earliest-local': OffsetSpec.EARLIEST_LOCAL,
  'latest-tiered': OffsetSpec.LATEST_TIERED,
  'earliest-pending-upload': OffsetSpec.EARLIEST_PENDING_UPLOAD,
};

function timestampOf(given: string): number {
  const named = Object.hasOwn(TIMES, given) ? TIMES[given] : undefined;
  if (named !== undefined) return named;
  if (/^[+-]?\d+$/.test(given)) return Number(given);
  throw new ToolError(
    `Malformed time argument ${given}. Please use -1 or latest / -2 or earliest / -3 or max-timestamp / -4 or earliest-local / -5 or latest-tiered / -6 or earliest-pending-upload, or a specified long format timestamp`,
  );
}

async function offsetsText(admin: Cluster, filter: PartitionFilter, timestamp: number, io: Io): Promise<string> {
  const partitions = await matching(admin, filter);
  if (partitions.length === 0) throw new ToolError('Could not match any topic-partitions with the specified filters');
  const found = await listOffsets(
    admin,
    partitions.map((at) => ({ ...at, timestamp })),
  );
  const rows: (string | number)[][] = [];
  for (const { topic, partition, value } of found) {
    if (isError(value)) {
      io.printError(`Skip getting offsets for topic-partition ${topic}-${partition} due to: ${value.message}`);
    } else if (value.offset >= 0) rows.push([topic, partition, value.offset]);
  }
  if (io.stdout.isTerminal && rows.length > 0) return terminalTable(io.stdout, ['Topic', 'Partition', 'Offset'], rows);
  return rows.map((row) => `${row.join(':')}\n`).join('');
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
