import { BootstrapError } from '../../client/client-errors.js';
import type { ConsumedRecords } from '../../client/consumer/consumed-records.js';
import { Consumer } from '../../client/consumer/consumer.js';
import { keyOf } from '../../client/topic-partition.js';
import { clientHost, logUnreachable, toolLogger } from '../connect-to.js';
import { asJava, javaClassOf } from '../format/java-error.js';
import type { Io } from '../io.js';
import { OptionError } from '../options/option-set.js';
import { ToolError, uncaught } from '../tool-error.js';
import { type Formatter, formatterOf } from './console-consumer/default-formatter.js';
import { type ConsumerOptions, parseConsumerOptions } from './console-consumer/options.js';

const LOGGER = 'org.apache.kafka.tools.consumer.ConsoleConsumer';
/** One write for so many bytes. */
const WRITE_BYTES = 64 * 1024;
/** How often it looks whether somebody still reads what it prints. */
const POLL_MS = 1000;

/** kafka-console-consumer: prints the records of topics. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parsed(argv, io);
  const formatter = formatterOf(options.formatterClass, options.formatter);
  if (formatter === null) throw new ToolError(options.formatterClass);
  const logger = toolLogger(io, LOGGER);
  try {
    return await new Session(options, formatter, io).run();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof TypeError) throw error;
    if (io.stderr.isTerminal) throw new ToolError(error.message);
    logger.error('Unknown error when running consumer: ', asJava(error));
    return 1;
  }
}

function parsed(argv: readonly string[], io: Io): ConsumerOptions {
  try {
    return parseConsumerOptions(argv, io);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw uncaught(javaClassOf(error), error.message);
  }
}

class Session {
  private readonly options: ConsumerOptions;
  private readonly formatter: Formatter;
  private readonly io: Io;
  private readonly consumer: Consumer;
  private readonly logger;
  private count = 0;
  private isStopped = false;
  private pending: ConsumedRecords[] = [];

  constructor(options: ConsumerOptions, formatter: Formatter, io: Io) {
    this.options = options;
    this.formatter = formatter;
    this.io = io;
    this.logger = toolLogger(io, LOGGER);
    this.consumer = newConsumer(options, io);
    io.onStop(() => {
      this.isStopped = true;
      this.consumer.wakeup();
    });
  }

  async run(): Promise<number> {
    try {
      this.start();
      return await this.process(this.options.maxMessages());
    } finally {
      await this.close();
      this.io.printError(`Processed a total of ${this.count} messages`);
      if (this.options.tellsEvents) this.io.print('shutdown_complete');
    }
  }

  private start(): void {
    const { consumer } = this;
    const { from } = this.options;
    if ('partition' in from) {
      consumer.assign([from]);
      if (from.offset === 'earliest') consumer.seekToBeginning([from]);
      else if (from.offset === 'latest') consumer.seekToEnd([from]);
      else consumer.seek(from, from.offset);
      return;
    }
    if (consumer.settings.groupProtocol === 'classic') this.io.printError(NEW_PROTOCOL);
    consumer.subscribe(from);
  }

  /** Gives the exit status. */
  private async process(maxMessages: number | null): Promise<number> {
    const most = maxMessages === null || maxMessages === -1 ? Number.POSITIVE_INFINITY : maxMessages;
    while (this.count < most && !this.isStopped) {
      try {
        if (!(await this.receive())) return 0;
      } catch (error) {
        return this.ended(error as Error);
      }
      await this.print(most);
      if (!this.io.stdout.isBroken) continue;
      this.io.printError('Unable to write to standard out, closing consumer.');
      break;
    }
    return 0;
  }

  /** Waits for records; false when it was stopped, or none came in time. */
  private async receive(): Promise<boolean> {
    const { clock } = this.io.host;
    const { timeoutMs } = this.options;
    const deadlineMs = clock.monotonicMs() + (timeoutMs ?? Number.POSITIVE_INFINITY);
    for (;;) {
      const leftMs = deadlineMs - clock.monotonicMs();
      this.pending = await this.consumer.poll(Math.max(0, Math.min(leftMs, POLL_MS)));
      if (this.pending.length > 0) return true;
      if (this.isStopped) return false;
      if (this.io.stdout.isBroken) return true;
      if (clock.monotonicMs() < deadlineMs) continue;
      this.timedOut();
      return false;
    }
  }

  private timedOut(): void {
    if (this.consumer.cluster.metadata.nodes.size === 0) {
      this.logger.warn(`No broker of ${this.options.consumer.get('bootstrap.servers')} answered in that time.`);
    }
    this.logger.error(
      'Error processing message, terminating consumer process: ',
      'org.apache.kafka.common.errors.TimeoutException',
    );
  }

  private ended(error: Error): number {
    if (error instanceof BootstrapError) logUnreachable(error, this.io);
    this.logger.error('Error processing message, terminating consumer process: ', asJava(error));
    return 1;
  }

  /** Prints what was received, up to `most` records in all; what is left over stays pending. */
  private async print(most: number): Promise<void> {
    let chunks: Buffer[] = [];
    let sizeBytes = 0;
    let records = this.pending[0];
    while (records !== undefined && this.count < most && !this.isStopped) {
      if (!records.cursor.next()) {
        this.pending.shift();
        records = this.pending[0];
        continue;
      }
      this.count++;
      const before = chunks.length;
      this.formatOne(records, chunks);
      for (let index = before; index < chunks.length; index++) sizeBytes += (chunks[index] as Buffer).length;
      if (sizeBytes < WRITE_BYTES) continue;
      if (!this.io.stdout.write(Buffer.concat(chunks, sizeBytes))) await this.io.stdout.drained();
      if (this.io.stdout.isBroken) return;
      chunks = [];
      sizeBytes = 0;
    }
    if (sizeBytes > 0) this.io.stdout.write(Buffer.concat(chunks, sizeBytes));
  }

  private formatOne(records: ConsumedRecords, chunks: Buffer[]): void {
    const before = chunks.length;
    try {
      this.formatter.format(records, chunks);
    } catch (error) {
      if (!this.options.skipsErrors || !(error instanceof Error)) throw error;
      chunks.length = before;
      this.logger.error('Error processing message, skipping this message: ', asJava(error));
    }
  }

  /** Goes back to what was not printed, so that it is not committed. */
  private async close(): Promise<void> {
    const seen = new Set<string>();
    for (const records of this.pending) {
      if (seen.has(keyOf(records)) || !records.cursor.next()) continue;
      seen.add(keyOf(records));
      if (this.isAssigned(records)) this.consumer.seek(records, records.cursor.offset, records.leaderEpoch);
    }
    await this.consumer.close();
  }

  private isAssigned(records: ConsumedRecords): boolean {
    return this.consumer.assignment().some((one) => keyOf(one) === keyOf(records));
  }
}

function newConsumer(options: ConsumerOptions, io: Io): Consumer {
  try {
    return new Consumer(options.consumer, clientHost(io));
  } catch (error) {
    if (!(error instanceof Error) || !/ in bootstrap\.servers/.test(error.message)) throw error;
    toolLogger(io, LOGGER).warn(error.message);
    throw new ConstructionError();
  }
}

/** As Java has it where no address can be used; the log says why. */
class ConstructionError extends Error {
  override readonly name = 'ConstructionError';
  readonly javaClass = 'org.apache.kafka.common.KafkaException';

  constructor() {
    super('Failed to construct kafka consumer');
  }
}

const NEW_PROTOCOL =
  'The consumer rebalance protocol (KIP-848) is production-ready! Set group.protocol=consumer to try it out. ' +
  'See https://kafka.apache.org/documentation/#consumer_rebalance_protocol';
