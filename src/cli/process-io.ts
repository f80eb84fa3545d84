import type { Host } from '../base/host.js';
import { nodeClock } from '../host/node-clock.js';
import { nodeDisk } from '../host/node-disk.js';
import { nodeRandom } from '../host/node-random.js';
import { tcpNetwork } from '../host/tcp-network.js';
import type { Input, Io, Output, StopSignal } from './io.js';

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/** The streams, signals and machine of this process. */
export class ProcessIo implements Io {
  readonly stdin: Input = new ProcessInput();
  readonly stdout: Output = new ProcessOutput(process.stdout);
  readonly stderr: Output = new ProcessOutput(process.stderr);
  readonly env = process.env;
  readonly host: Host = { clock: nodeClock, random: nodeRandom, disk: nodeDisk, network: tcpNetwork };
  /** The signal that the process was told to stop by, where somebody listens for it. */
  stoppedBy: StopSignal | null = null;
  private readonly stopCallbacks: ((signal: StopSignal) => void)[] = [];

  print(line: string): void {
    this.stdout.write(`${line}\n`);
  }

  printError(line: string): void {
    this.stderr.write(`${line}\n`);
  }

  onStop(callback: (signal: StopSignal) => void): void {
    this.stopCallbacks.push(callback);
    if (this.stopCallbacks.length > 1) return;
    for (const signal of SIGNALS) process.on(signal, () => this.stop(signal));
  }

  private stop(signal: StopSignal): void {
    if (this.stoppedBy !== null) process.exit(exitStatusOf(signal));
    this.stoppedBy = signal;
    for (const callback of this.stopCallbacks) callback(signal);
  }
}

/** As shells report a process that a signal ended. */
export function exitStatusOf(signal: StopSignal): number {
  return signal === 'SIGINT' ? 130 : 143;
}

class ProcessOutput implements Output {
  isBroken = false;
  private readonly stream: NodeJS.WriteStream;

  constructor(stream: NodeJS.WriteStream) {
    this.stream = stream;
    stream.on('error', () => {
      this.isBroken = true;
    });
  }

  get isTerminal(): boolean {
    return this.stream.isTTY === true;
  }

  get columns(): number | null {
    return this.stream.columns ?? null;
  }

  write(chunk: string | Uint8Array): boolean {
    return this.isBroken || this.stream.write(chunk);
  }

  drained(): Promise<void> {
    const { stream } = this;
    if (this.isBroken || stream.writableLength === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        stream.off('drain', done);
        stream.off('error', done);
        resolve();
      };
      stream.once('error', done);
      // An empty write is done when all before it are; `drain` would come only after the high-water mark.
      stream.write('', done);
    });
  }
}

/** Standard input is opened when it is first read: a tool that reads nothing must not wait for it. */
class ProcessInput implements Input {
  get isTerminal(): boolean {
    return process.stdin.isTTY === true;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return process.stdin[Symbol.asyncIterator]();
  }
}
