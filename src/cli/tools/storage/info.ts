import type { Disk } from '../../../base/disk.js';
import {
  META_PROPERTIES_FILE,
  type MetaProperties,
  metaPropertiesMap,
  readMetaProperties,
} from '../../../storage/meta-properties.js';
import { withoutColors } from '../../format/color.js';
import { outputFormat } from '../../format/output-format.js';
import { type Report, tableOf, writeReport } from '../../format/report.js';
import type { Io } from '../../io.js';
import { loadBrokerConfig } from '../../load-broker-config.js';
import type { OptionSet } from '../../options/option-set.js';
import type { StorageOptions } from '../storage.js';
import { logDirectories } from './log-directories.js';

/** A log directory of a node. */
interface DirectoryRow {
  readonly directory: string;
  readonly formatted: boolean;
  readonly clusterId: string | null;
  readonly nodeId: number | null;
  readonly directoryId: string | null;
  /** What is wrong with it; null where all is well. */
  readonly problem: string | null;
}

export const STORAGE_DIRECTORY_SCHEMA = {
  title: 'kafka-storage info',
  type: 'object',
  properties: {
    directory: { type: 'string' },
    formatted: { type: 'boolean' },
    clusterId: { type: ['string', 'null'], description: 'null where it is not formatted' },
    nodeId: { type: ['integer', 'null'], description: 'null where it is not formatted' },
    directoryId: { type: ['string', 'null'], description: 'null where it is not formatted, or has none' },
    problem: { type: ['string', 'null'], description: 'what is wrong with it; null where all is well' },
  },
  required: ['directory', 'formatted', 'clusterId', 'nodeId', 'directoryId', 'problem'],
  additionalProperties: false,
} as const;

/** Shows the directories of a node and what is wrong with them. Exit status 1 when something is. */
export async function info(options: OptionSet<StorageOptions<'info'>>, io: Io): Promise<number> {
  const config = loadBrokerConfig(io, options.value('config') ?? '');
  const found: string[] = [];
  const problems: string[] = [];
  const rows: DirectoryRow[] = [];
  let first: MetaProperties | null = null;
  for (const directory of logDirectories(config)) {
    const before = problems.length;
    const missing = directoryProblem(io.host.disk, directory);
    if (missing === null) found.push(directory);
    else problems.push(missing);
    const properties = missing === null ? readInto(problems, io.host.disk, directory) : null;
    if (first === null) first = properties;
    else if (properties !== null) problems.push(...differences(first, properties));
    rows.push(rowOf(directory, properties, problems.slice(before)));
  }
  if (first?.version === 0) problems.push(LEGACY);
  const report: Report<DirectoryRow> = {
    rows,
    plain: () => plainText(found, first, problems),
    tables: () => [
      tableOf(rows, [
        { heading: 'Directory', cell: (row) => row.directory },
        { heading: 'Cluster', cell: (row) => row.clusterId },
        { heading: 'Node', cell: (row) => row.nodeId },
        { heading: 'Id', cell: (row) => row.directoryId },
        { heading: 'Problem', cell: (row) => row.problem, tone: () => 'bad' },
      ]),
    ],
    whenEmpty: 'The node has no log directory.',
  };
  const shown = options.has('no-color') ? withoutColors(io) : io;
  await writeReport(report, outputFormat(options, shown), shown);
  return problems.length === 0 ? 0 : 1;
}

function rowOf(directory: string, properties: MetaProperties | null, problems: readonly string[]): DirectoryRow {
  return {
    directory,
    formatted: properties !== null,
    clusterId: properties?.clusterId ?? null,
    nodeId: properties?.nodeId ?? null,
    directoryId: properties?.directoryId ?? null,
    problem: problems.length === 0 ? null : problems.join(' '),
  };
}

function plainText(found: readonly string[], first: MetaProperties | null, problems: readonly string[]): string {
  const lists = [
    found.length === 0 ? '' : listText(found.length === 1 ? 'Found log directory:' : 'Found log directories:', found),
    first === null ? '' : `Found metadata: ${propertiesText(first)}\n\n`,
    problems.length === 0 ? '' : listText(problems.length === 1 ? 'Found problem:' : 'Found problems:', problems),
  ];
  return lists.join('');
}

const LEGACY =
  'The kafka configuration file appears to be for a cluster in KRaft mode, but the directories are formatted for ' +
  'legacy mode.';

function directoryProblem(disk: Disk, directory: string): string | null {
  const entry = disk.stat(directory);
  if (entry === null) return `${directory} does not exist`;
  return entry.kind === 'directory' ? null : `${directory} is not a directory`;
}

function readInto(problems: string[], disk: Disk, directory: string): MetaProperties | null {
  try {
    const properties = readMetaProperties(disk, directory);
    if (properties === null) problems.push(`${directory} is not formatted.`);
    return properties;
  } catch (error) {
    problems.push(`Error loading ${directory}/${META_PROPERTIES_FILE}: ${(error as Error).message}`);
    return null;
  }
}

function differences(first: MetaProperties, other: MetaProperties): string[] {
  if (first.clusterId !== other.clusterId) return ['Mismatched cluster IDs between storage directories.'];
  if (first.nodeId !== other.nodeId) return ['Mismatched node IDs between storage directories.'];
  return [];
}

function propertiesText(properties: MetaProperties): string {
  const entries = [...metaPropertiesMap(properties)].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, value]) => `${key}=${value}`).join(', ')}}`;
}

const listText = (title: string, lines: readonly string[]): string =>
  `${title}\n${lines.map((line) => `  ${line}\n`).join('')}\n`;
