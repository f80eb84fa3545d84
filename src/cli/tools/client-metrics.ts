import { javaHash } from '../../base/java-hash.js';
import { inHashOrder } from '../../base/java-hash-order.js';
import { randomUuid } from '../../base/uuid.js';
import {
  type ConfigChange,
  type ConfigEntry,
  ConfigResourceType,
  describeConfigs,
  incrementalAlterConfigs,
  listConfigResources,
} from '../../client/admin/configs.js';
import type { Cluster } from '../../client/cluster.js';
import { adminProperties, nodeAssignmentFailure, TIMEOUT_OPTION, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { suggestName } from '../format/did-you-mean.js';
import { javaMessageOf, printedError } from '../format/java-error.js';
import { OUTPUT_OPTIONS, outputFormat } from '../format/output-format.js';
import { type Report, tableOf, writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { type JoptOptions, parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { flag, text } from '../options/option-rows.js';
import { illegalArgument } from '../tool-error.js';

const SELECTORS = [
  'client_id',
  'client_instance_id',
  'client_software_name',
  'client_software_version',
  'client_source_address',
  'client_source_port',
];

export const TOOL = {
  description: 'This tool helps to manipulate and describe client metrics configurations.',
  options: {
    alter: flag('Change what metrics clients are asked for.'),
    'bootstrap-server': text(
      'server to connect to',
      'REQUIRED: Brokers to begin with: host:port, separated by commas.',
    ),
    'command-config': text('command config property file', 'A file with properties of the admin client.', {
      completes: 'file',
    }),
    delete: flag('Delete a resource.'),
    describe: flag('Describe the resources, or one.'),
    'generate-name': flag('Make a name for the resource.'),
    interval: text('push interval', 'How often clients send metrics, in milliseconds; empty for the default.'),
    list: flag('List the resources.'),
    match: text(
      'k1=v1,k2=v2',
      `Only clients that these regular expressions match. The names are:\n${SELECTORS.map((name) => `\t${name}`).join('\n')}`,
      { repeats: true, completes: SELECTORS.map((name) => `${name}=`) },
    ),
    metrics: text('m1,m2', 'What the names of the metrics begin with.', { repeats: true }),
    name: text('name', 'The name of the resource.'),
    ...TIMEOUT_OPTION,
    ...OUTPUT_OPTIONS,
  },
};

type Options = JoptOptions<(typeof TOOL)['options']>;

/** What `--list --output json` says of a resource. */
export const CLIENT_METRICS_RESOURCE_SCHEMA = {
  title: 'kafka-client-metrics --list',
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: { name: { type: 'string' } },
} as const;

/** What `--describe --output json` says of a resource. */
export const CLIENT_METRICS_SCHEMA = {
  title: 'kafka-client-metrics --describe',
  type: 'object',
  required: ['name', 'configs'],
  additionalProperties: false,
  properties: {
    name: { type: 'string' },
    configs: {
      type: 'object',
      additionalProperties: { type: ['string', 'null'] },
      description: 'interval.ms, match and metrics',
    },
  },
} as const;

/** kafka-client-metrics: which metrics of clients the brokers want (KIP-714). */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = checkedOptions(argv, io);
  const shown = options.has('no-color') ? withoutColors(io) : io;
  const server = options.value('bootstrap-server') as string;
  let properties: Map<string, string>;
  try {
    properties = adminProperties(io, server, options.value('command-config'), options.value('timeout'));
  } catch (error) {
    throw printedError(error, io);
  }
  try {
    await withAdmin(shown, properties, (admin) => act(admin, options, shown));
    return 0;
  } catch (error) {
    const failure = nodeAssignmentFailure(error, callOf(options), io);
    if (!(failure instanceof Error) || failure instanceof TypeError) throw failure;
    io.print(`Error while executing client metrics command : ${javaMessageOf(failure).split('\n')[0]}`);
    return 1;
  }
}

/** How Java names the call that it makes first. */
function callOf(options: Options): string {
  if (options.has('alter')) return 'incrementalAlterConfigs';
  return options.has('delete') ? 'describeConfigs' : 'listConfigResources';
}

function checkedOptions(argv: readonly string[], io: Io): Options {
  const options = parseJopt(TOOL, argv);
  const checks = new JoptChecks(TOOL, options);
  const actions = (['alter', 'delete', 'describe', 'list'] as const).filter((name) => options.has(name));
  if (actions.length !== 1) {
    checks.fail('Command must include exactly one action: --alter, --delete, --describe or --list.');
  }
  const fail = (message: string): never => {
    throw printedError(illegalArgument(message), io);
  };
  if (!options.has('bootstrap-server')) fail('--bootstrap-server must be specified.');
  const settings = ['generate-name', 'interval', 'match', 'metrics'] as const;
  checks.forbidWith('delete', settings);
  checks.forbidWith('describe', settings);
  checks.forbidWith('list', [...settings, 'name']);
  if (options.has('alter')) {
    if (options.has('name') === options.has('generate-name')) {
      fail('One of --name or --generate-name must be specified with --alter.');
    }
    if (!isInterval(options.value('interval') ?? '')) {
      fail('Invalid interval value. Enter an integer, or leave empty to reset.');
    }
  }
  if (options.has('delete') && !options.has('name')) {
    fail('A client metrics resource name must be specified with --delete.');
  }
  return options;
}

const isInterval = (given: string): boolean =>
  given === '' || (/^[+-]?\d+$/.test(given) && Number(given) >= -0x8000_0000 && Number(given) <= 0x7fff_ffff);

function act(admin: Cluster, options: Options, io: Io): Promise<void> {
  if (options.has('alter')) return alter(admin, options, io);
  if (options.has('delete')) return remove(admin, options.value('name') as string, io);
  if (options.has('describe')) return describe(admin, options, io);
  return list(admin, options, io);
}

async function alter(admin: Cluster, options: Options, io: Io): Promise<void> {
  const name = options.has('generate-name') ? randomUuid(io.host.random) : (options.value('name') as string);
  const given: [string, string | null][] = [
    ['interval.ms', options.value('interval')],
    ['metrics', listOf(options, 'metrics')],
    ['match', listOf(options, 'match')],
  ];
  const changes = given.flatMap(([key, value]) => (value === null ? [] : [changeTo(key, value)]));
  await change(admin, name, changes);
  io.print(`Altered client metrics config for ${name}.`);
}

/** The values of all occurrences; joptsimple leaves out what is empty between commas. */
function listOf(options: Options, name: 'match' | 'metrics'): string | null {
  if (!options.has(name)) return null;
  const words = options.values(name).flatMap((value) => value.split(','));
  return words.filter((word) => word !== '').join(',');
}

function changeTo(name: string, value: string): ConfigChange {
  return value === '' ? { name, operation: 'DELETE', value: null } : { name, operation: 'SET', value };
}

async function change(admin: Cluster, name: string, changes: readonly ConfigChange[]): Promise<void> {
  const resource = { type: ConfigResourceType.CLIENT_METRICS, name };
  const [answer] = await incrementalAlterConfigs(admin, [{ resource, changes }]);
  if (answer?.result instanceof Error) throw answer.result;
}

async function remove(admin: Cluster, name: string, io: Io): Promise<void> {
  const entries = await configsOf(admin, name);
  await change(
    admin,
    name,
    entries.map((entry) => ({ name: entry.name, operation: 'DELETE', value: null })),
  );
  io.print(`Deleted client metrics config for ${name}.`);
}

async function configsOf(admin: Cluster, name: string): Promise<readonly ConfigEntry[]> {
  const [described] = await describeConfigs(admin, [{ type: ConfigResourceType.CLIENT_METRICS, name }]);
  if (described === undefined || described.entries instanceof Error) throw described?.entries;
  return inHashOrder(described.entries as readonly ConfigEntry[], (entry) => javaHash(entry.name));
}

async function names(admin: Cluster): Promise<string[]> {
  return (await listConfigResources(admin, [ConfigResourceType.CLIENT_METRICS])).map(({ name }) => name);
}

async function list(admin: Cluster, options: Options, io: Io): Promise<void> {
  const rows = (await names(admin)).map((name) => ({ name }));
  const report: Report<{ name: string }> = {
    rows,
    plain: () => `${rows.map(({ name }) => name).join('\n')}\n`,
    tables: () => [tableOf(rows, [{ heading: 'Name', cell: ({ name }) => name }])],
    whenEmpty: 'There are no such resources.',
  };
  await writeReport(report, outputFormat(options, io), io);
}

async function describe(admin: Cluster, options: Options, io: Io): Promise<void> {
  const name = options.value('name');
  const known = await names(admin);
  const format = outputFormat(options, io);
  if (name !== null && !known.includes(name) && (format === 'plain' || format === 'table')) {
    io.print(`The client metric resource ${name} doesn't exist and doesn't have dynamic config.`);
    await suggestName(io, name, async () => known);
    return;
  }
  const rows: { name: string; configs: Record<string, string | null> }[] = [];
  for (const wanted of name === null ? known : known.filter((one) => one === name)) {
    const entries = await configsOf(admin, wanted);
    rows.push({ name: wanted, configs: Object.fromEntries(entries.map((entry) => [entry.name, entry.value])) });
  }
  await writeReport(reportOf(rows), format, io);
}

type MetricsRow = { readonly name: string; readonly configs: Readonly<Record<string, string | null>> };

function reportOf(rows: readonly MetricsRow[]): Report<MetricsRow> {
  return {
    rows,
    plain: () =>
      rows
        .map(({ name, configs }) => {
          const lines = Object.entries(configs).map(([key, value]) => `  ${key}=${value}\n`);
          return `Client metrics configs for ${name} are:\n${lines.join('')}`;
        })
        .join(''),
    tables: () =>
      rows.map(({ name, configs }) =>
        tableOf(
          Object.entries(configs),
          [
            { heading: 'Config', cell: ([key]) => key },
            { heading: 'Value', cell: ([, value]) => value || null },
          ],
          name,
        ),
      ),
    whenEmpty: 'There are no such resources.',
  };
}
