import { type ConfigException, invalidValue } from './config-exception.js';
import { doubleText, javaTrim, splitList } from './java-text.js';
import { isKnownClass } from './known-classes.js';

export type TypeName = 'BOOLEAN' | 'INT' | 'SHORT' | 'LONG' | 'DOUBLE' | 'STRING' | 'LIST' | 'CLASS' | 'PASSWORD';

/** How text becomes a value of a key, and the text that Kafka then shows for it. */
export interface ValueType<V> {
  readonly name: TypeName;
  /** @throws ConfigException with Kafka's message. */
  parse(name: string, text: string): V;
  /** What Kafka prints for a text that `parse` takes: ` +7 ` is shown as `7`. */
  canonical(text: string): string;
}

export const BOOLEAN: ValueType<boolean> = {
  name: 'BOOLEAN',
  parse(name, text) {
    const word = javaTrim(text).toLowerCase();
    if (word === 'true') return true;
    if (word === 'false') return false;
    throw invalidValue(name, text, 'Expected value to be either true or false');
  },
  canonical: (text) => javaTrim(text).toLowerCase(),
};

export const INT: ValueType<number> = integer('INT', -0x8000_0000, 0x7fff_ffff);
export const SHORT: ValueType<number> = integer('SHORT', -0x8000, 0x7fff);

const INTEGER = /^[+-]?[0-9]+$/;
const LONG_MAX = 0x7fff_ffff_ffff_ffffn;

/** Beyond 2^53 a long is infinite in memory: such values stand for "no limit" everywhere in Kafka. */
export const LONG: ValueType<number> = {
  name: 'LONG',
  parse(name, text) {
    const trimmed = javaTrim(text);
    if (!INTEGER.test(trimmed)) throw notANumber(name, text, 'LONG');
    const exact = integerOf(trimmed);
    if (exact > LONG_MAX || exact < -LONG_MAX - 1n) throw notANumber(name, text, 'LONG');
    const value = Number(exact);
    if (Number.isSafeInteger(value)) return value;
    return value > 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  },
  canonical: (text) => String(integerOf(javaTrim(text))),
};

const DECIMAL = /^[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFdD]?)$/;

export const DOUBLE: ValueType<number> = {
  name: 'DOUBLE',
  parse(name, text) {
    const trimmed = javaTrim(text);
    if (!DECIMAL.test(trimmed)) throw notANumber(name, text, 'DOUBLE');
    return doubleOf(trimmed);
  },
  canonical: (text) => doubleText(doubleOf(javaTrim(text))),
};

export const STRING: ValueType<string> = {
  name: 'STRING',
  parse: (_name, text) => javaTrim(text),
  canonical: javaTrim,
};

export const LIST: ValueType<readonly string[]> = {
  name: 'LIST',
  parse: (_name, text) => splitList(text),
  canonical: (text) => splitList(text).join(','),
};

/** The name of a Java class; only those can be found that this program knows how to stand in for. */
export const CLASS: ValueType<string> = {
  name: 'CLASS',
  parse(name, text) {
    const className = javaTrim(text);
    if (!isKnownClass(className)) throw invalidValue(name, text, `Class ${text} could not be found.`);
    return className;
  },
  canonical: (text) => javaTrim(text).replaceAll('$', '.'),
};

/** Shown as this wherever a password would be. */
export const HIDDEN = '[hidden]';

export const PASSWORD: ValueType<string> = {
  name: 'PASSWORD',
  parse: (_name, text) => javaTrim(text),
  canonical: () => HIDDEN,
};

function integer(type: 'INT' | 'SHORT', least: number, most: number): ValueType<number> {
  return {
    name: type,
    parse(name, text) {
      const trimmed = javaTrim(text);
      const value = INTEGER.test(trimmed) ? Number(trimmed) : Number.NaN;
      if (!(value >= least && value <= most)) throw notANumber(name, text, type);
      return value === 0 ? 0 : value;
    },
    canonical: (text) => String(integerOf(javaTrim(text))),
  };
}

function integerOf(text: string): bigint {
  return BigInt(text.startsWith('+') ? text.slice(1) : text);
}

function doubleOf(text: string): number {
  return Number(text.replace(/[fFdD]$/, ''));
}

function notANumber(name: string, text: string, type: TypeName): ConfigException {
  return invalidValue(name, text, `Not a number of type ${type}`);
}
