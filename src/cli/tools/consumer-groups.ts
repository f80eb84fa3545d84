import { BootstrapError } from '../../client/client-errors.js';
import type { Cluster } from '../../client/cluster.js';
import { adminProperties, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { outputFormat } from '../format/output-format.js';
import { writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { OptionError } from '../options/option-set.js';
import { ToolError } from '../tool-error.js';
import { MissingNameError, ofRuntime } from './consumer-groups/failure.js';
import { reportGroupFailure, unreached } from './consumer-groups/group-failures.js';
import { type GroupsOptions, groupsUsageError, parseGroupsOptions } from './consumer-groups/options.js';
import { GroupErrors, type Shown } from './consumer-groups/output.js';

/** kafka-consumer-groups: lists, describes and deletes groups, and sets their offsets. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseGroupsOptions(argv, io);
  if (options.has('validate-regex')) return validate(options, io);
  const given = outputFormat(options, io);
  const shown: Shown = {
    io: options.has('no-color') ? withoutColors(io) : io,
    format: options.has('export') ? 'plain' : given,
  };
  try {
    const timeoutMs = options.value('timeout') as number;
    const properties = groupsProperties(options, timeoutMs, io);
    if (timeoutMs <= 0) return await unreached(options, shown);
    if (options.has('watch')) {
      return await (await import('./consumer-groups/watch.js')).watchGroups(properties, options, shown);
    }
    const errors = new GroupErrors(shown);
    const write = await withAdmin(shown.io, properties, (admin) => act(admin, options, shown, errors));
    await write();
    return errors.end();
  } catch (error) {
    if (error instanceof BootstrapError && shown.format === 'plain') return unreached(options, shown, error);
    return reportGroupFailure(error, options, shown);
  }
}

async function validate(options: GroupsOptions, io: Io): Promise<number> {
  try {
    const text = options.value('validate-regex') as string;
    return (await import('./consumer-groups/validate-regex.js')).validateRegex(text, io);
  } catch (error) {
    throw error instanceof OptionError ? groupsUsageError(error.message) : error;
  }
}

/** Kafka's tool gives every call the time of --timeout. */
function groupsProperties(options: GroupsOptions, timeoutMs: number, io: Io): Map<string, string> {
  const properties = clientProperties(options, io);
  if (timeoutMs <= 0) return properties;
  properties.set('default.api.timeout.ms', String(timeoutMs));
  // One request takes no longer than all of them; what is no number the client itself refuses.
  const requestTimeout = properties.get('request.timeout.ms') ?? '30000';
  return Number(requestTimeout) > timeoutMs ? properties.set('request.timeout.ms', String(timeoutMs)) : properties;
}

function clientProperties(options: GroupsOptions, io: Io): Map<string, string> {
  try {
    return adminProperties(io, options.value('bootstrap-server') as string, options.value('command-config'));
  } catch (error) {
    throw error instanceof ToolError ? ofRuntime(error) : error;
  }
}

/** Does what the options want; gives how to write the outcome, once the spinner has gone. */
async function act(
  admin: Cluster,
  options: GroupsOptions,
  shown: Shown,
  errors: GroupErrors,
): Promise<() => Promise<void>> {
  try {
    const report = await found(admin, options, shown, errors);
    return () => writeReport(report, shown.format, shown.io);
  } catch (error) {
    if (error instanceof MissingNameError && shown.io.stderr.isTerminal) {
      const { questionFor } = await import('./consumer-groups/similar.js');
      error.question = await questionFor(admin, error.kind, error.missing);
    }
    throw error;
  }
}

async function found(admin: Cluster, options: GroupsOptions, shown: Shown, errors: GroupErrors) {
  if (options.has('list')) return (await import('./consumer-groups/list.js')).listConsumerGroups(admin, options);
  if (options.has('describe')) {
    return (await import('./consumer-groups/describe.js')).describeGroups(admin, options, shown, errors);
  }
  if (options.has('delete')) {
    const { deleteWholeGroups, deletionReport } = await import('./consumer-groups/delete.js');
    const deletions = await deleteWholeGroups(admin, options);
    errors.add(deletions.filter(({ isDeleted }) => !isDeleted).length);
    if (shown.io.stderr.isTerminal) {
      const { questionFor } = await import('./consumer-groups/similar.js');
      for (const { group, isMissing } of deletions) {
        if (isMissing) errors.ask(await questionFor(admin, 'group', group));
      }
    }
    return deletionReport(deletions);
  }
  if (options.has('delete-offsets')) {
    const { deleteOffsets, offsetDeletionReport } = await import('./consumer-groups/delete-offsets.js');
    const deletion = await deleteOffsets(admin, options);
    errors.add(deletion.results.filter(({ value }) => value !== true).length);
    return offsetDeletionReport(deletion);
  }
  return (await import('./consumer-groups/reset-offsets.js')).resetOffsets(admin, options, shown, errors);
}
