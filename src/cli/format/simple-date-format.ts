/** Dates by the patterns of Java's SimpleDateFormat, in English and the time zone of this process. */
import { illegalArgument } from '../tool-error.js';

const LETTERS = 'GyYMLwWDdFEuaHkKhmsSzZX';
const DAY_MS = 86_400_000;

type Part = string | { readonly letter: string; readonly width: number };

/** @throws ToolError for a pattern that Java does not take */
export function simpleDateFormat(pattern: string): (timeMs: number) => string {
  const parts = partsOf(pattern);
  return (timeMs) => {
    const date = new Date(timeMs);
    return parts.map((part) => (typeof part === 'string' ? part : field(date, part.letter, part.width))).join('');
  };
}

function partsOf(pattern: string): Part[] {
  const parts: Part[] = [];
  for (const [token] of pattern.matchAll(/'(?:[^']|'')*'?|([A-Za-z])\1*|[^A-Za-z']+/g)) {
    if (token.startsWith("'")) parts.push(quoted(token));
    else if (!/^[A-Za-z]/.test(token)) parts.push(token);
    else if (LETTERS.includes(token[0] as string)) parts.push({ letter: token[0] as string, width: token.length });
    else throw illegalArgument(`Illegal pattern character '${token[0]}'`);
  }
  return parts;
}

function quoted(token: string): string {
  if (token.length < 2 || !token.endsWith("'")) throw illegalArgument('Unterminated quote');
  return token === "''" ? "'" : token.slice(1, -1).replaceAll("''", "'");
}

function field(date: Date, letter: string, width: number): string {
  if (letter in NUMBERS) {
    const value = (NUMBERS[letter] as (date: Date) => number)(date);
    return String(value).padStart(width, '0');
  }
  switch (letter) {
    case 'y':
    case 'Y':
      return width === 2
        ? String(date.getFullYear() % 100).padStart(2, '0')
        : String(date.getFullYear()).padStart(width, '0');
    case 'M':
    case 'L':
      if (width > 2) return named(date, { month: width > 3 ? 'long' : 'short' });
      return String(date.getMonth() + 1).padStart(width, '0');
    case 'E':
      return named(date, { weekday: width > 3 ? 'long' : 'short' });
    case 'a':
      return date.getHours() < 12 ? 'AM' : 'PM';
    case 'G':
      return 'AD';
    case 'z':
      return zoneName(date, width > 3 ? 'long' : 'short');
    case 'Z':
      return zoneOffset(date, '');
    default:
      return date.getTimezoneOffset() === 0
        ? 'Z'
        : zoneOffset(date, width > 2 ? ':' : '').slice(0, width === 1 ? 3 : 6);
  }
}

const NUMBERS: Readonly<Record<string, (date: Date) => number>> = {
  d: (date) => date.getDate(),
  H: (date) => date.getHours(),
  k: (date) => date.getHours() || 24,
  K: (date) => date.getHours() % 12,
  h: (date) => date.getHours() % 12 || 12,
  m: (date) => date.getMinutes(),
  s: (date) => date.getSeconds(),
  S: (date) => date.getMilliseconds(),
  D: (date) => dayOfYear(date),
  F: (date) => Math.ceil(date.getDate() / 7),
  u: (date) => date.getDay() || 7,
  w: (date) => week(dayOfYear(date), date.getDay()),
  W: (date) => week(date.getDate(), date.getDay()),
};

function dayOfYear(date: Date): number {
  const [now, first] = [[date.getMonth(), date.getDate()] as const, [0, 1] as const].map(([month, day]) =>
    Date.UTC(date.getFullYear(), month, day),
  ) as [number, number];
  return (now - first) / DAY_MS + 1;
}

/** Weeks begin on Sundays, and the first is the one with the first day, as where English is spoken in America. */
const week = (day: number, weekday: number): number => Math.ceil((day + 6 - weekday) / 7);

const named = (date: Date, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-US', options).format(date);

function zoneName(date: Date, length: 'long' | 'short'): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: length }).formatToParts(date);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}

function zoneOffset(date: Date, separator: string): string {
  const minutes = -date.getTimezoneOffset();
  const digits = (value: number): string => String(Math.floor(Math.abs(value))).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${digits(minutes / 60)}${separator}${digits(minutes % 60)}`;
}
