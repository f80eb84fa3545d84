import type { OutputFormat } from '../../format/output-format.js';
import type { Io } from '../../io.js';

/** Where the tool shows what it found, and in which form. */
export interface Shown {
  readonly io: Io;
  readonly format: OutputFormat;
}

/**
 * Errors that do not end the tool: Kafka's tool prints them under an empty line on standard output and is a success all
 * the same; people and programs read them on standard error, and they count.
 */
export class GroupErrors {
  private readonly shown: Shown;
  private readonly questions: string[] = [];
  private count = 0;

  constructor(shown: Shown) {
    this.shown = shown;
  }

  print(message: string): void {
    const { io, format } = this.shown;
    this.count++;
    if (format === 'plain') io.print(`\nError: ${message}`);
    else io.printError(message);
  }

  /** Errors that the report itself shows. */
  add(count: number): void {
    this.count += count;
  }

  /** Something to think about for a person at a terminal, after all else. */
  ask(question: string | null): void {
    if (question !== null) this.questions.push(question);
  }

  /** Asks what there is to ask, and gives the exit status of the tool. */
  end(): number {
    for (const question of this.questions) this.shown.io.printError(question);
    return this.count > 0 && this.shown.format !== 'plain' ? 1 : 0;
  }
}

/** `%-15s %-25s ...`: cells filled up with spaces; a width of 0 leaves a cell as it is. */
export function columns(widths: readonly number[], cells: readonly (string | number)[]): string {
  return cells.map((cell, index) => String(cell).padEnd(widths[index] ?? 0)).join(' ');
}

/** The width that a column needs, at least `least`. */
export function widest(least: number, texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), least);
}

/** A column of Kafka's lines: its heading, and how wide it is with what stands in it. */
export interface LineColumn<Row> {
  readonly heading: string;
  /** A width, which grows with the texts where `grows` is set; 0 for the last column. */
  readonly width: number;
  readonly grows?: boolean;
  cell(row: Row): string | number | null;
}

/** Headings and rows as Kafka's tool lays them out: an empty line before, null as a dash. */
export function lines<Row>(layout: readonly LineColumn<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => layout.map((column) => String(column.cell(row) ?? '-')));
  const widths = layout.map(({ width, grows }, index) =>
    grows
      ? widest(
          width,
          cells.map((texts) => texts[index] as string),
        )
      : width,
  );
  const headings = layout.map(({ heading }) => heading);
  return `${[headings, ...cells].map((texts) => `\n${columns(widths, texts)}`).join('')}\n`;
}
