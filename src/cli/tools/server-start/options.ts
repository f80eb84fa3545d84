import { flag, text } from '../../options/option-rows.js';

const own = { own: true };

export const TOOL = {
  description: 'Runs a node that is broker, controller or both, until it is told to stop.',
  usage: [
    'kafka-server-start [-daemon] server.properties [--override property=value]*',
    'kafka-server-start --dev [--ephemeral] [--override property=value]*',
  ],
  positionals: {
    'server.properties': text('', "the node's configuration; its directories have to be formatted by kafka-storage", {
      completes: 'file',
    }),
  },
  options: {
    '--override': text('property=value', "a setting that counts more than the file's; may be repeated", {
      repeats: true,
    }),
    '--dev': flag('a broker for this machine alone, on localhost:9092, that formats its own data directory', own),
    '--ephemeral': flag('with --dev: keeps its data in a temporary directory and removes it at the end', own),
    '-daemon': flag('(first) runs in the background'),
    '--version': flag('prints the version and ends'),
    '--help': flag('prints this and ends'),
  },
};

const WIDTH = 18;

/** What `--help` prints. */
export function usageText(): string {
  const rows = Object.entries({ ...TOOL.positionals, ...TOOL.options });
  return `USAGE: ${TOOL.usage.join('\n       ')}

${rows.map(([name, { help }]) => `  ${name.padEnd(WIDTH)}  ${help}\n`).join('')}
Without a file the settings may come from the environment: KAFKA_CFG_LOG_RETENTION_MS or KAFKA_LOG_RETENTION_MS is
log.retention.ms, and so on; new directories are formatted with CLUSTER_ID or a random id.
`;
}
