import { COMMAND_NAMES } from './command-lines.js';
import { wordsOf } from './line-words.js';
import { sortedNames } from './node.js';
import { namesOf, nodesAt, type ShellState } from './paths.js';

/** Which commands have what for their words. */
const WITH_PATHS: readonly string[] = ['cat', 'find', 'ls', 'tree'];

/** What the last word of a line may become, and that word. */
export function completions(line: string, state: ShellState): [candidates: string[], word: string] {
  const words = wordsOf(line);
  const word = words.at(-1) ?? '';
  if (words.length <= 1) return [commandsFrom(word), word];
  const [command = ''] = words;
  const isOnlyWord = words.length === 2;
  if (WITH_PATHS.includes(command) || (command === 'cd' && isOnlyWord)) return [pathsFrom(word, state), word];
  if (command === 'man' && isOnlyWord) return [commandsFrom(word), word];
  return [[], word];
}

const commandsFrom = (begin: string): string[] => COMMAND_NAMES.filter((name) => name.startsWith(begin));

function pathsFrom(begin: string, state: ShellState): string[] {
  const slash = begin.lastIndexOf('/');
  const above = begin.slice(0, slash + 1);
  const name = begin.slice(slash + 1);
  const directory = nodesAt(
    { root: state.root, workingDirectory: '/' },
    `/${namesOf(above, state.workingDirectory).join('/')}`,
  )[0]?.node;
  if (directory?.kind !== 'directory') return [];
  return sortedNames(directory)
    .filter((child) => child.startsWith(name))
    .map((child) => `${above}${child}${directory.child(child)?.kind === 'directory' ? '/' : ''}`);
}
