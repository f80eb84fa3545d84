import { type GroupListing, listGroups } from '../../client/admin/groups.js';
import type { Cluster } from '../../client/cluster.js';
import { adminProperties, nodeAssignmentFailure, TIMEOUT_OPTION, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { javaMessageOf, printedError } from '../format/java-error.js';
import { OUTPUT_OPTIONS, outputFormat } from '../format/output-format.js';
import { type Report, tableOf, writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { type JoptOptions, parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { flag, text } from '../options/option-rows.js';
import { illegalArgument } from '../tool-error.js';

const TYPES = ['classic', 'consumer', 'share', 'streams'];

export const TOOL = {
  description: 'This tool helps to list groups of all types.',
  runsBare: true,
  options: {
    'bootstrap-server': text(
      'server to connect to',
      'REQUIRED: Brokers to begin with: host:port, separated by commas.',
      { required: true },
    ),
    'command-config': text('command config property file', 'A file with properties of the admin client.', {
      completes: 'file',
    }),
    consumer: flag(
      'Only groups of consumers: those of type consumer, and classic ones whose protocol is consumer or empty.',
    ),
    'group-type': text('type', 'Only groups of a type: classic, consumer, share or streams.', { completes: TYPES }),
    list: flag('List groups.'),
    protocol: text('protocol', 'Only groups of a protocol type.'),
    share: flag('Only share groups.'),
    streams: flag('Only streams groups.'),
    ...TIMEOUT_OPTION,
    ...OUTPUT_OPTIONS,
  },
};

type Options = JoptOptions<(typeof TOOL)['options']>;

const LEAST_WIDTH = 20;

/** What `--output json` says of a group. */
export const GROUP_LISTING_SCHEMA = {
  title: 'kafka-groups --list',
  type: 'object',
  required: ['group', 'type', 'protocol'],
  additionalProperties: false,
  properties: {
    group: { type: 'string' },
    type: { enum: ['Classic', 'Consumer', 'Share', 'Streams'] },
    protocol: { type: 'string', description: 'empty for a group that only holds offsets' },
  },
} as const;

interface GroupRow {
  readonly group: string;
  readonly type: string;
  readonly protocol: string;
}

/** kafka-groups: lists groups of all types. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = checkedOptions(argv, io);
  const output = options.has('no-color') ? withoutColors(io) : io;
  const format = outputFormat(options, output);
  const properties = groupsProperties(options, io);
  try {
    const rows = await withAdmin(output, properties, (admin) => groupRows(admin, options));
    await writeReport(reportOf(rows), format, output);
    return 0;
  } catch (error) {
    const failure = nodeAssignmentFailure(error, 'findAllBrokers', io);
    if (!(failure instanceof Error) || failure instanceof TypeError) throw failure;
    // Java names the call that needed a broker, and the cause in its log alone.
    const isUnreachable = failure !== error && failure.name === 'UnreachableError';
    const message = isUnreachable ? 'Failed to find brokers to send ListGroups' : javaMessageOf(failure);
    io.print(`Error while executing groups command : ${message.split('\n')[0]}`);
    return 1;
  }
}

function groupsProperties(options: Options, io: Io): Map<string, string> {
  const server = options.value('bootstrap-server') as string;
  try {
    return adminProperties(io, server, options.value('command-config'), options.value('timeout'));
  } catch (error) {
    throw printedError(error, io);
  }
}

function checkedOptions(argv: readonly string[], io: Io): Options {
  const options = parseJopt(TOOL, argv);
  const checks = new JoptChecks(TOOL, options);
  if (!options.has('list')) checks.fail('Command must include exactly one action: --list.');
  checks.forbidWith('consumer', ['group-type', 'protocol', 'share', 'streams']);
  checks.forbidWith('share', ['consumer', 'group-type', 'protocol', 'streams']);
  checks.forbidWith('streams', ['consumer', 'group-type', 'protocol', 'share']);
  const type = options.value('group-type');
  if (type !== null && !TYPES.includes(type.toLowerCase())) {
    throw printedError(illegalArgument('--group-type must be a valid group type.'), io);
  }
  return options;
}

async function groupRows(admin: Cluster, options: Options): Promise<GroupRow[]> {
  const { groups, errors } = await listGroups(admin);
  const [error] = errors;
  if (error !== undefined) throw error;
  const isWanted = filterOf(options);
  return groups.filter(isWanted).map(({ groupId, protocolType, type }) => {
    const name = typeOf(type);
    return { group: groupId, type: name.slice(0, 1).toUpperCase() + name.slice(1), protocol: protocolType };
  });
}

/** A broker that does not tell the type knows classic groups alone. */
const typeOf = (type: string): string => (type === '' ? 'classic' : type);

function filterOf(options: Options): (group: GroupListing) => boolean {
  if (options.has('consumer')) {
    return ({ type, protocolType }) =>
      type === 'consumer' || (typeOf(type) === 'classic' && (protocolType === 'consumer' || protocolType === ''));
  }
  const shorthand = options.has('share') ? 'share' : options.has('streams') ? 'streams' : null;
  const type = shorthand ?? options.value('group-type')?.toLowerCase() ?? null;
  const protocol = options.value('protocol');
  return (group) =>
    (type === null || typeOf(group.type) === type) && (protocol === null || group.protocolType === protocol);
}

function reportOf(rows: readonly GroupRow[]): Report<GroupRow> {
  return {
    rows,
    plain: () => plainText(rows),
    tables: () => [
      tableOf(rows, [
        { heading: 'Group', cell: ({ group }) => group },
        { heading: 'Type', cell: ({ type }) => type },
        { heading: 'Protocol', cell: ({ protocol }) => protocol || null },
      ]),
    ],
    whenEmpty: 'There are no such groups.',
  };
}

/** Three columns as wide as the longest value of any of them. */
function plainText(rows: readonly GroupRow[]): string {
  const widths = rows.flatMap(({ group, type, protocol }) => [group.length, type.length, protocol.length]);
  const width = Math.max(LEAST_WIDTH, ...widths);
  const line = (...cells: string[]): string => cells.map((cell) => cell.padEnd(width)).join(' ');
  return [line('GROUP', 'TYPE', 'PROTOCOL'), ...rows.map((row) => `${line(row.group, row.type, row.protocol)} `)]
    .map((text) => `${text}\n`)
    .join('');
}
