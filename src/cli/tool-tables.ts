import { type ArgparseParser, type ArgparseTool, parserOf } from './options/argparse-parser.js';
import { COMMON_OPTIONS, type JoptTool } from './options/jopt.js';
import type { OptionRows } from './options/option-rows.js';

/** What a tool reads its command line by: as joptsimple, as argparse4j, or in a way of its own. */
export type ToolTable =
  | { readonly dialect: 'joptsimple'; readonly tool: JoptTool<OptionRows> }
  | { readonly dialect: 'argparse4j'; readonly tool: ArgparseTool }
  | { readonly dialect: 'own'; readonly tool: OwnTool };

/** A tool of neither dialect. Its options are named with their dashes. */
export interface OwnTool {
  readonly description: string;
  readonly usage: readonly string[];
  readonly options: OptionRows;
  readonly positionals: OptionRows;
}

const jopt = (tool: JoptTool<OptionRows>): ToolTable => ({ dialect: 'joptsimple', tool });
const argparse = (tool: ArgparseTool): ToolTable => ({ dialect: 'argparse4j', tool });

/** The tables of all tools by the names of their commands. Only the one that is asked for is loaded. */
export const TOOL_TABLES: Readonly<Record<string, () => Promise<ToolTable>>> = {
  'connect-plugin-path': async () => argparse((await import('./tools/connect-plugin-path.js')).TOOL),
  'kafka-acls': async () => jopt((await import('./tools/acls/options.js')).TOOL),
  'kafka-broker-api-versions': async () => jopt((await import('./tools/broker-api-versions.js')).TOOL),
  'kafka-client-metrics': async () => jopt((await import('./tools/client-metrics.js')).TOOL),
  'kafka-cluster': async () => argparse((await import('./tools/cluster.js')).TOOL),
  'kafka-configs': async () => jopt((await import('./tools/configs/options.js')).TOOL),
  'kafka-console-consumer': async () => jopt((await import('./tools/console-consumer/options.js')).TOOL),
  'kafka-console-producer': async () => jopt((await import('./tools/console-producer/options.js')).TOOL),
  'kafka-console-share-consumer': async () => jopt((await import('./tools/console-share-consumer/options.js')).TOOL),
  'kafka-consumer-groups': async () => jopt((await import('./tools/consumer-groups/options.js')).TOOL),
  'kafka-consumer-perf-test': async () => jopt((await import('./tools/consumer-perf-test/options.js')).TOOL),
  'kafka-delete-records': async () => jopt((await import('./tools/delete-records.js')).TOOL),
  'kafka-doctor': async () => jopt((await import('./tools/doctor.js')).TOOL),
  'kafka-dump-log': async () => jopt((await import('./tools/dump-log/options.js')).TOOL),
  'kafka-features': async () => argparse((await import('./tools/features/options.js')).TOOL),
  'kafka-e2e-latency': async () => jopt((await import('./tools/e2e-latency/options.js')).TOOL),
  'kafka-get-offsets': async () => jopt((await import('./tools/get-offsets.js')).TOOL),
  'kafka-groups': async () => jopt((await import('./tools/groups.js')).TOOL),
  'kafka-leader-election': async () => jopt((await import('./tools/leader-election/options.js')).TOOL),
  'kafka-log-dirs': async () => jopt((await import('./tools/log-dirs.js')).TOOL),
  'kafka-metadata-quorum': async () => argparse((await import('./tools/metadata-quorum/options.js')).TOOL),
  'kafka-metadata-shell': async () => argparse((await import('./tools/metadata-shell.js')).TOOL),
  'kafka-producer-perf-test': async () => argparse((await import('./tools/producer-perf-test/options.js')).TOOL),
  'kafka-reassign-partitions': async () => jopt((await import('./tools/reassign-partitions/options.js')).TOOL),
  'kafka-replica-verification': async () => jopt((await import('./tools/replica-verification/options.js')).TOOL),
  'kafka-run-class': async () => ({ dialect: 'own', tool: (await import('./tools/run-class.js')).TOOL }),
  'kafka-server-start': async () => ({
    dialect: 'own',
    tool: (await import('./tools/server-start/options.js')).TOOL,
  }),
  'kafka-server-stop': async () => jopt((await import('./tools/server-stop.js')).TOOL),
  'kafka-share-consumer-perf-test': async () => jopt((await import('./tools/share-consumer-perf-test.js')).TOOL),
  'kafka-storage': async () => argparse((await import('./tools/storage.js')).storageTool(null)),
  'kafka-streams-application-reset': async () =>
    jopt((await import('./tools/streams-application-reset/options.js')).TOOL),
  'kafka-topics': async () => jopt((await import('./tools/topics/options.js')).TOOL),
  'kafka-transactions': async () => argparse((await import('./tools/transactions/options.js')).TOOL),
  'kafka-verifiable-consumer': async () => argparse((await import('./tools/verifiable-consumer.js')).TOOL),
  'kafka-verifiable-producer': async () => argparse((await import('./tools/verifiable-producer.js')).TOOL),
  'kafka-verifiable-share-consumer': async () => argparse((await import('./tools/verifiable-share-consumer.js')).TOOL),
  'kafkalite-completion': async () => argparse((await import('./tools/completion.js')).TOOL),
};

/** All that may stand in a command line at one place: at its beginning, or after the name of a command. */
export type Level = Pick<ArgparseParser, 'rows' | 'positionals' | 'groups' | 'help'> & {
  readonly commands: ReadonlyMap<string, Level>;
};

/** The options of a tool with those that its dialect adds. */
export function levelOf({ dialect, tool }: ToolTable): Level {
  if (dialect === 'argparse4j') return parserOf(tool);
  const bare = { positionals: {}, groups: [], help: '', commands: new Map() };
  if (dialect === 'own') return { ...bare, rows: tool.options, positionals: tool.positionals };
  return { ...bare, rows: { ...COMMON_OPTIONS, ...tool.options } };
}

/** The ways to write an option, with its dashes; the first is the one to show. */
export function spellingsOf(dialect: ToolTable['dialect'], name: string, short: string | undefined): string[] {
  if (dialect === 'own') return [name];
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])];
}
