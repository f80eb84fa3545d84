import type { Io } from '../io.js';

/** How far some long work has come, in records and bytes, shown where somebody looks. */
export interface Progress {
  /** What is done so far, in all. Cheap enough to be called for every chunk. */
  update(count: number, bytes: number): void;
  /** Takes the line away again. */
  end(): void;
}

export interface ProgressOptions {
  /** False with --no-color, besides the environment variable NO_COLOR. */
  readonly hasColors?: boolean;
  /** Whether standard output stays empty, so that it may be the same terminal. */
  readonly isOutputFree?: boolean;
  /** How many records there are to be, where that is known. */
  readonly total?: number;
}

const INTERVAL_MS = 100;
const ERASE_LINE = '\r\u001b[K';
export const NO_PROGRESS: Progress = { update: () => undefined, end: () => undefined };

/**
 * One line on standard error, written anew ten times a second at most: `Read 120,000 records, 12.0 MB, 61,000 records/s`.
 * Nothing where standard error is no terminal, or where the records themselves go to one.
 *
 * @param label what is done with the records: `Read`
 */
export function progress(io: Io, label: string, options: ProgressOptions = {}): Progress {
  if (!io.stderr.isTerminal || (io.stdout.isTerminal && !options.isOutputFree)) return NO_PROGRESS;
  return new ProgressLine(io, label, options);
}

class ProgressLine implements Progress {
  private readonly io: Io;
  private readonly label: string;
  private readonly hasColors: boolean;
  private readonly total: number | null;
  private readonly startMs: number;
  private nextMs: number;
  private isShown = false;

  constructor(io: Io, label: string, { hasColors = true, total }: ProgressOptions) {
    this.io = io;
    this.label = label;
    this.hasColors = hasColors && !io.env.NO_COLOR;
    this.total = total !== undefined && Number.isFinite(total) ? total : null;
    this.startMs = io.host.clock.monotonicMs();
    this.nextMs = this.startMs + INTERVAL_MS;
  }

  update(count: number, bytes: number): void {
    const nowMs = this.io.host.clock.monotonicMs();
    if (nowMs < this.nextMs) return;
    this.nextMs = nowMs + INTERVAL_MS;
    const rate = Math.round((count * 1000) / (nowMs - this.startMs));
    const done = this.total === null ? grouped(count) : `${grouped(count)} of ${grouped(this.total)}`;
    const text = ` ${done} records, ${size(bytes)}, ${grouped(rate)} records/s`;
    const label = this.hasColors ? `\u001b[36m${this.label}\u001b[39m` : this.label;
    this.io.stderr.write(`${ERASE_LINE}${label}${text.slice(0, this.room())}`);
    this.isShown = true;
  }

  end(): void {
    if (this.isShown) this.io.stderr.write(ERASE_LINE);
    this.isShown = false;
  }

  /** A line that is longer than the terminal could not be erased. Some terminals say that they have no columns. */
  private room(): number {
    return Math.max(0, (this.io.stderr.columns || 80) - this.label.length - 1);
  }
}

const grouped = (value: number): string => value.toLocaleString('en-US');

const UNITS = ['kB', 'MB', 'GB', 'TB'];

function size(bytes: number): string {
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 1000 && unit < UNITS.length - 1; unit++) value /= 1000;
  return `${value.toFixed(1)} ${UNITS[unit]}`;
}
