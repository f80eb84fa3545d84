import type { OptionRow } from '../options/option-rows.js';
import { type Level, levelOf, spellingsOf, type ToolTable } from '../tool-tables.js';

/** Goes over the words of a command line as the tool itself would, forgiving what it would not. */
export class CommandLine {
  /** What may stand at its end. */
  level: Level;
  /** The options with their arguments, of all levels. */
  readonly given = new Map<string, string[]>();
  /** The option whose argument may stand at its end; null where none may. */
  awaiting: string | null = null;
  /** Words of the level that are neither options nor their arguments. */
  positionalCount = 0;
  /** After `--`, where nothing is an option. */
  isSeparated = false;
  private readonly dialect: ToolTable['dialect'];

  constructor(table: ToolTable, words: readonly string[]) {
    this.dialect = table.dialect;
    this.level = levelOf(table);
    for (const word of words) this.read(word);
  }

  /** The option that a word with dashes, without `=`, stands for; null for none. */
  optionOf(spelled: string): string | null {
    const names = Object.keys(this.level.rows);
    const spellings = (name: string): string[] => spellingsOf(this.dialect, name, this.row(name).details.short);
    const wanted = this.dialect === 'joptsimple' ? spelled.replace(/^-(?=[^-].)/, '--') : spelled;
    const exact = names.find((name) => spellings(name).includes(wanted));
    if (exact !== undefined || this.dialect !== 'argparse4j') return exact ?? null;
    const begun = names.filter((name) => `--${name}`.startsWith(wanted));
    return begun.length === 1 ? (begun[0] as string) : null;
  }

  row(name: string): OptionRow {
    return this.level.rows[name] as OptionRow;
  }

  /** Whether an argument has to come now, and anything is one. */
  takesAnything(): boolean {
    return this.awaiting !== null && this.dialect !== 'argparse4j' && this.row(this.awaiting).argument === 'required';
  }

  private read(word: string): void {
    const isOption = /^-./.test(word) && !this.isSeparated;
    if (this.awaiting !== null && (!isOption || this.takesAnything())) {
      this.given.get(this.awaiting)?.push(word);
      if (this.row(this.awaiting).details.many === undefined) this.awaiting = null;
      return;
    }
    this.awaiting = null;
    if (word === '--') this.isSeparated = true;
    else if (isOption) this.readOption(word);
    else if (this.level.commands.has(word)) {
      this.level = this.level.commands.get(word) as Level;
      this.positionalCount = 0;
    } else this.positionalCount++;
  }

  private readOption(word: string): void {
    const equals = word.indexOf('=');
    const name = this.optionOf(equals < 0 ? word : word.slice(0, equals));
    if (name === null) return;
    const texts = this.given.get(name) ?? [];
    this.given.set(name, texts);
    if (equals >= 0) texts.push(word.slice(equals + 1));
    else if (this.row(name).argument !== 'none') this.awaiting = name;
  }
}
