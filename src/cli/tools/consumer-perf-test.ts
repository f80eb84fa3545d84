import type { ConsumedRecords } from '../../client/consumer/consumed-records.js';
import { Consumer } from '../../client/consumer/consumer.js';
import { clientHost } from '../connect-to.js';
import { printedError } from '../format/java-error.js';
import { javaRegex } from '../format/java-regex.js';
import { printMetrics } from '../format/metrics.js';
import type { Io } from '../io.js';
import { constructed } from './console-consumer/construction.js';
import { consumerProperties, type PerfOptions, parsePerfOptions } from './consumer-perf-test/options.js';
import { javaFixed, MIB } from './consumer-perf-test/rates.js';

export { TOOL } from './consumer-perf-test/options.js';

const POLL_MS = 100;

/** kafka-consumer-perf-test: reads records as fast as they come, and tells how fast that was. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parsePerfOptions(argv, io);
  try {
    await measure(options, io);
    return 0;
  } catch (error) {
    throw printedError(error, io);
  }
}

async function measure(perf: PerfOptions, io: Io): Promise<void> {
  const { options, reading } = perf;
  const isDetailed = options.has('show-detailed-stats');
  if (!options.has('hide-header')) {
    const first = isDetailed ? 'time, threadId' : 'start.time, end.time';
    io.print(
      `${first}, data.consumed.in.MB, MB.sec, data.consumed.in.nMsg, nMsg.sec, rebalance.time.ms, fetch.time.ms, fetch.MB.sec, fetch.nMsg.sec`,
    );
  }
  const recordCount = reading.recordCount();
  const intervalMs = reading.reportingIntervalMs();
  const dateText = reading.dateFormat();
  const consumer = constructed('kafka consumer', () => new Consumer(consumerProperties(perf, io), clientHost(io)));
  try {
    const meter = new Meter(
      consumer,
      { recordCount, timeoutMs: reading.timeoutMs(), intervalMs, isDetailed, dateText },
      io,
    );
    await meter.consume(options.value('topic'), options.value('include'));
    if (!isDetailed) meter.printTotal();
    if (options.has('print-metrics')) {
      const counts = { 'bytes-consumed-total': meter.bytes, 'records-consumed-total': meter.count };
      printMetrics(io, 'consumer-fetch-manager-metrics', consumer.settings.clientId, counts);
    }
  } finally {
    await consumer.close();
  }
}

interface MeterOptions {
  readonly recordCount: number;
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly isDetailed: boolean;
  readonly dateText: (timeMs: number) => string;
}

/** Counts records and time; the time of rebalances apart. */
class Meter {
  count = 0;
  /** Of keys and values. */
  bytes = 0;
  private readonly consumer: Consumer;
  private readonly options: MeterOptions;
  private readonly io: Io;
  private readonly startMs: number;
  private endMs = 0;
  private rebalanceMs = 0;
  private rebalanceStartMs: number;
  private last;
  private isStopped = false;

  constructor(consumer: Consumer, options: MeterOptions, io: Io) {
    this.consumer = consumer;
    this.options = options;
    this.io = io;
    this.startMs = this.nowMs();
    this.rebalanceStartMs = this.startMs;
    this.last = { timeMs: this.startMs, count: 0, bytes: 0, rebalanceMs: 0 };
    io.onStop(() => {
      this.isStopped = true;
      consumer.wakeup();
    });
  }

  async consume(topic: string | null, include: string | null): Promise<void> {
    this.subscribe(topic, include);
    const { recordCount, timeoutMs, intervalMs } = this.options;
    let nowMs = this.nowMs();
    let lastRecordMs = nowMs;
    while (this.count < recordCount && nowMs - lastRecordMs <= timeoutMs && !this.isStopped) {
      const records = await this.consumer.poll(POLL_MS);
      nowMs = this.nowMs();
      if (records.length === 0) continue;
      lastRecordMs = nowMs;
      if (nowMs - this.last.timeMs >= intervalMs) {
        // A line comes with the first record after its time.
        this.take(records.slice(0, 1), 1);
        this.report(nowMs);
      }
      this.take(records, Number.POSITIVE_INFINITY);
    }
    this.endMs = this.nowMs();
    if (this.count >= recordCount) return;
    this.io.print(
      `WARNING: Exiting before consuming the expected number of records: timeout (${timeoutMs} ms) exceeded. You can use the --timeout option to increase the timeout.`,
    );
  }

  printTotal(): void {
    const { dateText } = this.options;
    const { startMs, endMs, bytes, count, rebalanceMs } = this;
    const text = figures({
      bytes,
      count,
      totalBytes: bytes,
      totalCount: count,
      elapsedMs: endMs - startMs,
      rebalanceMs,
    });
    this.io.print(`${dateText(startMs)}, ${dateText(endMs)}, ${text}`);
  }

  private nowMs(): number {
    return this.io.host.clock.nowMs();
  }

  private subscribe(topic: string | null, include: string | null): void {
    const listener = {
      onRevoked: () => {
        this.rebalanceStartMs = this.nowMs();
      },
      onAssigned: () => {
        this.rebalanceMs += this.nowMs() - this.rebalanceStartMs;
      },
    };
    if (topic !== null) this.consumer.subscribe({ topics: [topic] }, listener);
    else this.consumer.subscribe({ matches: javaRegex(include as string) }, listener);
  }

  private take(records: readonly ConsumedRecords[], most: number): void {
    let { count, bytes } = this;
    for (const { cursor } of records) {
      for (let left = most; left > 0 && cursor.next(); left--) {
        count++;
        bytes += Math.max(0, cursor.keySizeBytes) + Math.max(0, cursor.valueSizeBytes);
      }
    }
    this.count = count;
    this.bytes = bytes;
  }

  private report(nowMs: number): void {
    const { last, count, bytes, rebalanceMs } = this;
    if (this.options.isDetailed) {
      const text = figures({
        bytes: bytes - last.bytes,
        count: count - last.count,
        totalBytes: bytes,
        totalCount: count,
        elapsedMs: nowMs - last.timeMs,
        rebalanceMs: rebalanceMs - last.rebalanceMs,
      });
      this.io.print(`${this.options.dateText(nowMs)}, 0, ${text}`);
    }
    this.last = { timeMs: nowMs, count, bytes, rebalanceMs };
  }
}

interface Figures {
  /** Of the time that is looked at. */
  readonly bytes: number;
  readonly count: number;
  readonly totalBytes: number;
  readonly totalCount: number;
  readonly elapsedMs: number;
  readonly rebalanceMs: number;
}

function figures({ bytes, count, totalBytes, totalCount, elapsedMs, rebalanceMs }: Figures): string {
  const fetchMs = elapsedMs - rebalanceMs;
  const perSecond = (amount: number, ms: number): string => javaFixed((amount * 1000) / ms);
  return [
    javaFixed(totalBytes / MIB),
    perSecond(bytes / MIB, elapsedMs),
    totalCount,
    perSecond(count, elapsedMs),
    rebalanceMs,
    fetchMs,
    perSecond(bytes / MIB, fetchMs),
    perSecond(count, fetchMs),
  ].join(', ');
}
