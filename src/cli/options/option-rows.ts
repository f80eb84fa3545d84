/**
 * The rows of a tool's one table of options, keyed by the long name without its dashes. Both dialects read them: the
 * one that Kafka has from joptsimple (kafka-topics, console tools ...) and the one from argparse4j (kafka-storage ...).
 */
export interface OptionRow<V = unknown> {
  /** Whether an argument follows: never, always, or if there is one that does not look like an option. */
  readonly argument: 'none' | 'required' | 'optional';
  /** What the usage calls the argument. */
  readonly argumentName: string;
  readonly type: OptionType<V>;
  readonly help: string;
  readonly details: OptionDetails;
}

export interface OptionDetails {
  /** One more name of a single letter, without its dash. */
  readonly short?: string;
  /** Holds where the option is not given; shown in the usage. */
  readonly default?: string;
  readonly required?: boolean;
  /** Values of all its occurrences are kept; without it the last one holds (argparse) or a second one is an error. */
  readonly repeats?: boolean;
  /** The usage names the short form first (argparse). */
  readonly shortFirst?: boolean;
  /** Takes all arguments up to the next option: one at least, or also none (argparse). */
  readonly many?: '+' | '*';
  /** Only these values are taken (argparse). */
  readonly choices?: readonly string[];
  /** Works and is not shown. */
  readonly hidden?: boolean;
  /** Only allowed beside one of these options (joptsimple). */
  readonly onlyWith?: readonly string[];
  /** What a shell proposes for the argument; `choices` are proposed anyway. */
  readonly completes?: Completable;
  /** Kafka's tool does not have the option. */
  readonly own?: boolean;
}

/**
 * Values that a shell can propose: words, files, names that only the cluster knows, releases of Kafka, or settings of
 * topics. A word that ends in `=` is gone on with.
 */
export type Completable = readonly string[] | 'file' | 'topic' | 'group' | 'partition' | 'release' | 'topic-setting';

/** How the text of an argument becomes a value; null where it cannot. */
export interface OptionType<V> {
  readonly name: 'String' | 'Integer' | 'Long' | 'Double';
  convert(text: string): V | null;
}

export type OptionRows = Readonly<Record<string, OptionRow>>;
export type OptionValue<Row> = Row extends OptionRow<infer V> ? V : never;

const STRING: OptionType<string> = { name: 'String', convert: (text) => text };
const INTEGER: OptionType<number> = whole('Integer', 0x7fff_ffffn);
const LONG: OptionType<number> = whole('Long', 0x7fff_ffff_ffff_ffffn);
const DOUBLE: OptionType<number> = {
  name: 'Double',
  convert: (text) =>
    /^\s*[+-]?(?:NaN|Infinity|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*$/.test(text) ? Number(text) : null,
};

/** Long.MAX_VALUE is Infinity, as everywhere. */
function whole(name: 'Integer' | 'Long', most: bigint): OptionType<number> {
  return {
    name,
    convert(text) {
      if (!/^[+-]?\d+$/.test(text)) return null;
      const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
      if (value > most || value < -most - 1n) return null;
      return value === 0x7fff_ffff_ffff_ffffn ? Number.POSITIVE_INFINITY : Number(value);
    },
  };
}

export function flag(help: string, details: OptionDetails = {}): OptionRow<never> {
  return { argument: 'none', argumentName: '', type: STRING as OptionType<never>, help, details };
}

function taking<V>(type: OptionType<V>) {
  return (argumentName: string, help: string, details: OptionDetails = {}): OptionRow<V> => {
    return { argument: 'required', argumentName, type, help, details };
  };
}

/** `text('topic', 'The topic ...')`: what the argument is called, and what the option is for. */
export const text = taking(STRING);
export const integer = taking(INTEGER);
export const long = taking(LONG);
export const double = taking(DOUBLE);

/** The same option with or without its argument. */
export function optional<V>(row: OptionRow<V>): OptionRow<V> {
  return { ...row, argument: 'optional' };
}

/** An option with or without an argument. */
export const maybeText = (argumentName: string, help: string, details: OptionDetails = {}): OptionRow<string> =>
  optional(text(argumentName, help, details));
