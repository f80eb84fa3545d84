import { describeCluster } from '../../client/admin/cluster-facts.js';
import { addRaftVoter, describeQuorum, removeRaftVoter } from '../../client/admin/quorum.js';
import type { Cluster } from '../../client/cluster.js';
import { uuidProblem } from '../../storage/meta-properties.js';
import { bootstrapFrom } from '../bootstrap-properties.js';
import { nodeAssignmentFailure, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { printedFutureError } from '../format/future-error.js';
import { outputFormat } from '../format/output-format.js';
import { writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { loadProperties } from '../load-properties.js';
import { type Parsed, parseCommands } from '../options/argparse.js';
import { usageWidth } from '../options/argparse-usage.js';
import type { OptionSet } from '../options/option-set.js';
import { ToolError } from '../tool-error.js';
import { controllerToAdd } from './metadata-quorum/controller-to-add.js';
import { TOOL } from './metadata-quorum/options.js';
import { replicationReport } from './metadata-quorum/replication.js';
import { endpointText, statusReport } from './metadata-quorum/status.js';

export { TOOL } from './metadata-quorum/options.js';

type Command = Parsed<(typeof TOOL)['options'], (typeof TOOL)['commands']>;
type DescribeOptions = OptionSet<(typeof TOOL)['commands']['describe']['options']>;
type RemoveOptions = OptionSet<(typeof TOOL)['commands']['remove-controller']['options']>;

/** kafka-metadata-quorum: the state of the quorum of controllers, and changes of who votes in it. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const parsed = parseCommands(TOOL, argv, usageWidth(io.env.COLUMNS)) as Command;
  const shown = parsed.global.has('no-color') ? withoutColors(io) : io;
  try {
    const given = propertiesOf(parsed.global.value('command-config'), io);
    const properties = bootstrapFrom(new Map(given), parsed.global);
    if (parsed.command === 'describe') checkDescribe(parsed.options);
    await withAdmin(shown, properties, (admin) => answer(admin, parsed, given, shown));
    return 0;
  } catch (error) {
    throw printedFutureError(nodeAssignmentFailure(error, callOf(parsed), io), io);
  }
}

function propertiesOf(path: string | null, io: Io): ReadonlyMap<string, string> {
  if (path === null) return new Map();
  if (io.host.disk.stat(path) === null) throw new ToolError(`Properties file ${path} does not exists!`);
  return loadProperties(io, path);
}

/** How Java names the call that it makes first. */
function callOf(parsed: Command): string {
  if (parsed.command === 'add-controller') return 'addRaftVoter';
  if (parsed.command === 'remove-controller') return 'removeRaftVoter';
  return parsed.options.has('replication') ? 'describeMetadataQuorum' : 'listNodes';
}

function checkDescribe(options: DescribeOptions): void {
  if (options.has('status') && options.has('replication')) {
    throw new ToolError('Only one of --status or --replication should be specified with describe sub-command');
  }
  if (options.has('replication')) return;
  if (!options.has('status')) {
    throw new ToolError('One of --status or --replication must be specified with describe sub-command');
  }
  if (options.has('human-readable')) {
    throw new ToolError('The option --human-readable is only supported along with --replication');
  }
}

function answer(admin: Cluster, parsed: Command, given: ReadonlyMap<string, string>, io: Io): Promise<void> {
  switch (parsed.command) {
    case 'describe':
      return described(admin, parsed, io);
    case 'add-controller':
      return added(admin, given, parsed.options.has('dry-run'), io);
    case 'remove-controller':
      return removed(admin, parsed.options, io);
  }
}

async function described(
  admin: Cluster,
  { options, global }: Extract<Command, { readonly command: 'describe' }>,
  io: Io,
): Promise<void> {
  const format = outputFormat(global, io);
  if (options.has('replication')) {
    const quorum = await describeQuorum(admin);
    await writeReport(
      replicationReport(quorum, options.has('human-readable') ? io.host.clock.nowMs() : null),
      format,
      io,
    );
    return;
  }
  const { clusterId } = await describeCluster(admin);
  await writeReport(statusReport(clusterId, await describeQuorum(admin)), format, io);
}

async function added(admin: Cluster, given: ReadonlyMap<string, string>, isDry: boolean, io: Io): Promise<void> {
  if (given.size === 0) {
    throw new ToolError(
      'You must supply the configuration file of the controller you are adding when using add-controller.',
    );
  }
  const controller = controllerToAdd(given, io);
  if (!isDry) await addRaftVoter(admin, controller);
  const endpoints = controller.endpoints.map(endpointText).join(', ');
  io.print(
    `${isDry ? 'DRY RUN of adding' : 'Added'} controller ${controller.id} with directory id ${controller.directoryId} and endpoints: ${endpoints}`,
  );
}

async function removed(admin: Cluster, options: RemoveOptions, io: Io): Promise<void> {
  const id = options.value('controller-id') as number;
  const directoryId = options.value('controller-directory-id') as string;
  const isDry = options.has('dry-run');
  if (id < 0) throw new ToolError(`Invalid negative --controller-id: ${id}`);
  const problem = uuidProblem(directoryId);
  if (problem !== null) throw new ToolError(`Failed to parse --controller-directory-id: ${problem}`);
  if (!isDry) await removeRaftVoter(admin, { id, directoryId });
  io.print(`${isDry ? 'DRY RUN of removing ' : 'Removed '} KRaft controller ${id} with directory id ${directoryId}`);
}
