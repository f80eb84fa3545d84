import { ConfigException } from '../../config/config-exception.js';
import { AdminFailure, adminProperties, nodeAssignmentFailure, withAdmin } from '../connect-to.js';
import { javaMessageOf, printedError } from '../format/java-error.js';
import type { Io } from '../io.js';
import { ToolError } from '../tool-error.js';
import { parseTopicsOptions, type TopicsOptions } from './topics/options.js';

/** kafka-topics: creates, lists, describes, changes and deletes topics. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseTopicsOptions(argv, io);
  const properties = topicsProperties(options, io);
  try {
    const text = await withAdmin(io, properties, async (admin) => {
      if (options.has('create')) return (await import('./topics/create.js')).createTopic(admin, options);
      if (options.has('alter')) return (await import('./topics/alter.js')).alterTopics(admin, options);
      if (options.has('delete')) return (await import('./topics/delete.js')).deleteMatching(admin, options);
      if (options.has('list')) return (await import('./topics/list.js')).listMatching(admin, options, io);
      return (await import('./topics/describe.js')).describeMatching(admin, options, io);
    });
    io.stdout.write(text);
    return 0;
  } catch (error) {
    return report(nodeAssignmentFailure(error, firstCall(options), io), io);
  }
}

function topicsProperties(options: TopicsOptions, io: Io): Map<string, string> {
  try {
    return adminProperties(io, options.value('bootstrap-server') as string, options.value('command-config'));
  } catch (error) {
    throw printedError(error, io);
  }
}

function firstCall(options: TopicsOptions): string {
  return options.has('create') ? 'createTopics' : 'listTopics';
}

/** The real tool says on standard output why it failed. */
function report(error: unknown, io: Io): number {
  if (!(error instanceof Error) || error instanceof TypeError) throw error;
  if (error instanceof ConfigException) throw new ToolError(error.message);
  if (error instanceof AdminFailure) throw error;
  io.print(`Error while executing topic command : ${javaMessageOf(error)}`);
  return 1;
}
