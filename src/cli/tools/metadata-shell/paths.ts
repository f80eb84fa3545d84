import { type MetadataNode, sortedNames } from './node.js';

/** Where in the tree the shell is. */
export interface ShellState {
  readonly root: MetadataNode;
  /** An absolute path. */
  workingDirectory: string;
}

export interface FoundNode {
  /** Its names from the root on. */
  readonly path: readonly string[];
  readonly node: MetadataNode;
}

/** The names of a path from the root on, relative ones behind the working directory, without `.` and `..`. */
export function namesOf(path: string, workingDirectory: string): string[] {
  const absolute = path.startsWith('/') ? path : `${workingDirectory}/${path}`;
  const names: string[] = [];
  for (const name of absolute.split('/')) {
    if (name === '..') names.pop();
    else if (name !== '' && name !== '.') names.push(name);
  }
  return names;
}

/** All nodes that a path means: its names may have `*`, `?` and `{a,b}`. */
export function nodesAt(state: ShellState, path: string): FoundNode[] {
  const wanted = namesOf(path, state.workingDirectory);
  const found: FoundNode[] = [];
  const visit = (node: MetadataNode, above: readonly string[]): void => {
    const name = wanted[above.length];
    if (name === undefined) {
      found.push({ path: above, node });
      return;
    }
    if (node.kind === 'leaf') return;
    const pattern = globPattern(name);
    const names = pattern === null ? [name] : sortedNames(node).filter((child) => pattern.test(child));
    for (const childName of names) {
      const child = node.child(childName);
      if (child !== null) visit(child, [...above, childName]);
    }
  };
  visit(state.root, []);
  return found;
}

export const lastName = ({ path }: FoundNode): string => path.at(-1) ?? '/';
export const absolutePath = ({ path }: FoundNode): string => `/${path.join('/')}`;

/** What a name with wildcards means; null for one that means itself, as broken ones do. */
export function globPattern(name: string): RegExp | null {
  let source = '';
  let isLiteral = true;
  let isInGroup = false;
  for (let at = 0; at < name.length; at++) {
    const character = name[at] as string;
    if (character === '\\') {
      at++;
      source += quoted(name[at] ?? '\\');
      continue;
    }
    const isWild = '*?{'.includes(character) || (isInGroup && ',}'.includes(character));
    if (character === '{' && isInGroup) return null;
    isInGroup = character === '{' || (isInGroup && character !== '}');
    isLiteral &&= !isWild;
    source += isWild ? WILDCARDS[character] : quoted(character);
  }
  return isLiteral || isInGroup ? null : new RegExp(`^${source}$`);
}

const WILDCARDS: Readonly<Record<string, string>> = { '*': '.*', '?': '.', '{': '(?:(?:', ',': ')|(?:', '}': '))' };

const quoted = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
