import type { Host } from '../../src/base/host.js';
import type { Io, Output, StopSignal } from '../../src/cli/io.js';
import { nodeDisk } from '../../src/host/node-disk.js';
import { tcpNetwork } from '../../src/host/tcp-network.js';
import { SeededRandom } from '../support/seeded-random.js';
import { VirtualClock } from '../support/virtual-clock.js';

class Recorded implements Output {
  text = '';
  isTerminal = false;
  columns: number | null = null;
  rows: number | null = null;
  isBroken = false;
  private resized = (): void => undefined;

  onResize(callback: () => void): void {
    this.resized = callback;
  }

  /** As if somebody had pulled at the terminal. */
  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.resized();
  }

  write(chunk: string | Uint8Array): boolean {
    this.text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  }

  drained(): Promise<void> {
    return Promise.resolve();
  }
}

/** What a tool sees in a test: recorded output, given input, its own time and randomness, real files. */
export class TestIo implements Io {
  readonly stdin = Object.assign(asyncLines([]), { isTerminal: false });
  readonly stdout = new Recorded();
  readonly stderr = new Recorded();
  readonly env: Record<string, string>;
  readonly host: Host;
  private stop: (signal: StopSignal) => void = () => undefined;

  constructor(env: Record<string, string> = {}) {
    this.env = env;
    this.host = {
      clock: new VirtualClock(1_700_000_000_000),
      random: new SeededRandom(1),
      disk: nodeDisk,
      network: tcpNetwork,
    };
  }

  print(line: string): void {
    this.stdout.write(`${line}\n`);
  }

  printError(line: string): void {
    this.stderr.write(`${line}\n`);
  }

  onStop(callback: (signal: StopSignal) => void): void {
    this.stop = callback;
  }

  /** Makes both outputs a terminal. */
  onTerminal(columns: number, rows = 40): this {
    for (const output of [this.stdout, this.stderr]) Object.assign(output, { isTerminal: true, columns, rows });
    return this;
  }

  /** As if SIGTERM had come. */
  tellToStop(): void {
    this.stop('SIGTERM');
  }
}

async function* asyncLines(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}
