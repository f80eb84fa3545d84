import type { Cluster } from '../../client/cluster.js';
import { KafkaError } from '../../protocol/errors.js';
import { bootstrapProperties } from '../bootstrap-properties.js';
import { nodeAssignmentFailure, UnreachableError, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { executionText, javaMessageOf, javaText } from '../format/java-error.js';
import { outputFormat } from '../format/output-format.js';
import { type Report, writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { type JoptOptions, parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { optionException } from '../options/option-exception.js';
import { AnswerInstead, UsageError } from '../options/usage-error.js';
import { readTextFile } from '../read-text-file.js';
import { ToolError } from '../tool-error.js';
import { cancel } from './reassign-partitions/cancel.js';
import { execute } from './reassign-partitions/execute.js';
import { generate } from './reassign-partitions/generate.js';
import { listed } from './reassign-partitions/list.js';
import { TOOL } from './reassign-partitions/options.js';
import { parsePlan } from './reassign-partitions/plan-file.js';
import { verify } from './reassign-partitions/verify.js';

export { TOOL } from './reassign-partitions/options.js';

type Options = JoptOptions<(typeof TOOL)['options']>;
type Name = keyof (typeof TOOL)['options'] & string;

const ACTIONS = ['generate', 'execute', 'verify', 'cancel', 'list'] as const;
type Action = (typeof ACTIONS)[number];

const REQUIRED: Readonly<Record<Action, readonly Name[]>> = {
  generate: ['topics-to-move-json-file', 'broker-list'],
  execute: ['reassignment-json-file'],
  verify: ['reassignment-json-file'],
  cancel: ['reassignment-json-file'],
  list: [],
};

const COMMON: readonly Name[] = ['bootstrap-server', 'command-config', 'output', 'no-color'];
const PERMITTED: Readonly<Record<Action, readonly Name[]>> = {
  generate: ['disable-rack-aware'],
  execute: [
    'additional',
    'throttle',
    'replica-alter-log-dirs-throttle',
    'timeout',
    'disallow-replication-factor-change',
  ],
  verify: ['preserve-throttles'],
  cancel: ['bootstrap-controller', 'preserve-throttles', 'timeout'],
  list: ['bootstrap-controller'],
};

/** kafka-reassign-partitions: moves partitions between brokers and directories. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const { action, options } = checkedOptions(argv, io);
  const shown = options.has('no-color') ? withoutColors(io) : io;
  try {
    const properties = propertiesOf(options, shown);
    if (!properties.has('client.id')) properties.set('client.id', 'reassign-partitions-tool');
    await withAdmin(shown, properties, (admin) => act(admin, action, options, shown));
    return 0;
  } catch (error) {
    return report(error, action, shown);
  }
}

function propertiesOf(options: Options, io: Io): Map<string, string> {
  // Kafka's --timeout means something else than that of the other tools.
  const value = (name: string): unknown => (name === 'timeout' ? null : options.value(name as Name));
  return bootstrapProperties({ value }, io);
}

function checkedOptions(argv: readonly string[], io: Io): { action: Action; options: Options } {
  const options = parsedOptions(argv, io);
  const checks: JoptChecks<(typeof TOOL)['options']> = new JoptChecks(TOOL, options);
  const [action, ...others] = ACTIONS.filter((name) => options.has(name));
  if (action === undefined || others.length > 0) {
    checks.fail(`Command must include exactly one action: ${ACTIONS.map((name) => `--${name}`).join(', ')}`);
  }
  if (options.has('bootstrap-server') && options.has('bootstrap-controller')) {
    checks.fail("Please don't specify both --bootstrap-server and --bootstrap-controller");
  }
  if (!options.has('bootstrap-server') && !options.has('bootstrap-controller')) {
    checks.fail('Please specify either --bootstrap-server or --bootstrap-controller');
  }
  checks.require(...REQUIRED[action]);
  const permitted = new Set<Name>([action, ...REQUIRED[action], ...PERMITTED[action], ...COMMON]);
  const wrong = givenNames(options, argv).find((name) => !permitted.has(name));
  if (wrong !== undefined) checks.fail(`Option "[${wrong}]" can't be used with action "[${action}]"`);
  return { action, options };
}

function parsedOptions(argv: readonly string[], io: Io): Options {
  try {
    return parseJopt(TOOL, argv);
  } catch (error) {
    const exception = error instanceof UsageError ? optionException(error.message) : undefined;
    if (!(error instanceof UsageError) || exception === undefined || io.stderr.isTerminal) throw error;
    throw new ToolError(`Exception in thread "main" ${exception}: ${error.message}`);
  }
}

/** The options in the order in which they were given. */
function givenNames(options: Options, argv: readonly string[]): Name[] {
  const placeOf = (name: Name): number => argv.findIndex((word) => word.replace(/^--?/, '').split('=')[0] === name);
  return (Object.keys(TOOL.options) as Name[])
    .filter((name) => options.has(name))
    .sort((a, b) => placeOf(a) - placeOf(b));
}

async function act(admin: Cluster, action: Action, options: Options, io: Io): Promise<void> {
  const file = (name: 'reassignment-json-file' | 'topics-to-move-json-file'): string =>
    readTextFile(io, options.value(name) as string);
  const plan = () => parsePlan(file('reassignment-json-file'));
  const keepsThrottles = options.has('preserve-throttles');
  const timeoutMs = (): number => options.value('timeout') as number;
  switch (action) {
    case 'generate': {
      const proposal = await generate(
        admin,
        {
          topicsText: file('topics-to-move-json-file'),
          brokerList: options.value('broker-list') as string,
          isRackAware: !options.has('disable-rack-aware'),
        },
        io,
      );
      // A plan is for a file, on a terminal too.
      return writeReport(proposal as Report, options.has('output') ? outputFormat(options, io) : 'plain', io);
    }
    case 'execute': {
      const text = file('reassignment-json-file');
      const throttles = {
        throttle: options.value('throttle') as number,
        logDirThrottle: options.value('replica-alter-log-dirs-throttle') as number,
        timeoutMs: timeoutMs(),
      };
      const isAdditional = options.has('additional');
      const allowReplicationFactorChange = !options.has('disallow-replication-factor-change');
      return execute(admin, parsePlan(text), { isAdditional, allowReplicationFactorChange, ...throttles }, io);
    }
    case 'verify':
      return verify(admin, plan(), { keepsThrottles, format: outputFormat(options, io) }, io);
    case 'cancel':
      return cancel(admin, plan(), { keepsThrottles, timeoutMs: timeoutMs() }, io);
    case 'list':
      return writeReport(await listed(admin), outputFormat(options, io), io);
  }
}

/** Kafka's tool tells its failures on standard output, and most with their class. */
function report(error: unknown, action: Action, io: Io): number {
  if (error instanceof AnswerInstead) throw error;
  // How Java names the call that it makes first.
  const call = action === 'generate' ? 'listNodes' : 'listPartitionReassignments';
  const failure = nodeAssignmentFailure(error, call, io);
  if (!(failure instanceof Error) || failure instanceof TypeError) throw failure;
  if (io.stdout.isTerminal) throw failure;
  if (failure instanceof ToolError && failure.javaEnd === null) {
    const isOurs = failure.message.startsWith('Failed to create');
    io.print(isOurs ? `Error: ${failure.message}` : failure.message);
    return failure.exitStatus;
  }
  const isOfFuture = failure instanceof UnreachableError || isCall(failure);
  io.print(`Error: ${isOfFuture ? javaText(failure) : javaMessageOf(failure)}`);
  io.print(isOfFuture ? executionText(failure) : javaText(failure));
  return 1;
}

/** What is wrong with a placement is not told by a call. */
const isCall = (error: Error): boolean =>
  error instanceof KafkaError && !(error.error === 'INVALID_REPLICATION_FACTOR');
