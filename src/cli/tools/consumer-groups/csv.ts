import { uncaught } from '../../tool-error.js';

/** Longer texts are quoted whatever they are. */
const MOST_UNQUOTED = 24;

/** A text as a cell of a line, quoted where Kafka quotes it. */
export function csvCell(text: string): string {
  // All that comes before the hyphen: blanks, quotes, the comma and what else might mean something to a reader.
  const isPlain = text.length <= MOST_UNQUOTED && ![...text].some((character) => character < '-');
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

/** The cells of a line. A quote begins a quoted text at the beginning of a cell alone. @throws ToolError */
export function csvCells(line: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      const end = closingQuote(line, at + 1);
      cells.push(line.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 1;
      while (line[at] === ' ') at++;
      if (at < line.length && line[at] !== ',') throw unexpected(line[at] as string);
    } else {
      const comma = line.indexOf(',', at);
      const end = comma < 0 ? line.length : comma;
      cells.push(line.slice(at, end));
      at = end;
    }
    if (at >= line.length) return cells;
    at++;
  }
}

function closingQuote(line: string, from: number): number {
  for (let at = line.indexOf('"', from); at >= 0; at = line.indexOf('"', at + 2)) if (line[at + 1] !== '"') return at;
  throw unreadable('com.fasterxml.jackson.core.JsonParseException', 'Missing closing quote for value');
}

function unexpected(character: string): Error {
  const code = character.charCodeAt(0);
  return unreadable(
    'com.fasterxml.jackson.core.JsonParseException',
    `Unexpected character ('${character}' (code ${code})): Expected column separator character (',' (code 44)) or end-of-line`,
  );
}

/** What Kafka's library for CSV says of a line, which its tool wraps once more. */
export function unreadable(javaClass: string, message: string): Error {
  return uncaught('java.lang.RuntimeException', message, `${javaClass}: ${message}`);
}
