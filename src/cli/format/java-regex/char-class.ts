import * as ascii from './ascii.js';
import { Flag } from './flags.js';
import { parseEscapeInClass, parseProperty } from './parse-escape.js';
import type { CharTest } from './properties.js';
import { BACKSLASH, type Scanner } from './scanner.js';

const AMPERSAND = 0x26;
const BRACKET = 0x5b;
const CARET = 0x5e;
const CLOSE = 0x5d;
const HYPHEN = 0x2d;

/** The single characters of a class; growing while the class is read. */
class Singles {
  private readonly codes = new Set<number>();
  readonly test: CharTest = (code) => this.codes.has(code);

  add(code: number, flags: number): void {
    this.codes.add(code);
    if ((flags & Flag.ignoreCase) === 0) return;
    if (code < 0x80) {
      this.codes.add(ascii.toLower(code)).add(ascii.toUpper(code));
    } else if ((flags & Flag.unicodeCase) !== 0) {
      this.codes.add(lowerOf(code)).add(upperOf(code));
    }
  }
}

const union = (one: CharTest | null, other: CharTest): CharTest =>
  one === null ? other : (code) => one(code) || other(code);

/**
 * A class in brackets, the cursor on its `[`: `[a-c\d[xyz]&&[^b]]`. Intersection binds weakest, but what Java does with
 * singles around `&&` goes by the order in which they are read, so they are kept apart here as well.
 *
 * @param consumes false for the right side of `&&` without brackets of its own, which ends before the `]`
 * @throws PatternSyntaxError
 */
export function parseClass(scanner: Scanner, consumes = true): CharTest {
  const singles = new Singles();
  let hasSingles = false;
  let all: CharTest | null = null;
  let last: CharTest | null = null;
  let code = scanner.next();
  const isNegated = code === CARET && scanner.at(scanner.cursor - 1) === BRACKET;
  if (isNegated) code = scanner.next();
  for (;;) {
    if (code === BRACKET) {
      last = parseClass(scanner);
      all = union(all, last);
      code = scanner.peek();
      continue;
    }
    if (code === AMPERSAND) {
      if (scanner.next() === AMPERSAND) {
        const right = parseRightSide(scanner);
        if (hasSingles) {
          if (all === null) last = singles.test;
          all = union(all, singles.test);
          hasSingles = false;
        }
        if (right !== null) last = right;
        if (all === null) {
          if (right === null) throw scanner.error('Bad class syntax');
          all = right;
        } else all = intersection(all, last as CharTest);
        code = scanner.peek();
        continue;
      }
      scanner.unread();
    } else if (code === 0 && scanner.isAtEnd) {
      throw scanner.error('Unclosed character class');
    } else if (code === CLOSE && (all !== null || hasSingles)) {
      if (consumes) scanner.next();
      const whole = hasSingles ? union(all, singles.test) : (all as CharTest);
      return isNegated ? (one) => !whole(one) : whole;
    }
    const range = parseRange(scanner, singles);
    if (range === null) hasSingles = true;
    else {
      last = range;
      all = union(all, range);
    }
    code = scanner.peek();
  }
}

const intersection = (one: CharTest, other: CharTest): CharTest => {
  return (code) => one(code) && other(code);
};

/** What stands right of `&&`, up to the next `]` or `&`; null for nothing. */
function parseRightSide(scanner: Scanner): CharTest | null {
  let right: CharTest | null = null;
  for (let code = scanner.next(); code !== CLOSE && code !== AMPERSAND; code = scanner.peek()) {
    const isClass = code === BRACKET;
    if (!isClass) scanner.unread();
    right = union(right, parseClass(scanner, isClass));
  }
  return right;
}

/** One character, escape or range; null where it was a single character, which is added to the others. */
function parseRange(scanner: Scanner, singles: Singles): CharTest | null {
  let code = scanner.peek();
  if (code === BACKSLASH) {
    const escaped = scanner.nextRaw();
    if (escaped === 0x70 || escaped === 0x50) return parseProperty(scanner, escaped === 0x50);
    const isRange = scanner.at(scanner.cursor + 1) === HYPHEN;
    scanner.unread();
    const meant = parseEscapeInClass(scanner, isRange);
    if (typeof meant === 'function') return meant;
    code = meant;
  } else scanner.next();
  if (scanner.peek() === HYPHEN) {
    const following = scanner.at(scanner.cursor + 1);
    if (following !== BRACKET && following !== CLOSE) return parseRangeEnd(scanner, code);
  }
  return single(code, singles, scanner.flags);
}

function parseRangeEnd(scanner: Scanner, first: number): CharTest {
  scanner.next();
  let last = scanner.peek();
  if (last === BACKSLASH) {
    const meant = parseEscapeInClass(scanner, true);
    last = typeof meant === 'function' ? -1 : meant;
  } else scanner.next();
  if (last < first) throw scanner.error('Illegal character range');
  const isWithin: CharTest = (code) => code >= first && code <= last;
  if (!scanner.has(Flag.ignoreCase)) return isWithin;
  if (scanner.has(Flag.unicodeCase)) {
    return (code) => isWithin(code) || isWithin(upperOf(code)) || isWithin(lowerOf(upperOf(code)));
  }
  return (code) => isWithin(code) || (code < 0x80 && (isWithin(ascii.toUpper(code)) || isWithin(ascii.toLower(code))));
}

/** Letters whose other case lies outside Latin-1. */
const FAR_CASES = new Set([0xff, 0xb5, 0x49, 0x69, 0x53, 0x73, 0x4b, 0x6b, 0xc5, 0xe5]);

function single(code: number, singles: Singles, flags: number): CharTest | null {
  const isFar = (flags & Flag.ignoreCase) !== 0 && (flags & Flag.unicodeCase) !== 0 && FAR_CASES.has(code);
  if (code >= 0x100 || isFar) return literal(code, flags);
  singles.add(code, flags);
  return null;
}

/** A test for one character, in either case under the flag i. */
export function literal(code: number, flags: number): CharTest {
  const fold = foldOf(flags);
  const folded = fold(code);
  return (other) => other === code || fold(other) === folded;
}

/** What makes two characters the same under the flags: ASCII letters alone are folded without the flag u. */
export function foldOf(flags: number): (code: number) => number {
  if ((flags & Flag.ignoreCase) === 0) return (code) => code;
  return (flags & Flag.unicodeCase) !== 0 ? (code) => lowerOf(upperOf(code)) : ascii.toLower;
}

function upperOf(code: number): number {
  const upper = String.fromCodePoint(code).toUpperCase();
  return upper.length === (code > 0xffff ? 2 : 1) ? (upper.codePointAt(0) as number) : code;
}

function lowerOf(code: number): number {
  const lower = String.fromCodePoint(code).toLowerCase();
  return lower.length === (code > 0xffff ? 2 : 1) ? (lower.codePointAt(0) as number) : code;
}
