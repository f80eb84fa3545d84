import { inColumns } from './columns.js';
import { COMMAND_NAMES, type CommandName, helpText } from './command-lines.js';
import { type MetadataNode, sortedNames } from './node.js';
import { absolutePath, type FoundNode, lastName, nodesAt, type ShellState } from './paths.js';

/** What commands see of the shell that they were typed into. */
export interface Shell {
  readonly state: ShellState;
  /** Of the screen; null where there is none. */
  readonly columns: number | null;
  /** Of help texts. */
  readonly helpWidth: number;
  /** All lines that were typed, the first has the number 0. */
  readonly history: readonly string[];
}

/** What a command prints. `exit` prints nothing; it ends whoever reads commands. */
export function outputOf(name: CommandName, given: readonly string[], shell: Shell): string {
  const { state } = shell;
  switch (name) {
    case 'cat':
      return given.map((target) => cat(state, target)).join('');
    case 'cd':
      return cd(state, given[0] ?? '/');
    case 'exit':
      return '';
    case 'find':
      return pathsOf(given)
        .map((path) => find(state, path))
        .join('');
    case 'help':
      return helpText(null, shell.helpWidth);
    case 'history':
      return history(shell.history, given[0] === undefined ? Number.POSITIVE_INFINITY : Number(given[0]));
    case 'ls':
      return ls(state, pathsOf(given), shell.columns);
    case 'man':
      return man(given[0] as string, shell.helpWidth);
    case 'pwd':
      return `${state.workingDirectory}\n`;
    case 'tree':
      return given.map((target) => tree(state, target)).join('');
  }
}

function pathsOf(given: readonly string[]): readonly string[] {
  const named = given.filter((path) => path !== '');
  return named.length === 0 ? ['.'] : named;
}

function cat(state: ShellState, target: string): string {
  const found = nodesAt(state, target);
  if (found.length === 0) return `cat: ${target}: No such file or directory.\n`;
  return found
    .map(({ node }) => (node.kind === 'leaf' ? `${node.text}\n` : `cat: ${target}: Is a directory\n`))
    .join('');
}

function cd(state: ShellState, target: string): string {
  const found = nodesAt(state, target);
  let said = found.length === 0 ? `cd: ${target}: no such directory.\n` : '';
  for (const place of found) {
    if (place.node.kind === 'directory') state.workingDirectory = absolutePath(place);
    else said += `cd: ${target}: not a directory.\n`;
  }
  return said;
}

function find(state: ShellState, path: string): string {
  const found = nodesAt(state, path);
  if (found.length === 0) return `find: ${path}: no such file or directory.\n`;
  return found.map(({ node }) => pathsBelow(path, node)).join('');
}

function pathsBelow(path: string, node: MetadataNode): string {
  if (node.kind === 'leaf') return `${path}\n`;
  const below = sortedNames(node).map((name) => {
    const child = node.child(name);
    return child === null ? '' : pathsBelow(path === '/' ? `/${name}` : `${path}/${name}`, child);
  });
  return `${path}\n${below.join('')}`;
}

function history(lines: readonly string[], count: number): string {
  const from = Math.max(0, lines.length - Math.max(0, count));
  return lines
    .slice(from)
    .map((line, index) => `${String(from + index).padStart(5)}  ${line}\n`)
    .join('');
}

/** Leaves first, then what is in each directory. */
function ls(state: ShellState, paths: readonly string[], columns: number | null): string {
  const leaves: string[] = [];
  const directories: FoundNode[] = [];
  let text = '';
  for (const path of paths) {
    const found = nodesAt(state, path);
    if (found.length === 0) text += `ls: ${path}: no such file or directory.\n`;
    for (const place of found) {
      if (place.node.kind === 'directory') directories.push(place);
      else leaves.push(lastName(place));
    }
  }
  if (leaves.length > 0) text += inColumns(leaves, columns);
  const isTitled = leaves.length > 0 || directories.length > 1;
  for (const [index, place] of directories.entries()) {
    const names = place.node.kind === 'directory' ? sortedNames(place.node) : [];
    if (names.length === 0) continue;
    const isApart = index > 0 || leaves.length > 0;
    if (isTitled) text += `${isApart ? '\n' : ''}${lastName(place)}:\n`;
    text += inColumns(names, columns);
  }
  return text;
}

function man(name: string, width: number): string {
  const known = COMMAND_NAMES.find((command) => command === name);
  if (known !== undefined) return helpText(known, width);
  return `man: unknown command ${name}. Type help to get a list of commands.\n`;
}

function tree(state: ShellState, target: string): string {
  const found = nodesAt(state, target);
  if (found.length === 0) return `tree: ${target}: No such file or directory.\n`;
  return found.map(({ node }) => treeText(node, '')).join('');
}

function treeText(node: MetadataNode, indent: string): string {
  if (node.kind === 'leaf') return `${indent}${node.text}\n`;
  return sortedNames(node)
    .map((name) => {
      const child = node.child(name);
      return `${indent}${name}:\n${child === null ? '' : treeText(child, `${indent}  `)}`;
    })
    .join('');
}
