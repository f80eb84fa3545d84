/**
 * What the code needs of the machine it runs on. Only `src/host` implements these against Node; everything
 * else gets them handed in, so that tests and simulations can put a virtual clock, disk and network in place.
 */
import type { Disk } from './disk.js';
import type { Network } from './network.js';

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall-clock time in milliseconds since 1970, whole. */
  nowMs(): number;
  /** Milliseconds that never go back, for durations; fractions allowed. */
  monotonicMs(): number;
  /** Calls back once, after `delayMs`. */
  setTimer(delayMs: number, callback: () => void): Timer;
}

export interface Random {
  bytes(sizeBytes: number): Buffer;
  /** Uniform in [0, 1). */
  fraction(): number;
}

export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

export interface Logger {
  trace(message: string): void;
  debug(message: string): void;
  info(message: string): void;
  warn(message: string, cause?: unknown): void;
  error(message: string, cause?: unknown): void;
  /** A logger whose lines begin with `prefix` and carry the class name `name`, as Kafka's LogContext does. */
  with(prefix: string, name?: string): Logger;
}

/** The least severe levels that loggers print, which may change while they are used. */
export interface LoggerLevels {
  /** Of the loggers that there are. */
  names(): Iterable<string>;
  /** What holds for a name, its own or one above it; of all others with an empty one. */
  of(name: string): LogLevel;
  setRoot(level: LogLevel): void;
  /** Null takes back what was set for the name. */
  set(name: string, level: LogLevel | null): void;
}

export interface Host {
  readonly clock: Clock;
  readonly random: Random;
  readonly disk: Disk;
  readonly network: Network;
}
