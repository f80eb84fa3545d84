import { DiskError } from '../../../base/disk.js';
import type { BrokerConfig } from '../../../config/broker-config.js';
import { METADATA_VERSION, metadataVersionHas } from '../../../protocol/features.js';
import type { MetadataRecord } from '../../../protocol/generated/metadata-records.js';
import { formatDirectory, type Quorum } from '../../../storage/format-directory.js';
import {
  checkMetaProperties,
  type MetaProperties,
  MetaPropertiesError,
  newDirectoryId,
  readMetaProperties,
} from '../../../storage/meta-properties.js';
import type { Io } from '../../io.js';
import { loadBrokerConfig } from '../../load-broker-config.js';
import type { OptionSet } from '../../options/option-set.js';
import { runtimeException, ToolError } from '../../tool-error.js';
import type { StorageOptions } from '../storage.js';
import { type BootstrapFeatures, bootstrapFeatures } from './bootstrap-features.js';
import { bootstrapText } from './bootstrap-text.js';
import { type InitialController, parseInitialControllers, standaloneController } from './initial-controllers.js';
import { logDirectories } from './log-directories.js';
import { scramCredential } from './scram-argument.js';

type FormatOptions = OptionSet<StorageOptions<'format'>>;

/** Makes the directories of a node ready for use. */
export function format(options: FormatOptions, io: Io): number {
  const config = loadBrokerConfig(io, options.value('config') ?? '');
  const controllers = initialControllers(options, config, io);
  const unstable = config.get('unstable.feature.versions.enable');
  const noneYet = options.has('no-initial-controllers') && config.quorumVoters.size === 0;
  const features = bootstrapFeatures({
    releaseVersion: options.value('release-version'),
    features: options.values('feature'),
    unstable,
    dynamicQuorum: controllers !== null || noneYet,
  });
  const records = bootstrapRecords(options, features, io);
  const clusterId = options.value('cluster-id') ?? '';
  const found = readDirectories(io, config, clusterId);
  checkFormatted(options, found);
  for (const directory of found.unreadable) {
    io.print(`I/O error trying to read log directory ${directory}. Ignoring...`);
  }
  if (found.unreadable.length > 0 && found.empty.length === 0 && found.formatted.size === 0) {
    throw new ToolError('No available log directories to format.');
  }
  if (found.empty.length === 0) {
    io.print('All of the log directories are already formatted.');
    return 0;
  }
  io.print(`Bootstrap metadata: ${bootstrapText(records, features.metadataVersion.level)}`);
  const quorum = controllers === null ? null : quorumOf(controllers, features, config);
  for (const directory of found.empty) {
    formatOne({ directory, config, clusterId, records, features, quorum }, io);
  }
  return 0;
}

/** The controllers that the quorum begins with, where it is to be kept in its log; null where it is not. */
function initialControllers(options: FormatOptions, config: BrokerConfig, io: Io): InitialController[] | null {
  const text = options.value('initial-controllers');
  let controllers = text === null ? null : parseInitialControllers(text);
  if (options.has('standalone')) controllers = standaloneController(config, io.host.random);
  const hasVoters = config.quorumVoters.size > 0;
  if (controllers !== null && hasVoters) {
    throw new ToolError(
      'You cannot specify controller.quorum.voters and format the node with --initial-controllers or --standalone. ' +
        'If you want to use dynamic quorum, please remove controller.quorum.voters and specify ' +
        'controller.quorum.bootstrap.servers instead.',
    );
  }
  const mustSay = config.isController() && !hasVoters && !options.has('no-initial-controllers');
  if (controllers === null && mustSay) {
    throw new ToolError(
      'Because controller.quorum.voters is not set on this controller, you must specify one of the following: ' +
        '--standalone, --initial-controllers, or --no-initial-controllers.',
    );
  }
  return controllers;
}

function bootstrapRecords(options: FormatOptions, features: BootstrapFeatures, io: Io): MetadataRecord[] {
  const levels = [...features.levels].filter(([name, level]) => level > 0 && name !== 'kraft.version');
  const ordered = levels.sort(([a], [b]) => Number(b === METADATA_VERSION) - Number(a === METADATA_VERSION));
  const records: MetadataRecord[] = ordered.map(([name, featureLevel]) => {
    return { type: 'FeatureLevelRecord', version: 0, value: { name, featureLevel } };
  });
  const scram = options.values('add-scram');
  if (scram.length > 0 && !metadataVersionHas(features.metadataVersion.level, 'scram')) {
    throw new ToolError('SCRAM is only supported in metadata.version 3.5-IV2 or later.');
  }
  for (const argument of scram) {
    const value = scramCredential(argument, io.host.random);
    records.push({ type: 'UserScramCredentialRecord', version: 0, value });
  }
  return records;
}

interface Directories {
  readonly empty: readonly string[];
  readonly unreadable: readonly string[];
  readonly formatted: ReadonlyMap<string, MetaProperties>;
}

function readDirectories(io: Io, config: BrokerConfig, clusterId: string): Directories {
  const empty: string[] = [];
  const unreadable: string[] = [];
  const formatted = new Map<string, MetaProperties>();
  for (const directory of logDirectories(config)) {
    try {
      const properties = readMetaProperties(io.host.disk, directory);
      if (properties === null) empty.push(directory);
      else formatted.set(directory, properties);
    } catch (error) {
      if (!(error instanceof DiskError || error instanceof MetaPropertiesError)) throw error;
      unreadable.push(directory);
    }
  }
  try {
    checkMetaProperties(formatted, clusterId, config.nodeId);
  } catch (error) {
    if (!(error instanceof MetaPropertiesError)) throw error;
    throw runtimeException(error.message);
  }
  return { empty, unreadable, formatted };
}

function checkFormatted(options: FormatOptions, { formatted }: Directories): void {
  const [first] = formatted.keys();
  if (first === undefined || options.has('ignore-formatted')) return;
  const advice = 'Use --ignore-formatted to ignore this directory and format the others.';
  throw new ToolError(`Log directory ${first} is already formatted. ${advice}`);
}

function quorumOf(controllers: InitialController[], features: BootstrapFeatures, config: BrokerConfig): Quorum {
  const name = (config.get('controller.listener.names')[0] ?? '').toUpperCase();
  return {
    kraftVersion: features.levels.get('kraft.version') ?? 0,
    voters: controllers.map(({ nodeId, directoryId, host, port }) => {
      return { nodeId, directoryId, endpoints: [{ name, host, port }] };
    }),
  };
}

interface Formatting {
  readonly directory: string;
  readonly config: BrokerConfig;
  readonly clusterId: string;
  readonly records: readonly MetadataRecord[];
  readonly features: BootstrapFeatures;
  readonly quorum: Quorum | null;
}

function formatOne(formatting: Formatting, io: Io): void {
  const { directory, config, clusterId, records, features, quorum } = formatting;
  const isMetadata = directory === config.metadataLogDir;
  const voter = isMetadata ? quorum?.voters.find(({ nodeId }) => nodeId === config.nodeId) : undefined;
  const kind = !isMetadata
    ? 'data directory'
    : quorum === null
      ? 'metadata directory'
      : voter === undefined
        ? 'dynamic metadata directory'
        : 'dynamic metadata voter directory';
  io.print(`Formatting ${kind} ${directory} with ${METADATA_VERSION} ${features.metadataVersion.name}.`);
  const directoryId = voter?.directoryId ?? newDirectoryId(io.host.random);
  const properties: MetaProperties = { version: 1, clusterId, nodeId: config.nodeId, directoryId };
  try {
    formatDirectory(io.host, { directory, properties, records, quorum: isMetadata ? quorum : null });
  } catch (error) {
    if (!(error instanceof DiskError)) throw error;
    throw new ToolError(`Error while writing meta.properties file ${directory}: ${error.message}`);
  }
}
