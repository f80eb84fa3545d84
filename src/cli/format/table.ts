import type { Io, Output } from '../io.js';
import { colorLevel, type Paint, paintFor } from './color.js';
import { fitWidths } from './fit-widths.js';
import type { Cell, Table } from './report.js';

/** Longer tables have no lines between their rows. */
const MOST_RULED_ROWS = 20;
/** A text may be cut down to so many characters before a table becomes a list. */
const LEAST_TEXT_WIDTH = 8;
/** Padding and one rule a column, and the last rule. */
const FRAME_WIDTH = 3;

/** Tables under their titles, each no wider than the terminal; ends with a newline. */
export async function tablesText(tables: readonly Table[], io: Io): Promise<string> {
  const paint = await paintFor(io);
  const parts: string[] = [];
  for (const table of tables) {
    const title = table.title === null ? '' : `${paint(visible(table.title), table.titleTone ?? 'heading')}\n`;
    const body =
      table.rows.length === 0 ? '' : await tableText(table, paint, io.stdout, colorLevel(io.env, io.stdout) > 0);
    parts.push(title + body);
  }
  return parts.join('\n');
}

async function tableText(table: Table, paint: Paint, output: Output, hasColors: boolean): Promise<string> {
  const shown = {
    ...table,
    rows: table.rows.map((cells) => cells.map(({ text, tone }) => ({ text: visible(text), tone }))),
  };
  const widths = widthsOf(shown, output.columns);
  if (widths === null) return listText(shown, paint);
  const { default: Table } = await import('cli-table3');
  const drawn = new Table({
    head: shown.headings.map((heading, index) => paint(cut(heading, widths[index] as number), 'heading')),
    colAligns: [...shown.aligns],
    style: {
      head: [],
      border: hasColors ? ['gray'] : [],
      compact: table.isDense === true || shown.rows.length > MOST_RULED_ROWS,
    },
  });
  for (const cells of shown.rows) {
    drawn.push(cells.map(({ text, tone }, index) => paint(cut(text, widths[index] as number), tone)));
  }
  return `${drawn.toString()}\n`;
}

function widthsOf({ headings, aligns, rows }: Table, columns: number | null): readonly number[] | null {
  const natural = headings.map((heading, index) =>
    rows.reduce((most, cells) => Math.max(most, (cells[index] as Cell).text.length), heading.length),
  );
  if (columns === null) return natural;
  const least = natural.map((width, index) =>
    aligns[index] === 'right' ? width : Math.min(width, Math.max(LEAST_TEXT_WIDTH, (headings[index] as string).length)),
  );
  return fitWidths(natural, least, columns - FRAME_WIDTH * headings.length - 1);
}

/** Where no table fits: a line a value, and an empty line between rows. */
function listText({ headings, rows }: Table, paint: Paint): string {
  const width = Math.max(...headings.map(({ length }) => length));
  return rows
    .map((cells) =>
      cells
        .map(({ text, tone }, index) => {
          const heading = (headings[index] as string).padEnd(width);
          return `${paint(heading, 'heading')}  ${paint(text, tone)}\n`;
        })
        .join(''),
    )
    .join('\n');
}

const cut = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

/** Names come from others: control characters in them must not reach the terminal. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant.
  return text.replace(/[\0-\x1f\x7f-\x9f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** One table of texts and numbers, without colours. */
export async function terminalTable(
  output: Output,
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Promise<string> {
  const cells = rows.map((row) => row.map((value): Cell => ({ text: String(value), tone: null })));
  const aligns = headings.map(() => 'left' as const);
  return tableText({ title: null, headings, aligns, rows: cells }, (text) => text, output, false);
}
