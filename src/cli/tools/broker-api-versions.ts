import { openAdmin } from '../../client/admin/admin-client.js';
import { apiVersionsOfNodes, describeCluster, type NodeVersions } from '../../client/admin/cluster-facts.js';
import type { Cluster } from '../../client/cluster.js';
import { API_KEYS, apiOfKey } from '../../protocol/api-keys.js';
import type { ApiVersion } from '../../protocol/generated/api-versions.js';
import { adminProperties, clientHost, nodeAssignmentFailure } from '../connect-to.js';
import { javaText, printedError } from '../format/java-error.js';
import { withSpinner } from '../format/spinner.js';
import type { Io } from '../io.js';
import { parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { text } from '../options/option-rows.js';
import { ToolError } from '../tool-error.js';

const TOOL = {
  description: 'This tool helps to retrieve broker version information.',
  options: {
    'bootstrap-server': text('server(s) to use for bootstrapping', 'REQUIRED: Brokers to begin with: host:port,...'),
    'command-config': text('command config property file', 'A file with properties of the admin client.'),
  },
};

/** kafka-broker-api-versions: prints what each broker speaks, and the version that this client would use. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseJopt(TOOL, argv);
  new JoptChecks(TOOL, options).require('bootstrap-server');
  const path = options.value('command-config');
  try {
    const admin = openAdmin(adminProperties(io, options.value('bootstrap-server') as string, path), clientHost(io));
    try {
      io.stdout.write(await withSpinner(io, 'Asking the brokers', () => versionsText(admin)));
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

async function versionsText(admin: Cluster): Promise<string> {
  const [nodes, { nodes: described }] = await Promise.all([apiVersionsOfNodes(admin), describeCluster(admin)]);
  const fenced = new Set(described.filter(({ isFenced }) => isFenced).map(({ id }) => id));
  return nodes.map((one) => `${nodeText(one, fenced)} -> ${answerText(one.versions)}\n`).join('');
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
