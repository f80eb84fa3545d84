import type { Logger, LoggerLevels, LogLevel } from '../base/host.js';

const SEVERITY: Record<LogLevel, number> = { TRACE: 0, DEBUG: 1, INFO: 2, WARN: 3, ERROR: 4, FATAL: 5 };

/** Where lines go: a stream of the process, or a list in tests. */
export interface LogSink {
  write(text: string): unknown;
}

/**
 * The least severe level that is printed, for all loggers and for some by name. Names are paths: what is set for
 * `kafka.server` holds for `kafka.server.KafkaRaftServer` unless that has its own.
 */
export class LogLevels implements LoggerLevels {
  private root: LogLevel;
  private readonly byName = new Map<string, LogLevel>();
  private readonly effective = new Map<string, LogLevel>();
  private readonly known = new Set<string>();

  constructor(root: LogLevel) {
    this.root = root;
  }

  /** A logger of that name is there. */
  know(name: string): void {
    this.known.add(name);
  }

  names(): Iterable<string> {
    return this.known;
  }

  of(name: string): LogLevel {
    let level = this.effective.get(name);
    if (level === undefined) {
      level = this.lookUp(name);
      this.effective.set(name, level);
    }
    return level;
  }

  setRoot(level: LogLevel): void {
    this.root = level;
    this.effective.clear();
  }

  /** Null takes back what was set for the name. */
  set(name: string, level: LogLevel | null): void {
    if (level === null) this.byName.delete(name);
    else this.byName.set(name, level);
    this.effective.clear();
  }

  private lookUp(name: string): LogLevel {
    for (let path = name; path !== ''; path = path.slice(0, Math.max(0, path.lastIndexOf('.')))) {
      const level = this.byName.get(path);
      if (level !== undefined) return level;
    }
    return this.root;
  }
}

/**
 * Prints lines as log4j2 does with Kafka's layout, in local time:
 * `[2026-01-31 12:00:00,000] INFO [KafkaRaftServer nodeId=1] Kafka Server started (kafka.server.KafkaRaftServer)`.
 */
export class ConsoleLogger implements Logger {
  private readonly sink: LogSink;
  private readonly levels: LogLevels;
  private readonly nowMs: () => number;
  private readonly prefix: string;
  private readonly name: string;

  constructor(sink: LogSink, levels: LogLevels, nowMs: () => number, prefix = '', name = 'kafkalite') {
    this.sink = sink;
    this.levels = levels;
    this.nowMs = nowMs;
    this.prefix = prefix;
    this.name = name;
    levels.know(name);
  }

  trace(message: string): void {
    this.log('TRACE', message);
  }

  debug(message: string): void {
    this.log('DEBUG', message);
  }

  info(message: string): void {
    this.log('INFO', message);
  }

  warn(message: string, cause?: unknown): void {
    this.log('WARN', message, cause);
  }

  error(message: string, cause?: unknown): void {
    this.log('ERROR', message, cause);
  }

  with(prefix: string, name = this.name): Logger {
    return new ConsoleLogger(this.sink, this.levels, this.nowMs, prefix, name);
  }

  private log(level: LogLevel, message: string, cause?: unknown): void {
    const threshold = this.levels.of(this.name);
    if (SEVERITY[level] < SEVERITY[threshold]) return;
    const line = `[${localTime(this.nowMs())}] ${level} ${this.prefix}${message} (${this.name})\n`;
    this.sink.write(cause === undefined ? line : line + causeText(cause, SEVERITY[threshold] <= SEVERITY.DEBUG));
  }
}

/** The error and what caused it, a line each; with their stacks when one debugs. */
function causeText(cause: unknown, withStacks: boolean): string {
  let text = '';
  let introduction = '';
  for (let error = cause; error !== undefined && error !== null; ) {
    if (!(error instanceof Error)) return `${text}${introduction}${String(error)}\n`;
    text += `${introduction}${(withStacks && error.stack) || `${error.name}: ${error.message}`}\n`;
    introduction = 'Caused by: ';
    error = error.cause;
  }
  return text;
}

function localTime(timeMs: number): string {
  const time = new Date(timeMs);
  const date = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  const seconds = `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
  return `${date} ${seconds},${String(time.getMilliseconds()).padStart(3, '0')}`;
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value);
}
