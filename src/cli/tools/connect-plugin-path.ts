import { withoutColors } from '../format/color.js';
import { OUTPUT_OPTIONS, outputFormat } from '../format/output-format.js';
import { type Report, tableOf, writeReport } from '../format/report.js';
import type { Io } from '../io.js';
import { argparseError, parseCommands } from '../options/argparse.js';
import { usageWidth } from '../options/argparse-usage.js';
import { flag, type OptionRow, text } from '../options/option-rows.js';
import type { OptionSet } from '../options/option-set.js';
import { AnswerInstead } from '../options/usage-error.js';
import { ToolError } from '../tool-error.js';
import { locationsOf } from './connect-plugin-path/locations.js';
import { openSource, type PluginSource } from './connect-plugin-path/plugin-source.js';
import { type Plugin, pluginsOf } from './connect-plugin-path/scan.js';
import { changedPlaces, changeText, checkWritable, correct, writePlace } from './connect-plugin-path/sync.js';

const LOCATIONS = {
  'plugin-location': text('', 'A single plugin location (jar file or directory)', { repeats: true, completes: 'file' }),
  'plugin-path': text('', 'A comma-delimited list of locations containing plugins', {
    repeats: true,
    completes: 'file',
  }),
  'worker-config': text('', 'A Connect worker configuration file', { repeats: true, completes: 'file' }),
};

const SECTIONS = [{ title: 'plugin providers', description: '', names: Object.keys(LOCATIONS) }];

/** The help is to be Kafka's. */
const hidden = <Row extends OptionRow>(row: Row): Row => ({ ...row, details: { ...row.details, hidden: true } });

export const TOOL = {
  prog: 'connect-plugin-path',
  description: 'Manage plugins on the Connect plugin.path',
  /** For the reference alone: its help is to be Kafka's. */
  remarks:
    'Plugins are found by reading their class files: none is loaded and no JVM is needed. So a plugin whose constructor, or ' +
    'static initializer, would fail counts as loadable, where Apache Kafka does not load it, and the version of one that works ' +
    'it out at run time, other than from a constant, is `unknown`.',
  commandsTitle: 'subcommands',
  commandsDescription: 'Mutate the specified plugins to be compatible with plugin.discovery=SERVICE_LOAD mode',
  options: {},
  commands: {
    list: {
      options: {
        ...LOCATIONS,
        output: hidden(OUTPUT_OPTIONS.output),
        'no-color': hidden(OUTPUT_OPTIONS['no-color']),
      },
      sections: SECTIONS,
    },
    'sync-manifests': {
      options: {
        ...LOCATIONS,
        'dry-run': flag('If specified, changes that would have been written to disk are not applied'),
        'keep-not-found': flag('If specified, manifests for missing plugins are not removed from the plugin path'),
      },
      sections: SECTIONS,
    },
  },
};

/** How the real tool ends where it did not look for it. */
const UNEXPECTED = 3;

/** connect-plugin-path: what plugins there are for Connect, and manifests for them. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const width = usageWidth(io.env.COLUMNS);
  const parsed = parsedOrHelp(argv, io, width);
  if (parsed === null) return 1;
  const options = parsed.options as unknown as OptionSet<typeof LOCATIONS>;
  const given = {
    locations: options.values('plugin-location'),
    paths: options.values('plugin-path'),
    configs: options.values('worker-config'),
  };
  if (given.locations.length + given.paths.length + given.configs.length === 0) {
    const message = 'Must specify at least one --plugin-location, --plugin-path, or --worker-config';
    throw argparseError(TOOL, null, message, width);
  }
  const locations = told('', io, () => locationsOf(io, given));
  if (parsed.command === 'list') {
    const shown = parsed.options.has('no-color') ? withoutColors(io) : io;
    const format = outputFormat(parsed.options, shown);
    const plugins = listed(locations, format === 'plain', io);
    await writeReport(reportOf(plugins), format, shown);
    return 0;
  }
  if (parsed.options.has('dry-run')) io.print('Dry run started: No changes will be committed.');
  io.print('Scanning for plugins...');
  synced(locations, parsed.options.has('dry-run'), parsed.options.has('keep-not-found'), io);
  return 0;
}

/** Its help is no success, as in Kafka; null after that. */
function parsedOrHelp(argv: readonly string[], io: Io, width: number) {
  try {
    return parseCommands(TOOL, argv, width);
  } catch (error) {
    if (!(error instanceof AnswerInstead)) throw error;
    io.stdout.write(error.message);
    return null;
  }
}

/** Does what may fail in a way that the real tool only shows its stack for. @throws ToolError */
function told<Value>(unexpected: string, io: Io, work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || (error instanceof ToolError && error.javaEnd === null)) throw error;
    if (error instanceof TypeError || error instanceof RangeError) throw error;
    if (io.stderr.isTerminal) throw new ToolError(error.message, UNEXPECTED);
    const { javaClass = error.name, javaMessage = error.message } =
      error instanceof ToolError ? (error.javaEnd ?? {}) : {};
    const cause = `${javaClass}: ${javaMessage}`;
    const message = unexpected === '' ? cause : unexpected;
    throw new ToolError(`java.lang.RuntimeException: ${message}\nCaused by: ${cause}\n\n${message}`, UNEXPECTED);
  }
}

function listed(locations: readonly string[], isPlain: boolean, io: Io): Plugin[] {
  return told('Unexpected error occurred while listing plugins', io, () => {
    try {
      return locations.flatMap((location) => pluginsOf(openSource(io.host.disk, location)));
    } catch (error) {
      if (isPlain) io.print(HEADINGS.join('\t'));
      throw error;
    }
  });
}

function synced(locations: readonly string[], isDryRun: boolean, keepNotFound: boolean, io: Io): void {
  const { disk } = io.host;
  const changed = told('Unexpected error occurred while dry-running sync', io, () => {
    const sources = locations.map((location): PluginSource => openSource(disk, location));
    for (const source of sources) for (const plugin of pluginsOf(source)) correct(plugin, keepNotFound);
    const places = changedPlaces(sources);
    for (const place of places) {
      io.stdout.write(changeText(place, true));
      checkWritable(place);
    }
    return places;
  });
  if (changed.length === 0) {
    io.print('No changes required.');
    return;
  }
  if (isDryRun) {
    io.print('Dry run passed: All above changes can be committed to disk if re-run with dry run disabled.');
    return;
  }
  io.print('Writing changes to plugins...');
  try {
    for (const place of changed) {
      io.stdout.write(changeText(place, false));
      writePlace(disk, place);
    }
  } catch (error) {
    io.printError((error as Error).message);
    const told =
      'Sync incomplete due to exception; plugin path may be corrupted. Discard the contents of the plugin.path before retrying.';
    throw new ToolError(told, 2);
  }
  io.print('All loadable plugins have accurate ServiceLoader manifests.');
}

const HEADINGS = [
  'pluginName',
  'firstAlias',
  'secondAlias',
  'pluginVersion',
  'pluginType',
  'isLoadable',
  'hasManifest',
  'pluginLocation',
];

/** What `list --output json` says of a plugin. */
export const PLUGIN_SCHEMA = {
  title: 'connect-plugin-path list',
  type: 'object',
  required: ['name', 'aliases', 'version', 'type', 'isLoadable', 'hasManifest', 'location'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', description: 'of its class' },
    aliases: { type: 'array', items: { type: 'string' } },
    version: {
      type: ['string', 'null'],
      description: 'null for a plugin that has none; unknown for one that works it out when it runs',
    },
    type: { type: 'string' },
    isLoadable: { type: 'boolean' },
    hasManifest: { type: 'boolean' },
    location: { type: 'string' },
  },
} as const;

interface PluginRow {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly version: string | null;
  readonly type: string;
  readonly isLoadable: boolean;
  readonly hasManifest: boolean;
  readonly location: string;
}

function reportOf(plugins: readonly Plugin[]): Report<PluginRow> {
  const rows = plugins.map(({ className, aliases, version, type, isLoadable, hasManifest, source }): PluginRow => {
    const known = version === 'undefined' ? null : version;
    const { location } = source;
    return { name: className, aliases, version: known, type: type.name, isLoadable, hasManifest, location };
  });
  return {
    rows,
    plain: () => plainText(rows),
    tables: () => [
      tableOf(rows, [
        { heading: 'Plugin', cell: ({ name }) => name },
        { heading: 'Aliases', cell: ({ aliases }) => aliases.join(', ') || null },
        { heading: 'Version', cell: ({ version }) => version },
        { heading: 'Type', cell: ({ type }) => type },
        {
          heading: 'Loadable',
          cell: ({ isLoadable }) => (isLoadable ? 'yes' : 'no'),
          tone: ({ isLoadable }) => (isLoadable ? null : 'bad'),
        },
        { heading: 'Manifest', cell: ({ hasManifest }) => (hasManifest ? 'yes' : 'no') },
        { heading: 'Location', cell: ({ location }) => location },
      ]),
    ],
    whenEmpty: 'There are no plugins.',
  };
}

function plainText(rows: readonly PluginRow[]): string {
  const lines = rows.map(({ name, aliases, version, type, isLoadable, hasManifest, location }) => {
    const [first = 'N/A', second = 'N/A'] = aliases;
    return [name, first, second, version ?? 'undefined', type, isLoadable, hasManifest, location].join('\t');
  });
  const count = (isCounted: (row: PluginRow) => boolean): number => rows.filter(isCounted).length;
  return [
    HEADINGS.join('\t'),
    ...lines,
    '',
    `Total plugins:      \t${rows.length}`,
    `Loadable plugins:   \t${count(({ isLoadable }) => isLoadable)}`,
    `Compatible plugins: \t${count(({ isLoadable, hasManifest }) => isLoadable && hasManifest)}`,
    '',
  ].join('\n');
}
