import type { ByteRanges } from '../../base/byte-ranges.js';
import { ClientClosedError } from '../../client/client-errors.js';
import type { Delivery } from '../../client/producer/delivery.js';
import { Producer } from '../../client/producer/producer.js';
import { checkSecurity, clientHost } from '../connect-to.js';
import { executionText, javaText } from '../format/java-error.js';
import { NO_PROGRESS, type Progress, progress } from '../format/progress.js';
import type { Io } from '../io.js';
import { AnswerInstead, UsageError } from '../options/usage-error.js';
import { ToolError, uncaught } from '../tool-error.js';
import { LineParser } from './console-producer/line-parser.js';
import { Lines } from './console-producer/lines.js';
import { Losses } from './console-producer/losses.js';
import { type ProducerOptions, parseProducerOptions } from './console-producer/options.js';

/** Lines are not read much faster than they are sent: what lies in the processor's cache is copied in half the time. */
const READ_AHEAD_BYTES = 4 * 1024 * 1024;

/** kafka-console-producer: sends the lines of standard input as records. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  try {
    const options = parseProducerOptions(argv, io);
    checkReader(options.lineReader);
    const parser = new LineParser(options.reader);
    return await new Session(options, parser, io).run();
  } catch (error) {
    if (error instanceof UsageError || error instanceof AnswerInstead || !(error instanceof Error)) throw error;
    if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError) throw error;
    if (error.name === 'OptionError') throw new ToolError(error.message);
    throw new ToolError(io.stderr.isTerminal ? error.message : javaText(error));
  }
}

function checkReader(name: string): void {
  if (/^(?:org\.apache\.kafka\.tools\.|kafka\.tools\.ConsoleProducer\$)?LineMessageReader$/.test(name)) return;
  throw uncaught('java.lang.ClassNotFoundException', `There is no line reader ${name}`, name);
}

/** One run: from the first line to the last batch. */
class Session {
  private readonly options: ProducerOptions;
  private readonly parser: LineParser;
  private readonly io: Io;
  private readonly producer: Producer;
  private readonly losses: Losses;
  private readonly progress: Progress;
  private lineCount = 0;
  private byteCount = 0;
  private isStopped = false;
  private onStop: () => void = () => undefined;

  constructor(options: ProducerOptions, parser: LineParser, io: Io) {
    this.options = options;
    this.parser = parser;
    this.io = io;
    this.producer = new Producer(options.producer, clientHost(io));
    this.losses = new Losses(io, options.topic);
    // Whoever types the lines sees how many there are.
    this.progress = io.stdin.isTerminal ? NO_PROGRESS : progress(io, 'Sent', { isOutputFree: true });
    io.onStop(() => {
      this.isStopped = true;
      this.onStop();
    });
  }

  async run(): Promise<number> {
    try {
      await checkSecurity(this.producer.cluster, 'producer');
      await this.sendAll();
    } finally {
      await this.producer.close();
      this.progress.end();
    }
    const { count } = this.losses;
    if (count === 0) return 0;
    this.io.printError(`${count} ${count === 1 ? 'line' : 'lines'} could not be sent to ${this.options.topic}.`);
    return 1;
  }

  private async sendAll(): Promise<void> {
    const lines = new Lines();
    const chunks = this.io.stdin[Symbol.asyncIterator]();
    for (;;) {
      this.prompt();
      const next = await this.nextOf(chunks);
      if (next === null || next.done) break;
      const { value } = next;
      const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      for (const lot of lines.push(chunk)) {
        if (!(await this.sendLines(lot))) return;
        this.lineCount += lot.count;
      }
      this.byteCount += chunk.length;
      this.progress.update(this.lineCount, this.byteCount);
    }
    const last = lines.end();
    if (last !== null) await this.sendLines(last);
  }

  /** Null when the tool is stopped meanwhile. A race with one promise for all chunks would keep each of them. */
  private nextOf(chunks: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array> | null> {
    if (this.isStopped) return Promise.resolve(null);
    return new Promise((resolve, reject) => {
      this.onStop = () => resolve(null);
      chunks.next().then(resolve, reject);
    });
  }

  private prompt(): void {
    if (this.io.stdin.isTerminal && this.io.stdout.isTerminal) this.io.stdout.write('>');
  }

  /** False when no broker takes anything: then there is no use in reading on. */
  private async sendLines(lines: ByteRanges): Promise<boolean> {
    const takesMany = this.parser.isPlain && !this.options.isSync;
    // These lines came at the same moment.
    const nowMs = this.io.host.clock.nowMs();
    while (!lines.isTaken) {
      const error = takesMany ? await this.sendValues(lines, nowMs) : await this.sendNext(lines, nowMs);
      if (error?.name !== 'BootstrapError') continue;
      this.losses.count += lines.count - lines.next;
      return false;
    }
    return true;
  }

  /** Sends as many lines as go into one batch. Returns what kept the next line, which is lost, from being sent. */
  private async sendValues(lines: ByteRanges, nowMs: number): Promise<Error | null> {
    const { topic } = this.options;
    const { next } = lines;
    try {
      const delivery = await this.accepted(() => this.producer.appendValues(topic, lines, nowMs));
      if (delivery.count === lines.next - next) {
        this.losses.watch(delivery);
        await this.producer.settledTo(READ_AHEAD_BYTES);
      }
      return null;
    } catch (error) {
      return this.lose(error, -1, lines.at(lines.next++).length);
    }
  }

  private async sendNext(lines: ByteRanges, nowMs: number): Promise<Error | null> {
    const { topic, isSync } = this.options;
    const { key, value, headers } = this.parser.parse(lines.at(lines.next++));
    try {
      const delivery = await this.accepted(() => this.producer.append(topic, null, key, value, headers, nowMs));
      if (isSync) await this.delivered(delivery);
      else if (delivery.count === 1) this.losses.watch(delivery);
      return null;
    } catch (error) {
      return this.lose(error, key?.length ?? -1, value?.length ?? -1);
    }
  }

  private async accepted(append: () => Delivery | null): Promise<Delivery> {
    for (;;) {
      const delivery = append();
      if (delivery !== null) return delivery;
      await this.producer.ready(this.options.topic);
    }
  }

  /** @throws what ends the run */
  private lose(error: unknown, keySizeBytes: number, valueSizeBytes: number): Error {
    if (!(error instanceof Error) || error instanceof ClientClosedError) throw error;
    if (this.options.isSync) throw new ToolError(this.io.stderr.isTerminal ? error.message : executionText(error));
    this.losses.lost(error, keySizeBytes, valueSizeBytes);
    return error;
  }

  /** @throws what became of it, if it was not delivered */
  private async delivered(delivery: Delivery): Promise<void> {
    await this.producer.flush();
    if (delivery.error !== null) throw delivery.error;
  }
}
