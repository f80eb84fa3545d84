import { type ArgparseCommand, type ArgparseParser, type ArgparseTool, parserOf } from './argparse-parser.js';
import { argparseHelp, argparseUsage, flagsOf } from './argparse-usage.js';
import { commandOf, read } from './commander-of.js';
import { justify } from './justified-text.js';
import type { OptionRow, OptionRows } from './option-rows.js';
import { OptionSet } from './option-set.js';
import { suggestions } from './suggestions.js';
import { AnswerInstead, UsageError } from './usage-error.js';

type Commands = Readonly<Record<string, ArgparseCommand>>;

/** The command that was named with its options, and the options before it. */
export type Parsed<Rows extends OptionRows, Named extends Commands> = {
  readonly [Name in keyof Named & string]: {
    readonly command: Name;
    readonly options: OptionSet<Named[Name]['options']>;
    readonly global: OptionSet<Rows>;
  };
}[keyof Named & string];

/**
 * Reads a command line with commands as argparse4j 0.7 does: options in full or by any beginning that is unique,
 * values in the next word unless that looks like an option, or after `=`.
 *
 * @throws UsageError, whose message is the bare one; AnswerInstead for `--help`
 */
export function parseCommands<Rows extends OptionRows, Named extends Commands>(
  tool: ArgparseTool<Rows, Named>,
  argv: readonly string[],
  width = 75,
): Parsed<Rows, Named> {
  const parser = parserOf(tool);
  const words = new Words(argv);
  const top = new Reading(parser, words, width);
  const named = top.run();
  if (named === null) throw top.error('too few arguments');
  const below = new Reading(named, words, width);
  below.deferred = top.deferred;
  below.run();
  if (below.deferred !== null) throw below.deferred;
  return { command: named.command, options: below.options(), global: top.options() } as unknown as Parsed<Rows, Named>;
}

/** The same for a tool without commands. */
export function parseArgparse<Rows extends OptionRows>(
  tool: ArgparseTool<Rows, Record<never, never>>,
  argv: readonly string[],
  width = 75,
): OptionSet<Rows> {
  const reading = new Reading(parserOf(tool), new Words(argv), width);
  reading.run();
  if (reading.deferred !== null) throw reading.deferred;
  return reading.options() as unknown as OptionSet<Rows>;
}

/** The same where Kafka's tool shows its help when it is called without a word. */
export function parseOrHelp<Rows extends OptionRows>(
  tool: ArgparseTool<Rows, Record<never, never>>,
  argv: readonly string[],
  width = 75,
): OptionSet<Rows> {
  return parseArgparse(tool, argv.length === 0 ? ['--help'] : argv, width);
}

/** An error that a tool finds by itself, printed as argparse4j prints its own. */
export function argparseError(tool: ArgparseTool, command: string | null, message: string, width = 75): UsageError {
  const parser = parserOf(tool);
  return errorOf((command === null ? null : parser.commands.get(command)) ?? parser, message, width);
}

function errorOf(parser: ArgparseParser, message: string, width: number, alike: readonly string[] = []): UsageError {
  const line = justify(`${parser.prog}: error: ${message}\n`, width, 0, '');
  const hint = alike.length === 0 ? '' : `\nDid you mean:\n${alike.map((word) => `\t${word}\n`).join('')}`;
  return new UsageError(message, argparseUsage(parser, width) + line + hint);
}

/** The command line while it is read: words after `--` are no options. */
class Words {
  private readonly words: readonly string[];
  private index = 0;
  separated = false;

  constructor(words: readonly string[]) {
    this.words = words;
  }

  get current(): string | undefined {
    return this.words[this.index];
  }

  next(): void {
    this.index++;
  }

  rest(): readonly string[] {
    return this.words.slice(this.index);
  }

  /** Negative numbers are values. */
  isOption(): boolean {
    const word = this.current;
    if (word === undefined || this.separated) return false;
    return word === '--' || (/^-+[^-]/.test(word) && !/^-\d+$/.test(word));
  }
}

/** One parser going over the words, up to the name of a command or the end. */
class Reading {
  /** A missing required option, which is reported after everything else. */
  deferred: UsageError | null = null;
  private readonly parser: ArgparseParser;
  private readonly words: Words;
  private readonly width: number;
  private readonly flags = new Map<string, string>();
  private readonly texts = new Map<string, string[]>();
  private readonly positional: string[] = [];

  constructor(parser: ArgparseParser, words: Words, width: number) {
    this.parser = parser;
    this.words = words;
    this.width = width;
    for (const [name, row] of Object.entries(parser.rows)) {
      for (const spelled of flagsOf(name, row)) this.flags.set(spelled, name);
    }
  }

  error(message: string, alike: readonly string[] = []): UsageError {
    return errorOf(this.parser, message, this.width, alike);
  }

  options(): OptionSet<OptionRows> {
    const plain: string[] = [];
    for (const [name, texts] of this.texts) {
      if (texts.length === 0) plain.push(`--${name}`);
      for (const text of texts) plain.push(`--${name}=${text}`);
    }
    const rows = { ...this.parser.rows, ...this.parser.positionals };
    return new OptionSet(rows, read(commandOf(this.parser.prog, rows), [...plain, '--', ...this.positional]));
  }

  /** Gives the command that was named; null where there are none. */
  run(): ArgparseParser | null {
    while (this.words.current !== undefined) {
      const word = this.words.current;
      if (word === '--' && !this.words.separated) {
        this.words.separated = true;
        this.words.next();
      } else if (this.words.isOption()) this.readOption(word);
      else if (this.positional.length < this.positionalRoom()) {
        this.positional.push(word);
        this.words.next();
      } else if (this.parser.commands.size > 0 && !this.words.separated) {
        this.finish();
        return this.readCommand(word);
      } else throw this.error(`unrecognized arguments: '${this.words.rest().join(' ')}'`);
    }
    if (this.parser.commands.size > 0) throw this.error('too few arguments');
    this.finish();
    return null;
  }

  private readCommand(word: string): ArgparseParser {
    const { commands } = this.parser;
    const exact = commands.get(word);
    const begun = [...commands.keys()].filter((name) => word !== '' && name.startsWith(word)).sort();
    if (exact === undefined && begun.length > 1) {
      throw this.error(`ambiguous command: ${word} could match ${begun.join(', ')}`);
    }
    const found = exact ?? commands.get(begun[0] ?? '');
    if (found === undefined) {
      const names = [...commands.keys()];
      const choices = names.map((name) => `'${name}'`).join(', ');
      throw this.error(`invalid choice: '${word}' (choose from ${choices})`, suggestions(word, names));
    }
    this.words.next();
    return found;
  }

  private readOption(word: string): void {
    const equals = word.indexOf('=');
    const spelled = equals < 0 ? word : word.slice(0, equals);
    const attached = equals < 0 ? null : word.slice(equals + 1);
    const name = this.resolve(spelled);
    this.words.next();
    if (name !== null) this.take(name, attached);
    else this.readCluster(word);
  }

  /** The option of a spelling in full, or of one that only one option begins with. */
  private resolve(spelled: string): string | null {
    const exact = this.flags.get(spelled);
    if (exact !== undefined) return exact;
    const begun = [...this.flags.keys()].filter((known) => known.startsWith(spelled));
    if (begun.length === 0) return null;
    if (this.isCluster(spelled)) begun.push(spelled.slice(0, 2));
    else if (begun.length === 1) return this.flags.get(begun[0] as string) ?? null;
    throw this.error(`ambiguous option: ${spelled} could match ${begun.sort().join(', ')}`);
  }

  private isCluster(spelled: string): boolean {
    if (!/^-[^-]/.test(spelled)) return false;
    for (const letter of spelled.slice(1)) {
      const name = this.flags.get(`-${letter}`);
      if (name === undefined) return false;
      if (this.rowOf(name).argument !== 'none') return true;
    }
    return true;
  }

  /** `-gs` is `-g -s`, and `-cFILE` is `-c FILE`. */
  private readCluster(word: string): void {
    const letters = /^-[^-]/.test(word) ? word.slice(1) : '';
    for (let index = 0; index < letters.length; index++) {
      const name = this.flags.get(`-${letters[index]}`);
      if (name === undefined) break;
      const isLast = index === letters.length - 1;
      if (this.rowOf(name).argument !== 'none') {
        this.take(name, isLast ? null : letters.slice(index + 1));
        return;
      }
      this.take(name, null);
      if (isLast) return;
    }
    const body = word.replace(/^-+/, '');
    const known = [...this.flags.keys()].filter((spelled) => spelled.startsWith('--'));
    throw this.error(`unrecognized arguments: '${word}'`, body.length >= 2 ? suggestions(body, known) : []);
  }

  private rowOf(name: string): OptionRow {
    return this.parser.rows[name] as OptionRow;
  }

  private argumentError(name: string, message: string): UsageError {
    return this.error(`argument ${flagsOf(name, this.rowOf(name)).join('/')}: ${message}`);
  }

  private take(name: string, attached: string | null): void {
    this.checkExclusive(name);
    const row = this.rowOf(name);
    if (row.argument === 'none') {
      if (attached !== null) throw this.argumentError(name, `ignore implicit argument '${attached}'`);
      if (name === 'help') throw new AnswerInstead(argparseHelp(this.parser, this.width));
      this.texts.set(name, []);
      return;
    }
    const texts = attached === null ? this.readArguments(name, row) : [attached];
    for (const text of texts) this.checkText(name, row, text);
    this.texts.set(name, row.details.repeats ? [...(this.texts.get(name) ?? []), ...texts] : texts);
  }

  private readArguments(name: string, row: OptionRow): string[] {
    const most = row.details.many === undefined ? 1 : Number.POSITIVE_INFINITY;
    const texts: string[] = [];
    while (texts.length < most && this.words.current !== undefined && !this.words.isOption()) {
      texts.push(this.words.current);
      this.words.next();
    }
    if (texts.length > 0 || row.argument === 'optional' || row.details.many === '*') return texts;
    throw this.argumentError(name, row.details.many === '+' ? 'expected 1 argument(s)' : 'expected one argument');
  }

  private checkText(name: string, row: OptionRow, text: string): void {
    if (row.type.convert(text) === null) {
      throw this.argumentError(name, `could not convert '${text}' to ${row.type.name} (For input string: "${text}")`);
    }
    const choices = row.details.choices;
    if (choices !== undefined && !choices.includes(text)) {
      throw this.argumentError(name, `invalid choice: '${text}' (choose from {${choices.join(',')}})`);
    }
  }

  private checkExclusive(name: string): void {
    for (const { names } of this.parser.groups) {
      if (!names.includes(name)) continue;
      const other = names.find((candidate) => candidate !== name && this.texts.has(candidate));
      if (other === undefined) continue;
      throw this.argumentError(name, `not allowed with argument ${flagsOf(other, this.rowOf(other)).join('/')}`);
    }
  }

  private positionalRoom(): number {
    const rows = Object.values(this.parser.positionals);
    return rows.some(({ details }) => details.many !== undefined) ? Number.POSITIVE_INFINITY : rows.length;
  }

  /** Only the last missing option is named, as argparse4j does. */
  private finish(): void {
    const wanted = Object.values(this.parser.positionals).filter(
      (row) => row.argument === 'required' && row.details.many !== '*',
    );
    if (this.positional.length < wanted.length) throw this.error('too few arguments');
    if (this.deferred !== null) return;
    for (const [name, row] of Object.entries(this.parser.rows)) {
      if (!row.details.required || this.texts.has(name)) continue;
      this.deferred = this.error(`argument ${flagsOf(name, row).join('/')} is required`);
    }
    if (this.deferred !== null) return;
    for (const { names, required } of this.parser.groups) {
      if (!required || names.some((name) => this.texts.has(name))) continue;
      const all = names.map((name) => flagsOf(name, this.rowOf(name)).join('/')).join(' ');
      this.deferred = this.error(`one of the arguments ${all} is required`);
    }
  }
}
