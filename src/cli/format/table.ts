import type { Output } from '../io.js';

/** Rows under headings, for the eyes: scripts get the lines of Kafka's tools instead. */
export async function terminalTable(
  output: Output,
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): Promise<string> {
  const [{ default: Table }, { default: chalk }] = await Promise.all([import('cli-table3'), import('chalk')]);
  const table = new Table({
    head: headings.map((heading) => chalk.bold(heading)),
    style: { head: [], border: ['gray'], compact: rows.length > MOST_RULED_ROWS },
  });
  for (const row of rows) table.push(row.map((cell) => shorten(String(cell), output.columns)));
  return `${table.toString()}\n`;
}

/** Longer tables have no lines between their rows. */
const MOST_RULED_ROWS = 20;

/** A cell takes at most half a line. */
function shorten(text: string, columns: number | null): string {
  const most = Math.max(20, Math.floor((columns ?? 160) / 2));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
