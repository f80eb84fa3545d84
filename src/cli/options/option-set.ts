import type { OptionRow, OptionRows, OptionValue } from './option-rows.js';

/** What a command line gave: the texts by option, in order, and whatever was no option. */
export interface GivenOptions {
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
}

/** Options as a tool reads them, typed by the rows of its table. */
export class OptionSet<Rows extends OptionRows> {
  readonly rest: readonly string[];
  private readonly rows: Rows;
  private readonly given: GivenOptions;

  constructor(rows: Rows, given: GivenOptions) {
    this.rows = rows;
    this.given = given;
    this.rest = given.rest;
  }

  /** Whether the option was given, with an argument or without. */
  has(name: keyof Rows & string): boolean {
    return this.given.texts.has(name);
  }

  /**
   * The argument, else the default, else null.
   *
   * @throws OptionError when there are several, or it is not of the option's type
   */
  value<Name extends keyof Rows & string>(name: Name): OptionValue<Rows[Name]> | null {
    const values = this.values(name);
    if (values.length > 1 && !this.row(name).details.repeats) {
      throw new OptionError(`Found multiple arguments for option ${name}, but you asked for only one`);
    }
    return values.at(-1) ?? null;
  }

  /** All arguments of the option, else its default, else none. */
  values<Name extends keyof Rows & string>(name: Name): OptionValue<Rows[Name]>[] {
    const row = this.row(name);
    const texts = this.given.texts.get(name) ?? [];
    const fallback = row.details.default;
    const wanted = texts.length === 0 && fallback !== undefined ? [fallback] : texts;
    return wanted.map((text) => convert(name, row, text)) as OptionValue<Rows[Name]>[];
  }

  private row(name: string): OptionRow {
    return this.rows[name] as OptionRow;
  }
}

function convert(name: string, row: OptionRow, text: string): unknown {
  const value = row.type.convert(text);
  if (value === null) throw new OptionError(`Cannot parse argument '${text}' of option ${name}`);
  return value;
}

/** An argument that its option does not take, noticed when the tool reads it. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}
