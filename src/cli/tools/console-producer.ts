import { ClientClosedError } from '../../client/client-errors.js';
import { Producer } from '../../client/producer/producer.js';
import { clientHost } from '../connect-to.js';
import { executionText, javaText } from '../format/java-error.js';
import type { Io } from '../io.js';
import { AnswerInstead, UsageError } from '../options/usage-error.js';
import { ToolError, uncaught } from '../tool-error.js';
import { LineParser } from './console-producer/line-parser.js';
import { Lines } from './console-producer/lines.js';
import { Losses } from './console-producer/losses.js';
import { type ProducerOptions, parseProducerOptions } from './console-producer/options.js';

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
  private readonly stopped: Promise<null>;

  constructor(options: ProducerOptions, parser: LineParser, io: Io) {
    this.options = options;
    this.parser = parser;
    this.io = io;
    this.producer = new Producer(options.producer, clientHost(io));
    this.losses = new Losses(io, options.topic);
    this.stopped = new Promise((resolve) => io.onStop(() => resolve(null)));
  }

  async run(): Promise<number> {
    try {
      await this.sendAll();
    } finally {
      await this.producer.close();
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
      const next = await Promise.race([chunks.next(), this.stopped]);
      if (next === null || next.done) break;
      const { value } = next;
      const chunk = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      if (!(await this.sendLines(lines.push(chunk)))) return;
    }
    const last = lines.end();
    if (last !== null) await this.sendLines([last]);
  }

  private prompt(): void {
    if (this.io.stdin.isTerminal && this.io.stdout.isTerminal) this.io.stdout.write('>');
  }

  /** False when no broker takes anything: then there is no use in reading on. */
  private async sendLines(lines: readonly Buffer[]): Promise<boolean> {
    const { producer, losses, parser } = this;
    const { topic, isSync } = this.options;
    for (let index = 0; index < lines.length; index++) {
      const { key, value, headers } = parser.parse(lines[index] as Buffer);
      try {
        let delivery = producer.append(topic, null, key, value, headers);
        while (delivery === null) {
          await producer.ready(topic);
          delivery = producer.append(topic, null, key, value, headers);
        }
        if (isSync) {
          await producer.flush();
          if (delivery.error !== null) throw delivery.error;
        } else losses.sent(delivery, key, value);
      } catch (error) {
        if (!(error instanceof Error) || error instanceof ClientClosedError) throw error;
        if (isSync) throw new ToolError(this.io.stderr.isTerminal ? error.message : executionText(error));
        losses.lost(error, key?.length ?? -1, value?.length ?? -1);
        if (error.name !== 'BootstrapError') continue;
        losses.count += lines.length - index - 1;
        return false;
      }
    }
    return true;
  }
}
