import type { Delivery } from '../../client/producer/delivery.js';
import { Producer } from '../../client/producer/producer.js';
import { checkSecurity, clientHost } from '../connect-to.js';
import { asJava, javaText } from '../format/java-error.js';
import { printMetrics } from '../format/metrics.js';
import type { Io } from '../io.js';
import { ToolError } from '../tool-error.js';
import { Latencies } from './producer-perf-test/latencies.js';
import { type PerfOptions, parsePerfOptions } from './producer-perf-test/options.js';
import { payloads } from './producer-perf-test/payloads.js';

export { TOOL } from './producer-perf-test/options.js';

/** kafka-producer-perf-test: sends records as fast as they go, or at some rate, and tells how long they took. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parsePerfOptions(argv, io);
  await new PerfRun(options, payloads(options.payload, io), io).run();
  return 0;
}

/** One run, from the first record to the summary. */
class PerfRun {
  private readonly options: PerfOptions;
  private readonly payloadOf: (index: number) => Buffer;
  private readonly io: Io;
  private readonly producer: Producer;
  private readonly latencies: Latencies;
  private steady: Latencies | null = null;
  private sentCount = 0;
  private failedCount = 0;
  private transactionSinceMs = 0;
  private isStopped = false;

  constructor(options: PerfOptions, payloadOf: (index: number) => Buffer, io: Io) {
    this.options = options;
    this.payloadOf = payloadOf;
    this.io = io;
    this.producer = new Producer(options.producer, clientHost(io));
    const { recordCount, reportingIntervalMs } = options;
    this.latencies = new Latencies(this.nowMs(), recordCount, reportingIntervalMs, (line) => {
      if (this.steady === null) io.print(line);
    });
    io.onStop(() => {
      this.isStopped = true;
    });
  }

  async run(): Promise<void> {
    const { producer, io } = this;
    try {
      await checkSecurity(producer.cluster, 'producer');
      if (this.options.warmUpCount > 0) {
        io.print(
          `Warmup first ${this.options.warmUpCount} records. Steady state results will print after the complete test summary.`,
        );
      }
      if (this.isTransactional) await producer.initTransactions();
      await this.sendAll();
      if (this.isTransactional && this.sentCount > 0) await this.commit();
      await producer.flush();
      const nowMs = this.nowMs();
      io.print(this.latencies.summary(nowMs));
      if (this.steady !== null) io.print(this.steady.summary(nowMs));
      if (this.options.printsMetrics) {
        const counts = { 'record-error-total': this.failedCount, 'record-send-total': this.sentCount };
        printMetrics(io, 'producer-metrics', producer.settings.clientId, counts);
      }
    } finally {
      await producer.close();
    }
  }

  private get isTransactional(): boolean {
    return this.options.transactionDurationMs !== null;
  }

  private nowMs(): number {
    return Math.round(this.io.host.clock.monotonicMs());
  }

  private async sendAll(): Promise<void> {
    const { options } = this;
    const startMs = this.nowMs();
    for (let index = 0; index < options.recordCount && !this.isStopped; index++) {
      if (index === options.warmUpCount && index > 0) this.beginSteadyState();
      if (this.isTransactional && this.transactionSinceMs === 0) {
        this.producer.beginTransaction();
        this.transactionSinceMs = this.nowMs();
      }
      await this.send(this.payloadOf(index));
      const limitMs = options.transactionDurationMs;
      if (limitMs !== null && this.nowMs() - this.transactionSinceMs >= limitMs) await this.commit();
      await this.pace(index + 1, startMs);
    }
  }

  private async commit(): Promise<void> {
    if (this.transactionSinceMs === 0) return;
    await this.producer.commitTransaction();
    this.transactionSinceMs = 0;
  }

  private beginSteadyState(): void {
    const { recordCount, warmUpCount, reportingIntervalMs } = this.options;
    const print = (line: string): void => this.io.print(line);
    this.steady = new Latencies(this.nowMs(), recordCount - warmUpCount, reportingIntervalMs, print, 'steady state ');
  }

  private async send(value: Buffer): Promise<void> {
    const { topic } = this.options;
    const startMs = this.nowMs();
    const { steady } = this;
    try {
      let delivery = this.producer.append(topic, null, null, value);
      if (delivery === null) delivery = await this.producer.send(topic, null, null, value);
      this.sentCount++;
      const sizeBytes = value.length;
      const index = delivery.count - 1;
      delivery.onSettled((settled) => this.settled(settled, index, startMs, sizeBytes, steady));
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (this.isTransactional) throw new ToolError(javaText(error));
      this.tell(error);
    }
  }

  private settled(
    delivery: Delivery,
    index: number,
    startMs: number,
    sizeBytes: number,
    steady: Latencies | null,
  ): void {
    const error = delivery.partOf(index)?.error ?? null;
    if (error !== null) {
      this.tell(error);
      return;
    }
    const nowMs = this.nowMs();
    this.latencies.record(nowMs - startMs, sizeBytes, nowMs);
    steady?.record(nowMs - startMs, sizeBytes, nowMs);
  }

  private tell(error: Error): void {
    this.failedCount++;
    const named = asJava(error);
    this.io.printError(`${named.name}: ${named.message}`);
  }

  /** Waits where the records so far came faster than they should; now and then lets answers in in any case. */
  private async pace(sent: number, startMs: number): Promise<void> {
    const { throughput } = this.options;
    if (throughput <= 0) return;
    const aheadMs = (sent / throughput) * 1000 - (this.nowMs() - startMs);
    if (aheadMs < 1) return;
    await new Promise<void>((resolve) => {
      this.io.host.clock.setTimer(aheadMs, resolve);
    });
  }
}
