import { Properties } from 'properties-file/parser';
import { illegalArgument } from './config-exception.js';

/**
 * Reads a Java properties file: as ISO-8859-1 with \uXXXX for all else, the last of several equal keys winning.
 * Keys are in the order in which the file first names them.
 *
 * @throws ConfigException where the file has a \u without four hexadecimal digits.
 */
export function parseProperties(content: Buffer): Map<string, string> {
  return parsePropertiesText(content.toString('latin1'));
}

/** The same for a file whose encoding is known. */
export function parsePropertiesText(content: string): Map<string, string> {
  const text = withoutBareContinuations(content);
  const properties = new Map<string, string>();
  try {
    for (const { key, value } of new Properties(text).getProperties()) properties.set(key, value);
  } catch (cause) {
    throw illegalArgument('Malformed \\uxxxx encoding.', cause);
  }
  return properties;
}

const BARE_CONTINUATION = /^[ \t\f]*\\$/;

/**
 * To Java a backslash alone on a line, with nothing before it, is not there: the next line begins afresh and may be
 * blank or a comment (at the end of the file it is an empty key). The parser would go on with it.
 */
function withoutBareContinuations(text: string): string {
  if (!/(?:^|[\r\n])[ \t\f]*\\(?:[\r\n]|$)/.test(text)) return text;
  const kept: string[] = [];
  let continued = false;
  const lines = text.replace(/(?:\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/);
  for (const [index, line] of lines.entries()) {
    if (!continued && index < lines.length - 1 && BARE_CONTINUATION.test(line)) continue;
    kept.push(line);
    const isComment: boolean = !continued && /^[ \t\f]*[#!]/.test(line);
    continued = !isComment && /(?:^|[^\\])(?:\\\\)*\\$/.test(line);
  }
  return kept.join('\n');
}

/** Writes what Java's Properties.store does: an empty comment, the date, and the keys in the order of the map. */
export function formatProperties(properties: ReadonlyMap<string, string>, nowMs: number): string {
  const lines = [...properties].map(([key, value]) => `${escapeKey(key)}=${escapeValue(value)}\n`);
  return `#\n#${javaDate(new Date(nowMs))}\n${lines.join('')}`;
}

function escapeKey(key: string): string {
  return escapeText(key).replaceAll(' ', '\\ ');
}

function escapeValue(value: string): string {
  return escapeText(value).replace(/^ /, '\\ ');
}

const ESCAPES: Record<string, string> = { '\t': '\\t', '\n': '\\n', '\r': '\\r', '\f': '\\f' };

function escapeText(text: string): string {
  return text.replace(/[\\=:#!\t\n\r\f]|[^ -~]/g, (character) => {
    const code = character.charCodeAt(0);
    if (code >= 0x20 && code <= 0x7e) return `\\${character}`;
    return ESCAPES[character] ?? `\\u${code.toString(16).toUpperCase().padStart(4, '0')}`;
  });
}

/** Date.toString() of Java: `Sat Jan 31 12:00:00 UTC 2026`. */
function javaDate(date: Date): string {
  const format = new Intl.DateTimeFormat('en-US', {
    weekday: 'short',
    month: 'short',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    year: 'numeric',
  });
  const parts: Record<string, string> = {};
  for (const { type, value } of format.formatToParts(date)) parts[type] = value;
  const { weekday, month, day, hour, minute, second, timeZoneName, year } = parts;
  return `${weekday} ${month} ${day} ${hour}:${minute}:${second} ${timeZoneName} ${year}`;
}
