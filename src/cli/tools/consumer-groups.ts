import { BootstrapError } from '../../client/client-errors.js';
import type { Cluster } from '../../client/cluster.js';
import { adminProperties, logUnreachable, withAdmin } from '../connect-to.js';
import { executionText, javaText } from '../format/java-error.js';
import type { Io } from '../io.js';
import { UsageError } from '../options/usage-error.js';
import { ToolError, uncaught } from '../tool-error.js';
import { type GroupsOptions, parseGroupsOptions } from './consumer-groups/options.js';
import { printGroupError } from './consumer-groups/output.js';

/** kafka-consumer-groups: lists, describes and deletes groups, and sets their offsets. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parsed(argv, io);
  if (options.has('validate-regex')) {
    const { validateRegex } = await import('./consumer-groups/validate-regex.js');
    return validateRegex(options.value('validate-regex') as string, io);
  }
  try {
    const path = options.value('command-config');
    const properties = adminProperties(io, options.value('bootstrap-server') as string, path);
    const timeout = options.has('timeout') ? options.value('timeout') : null;
    if (timeout !== null && !properties.has('default.api.timeout.ms')) {
      properties.set('default.api.timeout.ms', String(timeout));
      properties.set(
        'request.timeout.ms',
        String(Math.min(timeout, Number(properties.get('request.timeout.ms') ?? 30000))),
      );
    }
    await withAdmin(io, properties, (admin) => act(admin, options, io));
    return 0;
  } catch (error) {
    return report(error, options, io);
  }
}

/** What joptsimple finds wrong by itself ends the real tool with an exception, without the table of options. */
function parsed(argv: readonly string[], io: Io): GroupsOptions {
  try {
    return parseGroupsOptions(argv, io);
  } catch (error) {
    if (!(error instanceof Error) || io.stderr.isTerminal) throw error;
    const javaClass = OPTION_EXCEPTIONS.find(([pattern]) => pattern.test(error.message))?.[1];
    throw javaClass === undefined ? error : uncaught(`joptsimple.${javaClass}Exception`, error.message);
  }
}

const OPTION_EXCEPTIONS: readonly (readonly [RegExp, string])[] = [
  [/ is not a recognized option$/, 'UnrecognizedOption'],
  [/ are unavailable given other options on the command line$/, 'UnavailableOption'],
  [/^Option \S+ requires an argument$/, 'OptionMissingRequiredArgument'],
];

async function act(admin: Cluster, options: GroupsOptions, io: Io): Promise<void> {
  if (options.has('list')) {
    io.stdout.write(await (await import('./consumer-groups/list.js')).listConsumerGroups(admin, options, io));
  } else if (options.has('describe')) {
    await (await import('./consumer-groups/describe.js')).describeGroups(admin, options, io);
  } else if (options.has('delete')) {
    await (await import('./consumer-groups/delete.js')).deleteWholeGroups(admin, options, io);
  } else if (options.has('delete-offsets')) {
    await (await import('./consumer-groups/delete-offsets.js')).deleteOffsets(admin, options, io);
  } else {
    await (await import('./consumer-groups/reset-offsets.js')).resetOffsets(admin, options, io);
  }
}

/** The real tool tells of most failures and exits 0; where nobody could be reached ours does not. */
function report(error: unknown, options: GroupsOptions, io: Io): number {
  if (error instanceof UsageError || !(error instanceof Error) || error instanceof TypeError) throw error;
  if (io.stdout.isTerminal) throw new ToolError(error.message);
  const failed = 'Executing consumer group command failed due to';
  if (error instanceof BootstrapError) {
    logUnreachable(error, io);
    const text = options.has('list')
      ? 'java.util.concurrent.ExecutionException: org.apache.kafka.common.KafkaException: Failed to find brokers to send ListGroups'
      : 'org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: describeConsumerGroups(api=FIND_COORDINATOR)';
    printGroupError(io, `${failed} ${text}`);
    return 1;
  }
  if (options.has('reset-offsets')) {
    printGroupError(
      io,
      `${failed} ${error instanceof ToolError ? (error.javaEnd?.javaMessage ?? error.message) : error.message}`,
    );
    io.printError(javaText(error));
  } else {
    printGroupError(io, `${failed} ${javaText(error)}`);
    io.printError(executionText(error));
  }
  return 0;
}
