import { describeCluster, unregisterBroker } from '../../client/admin/cluster-facts.js';
import type { Cluster } from '../../client/cluster.js';
import { KafkaError } from '../../protocol/errors.js';
import { bootstrapFrom } from '../bootstrap-properties.js';
import { nodeAssignmentFailure, toolLogger, withAdmin } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { printedFutureError } from '../format/future-error.js';
import { OUTPUT_OPTIONS, outputFormat } from '../format/output-format.js';
import { type Report, tableOf, writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { loadProperties } from '../load-properties.js';
import { parseCommands } from '../options/argparse.js';
import { usageWidth } from '../options/argparse-usage.js';
import { flag, integer, text } from '../options/option-rows.js';
import type { OptionSet } from '../options/option-set.js';
import { illegalArgument, uncaught } from '../tool-error.js';

const ADDRESSES = {
  'bootstrap-server': text('', 'Brokers to begin with: host:port, separated by commas.', { short: 'b' }),
  'bootstrap-controller': text('', 'Controllers to begin with: host:port, separated by commas.', { short: 'C' }),
  config: text('', '(DEPRECATED) A file with properties of the admin client. Use --command-config instead.', {
    completes: 'file',
  }),
  'command-config': text('', 'A file with properties of the admin client.', { short: 'c', completes: 'file' }),
};

const GROUPS = [{ required: true, names: ['bootstrap-server', 'bootstrap-controller'] }];

export const TOOL = {
  prog: 'kafka-cluster',
  description: 'Tells about a cluster, and removes brokers from it.',
  options: {},
  commands: {
    'cluster-id': { help: 'Show the id of the cluster.', options: ADDRESSES, groups: GROUPS },
    unregister: {
      help: 'Remove a broker that is gone for good.',
      options: {
        ...ADDRESSES,
        id: integer('', 'The id of the broker to remove.', { short: 'i', required: true }),
      },
      groups: GROUPS,
    },
    'list-endpoints': {
      help: 'Show the addresses of the nodes.',
      options: {
        ...ADDRESSES,
        'include-fenced-brokers': flag('Also show brokers that are fenced.'),
        ...OUTPUT_OPTIONS,
      },
      groups: GROUPS,
    },
  },
};

/** kafka-cluster: the id of a cluster, its endpoints, and the end of a broker's registration. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const parsed = parseCommands(TOOL, argv, usageWidth(io.env.COLUMNS));
  const options = parsed.options as unknown as OptionSet<typeof ADDRESSES>;
  try {
    const old = options.value('config');
    if (old !== null && options.has('command-config')) {
      const message = '--config and --command-config cannot be specified together.';
      throw uncaught('net.sourceforge.argparse4j.inf.ArgumentParserException', message);
    }
    if (old !== null) {
      io.print(
        'Option --config has been deprecated and will be removed in a future version. Use --command-config instead.',
      );
    }
    const path = options.value('command-config') ?? old;
    const value = (name: string): unknown =>
      name === 'timeout' ? null : options.value(name as keyof typeof ADDRESSES);
    const properties = bootstrapFrom(new Map(path === null ? [] : loadProperties(io, path)), { value });
    if (parsed.command === 'list-endpoints') {
      const shown = parsed.options.has('no-color') ? withoutColors(io) : io;
      const format = outputFormat(parsed.options, shown);
      const isWhole = parsed.options.has('include-fenced-brokers');
      if (isWhole && options.has('bootstrap-controller')) {
        throw illegalArgument('The option --include-fenced-brokers is only supported with --bootstrap-server option');
      }
      await writeReport(await withAdmin(shown, properties, (admin) => endpointsReport(admin, isWhole)), format, shown);
      return 0;
    }
    const output = await withAdmin(io, properties, (admin) => {
      if (parsed.command === 'cluster-id') return clusterIdText(admin);
      return unregister(admin, parsed.options.value('id') as number, io);
    });
    io.stdout.write(output);
    return 0;
  } catch (error) {
    throw reported(error, io);
  }
}

function reported(error: unknown, io: Io): unknown {
  return printedFutureError(nodeAssignmentFailure(error, 'listNodes', io), io);
}

async function clusterIdText(admin: Cluster): Promise<string> {
  const { clusterId } = await describeCluster(admin);
  return clusterId === ''
    ? 'No cluster ID found. The Kafka version is probably too old.\n'
    : `Cluster ID: ${clusterId}\n`;
}

async function unregister(admin: Cluster, id: number, io: Io): Promise<string> {
  try {
    await unregisterBroker(admin, id);
  } catch (error) {
    if (!(error instanceof KafkaError) || error.error !== 'UNSUPPORTED_VERSION') {
      logFailure(error, id, io);
      throw error;
    }
    return 'The target cluster does not support the broker unregistration API.\n';
  }
  return `Broker ${id} is no longer registered.\n`;
}

/** Java's client has it in its log as well. */
function logFailure(error: unknown, id: number, io: Io): void {
  if (!(error instanceof KafkaError) || io.stderr.isTerminal) return;
  const message = `Unregister broker request for broker ID ${id} failed: ${error.message}`;
  toolLogger(io, 'org.apache.kafka.clients.admin.KafkaAdminClient').error(message);
}

/** What `list-endpoints --output json` says of a node. */
export const ENDPOINT_SCHEMA = {
  title: 'kafka-cluster list-endpoints',
  type: 'object',
  required: ['id', 'host', 'port', 'rack', 'state', 'endpointType'],
  additionalProperties: false,
  properties: {
    id: { type: 'integer' },
    host: { type: 'string' },
    port: { type: 'integer' },
    rack: { type: ['string', 'null'] },
    state: { enum: ['fenced', 'unfenced', null], description: 'null for a controller' },
    endpointType: { enum: ['broker', 'controller'] },
  },
} as const;

interface EndpointRow {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
  readonly state: 'fenced' | 'unfenced' | null;
  readonly endpointType: 'broker' | 'controller';
}

async function endpointsReport(admin: Cluster, includeFencedBrokers: boolean): Promise<Report<EndpointRow>> {
  const { nodes } = await describeCluster(admin, { includeFencedBrokers });
  const ofControllers = admin.settings.bootstrapControllers;
  const rows = nodes.map(({ id, host, port, rack, isFenced }): EndpointRow => {
    const state = ofControllers ? null : isFenced ? 'fenced' : 'unfenced';
    return { id, host, port, rack, state, endpointType: ofControllers ? 'controller' : 'broker' };
  });
  return {
    rows,
    plain: () => endpointsText(rows, ofControllers),
    tables: () => [
      tableOf(rows, [
        { heading: 'Id', cell: ({ id }) => id },
        { heading: 'Host', cell: ({ host }) => host },
        { heading: 'Port', cell: ({ port }) => port },
        { heading: 'Rack', cell: ({ rack }) => rack },
        { heading: 'State', cell: ({ state }) => state, tone: ({ state }) => (state === 'fenced' ? 'bad' : null) },
        { heading: 'Type', cell: ({ endpointType }) => endpointType },
      ]),
    ],
    whenEmpty: 'There are no such nodes.',
  };
}

function endpointsText(rows: readonly EndpointRow[], ofControllers: boolean): string {
  const headings = ['ID', 'HOST', 'PORT', 'RACK', ...(ofControllers ? [] : ['STATE']), 'ENDPOINT_TYPE'];
  const hostWidth = rows.reduce((most, { host }) => Math.max(most, host.length), 0);
  const racks = rows.flatMap(({ rack }) => (rack === null ? [] : [rack.length]));
  const rackWidth = racks.length === 0 ? 10 : Math.max(...racks);
  const widths = [10, hostWidth, 10, rackWidth, ...(ofControllers ? [] : [10]), 15];
  const line = (cells: readonly string[]): string =>
    `${cells.map((cell, index) => cell.padEnd(widths[index] as number)).join(' ')}\n`;
  const lines = rows.map(({ id, host, port, rack, state, endpointType }) =>
    line([String(id), host, String(port), rack ?? 'null', ...(state === null ? [] : [state]), endpointType]),
  );
  return line(headings) + lines.join('');
}
