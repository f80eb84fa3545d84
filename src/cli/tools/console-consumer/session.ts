import { BootstrapError } from '../../../client/client-errors.js';
import type { ConsumedRecords } from '../../../client/consumer/consumed-records.js';
import { logUnreachable, toolLogger } from '../../connect-to.js';
import { type Progress, progress } from '../../format/progress.js';
import type { Io } from '../../io.js';
import { ToolError } from '../../tool-error.js';
import { asLogged, isSetupFailure } from './log-error.js';
import type { ConsumerOptions } from './options.js';
import { OutputBuffer } from './output-buffer.js';
import type { Mark, RecordSource } from './record-source.js';
import type { RecordWriter } from './record-writer.js';

/** One write for so many bytes, once records flow. */
const WRITE_BYTES = 128 * 1024;
/** For fewer records nobody waits long enough to look at how far it is. */
const LEAST_RECORDS_WITH_PROGRESS = 10_000;

/** In that time it has come out whether the addresses and files of the configuration are of any use. */
const SETUP_MS = 300;

/** What a session needs of the options. */
type SessionOptions = Pick<
  ConsumerOptions,
  'maxMessages' | 'timeoutMs' | 'skipsErrors' | 'tellsEvents' | 'hasColors' | 'logDirs'
>;

/** The words of one of the tools. */
export interface SessionWords {
  readonly logger: string;
  /** Of a record that could not be printed, and is passed over. */
  readonly skipping: string;
}

/** One run of a console consumer: receives records and writes them, until an end comes. */
export class Session {
  private readonly options: SessionOptions;
  private readonly io: Io;
  private readonly source: RecordSource;
  private readonly writer: RecordWriter;
  private readonly words: SessionWords;
  private readonly logger;
  private readonly output = new OutputBuffer(WRITE_BYTES * 2);
  private progress: Progress | null = null;
  private count = 0;
  private writtenBytes = 0;
  private isStopped = false;
  private isTold = false;
  private pending: ConsumedRecords[] = [];
  /** The first record of each partition in what was not written yet, and the number of records in it. */
  private marks: Mark[] = [];
  private unwritten = 0;
  /** Writes begin small, so that a reader that goes away early (`| head -1`) leaves most records unread. */
  private writeBytes = 1;

  constructor(options: SessionOptions, io: Io, source: RecordSource, writer: RecordWriter, words: SessionWords) {
    this.options = options;
    this.io = io;
    this.source = source;
    this.writer = writer;
    this.words = words;
    this.logger = toolLogger(io, words.logger);
  }

  /** Gives the exit status. @throws what the options or a formatter throw */
  async run(): Promise<number> {
    this.start();
    this.io.onStop(() => {
      this.isStopped = true;
      this.source.wakeup();
    });
    this.writer.begin(this.output);
    let failure: unknown = null;
    try {
      return await this.process(this.options.maxMessages());
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      await this.close();
      if (!isSetupFailure(failure)) this.sayGoodbye();
    }
  }

  private sayGoodbye(): void {
    this.tellOfProtocol();
    this.io.printError(`Processed a total of ${this.count} messages`);
    if (this.options.tellsEvents) this.io.print('shutdown_complete');
  }

  /** Once, and not before it is clear that Java would have come so far as to make a consumer. */
  private tellOfProtocol(): void {
    if (this.isTold) return;
    this.isTold = true;
    const notice = this.source.notice();
    if (notice !== null) this.io.printError(notice);
  }

  private start(): void {
    try {
      this.source.begin();
    } catch (error) {
      this.tellOfProtocol();
      throw error;
    }
  }

  private async process(maxMessages: number | null): Promise<number> {
    const most = maxMessages === null || maxMessages === -1 ? Number.POSITIVE_INFINITY : maxMessages;
    if (maxMessages !== null && most >= LEAST_RECORDS_WITH_PROGRESS && most < Number.POSITIVE_INFINITY) {
      this.progress = progress(this.io, 'Read', { hasColors: this.options.hasColors, total: most });
    }
    while (this.count < most && !this.isStopped) {
      try {
        if (!(await this.receive())) return 0;
      } catch (error) {
        if (isSetupFailure(error) || error instanceof ToolError) throw error;
        return this.ended(error as Error);
      }
      await this.print(most);
      if (!this.io.stdout.isBroken) continue;
      this.progress?.end();
      this.io.printError('Unable to write to standard out, closing consumer.');
      break;
    }
    return 0;
  }

  /** Waits for records; false when it was stopped, there are no more, or none came in time. */
  private async receive(): Promise<boolean> {
    const { clock } = this.io.host;
    const deadlineMs = clock.monotonicMs() + (this.options.timeoutMs ?? Number.POSITIVE_INFINITY);
    for (;;) {
      const leftMs = Math.max(0, deadlineMs - clock.monotonicMs());
      this.pending = await this.source.poll(this.isTold ? leftMs : Math.min(leftMs, SETUP_MS));
      this.tellOfProtocol();
      if (this.pending.length > 0) return true;
      if (this.isStopped || this.source.isDone) return false;
      if (clock.monotonicMs() < deadlineMs) continue;
      this.timedOut();
      return false;
    }
  }

  private timedOut(): void {
    const { io, options, logger } = this;
    this.progress?.end();
    const why = this.source.whyNothingCame();
    if (why !== null) logger.warn(why);
    if (io.stderr.isTerminal) io.printError(`No record came within ${options.timeoutMs} ms.`);
    else logger.error(ENDING, 'org.apache.kafka.common.errors.TimeoutException');
  }

  /** As with Kafka's tool an error of the cluster is told, and no failure; where no broker is, that would go on for ever. */
  private ended(error: Error): number {
    this.progress?.end();
    this.tellOfProtocol();
    const isUnreachable = error instanceof BootstrapError;
    if (this.io.stderr.isTerminal) this.io.printError(error.message);
    else {
      if (isUnreachable) logUnreachable(error, this.io);
      this.logger.error(ENDING, asLogged(error));
    }
    return isUnreachable || this.options.logDirs !== null ? 1 : 0;
  }

  /** Writes what was received, up to `most` records in all; what is left over stays pending. */
  private async print(most: number): Promise<void> {
    const { output, pending } = this;
    try {
      for (let records = pending[0]; records !== undefined; records = pending[0]) {
        let isMarked = false;
        while (this.count < most && !this.isStopped) {
          if (!records.cursor.next()) break;
          if (!isMarked) isMarked = this.mark(records);
          this.count++;
          this.unwritten++;
          this.write(records);
          if (output.length < this.writeBytes) continue;
          await this.flush();
          isMarked = false;
          if (this.io.stdout.isBroken) return;
        }
        if (this.count >= most || this.isStopped) return;
        pending.shift();
      }
    } finally {
      await this.flush();
    }
  }

  private mark({ topic, partition, cursor }: ConsumedRecords): true {
    this.marks.push({ topic, partition, offset: cursor.offset });
    return true;
  }

  private write(records: ConsumedRecords): void {
    try {
      this.writer.write(records, this.output);
      this.source.onWritten?.(records);
    } catch (error) {
      if (!this.options.skipsErrors || !(error instanceof ToolError)) throw error;
      this.progress?.end();
      this.logger.error(`Error processing message, ${this.words.skipping} this message: `, asLogged(error));
      this.source.onSkipped?.(records);
    }
  }

  /** Hands on what was collected, and waits until it was taken: a slow reader slows the fetching. */
  private async flush(): Promise<void> {
    const { output, io } = this;
    if (output.length > 0) {
      this.writtenBytes += output.length;
      io.stdout.write(output.view());
      await io.stdout.drained();
      output.clear();
      this.writeBytes = Math.min(this.writeBytes * 2, WRITE_BYTES);
    }
    if (io.stdout.isBroken) return;
    this.marks.length = 0;
    this.unwritten = 0;
    this.progress?.update(this.count, this.writtenBytes);
  }

  private async close(): Promise<void> {
    if (this.io.stdout.isBroken) this.count -= this.unwritten;
    else {
      this.writer.end(this.output);
      await this.flush();
    }
    this.progress?.end();
    for (const records of this.pending) if (records.cursor.next()) this.mark(records);
    await this.source.close(this.marks);
  }
}

const ENDING = 'Error processing message, terminating consumer process: ';
