import type { Logger, LogLevel } from '../../src/base/host.js';

export interface LoggedLine {
  readonly level: LogLevel;
  readonly message: string;
}

/** Keeps what is logged, for tests to look at. */
export class RecordingLogger implements Logger {
  readonly lines: LoggedLine[];
  private readonly prefix: string;

  constructor(lines: LoggedLine[] = [], prefix = '') {
    this.lines = lines;
    this.prefix = prefix;
  }

  trace(message: string): void {
    this.add('TRACE', message);
  }

  debug(message: string): void {
    this.add('DEBUG', message);
  }

  info(message: string): void {
    this.add('INFO', message);
  }

  warn(message: string, cause?: unknown): void {
    this.add('WARN', message, cause);
  }

  error(message: string, cause?: unknown): void {
    this.add('ERROR', message, cause);
  }

  with(prefix: string): Logger {
    return new RecordingLogger(this.lines, this.prefix + prefix);
  }

  /** The messages of a level. */
  at(level: LogLevel): string[] {
    return this.lines.filter((line) => line.level === level).map(({ message }) => message);
  }

  private add(level: LogLevel, message: string, cause?: unknown): void {
    const tail = cause === undefined ? '' : `: ${cause instanceof Error ? cause.message : String(cause)}`;
    this.lines.push({ level, message: this.prefix + message + tail });
  }
}
