import type { Host } from '../base/host.js';
import type { Environment } from '../config/environment.js';

/** Where a tool writes. Once its reader has gone away (`| head -1`) everything written is dropped. */
export interface Output {
  readonly isTerminal: boolean;
  /** Width of the terminal; null where it is none. */
  readonly columns: number | null;
  /** Its height; null or left out where it is not known. */
  readonly rows?: number | null;
  /** Calls back whenever the terminal has got another size. */
  onResize?(callback: () => void): void;
  /** The reader went away: whoever writes for ever should end. */
  readonly isBroken: boolean;
  /** False when much waits to be taken: go on after `drained`. */
  write(chunk: string | Uint8Array): boolean;
  drained(): Promise<void>;
}

/** What a tool reads: bytes as they come, until the end. A chunk holds until the next is asked for. */
export interface Input extends AsyncIterable<Uint8Array> {
  readonly isTerminal: boolean;
}

export type StopSignal = 'SIGINT' | 'SIGTERM';

/** All that a tool sees of the world. Tests put their own in its place. */
export interface Io {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Environment;
  readonly host: Host;
  /** One line on standard output. */
  print(line: string): void;
  /** One line on standard error. */
  printError(line: string): void;
  /**
   * Calls back when the tool is told to stop, instead of ending it at once; a second signal does end it. The tool then
   * ends by itself, and with the exit status of the signal.
   */
  onStop(callback: (signal: StopSignal) => void): void;
}
