import type { Report } from '../../format/report.js';
import { tableOf } from '../../format/report.js';

/** A value of a cell as the real tool prints it. */
type Cell = string | number | null;

/**
 * A report of rows whose fields are columns in the order of the schema: headings of the real tool, every cell padded to
 * the widest of its column and ended by a tab.
 */
export function columnReport<Row extends object>(
  headings: Readonly<Record<keyof Row & string, string>>,
  rows: readonly Row[],
  whenEmpty: string,
): Report<Row> {
  const keys = Object.keys(headings) as (keyof Row & string)[];
  const textOf = (row: Row, key: keyof Row & string): string => cellText(row[key] as Cell | readonly string[]);
  return {
    rows,
    plain() {
      const widths = keys.map((key) => Math.max(headings[key].length, ...rows.map((row) => textOf(row, key).length)));
      const line = (cells: readonly string[]): string =>
        `${cells.map((cell, index) => `${cell.padEnd(widths[index] as number)}\t`).join('')}\n`;
      return (
        line(keys.map((key) => headings[key])) + rows.map((row) => line(keys.map((key) => textOf(row, key)))).join('')
      );
    },
    tables: () => [
      tableOf(
        rows,
        keys.map((key) => ({ heading: headings[key], cell: (row: Row) => textOf(row, key) })),
      ),
    ],
    whenEmpty,
  };
}

function cellText(value: Cell | readonly string[]): string {
  if (value === null) return 'None';
  return typeof value === 'object' ? value.join(',') : String(value);
}
