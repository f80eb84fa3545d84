import { inHashOrder } from '../../base/java-hash-order.js';
import { describeCluster } from '../../client/admin/cluster-facts.js';
import { describeLogDirs, type LogDir } from '../../client/admin/log-dirs.js';
import type { Cluster } from '../../client/cluster.js';
import { adminProperties, nodeAssignmentFailure, TIMEOUT_OPTION, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { executionText, javaText, printedError } from '../format/java-error.js';
import { OUTPUT_OPTIONS, type OutputFormat, outputFormat } from '../format/output-format.js';
import { writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { type JoptOptions, parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { optionException } from '../options/option-exception.js';
import { flag, text } from '../options/option-rows.js';
import { UsageError } from '../options/usage-error.js';
import { ToolError, uncaught } from '../tool-error.js';
import { logDirsReport } from './log-dirs/report.js';

export { LOG_DIR_SCHEMA } from './log-dirs/report.js';

export const TOOL = {
  description: 'This tool helps to query log directory usage on the specified brokers.',
  options: {
    'bootstrap-server': text(
      'The server(s) to use for bootstrapping',
      'REQUIRED: Brokers to begin with: host:port, separated by commas.',
    ),
    'broker-list': text('Broker list', 'Only the directories of these brokers: 0,1,2.', { default: '' }),
    'command-config': text('Admin client property file', 'A file with properties of the admin client.', {
      completes: 'file',
    }),
    describe: flag('Describe the log directories, and the replicas in them.'),
    'topic-list': text('Topic list', 'Only the replicas of these topics: topic1,topic2.', {
      default: '',
      completes: 'topic',
    }),
    ...OUTPUT_OPTIONS,
    ...TIMEOUT_OPTION,
  },
};

type Options = JoptOptions<(typeof TOOL)['options']>;

/** kafka-log-dirs: what lies in the log directories of brokers. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const options = parseJopt(TOOL, argv);
    new JoptChecks(TOOL, options).require('bootstrap-server', 'describe');
    const shown = options.has('no-color') ? withoutColors(io) : io;
    const format = outputFormat(options, shown);
    const server = options.value('bootstrap-server') as string;
    const properties = adminProperties(io, server, options.value('command-config'), options.value('timeout'));
    if (!properties.has('client.id')) properties.set('client.id', 'log-dirs-tool');
    const report = await withAdmin(shown, properties, async (admin) => {
      const topics = new Set(wordsOf(options.value('topic-list') as string));
      return logDirsReport(await askedDirs(admin, options, format, shown), topics);
    });
    await writeReport(report, format, shown);
    return 0;
  } catch (error) {
    throw reported(error, io);
  }
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

const wordsOf = (list: string): string[] => list.split(',').filter((word) => word !== '');

async function askedDirs(
  admin: Cluster,
  options: Options,
  format: OutputFormat,
  io: Io,
): Promise<Map<number, readonly LogDir[]>> {
  const cluster = await describeCluster(admin).catch((error: unknown) => {
    throw outOfFuture(nodeAssignmentFailure(error, 'listNodes', io), io);
  });
  const known = inHashOrder(
    cluster.nodes.map(({ id }) => id),
    (id) => id,
  );
  const wanted = new Set(wordsOf(options.value('broker-list') as string).map(brokerId));
  const unknown = copiedSet([...wanted]).filter((id) => !known.includes(id));
  if (unknown.length > 0) {
    throw new ToolError(
      `ERROR: The given brokers do not exist from --broker-list: ${unknown.join(',')}. Current existent brokers: ${known.join(',')}`,
    );
  }
  const brokers = copiedSet(wanted.size === 0 ? known : [...wanted]);
  if (format === 'plain') io.print('Querying brokers for log directories information');
  const answers = await describeLogDirs(admin, brokers);
  const failed = [...answers.values()].find((answer) => answer instanceof Error);
  if (failed !== undefined) throw outOfFuture(nodeAssignmentFailure(failed, 'describeLogDirs', io), io);
  if (format === 'plain') io.print(`Received log directory information from brokers ${brokers.join(',')}`);
  return answers as Map<number, readonly LogDir[]>;
}

/** The order of a HashSet that is made of another: it begins with room for all. */
const copiedSet = (ids: readonly number[]): number[] =>
  inHashOrder(ids, (id) => id, Math.max(16, Math.floor(ids.length / 0.75) + 1));

const MOST = 0x7fff_ffff;

function brokerId(word: string): number {
  const id = /^[+-]?\d+$/.test(word) ? Number(word) : Number.NaN;
  if (id >= -MOST - 1 && id <= MOST) return id;
  throw uncaught(
    'java.lang.NumberFormatException',
    `--broker-list has numbers of brokers, and not "${word}"`,
    `For input string: "${word}"`,
  );
}

/** Java gets it out of a future, whose exception names that of the call as its message. */
function outOfFuture(error: unknown, io: Io): unknown {
  if (!(error instanceof Error) || error instanceof ToolError || io.stderr.isTerminal) return error;
  return javaText(error) === error.message ? error : new ToolError(`${javaText(error)}\n${executionText(error)}`);
}
