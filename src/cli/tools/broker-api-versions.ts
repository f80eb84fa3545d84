import { openAdmin } from '../../client/admin/admin-client.js';
import { apiVersionsOfNodes, describeCluster, type NodeVersions } from '../../client/admin/cluster-facts.js';
import type { Cluster } from '../../client/cluster.js';
import { API_KEYS, apiOfKey } from '../../protocol/api-keys.js';
import type { ApiVersion } from '../../protocol/generated/api-versions.js';
import { adminProperties, clientHost, nodeAssignmentFailure, TIMEOUT_OPTION } from '../connect-to.js';
import { withoutColors } from '../format/color.js';
import { javaText, printedError } from '../format/java-error.js';
import { OUTPUT_OPTIONS, outputFormat } from '../format/output-format.js';
import { type Column, type Report, type Table, tableOf, writeReport } from '../format/report.js';
import { withSpinner } from '../format/spinner.js';
import type { Io } from '../io.js';
import { parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { text } from '../options/option-rows.js';
import { ToolError } from '../tool-error.js';

export const TOOL = {
  description: 'This tool helps to retrieve broker version information.',
  options: {
    'bootstrap-server': text('server(s) to use for bootstrapping', 'REQUIRED: Brokers to begin with: host:port,...'),
    'command-config': text('command config property file', 'A file with properties of the admin client.', {
      completes: 'file',
    }),
    ...TIMEOUT_OPTION,
    ...OUTPUT_OPTIONS,
  },
};

/** What `--output json` says of an API of a node. */
export const API_VERSION_SCHEMA = {
  title: 'kafka-broker-api-versions',
  type: 'object',
  required: ['id', 'host', 'port', 'rack', 'isFenced', 'apiKey', 'api', 'minVersion', 'maxVersion', 'usable', 'error'],
  additionalProperties: false,
  properties: {
    id: { type: 'integer', description: 'of the node' },
    host: { type: 'string' },
    port: { type: 'integer' },
    rack: { type: ['string', 'null'] },
    isFenced: { type: 'boolean' },
    apiKey: { type: ['integer', 'null'], description: 'null for a node that did not answer' },
    api: { type: ['string', 'null'], description: 'null for an API that is not known here' },
    minVersion: { type: ['integer', 'null'], description: 'null for an API that the node does not have' },
    maxVersion: { type: ['integer', 'null'] },
    usable: { type: ['integer', 'null'], description: 'the version that this client would use; null for none' },
    error: { type: ['string', 'null'], description: 'why the node did not answer' },
  },
} as const;

interface ApiVersionRow {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  readonly rack: string | null;
  readonly isFenced: boolean;
  readonly apiKey: number | null;
  readonly api: string | null;
  readonly minVersion: number | null;
  readonly maxVersion: number | null;
  readonly usable: number | null;
  readonly error: string | null;
}

/** kafka-broker-api-versions: prints what each broker speaks, and the version that this client would use. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseJopt(TOOL, argv);
  new JoptChecks(TOOL, options).require('bootstrap-server');
  const shown = options.has('no-color') ? withoutColors(io) : io;
  const format = outputFormat(options, shown);
  const server = options.value('bootstrap-server') as string;
  try {
    const properties = adminProperties(io, server, options.value('command-config'), options.value('timeout'));
    const admin = openAdmin(properties, clientHost(io));
    try {
      const report = await withSpinner(shown, 'Asking the brokers', () => versionsReport(admin));
      await writeReport(report, format, shown);
    } finally {
      admin.close();
    }
    return 0;
  } catch (error) {
    const failure = nodeAssignmentFailure(error, 'listNodes', io);
    if (failure === error || !(failure instanceof Error)) throw printedError(error, io);
    throw new ToolError(failure.message);
  }
}

async function versionsReport(admin: Cluster): Promise<Report<ApiVersionRow>> {
  const [nodes, { nodes: described }] = await Promise.all([apiVersionsOfNodes(admin), describeCluster(admin)]);
  const fenced = new Set(described.filter(({ isFenced }) => isFenced).map(({ id }) => id));
  const rows = nodes.flatMap((one) => rowsOf(one, fenced));
  return {
    rows,
    plain: () => nodes.map((one) => `${nodeText(one, fenced)} -> ${answerText(one.versions)}\n`).join(''),
    tables: () => nodes.map((one) => tableOfNode(one, fenced)),
    whenEmpty: 'There are no brokers.',
  };
}

function rowsOf({ node, versions }: NodeVersions, fenced: ReadonlySet<number>): ApiVersionRow[] {
  const { id, host, port, rack } = node;
  const of = { id, host, port, rack, isFenced: fenced.has(id), error: null };
  const none = { apiKey: null, api: null, minVersion: null, maxVersion: null, usable: null };
  if (versions instanceof Error) return [{ ...of, ...none, error: javaText(versions) }];
  const rows = new Map<number, ApiVersionRow>();
  for (const { key, name, listeners } of API_KEYS) {
    if (listeners.includes('broker')) rows.set(key, { ...of, ...none, apiKey: key, api: name });
  }
  for (const { apiKey, minVersion, maxVersion } of versions) {
    const api = apiOfKey(apiKey) ?? null;
    const highest = Math.min(api?.maxVersion ?? -1, maxVersion);
    const usable = api !== null && highest >= Math.max(api.minVersion, minVersion) ? highest : null;
    rows.set(apiKey, { ...of, apiKey, api: api?.name ?? null, minVersion, maxVersion, usable });
  }
  return [...rows.values()].sort((a, b) => (a.apiKey ?? 0) - (b.apiKey ?? 0));
}

function tableOfNode(one: NodeVersions, fenced: ReadonlySet<number>): Table {
  const columns: Column<ApiVersionRow>[] = [
    { heading: 'Key', cell: ({ apiKey }) => apiKey },
    { heading: 'API', cell: ({ api, error }) => error ?? api },
    { heading: 'From', cell: ({ minVersion }) => minVersion },
    { heading: 'To', cell: ({ maxVersion }) => maxVersion },
    {
      heading: 'Usable',
      cell: ({ usable }) => usable,
      tone: ({ usable, minVersion }) => (usable === null ? (minVersion === null ? 'muted' : 'bad') : null),
    },
  ];
  return tableOf(rowsOf(one, fenced), columns, nodeText(one, fenced));
}

function nodeText({ node }: NodeVersions, fenced: ReadonlySet<number>): string {
  const { id, host, port, rack } = node;
  return `${host}:${port} (id: ${id} rack: ${rack} isFenced: ${fenced.has(id)})`;
}

function answerText(versions: readonly ApiVersion[] | Error): string {
  if (versions instanceof Error) return `ERROR: ${javaText(versions)}`;
  const lines = new Map<number, string>();
  for (const { key, name, listeners } of API_KEYS) {
    if (listeners.includes('broker')) lines.set(key, `${name}(${key}): UNSUPPORTED`);
  }
  for (const range of versions) lines.set(range.apiKey, rangeText(range));
  const sorted = [...lines].sort(([a], [b]) => a - b);
  return `(\n\t${sorted.map(([, line]) => line).join(',\n\t')}\n)`;
}

function rangeText({ apiKey, minVersion, maxVersion }: ApiVersion): string {
  const range = minVersion === maxVersion ? String(minVersion) : `${minVersion} to ${maxVersion}`;
  const api = apiOfKey(apiKey);
  if (api === undefined || api === null) return `UNKNOWN(${apiKey}): ${range}`;
  const usable = Math.min(api.maxVersion, maxVersion);
  const verdict =
    usable >= Math.max(api.minVersion, minVersion)
      ? `usable: ${usable}`
      : `unusable: node too ${maxVersion < api.minVersion ? 'old' : 'new'}`;
  return `${api.name}(${apiKey}): ${range} [${verdict}]`;
}
