import type { Cluster } from '../../client/cluster.js';
import { connectWithin, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { type OutputFormat, outputFormat } from '../format/output-format.js';
import type { Io } from '../io.js';
import { loadProperties } from '../load-properties.js';
import { parseJopt } from '../options/jopt.js';
import { illegalArgument, ToolError } from '../tool-error.js';
import { alter } from './configs/alter.js';
import { changesOf } from './configs/changes.js';
import { checkedEntities } from './configs/checks.js';
import { describeClients } from './configs/describe-clients.js';
import { describeResources } from './configs/describe-resources.js';
import { type Entities, singular } from './configs/entities.js';
import { reported } from './configs/failure.js';
import { type ConfigsOptions, isAboutPlan, TOOL } from './configs/options.js';

export { TOOL } from './configs/options.js';

/** With --diff 1 says that something differs, as with diff. */
const TROUBLE_OF_DIFF = 2;

/** kafka-configs: describes and changes configurations, quotas and credentials. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let isDiff = false;
  try {
    const options = parseJopt(TOOL, argv);
    isDiff = options.has('diff');
    if (isAboutPlan(options)) return await planned(options, io);
    const entities = await checkedEntities(options, argv, io);
    const shown = options.has('no-color') ? withoutColors(io) : io;
    const format = outputFormat(options, shown);
    const properties = propertiesOf(options, io);
    return await withAdmin(shown, properties, (admin) => {
      if (options.has('describe')) return described(admin, options, entities, format, shown);
      return altered(admin, options, entities, shown);
    });
  } catch (error) {
    const told = reported(error, argv, io);
    throw isDiff && told instanceof ToolError ? new ToolError(told.message, TROUBLE_OF_DIFF) : told;
  }
}

async function planned(options: ConfigsOptions, io: Io): Promise<number> {
  const { planRequest, runPlan } = await import('./configs/plan/run-plan.js');
  const shown = options.has('no-color') ? withoutColors(io) : io;
  const request = await planRequest(options, io);
  return withAdmin(shown, propertiesOf(options, io), (admin) => runPlan(admin, request, options, shown));
}

/** Of the two kinds of addresses the one that was given holds, whatever the file has. */
function propertiesOf(options: ConfigsOptions, io: Io): Map<string, string> {
  const path = options.value('command-config');
  const controllers = options.value('bootstrap-controller');
  const properties = path === null ? new Map<string, string>() : loadProperties(io, path);
  properties.delete('bootstrap.servers');
  properties.delete('bootstrap.controllers');
  if (controllers !== null) properties.set('bootstrap.controllers', controllers);
  else properties.set('bootstrap.servers', options.value('bootstrap-server') as string);
  return connectWithin(properties, options.value('timeout'));
}

async function described(
  admin: Cluster,
  options: ConfigsOptions,
  { types, names }: Entities,
  format: OutputFormat,
  io: Io,
): Promise<number> {
  const [type = 'topics'] = types;
  if (type !== 'users' && type !== 'clients' && type !== 'ips') {
    return describeResources(admin, { type, name: names[0], isAll: options.has('all') }, format, io);
  }
  await describeClients(admin, { types, names }, format, io);
  return 0;
}

async function altered(admin: Cluster, options: ConfigsOptions, entities: Entities, io: Io): Promise<number> {
  const { types, names } = entities;
  if (types.length !== names.length) throw illegalArgument('An entity name must be specified for every entity type');
  await alter(admin, entities, changesOf(options, io), io);
  const [type = 'topics'] = types;
  const [name = ''] = names;
  if (name === '') io.print(`Completed updating default config for ${type} in the cluster.`);
  else io.print(`Completed updating config for ${singular(type)} ${name}.`);
  return 0;
}
