import { randomUuid } from '../../base/uuid.js';
import { clusterIdFromEnvironment } from '../../config/environment.js';
import { OUTPUT_OPTIONS } from '../format/output-format.js';
import type { Io } from '../io.js';
import { argparseError, parseCommands } from '../options/argparse.js';
import type { ArgparseTool } from '../options/argparse-parser.js';
import { usageWidth } from '../options/argparse-usage.js';
import { expandArgumentFiles } from '../options/argument-files.js';
import { flag, text } from '../options/option-rows.js';

/** kafka-storage: prepares the directories of a node, and tells about them. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const tool = storageTool(clusterIdFromEnvironment(io.env));
  const width = usageWidth(io.env.COLUMNS);
  const parsed = parseCommands(tool, withArgumentFiles(tool, argv, width, io), width);
  switch (parsed.command) {
    case 'info':
      return (await import('./storage/info.js')).info(parsed.options, io);
    case 'format':
      return (await import('./storage/format.js')).format(parsed.options, io);
    case 'version-mapping':
      return (await import('./storage/features.js')).versionMapping(parsed.options, io);
    case 'feature-dependencies':
      return (await import('./storage/features.js')).featureDependencies(parsed.options, io);
    case 'random-uuid':
      io.print(randomUuid(io.host.random));
      return 0;
  }
}

function withArgumentFiles(tool: ArgparseTool, argv: readonly string[], width: number, io: Io): readonly string[] {
  const expanded = expandArgumentFiles(argv, (path) => {
    try {
      return io.host.disk.readWhole(path).toString().replace(/\n$/, '').split(/\r?\n/);
    } catch {
      return null; // said below, as the tool's own error
    }
  });
  if ('words' in expanded) return expanded.words;
  const message = `Could not read arguments from file '${expanded.unreadable}'`;
  throw argparseError(tool, argv[0] ?? null, message, width);
}

const CONFIG = text('', "The node's configuration file.", { short: 'c', required: true, completes: 'file' });
const RELEASES = 'The oldest is 3.3-IV3; without it, it is 4.3-IV0';

/** `clusterId`: from the environment, where container images set it. */
export function storageTool(clusterId: string | null) {
  const clusterIdDetails = clusterId === null ? { required: true } : { default: clusterId };
  return {
    prog: 'kafka-storage',
    description: 'Prepares the directories that a Kafka node keeps its data in.',
    options: {},
    commands: {
      info: {
        help: 'Show the log directories of this node and what they hold.',
        options: { config: CONFIG, ...OUTPUT_OPTIONS },
      },
      format: {
        help: 'Make the log directories of this node ready for use.',
        options: {
          config: CONFIG,
          'cluster-id': text('', 'The id of the cluster, the same for all of its nodes.', {
            short: 't',
            ...clusterIdDetails,
          }),
          'add-scram': text('', SCRAM_HELP, { short: 'S', repeats: true }),
          'ignore-formatted': flag('Leave directories alone that are formatted already, instead of failing.', {
            short: 'g',
          }),
          'release-version': text('', `The release whose features the cluster begins with. ${RELEASES}`, {
            short: 'r',
            completes: 'release',
          }),
          feature: text('', 'The level of one feature, as feature=level, for example `kraft.version=1`.', {
            short: 'f',
            repeats: true,
          }),
          standalone: flag(
            'Make this controller a quorum of its own, which others can join later. controller.quorum.voters must ' +
              'not be set, but controller.quorum.bootstrap.servers.',
            { short: 's' },
          ),
          'no-initial-controllers': flag(
            'Format without a quorum, for a node that is to join one. controller.quorum.voters should not be set, ' +
              'but controller.quorum.bootstrap.servers.',
            { short: 'N' },
          ),
          'initial-controllers': text('', CONTROLLERS_HELP, { short: 'I' }),
        },
        groups: [{ names: ['standalone', 'no-initial-controllers', 'initial-controllers'] }],
      },
      'version-mapping': {
        help: 'Show the features that belong to a release; without --release-version to the latest one.',
        options: { 'release-version': text('', `The release. ${RELEASES}`, { short: 'r' }) },
      },
      'feature-dependencies': {
        help: 'Show which levels of other features a level of a feature needs.',
        options: {
          feature: text('', 'The feature and its level, as feature=level, for example `metadata.version=25`.', {
            short: 'f',
            required: true,
            repeats: true,
          }),
        },
      },
      'random-uuid': { help: 'Print a random id.', options: {} },
    },
  } satisfies ArgparseTool;
}

const SCRAM_HELP = `The credential of a user that the cluster begins with, e.g.
'SCRAM-SHA-256=[name=alice,password=alice-secret]'
'SCRAM-SHA-512=[name=alice,iterations=8192,salt="N3E=",saltedpassword="YCE="]'`;

const CONTROLLERS_HELP = `The controllers that the quorum begins with, as id@host:port:directory, separated by commas; the
same for all of its nodes. For example:
0@example.com:8082:JEXY6aqzQY-32P5TStzaFg,1@example.com:8083:MvDxzVmcRsaTz33bUuRU6A
controller.quorum.voters must not be set, but controller.quorum.bootstrap.servers.`;

type StorageCommands = ReturnType<typeof storageTool>['commands'];
export type StorageOptions<Name extends keyof StorageCommands> = StorageCommands[Name]['options'];
