import { fstatSync, read, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Host } from '../base/host.js';
import { nodeClock } from '../host/node-clock.js';
import { nodeDisk } from '../host/node-disk.js';
import { nodeRandom } from '../host/node-random.js';
import { tcpNetwork } from '../host/tcp-network.js';
import type { Input, Io, Output, StopSignal } from './io.js';

const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM'];

/** The streams, signals and machine of this process. Streams are opened when they are first used. */
export class ProcessIo implements Io {
  readonly stdin: Input = new ProcessInput();
  readonly stdout = new ProcessOutput(1, () => process.stdout);
  readonly stderr = new ProcessOutput(2, () => process.stderr);
  readonly env = process.env;
  readonly host: Host = { clock: nodeClock, random: nodeRandom, disk: nodeDisk, network: tcpNetwork };
  /** The signal that the process was told to stop by, where somebody listens for it. */
  stoppedBy: StopSignal | null = null;
  private readonly stopCallbacks: ((signal: StopSignal) => void)[] = [];

  /** All that was written is on its way, or cannot be. */
  async drained(): Promise<void> {
    await Promise.all([this.stdout.drained(), this.stderr.drained()]);
  }

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

/** What any pipe takes at once. */
const WRITTEN_STRAIGHT_BYTES = 16 * 1024;

/**
 * Standard output or error. A little is written straight to the descriptor: opening Node's stream takes a tenth of a
 * short run. Whoever writes more gets the stream, as a slow reader must not keep a group's member from its heartbeats.
 */
class ProcessOutput implements Output {
  isBroken = false;
  private readonly descriptor: number;
  private readonly open: () => NodeJS.WriteStream;
  private opened: NodeJS.WriteStream | null = null;
  private leftStraightBytes = WRITTEN_STRAIGHT_BYTES;

  constructor(descriptor: number, open: () => NodeJS.WriteStream) {
    this.descriptor = descriptor;
    this.open = open;
  }

  get isTerminal(): boolean {
    return isatty(this.descriptor);
  }

  get columns(): number | null {
    return this.isTerminal ? (this.stream.columns ?? null) : null;
  }

  get rows(): number | null {
    return this.isTerminal ? (this.stream.rows ?? null) : null;
  }

  onResize(callback: () => void): void {
    this.stream.on('resize', callback);
  }

  private get stream(): NodeJS.WriteStream {
    if (this.opened !== null) return this.opened;
    this.opened = this.open();
    this.opened.on('error', () => {
      this.isBroken = true;
    });
    return this.opened;
  }

  write(chunk: string | Uint8Array): boolean {
    if (this.isBroken) return true;
    if (this.opened !== null) return this.opened.write(chunk);
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    if (bytes.length > this.leftStraightBytes) return this.stream.write(bytes);
    const rest = this.writeStraight(bytes);
    return rest.length === 0 || this.stream.write(rest);
  }

  /** @returns what the descriptor did not take */
  private writeStraight(bytes: Uint8Array): Uint8Array {
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(this.descriptor, bytes, at);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'EAGAIN') return bytes.subarray(at);
      this.isBroken = true;
      return bytes.subarray(bytes.length);
    }
    this.leftStraightBytes -= bytes.length;
    return bytes.subarray(at);
  }

  drained(): Promise<void> {
    const stream = this.opened;
    if (stream === null || this.isBroken || stream.writableLength === 0) return Promise.resolve();
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

const STDIN = 0;
/** Node reads 64 KiB of a file at a time, into new memory, and each read takes a turn of the event loop. */
const FILE_CHUNK_BYTES = 512 * 1024;

function isFile(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isFile();
  } catch {
    return false;
  }
}

/** Standard input is opened when it is first read: a tool that reads nothing must not wait for it. */
class ProcessInput implements Input {
  get isTerminal(): boolean {
    return isatty(STDIN);
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return isFile(STDIN) ? chunksOf(STDIN) : process.stdin[Symbol.asyncIterator]();
  }
}

/** The next chunk of a file is read while the last is looked at: two pieces of memory take turns. */
async function* chunksOf(descriptor: number): AsyncGenerator<Uint8Array> {
  let [memory, other] = [Buffer.allocUnsafeSlow(FILE_CHUNK_BYTES), Buffer.allocUnsafeSlow(FILE_CHUNK_BYTES)];
  let coming = readInto(descriptor, memory);
  for (;;) {
    const sizeBytes = await coming;
    if (sizeBytes === 0) return;
    const chunk = memory.subarray(0, sizeBytes);
    [memory, other] = [other, memory];
    coming = readInto(descriptor, memory);
    // Whoever stops in the middle does not wait for it.
    coming.catch(() => undefined);
    yield chunk;
  }
}

function readInto(descriptor: number, memory: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, memory, 0, memory.length, null, (error, sizeBytes) => {
      if (error === null) resolve(sizeBytes);
      else reject(error);
    });
  });
}
