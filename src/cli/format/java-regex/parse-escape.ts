import * as ascii from './ascii.js';
import { Flag } from './flags.js';
import { type CharTest, DIGIT, propertyNamed, propertyWithValue, WHITE_SPACE, WORD } from './properties.js';
import { BACKSLASH, type Scanner } from './scanner.js';

const BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Escapes of one character that are the same everywhere. */
const CONTROLS: Readonly<Record<string, number>> = { a: 0x07, e: 0x1b, f: 0x0c, n: 0x0a, r: 0x0d, t: 0x09 };

const HORIZONTAL_SPACES = new Set([0x09, 0x20, 0xa0, 0x1680, 0x180e, 0x202f, 0x205f, 0x3000]);
const isHorizontalSpace: CharTest = (code) => HORIZONTAL_SPACES.has(code) || (code >= 0x2000 && code <= 0x200a);
const isVerticalSpace: CharTest = (code) =>
  (code >= 0x0a && code <= 0x0d) || code === 0x85 || code === 0x2028 || code === 0x2029;

/** `\d`, `\W` and the others: what they match, or null for a letter that is no class. */
export function classOf(letter: string, scanner: Scanner): CharTest | null {
  const ofUnicode = scanner.has(Flag.unicodeClasses);
  switch (letter.toLowerCase()) {
    case 'd':
      return negatedFor(letter, ofUnicode ? DIGIT : ascii.isDigit);
    case 's':
      return negatedFor(letter, ofUnicode ? WHITE_SPACE : ascii.isSpace);
    case 'w':
      return negatedFor(letter, ofUnicode ? WORD : ascii.isWord);
    case 'h':
      return negatedFor(letter, isHorizontalSpace);
    case 'v':
      return negatedFor(letter, isVerticalSpace);
    default:
      return null;
  }
}

/** The capital letter of a class means all that is not in it. */
function negatedFor(letter: string, test: CharTest): CharTest {
  return letter === letter.toLowerCase() ? test : (code) => !test(code);
}

/**
 * An escape within brackets, the cursor on its backslash: a character or a class.
 *
 * @param isRange a `-` follows, or stands before it: `\v` is then the one character of that name
 * @throws PatternSyntaxError
 */
export function parseEscapeInClass(scanner: Scanner, isRange: boolean): number | CharTest {
  const code = scanner.skip();
  const letter = String.fromCodePoint(code);
  if (letter === 'v' && isRange) return 0x0b;
  return classOf(letter, scanner) ?? parseCharacter(scanner, code);
}

/** What an escape that is no class stands for, the cursor behind its first character. @throws PatternSyntaxError */
export function parseCharacter(scanner: Scanner, code: number): number {
  const letter = String.fromCodePoint(code);
  if (Object.hasOwn(CONTROLS, letter)) return CONTROLS[letter] as number;
  switch (letter) {
    case '0':
      return octal(scanner);
    case 'x':
      return hexadecimal(scanner);
    case 'u':
      return unicode(scanner);
    case 'c':
      if (scanner.isAtEnd) throw scanner.error('Illegal control escape sequence');
      return scanner.read() ^ 0x40;
    case 'N':
      return named(scanner);
    default:
      if (ascii.isAlnum(code)) throw scanner.error('Illegal/unsupported escape sequence');
      return code;
  }
}

function octal(scanner: Scanner): number {
  const first = scanner.read();
  if (!ascii.isOctalDigit(first)) throw scanner.error('Illegal octal escape sequence');
  const second = scanner.read();
  if (!ascii.isOctalDigit(second)) {
    scanner.unread();
    return digit(first);
  }
  const third = scanner.read();
  if (ascii.isOctalDigit(third) && digit(first) <= 3) return digit(first) * 64 + digit(second) * 8 + digit(third);
  scanner.unread();
  return digit(first) * 8 + digit(second);
}

const digit = (code: number): number => Number.parseInt(String.fromCodePoint(code), 16);

function hexadecimal(scanner: Scanner): number {
  const first = scanner.read();
  if (ascii.isHexDigit(first)) {
    const second = scanner.read();
    if (ascii.isHexDigit(second)) return digit(first) * 16 + digit(second);
  } else if (first === BRACE && ascii.isHexDigit(scanner.peek())) {
    let value = 0;
    let code = scanner.read();
    for (; ascii.isHexDigit(code); code = scanner.read()) {
      value = value * 16 + digit(code);
      if (value > 0x10ffff) throw scanner.error('Hexadecimal codepoint is too big');
    }
    if (code !== CLOSE_BRACE) throw scanner.error('Unclosed hexadecimal escape sequence');
    return value;
  }
  throw scanner.error('Illegal hexadecimal escape sequence');
}

/** `\u0041`; two of them may be the halves of one character. */
function unicode(scanner: Scanner): number {
  const first = fourDigits(scanner);
  if (first < 0xd800 || first > 0xdbff) return first;
  const { cursor } = scanner;
  if (scanner.read() === BACKSLASH && scanner.read() === 0x75) {
    const second = fourDigits(scanner);
    if (second >= 0xdc00 && second <= 0xdfff) return (first - 0xd800) * 0x400 + (second - 0xdc00) + 0x10000;
  }
  scanner.cursor = cursor;
  return first;
}

function fourDigits(scanner: Scanner): number {
  let value = 0;
  for (let n = 0; n < 4; n++) {
    const code = scanner.read();
    if (!ascii.isHexDigit(code)) throw scanner.error('Illegal Unicode escape sequence');
    value = value * 16 + digit(code);
  }
  return value;
}

const ASCII_NAME = /^(?:LATIN (SMALL|CAPITAL) LETTER ([A-Z])|DIGIT ([A-Z]+)|FULL STOP|LOW LINE|HYPHEN-MINUS)$/;
const DIGITS = ['ZERO', 'ONE', 'TWO', 'THREE', 'FOUR', 'FIVE', 'SIX', 'SEVEN', 'EIGHT', 'NINE'];
const SIGNS: Readonly<Record<string, number>> = { 'FULL STOP': 0x2e, 'LOW LINE': 0x5f, 'HYPHEN-MINUS': 0x2d };
/** Stands for a character that a topic's name cannot have. */
const ELSEWHERE = 0xfffe;

/**
 * `\N{DIGIT ONE}`. Known are the names of the characters that topics are named with; another name that is made as
 * Unicode makes them is a character that matches none of these.
 */
function named(scanner: Scanner): number {
  if (scanner.read() !== BRACE) throw scanner.error('Illegal character name escape sequence');
  const start = scanner.cursor;
  while (scanner.read() !== CLOSE_BRACE) {
    if (scanner.isAtEnd) throw scanner.error('Unclosed character name escape sequence');
  }
  const text = scanner.text(start, scanner.cursor - 1);
  const name = text.trim().toUpperCase();
  const [, size, letter, number] = ASCII_NAME.exec(name) ?? [];
  if (letter !== undefined) return (size === 'SMALL' ? letter.toLowerCase() : letter).charCodeAt(0);
  const value = number === undefined ? -1 : DIGITS.indexOf(number);
  if (value >= 0) return 0x30 + value;
  if (Object.hasOwn(SIGNS, name)) return SIGNS[name] as number;
  if (number === undefined && /^[A-Z][A-Z0-9]*(?:[ -][A-Z0-9]+)+$/.test(name)) return ELSEWHERE;
  throw scanner.error(`Unknown character name [${text}]`);
}

/** `\p{name}`, `\pL`, `\P...`, the cursor on its letter. @throws PatternSyntaxError */
export function parseProperty(scanner: Scanner, isNegated: boolean): CharTest {
  const isBraced = scanner.next() === BRACE;
  if (isBraced) scanner.next();
  const name = isBraced ? bracedName(scanner) : String.fromCodePoint(scanner.at(scanner.cursor));
  if (!isBraced) scanner.read();
  const test = propertyOf(name, scanner);
  return isNegated ? (code) => !test(code) : test;
}

function bracedName(scanner: Scanner): string {
  const start = scanner.cursor;
  while (!scanner.isAtEnd && scanner.peek() !== CLOSE_BRACE) scanner.read();
  const isClosed = !scanner.isAtEnd;
  scanner.cursor++;
  if (!isClosed) throw scanner.error('Unclosed character family');
  if (start + 1 >= scanner.cursor) throw scanner.error('Empty character family');
  return scanner.text(start, scanner.cursor - 1);
}

function propertyOf(name: string, scanner: Scanner): CharTest {
  const equals = name.indexOf('=');
  if (equals < 0) {
    const test = propertyNamed(name, scanner.flags);
    if (test === null) throw scanner.error(`Unknown character property name {${name}}`);
    return test;
  }
  const key = name.slice(0, equals).toLowerCase();
  const value = name.slice(equals + 1);
  const test = propertyWithValue(key, value, scanner.flags);
  if (test === null) throw scanner.error(`Unknown Unicode property {name=<${key}>, value=<${value}>}`);
  return test;
}
