import type { Io } from '../../io.js';

/** Lines of Kafka's consumer group tool: its errors and warnings stand under an empty line. */
export function printGroupError(io: Io, message: string): void {
  io.print(`\nError: ${message}`);
}

/** `%-15s %-25s ...`: cells filled up with spaces; a width of 0 leaves a cell as it is. */
export function columns(widths: readonly number[], cells: readonly (string | number)[]): string {
  return cells.map((cell, index) => String(cell).padEnd(widths[index] ?? 0)).join(' ');
}

/** The width that a column needs, at least `least`. */
export function widest(least: number, texts: readonly string[]): number {
  return texts.reduce((most, text) => Math.max(most, text.length), least);
}
