import { type FeatureUpdate, type UpgradeType, updateFeatures } from '../../client/admin/cluster-facts.js';
import type { Cluster } from '../../client/cluster.js';
import { bootstrapProperties } from '../bootstrap-properties.js';
import { nodeAssignmentFailure, UnreachableError, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { javaMessageOf, javaText } from '../format/java-error.js';
import { outputFormat } from '../format/output-format.js';
import { type Report, writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { type Parsed, parseCommands } from '../options/argparse.js';
import { usageWidth } from '../options/argparse-usage.js';
import type { OptionSet } from '../options/option-set.js';
import { AnswerInstead, UsageError } from '../options/usage-error.js';
import { ToolError } from '../tool-error.js';
import { describedFeatures } from './features/describe.js';
import { dependenciesOf, dependenciesReport, releaseReport } from './features/known-levels.js';
import { TOOL } from './features/options.js';
import { disabling, updatesOf } from './features/updates.js';

export { TOOL } from './features/options.js';

type Command = Parsed<(typeof TOOL)['options'], (typeof TOOL)['commands']>;

/** kafka-features: what features a cluster has turned on, and changes of their levels. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const parsed = parseCommands(TOOL, argv, usageWidth(io.env.COLUMNS)) as Command;
    const shown = parsed.global.has('no-color') ? withoutColors(io) : io;
    const write = async (report: Report): Promise<void> => {
      await writeReport(report, outputFormat(parsed.global, shown), shown);
    };
    if (parsed.command === 'version-mapping') await write(releaseReport(parsed.options.value('release-version')));
    else if (parsed.command === 'feature-dependencies')
      await writeDependencies(parsed.options.values('feature'), write);
    else if (parsed.command === 'describe') {
      const node = parsed.options.value('node-id');
      if (node !== null && node < 0) throw new ToolError(`Invalid node id ${node}: must be non-negative.`);
      await write(await withCluster(parsed, shown, (admin) => describedFeatures(admin, node)));
    } else await withCluster(parsed, shown, (admin) => update(admin, parsed, shown));
    return 0;
  } catch (error) {
    throw reported(error, io);
  }
}

/** Those before one that cannot be told are shown. */
async function writeDependencies(features: readonly string[], write: (report: Report) => Promise<void>): Promise<void> {
  const rows: ReturnType<typeof dependenciesOf>[] = [];
  try {
    for (const feature of features) rows.push(dependenciesOf(feature));
  } finally {
    if (rows.length > 0) await write(dependenciesReport(rows));
  }
}

function withCluster<T>(parsed: Command, io: Io, work: (admin: Cluster) => Promise<T>): Promise<T> {
  const properties = bootstrapProperties(parsed.global, io);
  if (!parsed.global.has('bootstrap-server') && !parsed.global.has('bootstrap-controller')) {
    const message = 'You must specify either --bootstrap-controller or --bootstrap-server.';
    throw new UsageError(message, message);
  }
  return withAdmin(io, properties, work);
}

type Update = Extract<Command, { readonly command: 'upgrade' | 'downgrade' | 'disable' }>;

async function update(admin: Cluster, parsed: Update, io: Io): Promise<void> {
  const updates = wantedUpdates(parsed, io);
  const { command } = parsed;
  const isDry = parsed.options.has('dry-run');
  if (updates.length === 0) throw new ToolError(`You must specify at least one feature to ${command}`);
  const results = await updateFeatures(admin, updates, { validateOnly: isDry }).catch((error: unknown) => {
    const failure = nodeAssignmentFailure(error, 'updateFeatures', io);
    if (!(failure instanceof UnreachableError)) throw failure;
    return new Map(updates.map(({ feature }) => [feature, failure]));
  });
  const sorted = [...updates].sort((a, b) => (a.feature < b.feature ? -1 : 1));
  let failures = 0;
  for (const { feature, maxVersionLevel } of sorted) {
    const result = results.get(feature);
    if (result instanceof Error) {
      failures++;
      const what = command === 'disable' ? `disable ${feature}` : `${command} ${feature} to ${maxVersionLevel}`;
      io.print(`${isDry ? 'Can not' : 'Could not'} ${what}. ${javaMessageOf(result)}`);
    } else {
      const done = command === 'disable' ? 'disabled.' : `${command}d to ${maxVersionLevel}.`;
      io.print(`${feature}${isDry ? ' can be ' : ' was '}${done}`);
    }
  }
  if (failures > 0) throw new ToolError(`${failures} out of ${updates.length} operation(s) failed.`);
}

function wantedUpdates({ command, options }: Update, io: Io): FeatureUpdate[] {
  if (command === 'disable') return disabling(options.values('feature'), downgradeType(options.has('unsafe')));
  const type = command === 'upgrade' ? 'UPGRADE' : downgradeType(options.has('unsafe'));
  const given = options as OptionSet<(typeof TOOL)['commands']['upgrade']['options']>;
  const [release, metadata] = [given.value('release-version'), given.value('metadata')];
  const features = given.values('feature');
  if (release !== null && (metadata !== null || features.length > 0)) {
    throw new ToolError('Can not specify `release-version` with other feature flags.');
  }
  if (metadata !== null) io.print(' `metadata` flag is deprecated and may be removed in a future release.');
  return updatesOf({ release, metadata, features }, type);
}

const downgradeType = (isUnsafe: boolean): UpgradeType => (isUnsafe ? 'UNSAFE_DOWNGRADE' : 'SAFE_DOWNGRADE');

/** Kafka's tool says why it ended and no more: no usage and no exception's class, but where it comes out of a future. */
function reported(error: unknown, io: Io): unknown {
  if (error instanceof AnswerInstead) return error;
  if (error instanceof UsageError) {
    const text = `Command line error: ${error.message}. Type --help for help.`;
    // Kafka's tool does not end this line.
    return io.stderr.isTerminal ? new ToolError(text) : new UsageError(error.message, text);
  }
  const failure = nodeAssignmentFailure(error, 'describeFeatures', io);
  if (!(failure instanceof Error) || io.stderr.isTerminal) return failure;
  if (failure instanceof ToolError) return new ToolError(javaMessageOf(failure).split('\n')[0] as string);
  return javaText(failure) === failure.message ? failure : new ToolError(javaText(failure));
}
