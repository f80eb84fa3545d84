import type { Io } from '../io.js';
import type { Tone } from './color.js';
import type { OutputFormat } from './output-format.js';

/**
 * What a listing or describing command found, in every form that it can be shown in. A command makes one and hands it to
 * {@link writeReport}; it never asks itself where the output goes:
 *
 *     const report: Report<TopicRow> = {
 *       rows: topics.map(topicRow),
 *       plain: () => topics.map(({ name }) => `${name}\n`).join(''),
 *       tables: () => [tableOf(rows, [{ heading: 'Topic', cell: (row) => row.topic }])],
 *       whenEmpty: 'There are no topics.',
 *     };
 *     await writeReport(report, outputFormat(options, io), io);
 */
export interface Report<Row extends object = object> {
  /**
   * What programs read with `--output json` and `ndjson`: plain JSON values, with `null` for what is not known. The type
   * of a row lies in a file with its JSON Schema, which the tests hold every row against.
   */
  readonly rows: readonly Row[];
  /** What Kafka's tool prints on standard output, to the byte. */
  plain(): string;
  /** The same for the eyes. Asked for only when it is shown. */
  tables(): readonly Table[];
  /** A sentence in place of tables that would have no row. */
  readonly whenEmpty: string;
}

/** A column of a table: its heading, and what stands there in a row. */
export interface Column<Row> {
  readonly heading: string;
  /** Numbers stand at the right; null is shown as a dash. */
  cell(row: Row): string | number | null;
  /** For columns whose texts are numbers with something to them: `4.2/s`. */
  readonly align?: 'left' | 'right';
  /** What the value means to the reader: a lag that grows, a partition without a leader. */
  tone?(row: Row): Tone | null;
}

/** A table that is ready to be drawn. */
export interface Table {
  /** A line above it. */
  readonly title: string | null;
  /** What that line means, where it means something. */
  readonly titleTone?: Tone | null;
  readonly headings: readonly string[];
  readonly aligns: readonly ('left' | 'right')[];
  readonly rows: readonly (readonly Cell[])[];
  /** Without lines between the rows, as long tables are anyway. */
  readonly isDense?: boolean;
}

export interface Cell {
  readonly text: string;
  readonly tone: Tone | null;
}

export function tableOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  title: string | null = null,
): Table {
  const values = rows.map((row) => columns.map((column) => column.cell(row)));
  const isNumeric = (index: number): boolean =>
    values.some((cells) => typeof cells[index] === 'number') &&
    values.every((cells) => typeof cells[index] !== 'string');
  return {
    title,
    headings: columns.map(({ heading }) => heading),
    aligns: columns.map(({ align }, index) => align ?? (isNumeric(index) ? 'right' : 'left')),
    rows: rows.map((row, at) =>
      columns.map((column, index) => ({
        text: String(values[at]?.[index] ?? '-'),
        tone: column.tone?.(row) ?? null,
      })),
    ),
  };
}

/** Writes a report to standard output in one of its forms. */
export async function writeReport(report: Report, format: OutputFormat, io: Io): Promise<void> {
  io.stdout.write(await reportText(report, format, io));
}

/** The text of a report in one of its forms. */
export async function reportText(report: Report, format: OutputFormat, io: Io): Promise<string> {
  switch (format) {
    case 'plain':
      return report.plain();
    case 'json':
      return jsonArray(report.rows);
    case 'ndjson':
      return report.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    case 'table': {
      const tables = report.tables();
      if (tables.every(({ rows, title }) => rows.length === 0 && title === null)) return `${report.whenEmpty}\n`;
      return (await import('./table.js')).tablesText(tables, io);
    }
  }
}

/** One array with a row a line: a program reads it whole, a person finds a row in it. */
function jsonArray(rows: readonly object[]): string {
  return rows.length === 0 ? '[]\n' : `[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]\n`;
}
