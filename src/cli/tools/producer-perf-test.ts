import { ByteRanges } from '../../base/byte-ranges.js';
import type { Delivery } from '../../client/producer/delivery.js';
import { Producer } from '../../client/producer/producer.js';
import { checkSecurity, clientHost } from '../connect-to.js';
import { asJava, javaText } from '../format/java-error.js';
import { printMetrics } from '../format/metrics.js';
import type { Io } from '../io.js';
import { ToolError } from '../tool-error.js';
import { Latencies } from './producer-perf-test/latencies.js';
import { type PerfOptions, parsePerfOptions } from './producer-perf-test/options.js';
import { type Payloads, payloads } from './producer-perf-test/payloads.js';

export { TOOL } from './producer-perf-test/options.js';

/** kafka-producer-perf-test: sends records as fast as they go, or at some rate, and tells how long they took. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parsePerfOptions(argv, io);
  await new PerfRun(options, payloads(options.payload, io), io).run();
  return 0;
}

/** Records that went into one batch at the same moment. */
interface Group {
  /** Of its first record within the delivery. */
  readonly firstIndex: number;
  readonly count: number;
  /** Of the values. */
  readonly sizeBytes: number;
  readonly startMs: number;
  /** Null before the steady state. */
  readonly steady: Latencies | null;
}

/** One run, from the first record to the summary. */
class PerfRun {
  private readonly options: PerfOptions;
  private readonly payloads: Payloads;
  /** The values that are sent next. */
  private readonly values = new ByteRanges();
  private readonly io: Io;
  private readonly producer: Producer;
  private readonly latencies: Latencies;
  private steady: Latencies | null = null;
  private sentCount = 0;
  private failedCount = 0;
  private transactionSinceMs = 0;
  private isStopped = false;

  constructor(options: PerfOptions, payloads: Payloads, io: Io) {
    this.options = options;
    this.payloads = payloads;
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
    const { options, values } = this;
    const { recordCount, warmUpCount } = options;
    const startMs = this.nowMs();
    for (let index = 0; index < recordCount && !this.isStopped; index += values.count) {
      if (index === warmUpCount && index > 0) this.beginSteadyState();
      const end = index < warmUpCount ? warmUpCount : recordCount;
      this.payloads(values, index, Math.min(end - index, this.dueCount(index, startMs)));
      while (!values.isTaken && !this.isStopped) await this.sendNext();
      await this.pace(index + values.count, startMs);
    }
  }

  /** Sends as many of the values as go into one batch. */
  private async sendNext(): Promise<void> {
    if (this.isTransactional && this.transactionSinceMs === 0) {
      this.producer.beginTransaction();
      this.transactionSinceMs = this.nowMs();
    }
    try {
      await this.append();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (this.isTransactional) throw new ToolError(javaText(error));
      this.values.next++;
      this.tell(error);
    }
    const limitMs = this.options.transactionDurationMs;
    if (limitMs !== null && this.nowMs() - this.transactionSinceMs >= limitMs) await this.commit();
  }

  private async append(): Promise<void> {
    const { producer, values, steady } = this;
    const { topic } = this.options;
    const startMs = this.nowMs();
    const { next } = values;
    const { clock } = this.io.host;
    let delivery = producer.appendValues(topic, values, clock.nowMs());
    while (delivery === null) {
      await producer.ready(topic);
      delivery = producer.appendValues(topic, values, clock.nowMs());
    }
    const count = values.next - next;
    const sizeBytes = values.endOf(values.next - 1) - values.startOf(next);
    this.sentCount += count;
    const group: Group = { firstIndex: delivery.count - count, count, sizeBytes, startMs, steady };
    delivery.onSettled((settled) => this.settled(settled, group));
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

  private settled({ parts }: Delivery, { firstIndex, count, sizeBytes, startMs, steady }: Group): void {
    let [deliveredCount, deliveredBytes] = [count, sizeBytes];
    for (const part of parts) {
      if (part.error === null) continue;
      const end = Math.min(firstIndex + count, part.firstIndex + part.count);
      for (let index = Math.max(firstIndex, part.firstIndex); index < end; index++) {
        deliveredCount--;
        deliveredBytes -= part.lost[index - part.firstIndex]?.value ?? 0;
        this.tell(part.error);
      }
    }
    if (deliveredCount === 0) return;
    const nowMs = this.nowMs();
    this.latencies.record(nowMs - startMs, deliveredCount, deliveredBytes, nowMs);
    steady?.record(nowMs - startMs, deliveredCount, deliveredBytes, nowMs);
  }

  private tell(error: Error): void {
    this.failedCount++;
    const named = asJava(error);
    this.io.printError(`${named.name}: ${named.message}`);
  }

  /** How many more records may go now; at least one. */
  private dueCount(sent: number, startMs: number): number {
    const { throughput } = this.options;
    if (throughput <= 0) return Number.POSITIVE_INFINITY;
    return Math.max(1, Math.floor(((this.nowMs() - startMs) / 1000) * throughput) - sent);
  }

  /** Lets answers in, and waits where the records so far came faster than they should. */
  private async pace(sent: number, startMs: number): Promise<void> {
    const { throughput } = this.options;
    const aheadMs = throughput <= 0 ? 0 : (sent / throughput) * 1000 - (this.nowMs() - startMs);
    await new Promise<void>((resolve) => {
      // A timer would take a millisecond at the least.
      if (aheadMs < 1) setImmediate(resolve);
      else this.io.host.clock.setTimer(aheadMs, resolve);
    });
  }
}
