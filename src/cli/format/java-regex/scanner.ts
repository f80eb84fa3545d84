import { isAlpha, isDigit, isSpace } from './ascii.js';
import { Flag } from './flags.js';
import { PatternSyntaxError } from './syntax-error.js';

export const BACKSLASH = 0x5c;
const END_OF_PATTERN = 0;
const HASH = 0x23;
const LETTER_E = 0x45;
const LETTER_Q = 0x51;

/**
 * Reads a pattern one code point at a time. The cursor moves as Java's does, as the place that an error names is the one
 * before it: two zeros stand behind the last code point, and under the flag x white space and comments are passed over.
 */
export class Scanner {
  flags = 0;
  cursor = 0;
  /** Number of code points, once quotes are resolved. */
  readonly length: number;
  readonly pattern: string;
  private readonly codes: number[];

  constructor(pattern: string) {
    this.pattern = pattern;
    const codes = withoutQuotes(Array.from(pattern, (character) => character.codePointAt(0) as number));
    this.length = codes.length;
    this.codes = [...codes, END_OF_PATTERN, END_OF_PATTERN];
  }

  has(flag: number): boolean {
    return (this.flags & flag) !== 0;
  }

  get isAtEnd(): boolean {
    return this.cursor >= this.length;
  }

  /** The code point at a place, as it stands there. */
  at(index: number): number {
    return this.codes[index] ?? END_OF_PATTERN;
  }

  /** The code point that comes next; the cursor stands on it afterwards. */
  peek(): number {
    if (this.has(Flag.comments)) this.passComments();
    return this.at(this.cursor);
  }

  /** Passes over the code point that the cursor stands on, and tells the one behind it. */
  next(): number {
    this.cursor++;
    return this.peek();
  }

  /** The same, white space being like any other character. */
  nextRaw(): number {
    this.cursor++;
    return this.at(this.cursor);
  }

  /** Gives the next code point and passes over it. */
  read(): number {
    if (this.has(Flag.comments)) this.passComments();
    return this.at(this.cursor++);
  }

  /** Gives the code point behind the one that the cursor stands on, and passes over both. */
  skip(): number {
    this.cursor += 2;
    return this.at(this.cursor - 1);
  }

  unread(): void {
    this.cursor--;
  }

  text(start: number, end: number): string {
    return String.fromCodePoint(...this.codes.slice(start, end));
  }

  error(description: string): PatternSyntaxError {
    return new PatternSyntaxError(description, this.pattern, this.cursor - 1);
  }

  private passComments(): void {
    for (let code = this.at(this.cursor); isSpace(code) || code === HASH; code = this.at(this.cursor)) {
      if (code === HASH) this.passLine();
      else this.cursor++;
    }
  }

  private passLine(): void {
    while (this.cursor < this.length && !this.endsLine(this.at(this.cursor))) this.cursor++;
  }

  private endsLine(code: number): boolean {
    if (this.has(Flag.unixLines)) return code === 0x0a;
    return code === 0x0a || code === 0x0d || code === 0x85 || code === 0x2028 || code === 0x2029;
  }
}

/**
 * The pattern with what stands between `\Q` and `\E` escaped. A digit that begins a quote becomes its hexadecimal
 * escape, so that it does not belong to a number before it.
 */
function withoutQuotes(codes: readonly number[]): number[] {
  const first = firstQuote(codes);
  if (first < 0) return [...codes];
  const plain = codes.slice(0, first);
  let isQuoted = false;
  for (let at = first; at < codes.length; at++) {
    const code = codes[at] as number;
    const following = codes[at + 1];
    if (code === BACKSLASH && following === (isQuoted ? LETTER_E : LETTER_Q)) {
      isQuoted = !isQuoted;
      at++;
      const begins = codes[at + 1];
      if (isQuoted && begins !== undefined && isDigit(begins)) plain.push(BACKSLASH, 0x78, 0x33, codes[++at] as number);
    } else if (isQuoted) {
      if (code < 0x80 && !isAlpha(code) && !isDigit(code)) plain.push(BACKSLASH);
      plain.push(code);
    } else {
      plain.push(code);
      if (code === BACKSLASH && following !== undefined) plain.push(codes[++at] as number);
    }
  }
  return plain;
}

/** Where the first `\Q` is that is no escaped backslash before a Q; -1 without one. */
function firstQuote(codes: readonly number[]): number {
  for (let at = 0; at < codes.length - 1; at++) {
    if (codes[at] !== BACKSLASH) continue;
    if (codes[at + 1] === LETTER_Q) return at;
    at++;
  }
  return -1;
}
