import type { Disk } from '../../../base/disk.js';
import {
  META_PROPERTIES_FILE,
  type MetaProperties,
  metaPropertiesMap,
  readMetaProperties,
} from '../../../storage/meta-properties.js';
import type { Io } from '../../io.js';
import { loadBrokerConfig } from '../../load-broker-config.js';
import type { OptionSet } from '../../options/option-set.js';
import type { StorageOptions } from '../storage.js';
import { logDirectories } from './log-directories.js';

/** Shows the directories of a node and what is wrong with them. Exit status 1 when something is. */
export function info(options: OptionSet<StorageOptions<'info'>>, io: Io): number {
  const config = loadBrokerConfig(io, options.value('config') ?? '');
  const found: string[] = [];
  const problems: string[] = [];
  let first: MetaProperties | null = null;
  for (const directory of logDirectories(config)) {
    const problem = directoryProblem(io.host.disk, directory);
    if (problem !== null) {
      problems.push(problem);
      continue;
    }
    found.push(directory);
    const properties = readInto(problems, io.host.disk, directory);
    if (properties === null) continue;
    if (first === null) first = properties;
    else problems.push(...differences(first, properties));
  }
  if (first?.version === 0) problems.push(LEGACY);
  if (found.length > 0) printList(io, found.length === 1 ? 'Found log directory:' : 'Found log directories:', found);
  if (first !== null) io.print(`Found metadata: ${propertiesText(first)}\n`);
  if (problems.length === 0) return 0;
  printList(io, problems.length === 1 ? 'Found problem:' : 'Found problems:', problems);
  return 1;
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

function printList(io: Io, title: string, lines: readonly string[]): void {
  io.print(title);
  for (const line of lines) io.print(`  ${line}`);
  io.print('');
}
