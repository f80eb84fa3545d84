import { isInternalTopic } from '../format/topic-pattern.js';
import type { Completable, OptionRow } from '../options/option-rows.js';
import { spellingsOf, type ToolTable } from '../tool-tables.js';
import { CommandLine } from './command-line.js';

export interface Candidate {
  readonly word: string;
  /** What it is, for shells that show it; empty for none. */
  readonly description: string;
}

/** What may end the last word of a command line. */
export interface Candidates {
  readonly words: readonly Candidate[];
  /** Files of the shell's own choice. */
  readonly files: boolean;
}

/** Names that no table has. */
export type NameKind = Exclude<Completable, readonly string[] | 'file'>;

/** Gives the names of a kind, as far as the options given so far tell where to look; none where they do not. */
export type NameSource = (
  kind: NameKind,
  given: ReadonlyMap<string, readonly string[]>,
) => Promise<readonly string[]> | readonly string[];

const NOTHING: Candidates = { words: [], files: false };

/** @param words those after the tool's name; the last is the one to be completed, empty where it is not begun */
export async function candidates(table: ToolTable, words: readonly string[], names: NameSource): Promise<Candidates> {
  const typed = words.at(-1) ?? '';
  const line = new CommandLine(table, words.slice(0, -1));
  const isOption = typed.startsWith('-') && !line.isSeparated && !line.takesAnything();
  if (isOption) return candidatesOfOption(table, line, typed, names);
  if (line.awaiting === null) return candidatesOfPlace(table, line, typed, names);
  const row = line.row(line.awaiting);
  const values = await valuesOf(row, '', typed, line, names);
  const mayEnd = row.argument === 'optional' || (line.given.get(line.awaiting)?.length ?? 0) > 0;
  if (typed !== '' || !mayEnd) return values;
  return { ...values, words: [...values.words, ...optionsOf(table, line, '')] };
}

/** A word with dashes: the name of an option, or after its `=` the argument. */
function candidatesOfOption(
  table: ToolTable,
  line: CommandLine,
  typed: string,
  names: NameSource,
): Promise<Candidates> | Candidates {
  const equals = typed.indexOf('=');
  if (equals < 0) return { words: optionsOf(table, line, typed), files: false };
  const name = line.optionOf(typed.slice(0, equals));
  if (name === null || line.row(name).argument === 'none') return NOTHING;
  return valuesOf(line.row(name), typed.slice(0, equals + 1), typed.slice(equals + 1), line, names);
}

/** Where no argument is awaited: commands, positional words, and options where there are neither. */
function candidatesOfPlace(
  table: ToolTable,
  line: CommandLine,
  typed: string,
  names: NameSource,
): Promise<Candidates> | Candidates {
  const { commands, positionals } = line.level;
  if (commands.size > 0) {
    const words = [...commands].map(([word, { help }]) => ({ word, description: help }));
    return { words: words.filter(({ word }) => word.startsWith(typed)), files: false };
  }
  const rows = Object.values(positionals);
  const last = rows.at(-1);
  const positional = rows[line.positionalCount] ?? (last?.details.many === undefined ? undefined : last);
  if (positional !== undefined) return valuesOf(positional, '', typed, line, names);
  return typed === '' && !line.isSeparated ? { words: optionsOf(table, line, ''), files: false } : NOTHING;
}

/** The options that may still be given and begin as the word does. */
function optionsOf({ dialect }: ToolTable, line: CommandLine, typed: string): Candidate[] {
  const { rows, groups } = line.level;
  const isLeft = (name: string): boolean => {
    const { hidden, repeats } = line.row(name).details;
    if (hidden || (line.given.has(name) && !repeats)) return false;
    return !groups.some(({ names }) => names.includes(name) && names.some((other) => line.given.has(other)));
  };
  // joptsimple takes one dash for two.
  const isSingle = dialect === 'joptsimple' && /^-[^-]/.test(typed);
  return Object.entries(rows)
    .filter(([name]) => isLeft(name))
    .map(([name, { details, help }]) => {
      const [spelled = ''] = spellingsOf(dialect, name, details.short);
      return { word: isSingle ? spelled.slice(1) : spelled, description: help };
    })
    .filter(({ word }) => word.startsWith(typed));
}

/** @param before what the word has before the argument: `--topic=` or nothing */
async function valuesOf(
  { details }: OptionRow,
  before: string,
  typed: string,
  line: CommandLine,
  names: NameSource,
): Promise<Candidates> {
  const completes = details.choices ?? details.completes ?? [];
  if (completes === 'file') return { words: [], files: true };
  const known = typeof completes === 'string' ? await names(completes, line.given) : completes;
  const words = known
    .filter((value) => value.startsWith(typed))
    .filter((value) => completes !== 'topic' || typed.startsWith('_') || !isInternalTopic(value))
    .map((value) => ({ word: before + value, description: typeof completes === 'string' ? completes : '' }));
  return { words, files: false };
}
