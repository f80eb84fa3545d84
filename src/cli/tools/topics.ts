import type { Cluster } from '../../client/cluster.js';
import { ConfigException } from '../../config/config-exception.js';
import { AdminFailure, adminProperties, nodeAssignmentFailure, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { javaMessageOf, printedError } from '../format/java-error.js';
import { type OutputFormat, outputFormat } from '../format/output-format.js';
import { writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { ToolError } from '../tool-error.js';
import { listMatching } from './topics/list.js';
import { parseTopicsOptions, type TopicsOptions } from './topics/options.js';

/** kafka-topics: creates, lists, describes, changes and deletes topics. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseTopicsOptions(argv, io);
  const format = outputFormat(options, io);
  const shown = options.has('no-color') ? withoutColors(io) : io;
  const properties = topicsProperties(options, io);
  try {
    const write = await withAdmin(shown, properties, (admin) => act(admin, options, format, shown));
    await write();
    return 0;
  } catch (error) {
    return report(nodeAssignmentFailure(error, firstCall(options), io), format, io);
  }
}

/** Does what the options want; gives how to write the outcome, once the spinner has gone. */
async function act(
  admin: Cluster,
  options: TopicsOptions,
  format: OutputFormat,
  io: Io,
): Promise<() => Promise<void> | void> {
  if (options.has('create')) {
    const text = await (await import('./topics/create.js')).createTopic(admin, options, io);
    return () => void io.stdout.write(text);
  }
  if (options.has('alter')) return (await import('./topics/alter.js')).alterTopics(admin, options);
  if (options.has('delete')) return (await import('./topics/delete.js')).deleteMatching(admin, options);
  const found = options.has('list')
    ? await listMatching(admin, options)
    : await (await import('./topics/describe.js')).describeMatching(admin, options);
  return () => writeReport(found, format, io);
}

function topicsProperties(options: TopicsOptions, io: Io): Map<string, string> {
  try {
    const servers = options.value('bootstrap-server') as string;
    return adminProperties(io, servers, options.value('command-config'), options.value('timeout'));
  } catch (error) {
    throw printedError(error, io);
  }
}

function firstCall(options: TopicsOptions): string {
  return options.has('create') ? 'createTopics' : 'listTopics';
}

/** The real tool says on standard output why it failed; people and programs read it on standard error. */
async function report(error: unknown, format: OutputFormat, io: Io): Promise<number> {
  if (!(error instanceof Error) || error instanceof TypeError) throw error;
  if (error instanceof ConfigException) throw new ToolError(error.message);
  if (error instanceof AdminFailure) throw error;
  if (format === 'plain') io.print(`Error while executing topic command : ${javaMessageOf(error)}`);
  else io.printError(error.message);
  const { MissingTopicError } = await import('./topics/missing-topic.js');
  if (error instanceof MissingTopicError) {
    const { suggestName } = await import('../format/did-you-mean.js');
    await suggestName(io, error.topic, async () => error.known);
  }
  return 1;
}
