import { basename } from 'node:path';
import { type Candidates, candidates } from '../completion/candidates.js';
import { liveNames } from '../completion/live-names.js';
import { answer, SHELLS, type Shell } from '../completion/shells.js';
import type { Io } from '../io.js';
import { parseCommands } from '../options/argparse.js';
import { usageWidth } from '../options/argparse-usage.js';
import { TOOL_TABLES } from '../tool-tables.js';

/** @param file where the line goes that installs the script for good */
const command = (shell: string, file: string, line: string) => ({
  help: `Print the script for ${shell}. For every ${shell} add to ${file}:\n${line}`,
  options: {},
});

export const TOOL = {
  prog: 'kafkalite-completion',
  description:
    "Prints a script that completes the options of Kafka's tools in a shell, and the names of topics and groups by asking the cluster that --bootstrap-server names.",
  options: {},
  commands: {
    bash: command('bash', '~/.bashrc', 'source <(kafkalite-completion bash)'),
    zsh: command('zsh', '~/.zshrc, at its end', 'source <(kafkalite-completion zsh)'),
    fish: command('fish', '~/.config/fish/config.fish', 'kafkalite-completion fish | source'),
  },
};

/** kafkalite-completion: scripts for shells, and with `--complete SHELL -- ...` what these scripts ask for at every key. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  if (argv[0] === '--complete') {
    await complete(argv.slice(1), io);
    return 0;
  }
  const { command: shell } = parseCommands(TOOL, argv, usageWidth(io.env.COLUMNS));
  const launcher = process.argv[1] as string;
  io.stdout.write(SHELLS[shell].script(launcher, commandNames()));
  return 0;
}

/** Tools by their plain names and as Kafka's scripts are called. */
function commandNames(): string[] {
  return Object.keys(TOOL_TABLES).flatMap((name) => (name.startsWith('kafka-') ? [name, `${name}.sh`] : [name]));
}

async function complete([name = '', , ...handed]: readonly string[], io: Io): Promise<void> {
  if (!Object.hasOwn(SHELLS, name)) return;
  const shell = SHELLS[name as keyof typeof SHELLS];
  io.stdout.write(answer(shell, await candidatesOf(shell, handed, io), handed));
}

async function candidatesOf(shell: Shell, handed: readonly string[], io: Io): Promise<Candidates> {
  const [tool = '', ...words] = shell.words(handed);
  const name = basename(tool).replace(/\.sh$/, '');
  const load = Object.hasOwn(TOOL_TABLES, name) ? TOOL_TABLES[name] : undefined;
  return load === undefined ? { words: [], files: false } : candidates(await load(), words, liveNames(io));
}
