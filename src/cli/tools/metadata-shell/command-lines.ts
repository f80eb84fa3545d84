import { parseCommands } from '../../options/argparse.js';
import { type ArgparseCommand, type ArgparseParser, parserOf } from '../../options/argparse-parser.js';
import { argparseHelp } from '../../options/argparse-usage.js';
import { integer, type OptionRow, text } from '../../options/option-rows.js';
import { AnswerInstead, UsageError } from '../../options/usage-error.js';

const many = (help: string, times: '+' | '*'): OptionRow<string> => text('', help, { many: times, repeats: true });
const maybe = <V>(row: OptionRow<V>): OptionRow<V> => ({ ...row, argument: 'optional' });

const COMMANDS = {
  cat: {
    help: 'Show the contents of metadata files.',
    options: {},
    positionals: { targets: many('The metadata files to display.', '+') },
  },
  cd: {
    help: 'Set the current working directory.',
    options: {},
    positionals: { target: maybe(text('', 'The directory to change to.')) },
  },
  exit: { help: 'Exit the metadata shell.', options: {} },
  find: {
    help: 'Search for nodes in the directory hierarchy.',
    options: {},
    positionals: { paths: many('The paths to start at.', '*') },
  },
  help: { help: 'Display this help message.', options: {} },
  history: {
    help: 'Print command history.',
    options: {},
    positionals: { numEntriesToShow: maybe(integer('', 'The number of entries to show.')) },
  },
  ls: {
    help: 'List metadata nodes.',
    options: {},
    positionals: { targets: many('The metadata node paths to list.', '*') },
  },
  man: {
    help: 'Show the help text for a specific command.',
    options: {},
    positionals: { cmd: text('', 'The command to get help text for.') },
  },
  pwd: { help: 'Print the current working directory.', options: {} },
  tree: {
    help: 'Show the contents of metadata nodes in a tree structure.',
    options: {},
    positionals: { targets: many('The metadata nodes to display.', '+') },
  },
} satisfies Record<string, ArgparseCommand>;

export type CommandName = keyof typeof COMMANDS;

export const COMMAND_NAMES = Object.keys(COMMANDS) as readonly CommandName[];

/** Commands that need no terminal. */
const OUTSIDE: readonly CommandName[] = ['cat', 'find', 'ls', 'tree'];

/** What is to be done, or what is to be said instead. */
export type CommandLine =
  | { readonly kind: 'command'; readonly name: CommandName; readonly arguments: readonly string[] }
  | { readonly kind: 'answer'; readonly text: string };

const shellOf = (names: readonly CommandName[]) => ({
  prog: '',
  options: {},
  commands: Object.fromEntries(names.map((name) => [name, COMMANDS[name]])),
});

/** @param width of the help that a command may be asked for */
export function parseCommandLine(words: readonly string[], isInteractive: boolean, width: number): CommandLine {
  const line = [...words];
  while (line.at(-1) === '') line.pop();
  const [first] = line;
  if (first === undefined) return { kind: 'answer', text: '' };
  try {
    const parsed = parseCommands(shellOf(isInteractive ? COMMAND_NAMES : OUTSIDE), line, width);
    const name = parsed.command as CommandName;
    if (name !== first) {
      return { kind: 'answer', text: `invalid choice: '${first}': did you mean '${name}'?\n` };
    }
    const given = parsed.options.rest;
    const wrong = unreadable(name, given);
    return wrong === null ? { kind: 'command', name, arguments: given } : { kind: 'answer', text: `${wrong}\n` };
  } catch (error) {
    if (error instanceof AnswerInstead && first.startsWith('-')) {
      return { kind: 'answer', text: `unrecognized arguments: '${line.join(' ')}'\n` };
    }
    if (error instanceof UsageError || error instanceof AnswerInstead) {
      return { kind: 'answer', text: error instanceof UsageError ? `${error.message}\n` : error.message };
    }
    throw error;
  }
}

/** What is wrong with a word that should be a number; null where nothing is. */
function unreadable(name: CommandName, given: readonly string[]): string | null {
  const { positionals = {} }: ArgparseCommand = COMMANDS[name];
  for (const [index, [positional, { type }]] of Object.entries(positionals).entries()) {
    const word = given[index];
    if (word === undefined || type.convert(word) !== null) continue;
    return `argument ${positional}: could not convert '${word}' to ${type.name} (For input string: "${word}")`;
  }
  return null;
}

/** The help of the shell, or of one of its commands. */
export function helpText(name: CommandName | null, width: number): string {
  const withoutHelp = (parser: ArgparseParser): ArgparseParser => ({ ...parser, rows: {} });
  if (name === null) {
    const help = argparseHelp(withoutHelp(parserOf(shellOf(COMMAND_NAMES))), width);
    return `Welcome to the Apache Kafka metadata shell.\n\n${help}`;
  }
  const { help, ...spec }: ArgparseCommand = COMMANDS[name];
  return `${name}: ${help}\n\n${argparseHelp(withoutHelp(parserOf({ prog: name, ...spec })), width)}`;
}
