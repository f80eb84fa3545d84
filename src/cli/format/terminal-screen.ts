import type { Output } from '../io.js';

/** The other screen, no cursor, and lines that are cut instead of wrapped. */
const OPEN = '\u001b[?1049h\u001b[?25l\u001b[?7l';
const CLOSE = '\u001b[?7h\u001b[?25h\u001b[?1049l';
const HOME = '\u001b[H';
const END_OF_LINE = '\u001b[K';
const END_OF_SCREEN = '\u001b[J';

/** Room that is left where the height of a terminal is not known. */
const ROWS = 24;

/**
 * A screen of a terminal that is drawn over again and again: the other one, which leaves what was there before alone.
 * `close` it whatever happens: it gives back screen and cursor.
 */
export class TerminalScreen {
  private readonly output: Output;
  private isOpen = false;

  constructor(output: Output) {
    this.output = output;
  }

  get rows(): number {
    return this.output.rows ?? ROWS;
  }

  /** Replaces all that is there; lines that have no room are left out. In one write, so that nothing flickers. */
  draw(text: string): void {
    const lines = text.replace(/\n$/, '').split('\n').slice(0, this.rows);
    const body = lines.map((line) => `${line}${END_OF_LINE}`).join('\r\n');
    this.output.write(`${this.isOpen ? '' : OPEN}${HOME}${body}${END_OF_SCREEN}`);
    this.isOpen = true;
  }

  close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.output.write(CLOSE);
  }
}
