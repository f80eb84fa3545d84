import { type ElectionType, electLeaders } from '../../client/admin/elections.js';
import { BootstrapError } from '../../client/client-errors.js';
import type { Cluster } from '../../client/cluster.js';
import type { TopicPartition } from '../../client/topic-partition.js';
import { KafkaError } from '../../protocol/errors.js';
import { AdminFailure, adminProperties, nodeAssignmentFailure, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { printedFutureError } from '../format/future-error.js';
import { printedError } from '../format/java-error.js';
import { outputFormat } from '../format/output-format.js';
import { writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { type JoptOptions, parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { optionException } from '../options/option-exception.js';
import { OptionError } from '../options/option-set.js';
import { UsageError } from '../options/usage-error.js';
import { readTextFile } from '../read-text-file.js';
import { runtimeException, ToolError, uncaught } from '../tool-error.js';
import { TOOL } from './leader-election/options.js';
import { parsePartitionFile } from './leader-election/partition-file.js';
import { electionReport, failureCount } from './leader-election/report.js';

export { TOOL } from './leader-election/options.js';

type Options = JoptOptions<(typeof TOOL)['options']>;

/** kafka-leader-election: makes replicas the leaders of partitions. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const options = checkedOptions(argv);
    const type = electionType(options);
    const partitions = wantedPartitions(options, io);
    const shown = options.has('no-color') ? withoutColors(io) : io;
    const format = outputFormat(options, shown);
    const old = options.value('admin.config');
    if (old !== null) {
      io.print(
        'Option --admin.config has been deprecated and will be removed in a future version. Use --command-config instead.',
      );
    }
    const server = options.value('bootstrap-server') as string;
    const path = options.value('command-config') ?? old;
    const properties = adminProperties(io, server, path, options.value('timeout'));
    const report = await withAdmin(shown, properties, (admin) => elected(admin, type, partitions, shown));
    await writeReport(report, format, shown);
    const failures = failureCount(report);
    if (failures > 0) throw commandFailure(`${failures} replica(s) could not be elected`);
    return 0;
  } catch (error) {
    throw reported(error, io);
  }
}

const SCOPES = ['topic', 'all-topic-partitions', 'path-to-json-file'] as const;

function checkedOptions(argv: readonly string[]): Options {
  const options = parseJopt(TOOL, argv);
  const missing = (['bootstrap-server', 'election-type'] as const).filter((name) => !options.has(name));
  if (missing.length > 0) throw commandFailure(`Missing required option(s): ${missing.join(', ')}`);
  new JoptChecks(TOOL, options).forbidWith('admin.config', ['command-config']);
  if (SCOPES.filter((name) => options.has(name)).length !== 1) {
    throw commandFailure(`One and only one of the following options is required: ${SCOPES.join(', ')}`);
  }
  if (options.has('topic') && !options.has('partition')) {
    throw commandFailure('Missing required option(s): partition');
  }
  if (options.has('partition') && !options.has('topic')) {
    throw commandFailure('Option partition is only allowed if topic is used');
  }
  return options;
}

function electionType(options: Options): ElectionType {
  const given = options.value('election-type') as string;
  const type = given.toUpperCase();
  if (type === 'PREFERRED' || type === 'UNCLEAN') return type;
  throw new OptionError(`Cannot parse argument '${given}' of option election-type`);
}

function wantedPartitions(options: Options, io: Io): TopicPartition[] | null {
  const path = options.value('path-to-json-file');
  if (path !== null) return parsePartitionFile(fileText(io, path));
  const topic = options.value('topic');
  return topic === null ? null : [{ topic, partition: options.value('partition') as number }];
}

function fileText(io: Io, path: string): string {
  try {
    return readTextFile(io, path);
  } catch (error) {
    const end = error instanceof ToolError ? error.javaEnd : null;
    if (end === null || io.stderr.isTerminal) throw error;
    throw runtimeException(`${end.javaClass}: ${end.javaMessage}`);
  }
}

async function elected(
  admin: Cluster,
  type: ElectionType,
  partitions: readonly TopicPartition[] | null,
  io: Io,
): Promise<ReturnType<typeof electionReport>> {
  try {
    return electionReport(type, await electLeaders(admin, type, partitions));
  } catch (error) {
    const failure = nodeAssignmentFailure(error, 'electLeaders', io);
    if (failure instanceof AdminFailure || io.stdout.isTerminal) throw failure;
    const message = isTimeout(error)
      ? 'Timeout waiting for election results'
      : error instanceof KafkaError && error.error === 'CLUSTER_AUTHORIZATION_FAILED'
        ? 'Not authorized to perform leader election'
        : null;
    if (message === null) throw failure;
    io.print(message);
    throw commandFailure(message);
  }
}

const isTimeout = (error: unknown): boolean =>
  error instanceof BootstrapError || (error instanceof KafkaError && error.error === 'REQUEST_TIMED_OUT');

const commandFailure = (message: string): ToolError =>
  uncaught('org.apache.kafka.tools.AdminCommandFailedException', message);

/** Of what is wrong with the options Kafka's tool tells most as exceptions, and shows its usage seldom. */
function reported(error: unknown, io: Io): unknown {
  if (!(error instanceof UsageError)) {
    return error instanceof KafkaError ? printedFutureError(error, io) : printedError(error, io);
  }
  const exception = optionException(error.message);
  if (exception === undefined || io.stderr.isTerminal) return error;
  return new ToolError(`${error.message}\n${exception}: ${error.message}`);
}
