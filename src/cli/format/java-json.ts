/**
 * JSON as Jackson reads it for Kafka's tools: numbers keep their kind, of equal names in an object the last one counts,
 * and what follows the value is not looked at. `undefined` is a text of blanks alone.
 */
import { javaDoubleText } from '../../base/java-number-text.js';

export type JavaJson = null | boolean | string | JavaNumber | readonly JavaJson[] | ReadonlyMap<string, JavaJson>;

/** A number by what Java holds it in. */
export class JavaNumber {
  readonly kind: 'Integer' | 'Long' | 'BigInteger' | 'Double';
  /** As Jackson writes it. */
  readonly text: string;

  constructor(literal: string) {
    if (/[.eE]/.test(literal)) {
      this.kind = 'Double';
      const value = Number(literal);
      this.text = Number.isFinite(value) ? javaDoubleText(value) : `"${value}"`;
      return;
    }
    const value = BigInt(literal);
    this.kind = fits(value, 31n) ? 'Integer' : fits(value, 63n) ? 'Long' : 'BigInteger';
    this.text = String(value);
  }
}

const fits = (value: bigint, bits: bigint): boolean => value >= -(1n << bits) && value < 1n << bits;

/** The value, undefined where there is nothing but blanks; null in place of the object for what is no JSON. */
export function parseJavaJson(text: string): { readonly value: JavaJson | undefined } | null {
  try {
    return { value: text === '' ? notJson() : new Scanner(text).root() };
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

class NotJson extends Error {
  override readonly name = 'NotJson';
}

function notJson(): never {
  throw new NotJson();
}

const BLANKS = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they may not stand in a string as they are
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /(?:true|false|null)(?![\p{L}\p{N}_$])/uy;
const WORDS: ReadonlyMap<string, JavaJson> = new Map<string, JavaJson>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class Scanner {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  root(): JavaJson | undefined {
    this.match(BLANKS);
    if (this.at === this.text.length) return undefined;
    const value = this.value();
    const next = this.text[this.at];
    if (value instanceof JavaNumber && next !== undefined && !/[ \t\n\r]/.test(next)) notJson();
    return value;
  }

  private value(): JavaJson {
    const first = this.text[this.at];
    if (first === '{') return this.object();
    if (first === '[') return this.array();
    if (first === '"') return this.string();
    const word = this.match(WORD);
    if (word !== null) return WORDS.get(word) as JavaJson;
    return new JavaNumber(this.match(NUMBER) ?? notJson());
  }

  private object(): ReadonlyMap<string, JavaJson> {
    const fields = new Map<string, JavaJson>();
    this.items('}', () => {
      const name = this.string();
      this.match(BLANKS);
      this.expect(':');
      this.match(BLANKS);
      fields.set(name, this.value());
    });
    return fields;
  }

  private array(): JavaJson[] {
    const elements: JavaJson[] = [];
    this.items(']', () => elements.push(this.value()));
    return elements;
  }

  private items(end: string, item: () => void): void {
    this.at++;
    this.match(BLANKS);
    for (let isFirst = true; this.text[this.at] !== end; isFirst = false) {
      if (!isFirst) this.expect(',');
      this.match(BLANKS);
      item();
      this.match(BLANKS);
    }
    this.at++;
  }

  private string(): string {
    return JSON.parse(this.match(STRING) ?? notJson()) as string;
  }

  private expect(character: string): void {
    if (this.text[this.at] !== character) notJson();
    this.at++;
  }

  private match(pattern: RegExp): string | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found === undefined) return null;
    this.at += found.length;
    return found;
  }
}

/** As Jackson writes a value without blanks; a missing one is empty. */
export function javaJsonText(value: JavaJson | undefined): string {
  if (value === undefined) return '';
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return javaJsonString(value);
  if (value instanceof JavaNumber) return value.text;
  if (isMap(value))
    return `{${[...value].map(([name, of]) => `${javaJsonString(name)}:${javaJsonText(of)}`).join(',')}}`;
  return `[${value.map(javaJsonText).join(',')}]`;
}

const isMap = (value: JavaJson | undefined): value is ReadonlyMap<string, JavaJson> => value instanceof Map;

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\f': '\\f',
  '\r': '\\r',
};

/** A string in its quotes. */
export function javaJsonString(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what has to be escaped
  const escaped = text.replace(/["\\\u0000-\u001f]/g, (character) => {
    return ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
