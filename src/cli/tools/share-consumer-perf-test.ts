import { ShareConsumer } from '../../client/share-consumer/share-consumer.js';
import { clientHost } from '../connect-to.js';
import { javaClassOf, javaText, printedError } from '../format/java-error.js';
import { printMetrics } from '../format/metrics.js';
import type { Io } from '../io.js';
import { type JoptOptions, parseJopt } from '../options/jopt.js';
import { JoptChecks } from '../options/jopt-checks.js';
import { flag, integer } from '../options/option-rows.js';
import { illegalArgument, uncaught } from '../tool-error.js';
import { constructed } from './console-consumer/construction.js';
import { PERF_ROWS, PerfReading } from './consumer-perf-test/options.js';
import { javaFixed, MIB } from './consumer-perf-test/rates.js';

const POLL_MS = 100;

export const TOOL = {
  description: 'This tool is used to verify the share consumer performance.',
  options: {
    ...PERF_ROWS,
    'show-consumer-stats': flag('Print figures of each share consumer.'),
    threads: integer('count', 'How many share consumers share the load.', { default: '1' }),
  },
};

type Options = JoptOptions<(typeof TOOL)['options']>;

/** kafka-share-consumer-perf-test: how fast a share group gets its records. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const options = parseJopt(TOOL, argv);
  const checks = new JoptChecks(TOOL, options);
  checks.require('bootstrap-server', 'topic');
  const reading = new PerfReading(options as unknown as JoptOptions<typeof PERF_ROWS>, io);
  reading.check(checks as unknown as JoptChecks<typeof PERF_ROWS>);
  try {
    await measure(options, reading, io);
    return 0;
  } catch (error) {
    throw printedError(error, io);
  }
}

async function measure(options: Options, reading: PerfReading, io: Io): Promise<void> {
  if (!options.has('hide-header')) {
    io.print('start.time, end.time, data.consumed.in.MB, MB.sec, nMsg.sec, data.consumed.in.nMsg, fetch.time.ms');
  }
  const count = options.value('threads') as number;
  if (count < 1) throw illegalArgument('The number of threads must be at least 1.');
  const totals = new Totals(reading, io);
  const meters = Array.from({ length: count }, (_, index) => new Meter(options, reading, totals, io, index + 1, count));
  try {
    await Promise.all(meters.map((meter) => meter.consume())).catch(rethrow);
    const endMs = io.host.clock.nowMs();
    if (options.has('show-consumer-stats')) for (const meter of meters) meter.printTotal();
    io.print(figures(reading.dateFormat(), totals.startMs, endMs, totals, totals));
    if (options.has('print-metrics')) for (const meter of meters) meter.printMetrics();
  } finally {
    await Promise.all(meters.map((meter) => meter.close()));
  }
}

interface Amount {
  readonly count: number;
  readonly bytes: number;
}

/** What all consumers got together. */
class Totals implements Amount {
  count = 0;
  bytes = 0;
  readonly startMs: number;
  readonly wanted: number;
  readonly timeoutMs: number;
  lastRecordMs: number;
  isStopped = false;

  constructor(reading: PerfReading, io: Io) {
    this.startMs = io.host.clock.nowMs();
    this.lastRecordMs = this.startMs;
    this.wanted = reading.recordCount();
    this.timeoutMs = reading.timeoutMs();
    io.onStop(() => {
      this.isStopped = true;
    });
  }

  get isDone(): boolean {
    return this.count >= this.wanted || this.isStopped;
  }
}

class Meter implements Amount {
  count = 0;
  bytes = 0;
  private readonly consumer: ShareConsumer;
  private readonly options: Options;
  private readonly totals: Totals;
  private readonly io: Io;
  private readonly number: number;
  private readonly dateText: (timeMs: number) => string;
  private readonly intervalMs: number;
  private last;
  private endMs = 0;

  constructor(options: Options, reading: PerfReading, totals: Totals, io: Io, number: number, of: number) {
    this.options = options;
    this.totals = totals;
    this.io = io;
    this.number = number;
    this.dateText = reading.dateFormat();
    this.intervalMs = reading.reportingIntervalMs();
    this.last = { timeMs: totals.startMs, count: 0, bytes: 0 };
    const properties = new Map([
      ['client.id', 'perf-share-consumer-client'],
      ...reading.properties(),
      ['group.id', options.value('group') ?? 'perf-share-consumer'],
      ['fetch.max.bytes', String(options.value('fetch-size'))],
    ]);
    if (of > 1) properties.set('client.id', `${properties.get('client.id')}-${number}`);
    this.consumer = constructed('kafka share consumer', () => new ShareConsumer(properties, clientHost(io)));
  }

  async consume(): Promise<void> {
    const { totals, consumer } = this;
    consumer.subscribe([this.options.value('topic') as string]);
    while (!totals.isDone) {
      const records = await consumer.poll(POLL_MS);
      const nowMs = this.io.host.clock.nowMs();
      this.endMs = nowMs;
      if (records.length === 0) {
        if (nowMs - totals.lastRecordMs > totals.timeoutMs) throw timedOut();
        continue;
      }
      totals.lastRecordMs = nowMs;
      for (const { cursor } of records) while (cursor.next()) this.take(cursor.keySizeBytes, cursor.valueSizeBytes);
      if (nowMs - this.last.timeMs >= this.intervalMs) this.report(nowMs);
    }
    // What was got last is acknowledged as well.
    await consumer.commit();
  }

  printTotal(): void {
    const text = figures(this.dateText, this.totals.startMs, this.endMs, this, this);
    const { clientId } = this.consumer.settings;
    this.io.print(`Share consumer ${this.number} having client id ${clientId} consumption metrics- ${text}`);
  }

  printMetrics(): void {
    const counts = { 'bytes-fetched-total': this.bytes, 'records-fetched-total': this.count };
    printMetrics(this.io, 'consumer-share-fetch-manager-metrics', this.consumer.settings.clientId, counts);
  }

  close(): Promise<void> {
    return this.consumer.close();
  }

  private take(keyBytes: number, valueBytes: number): void {
    const bytes = Math.max(0, keyBytes) + Math.max(0, valueBytes);
    this.count++;
    this.bytes += bytes;
    this.totals.count++;
    this.totals.bytes += bytes;
  }

  private report(nowMs: number): void {
    const { last, count, bytes } = this;
    if (this.options.has('show-detailed-stats')) {
      const since = { count: count - last.count, bytes: bytes - last.bytes };
      const text = figures(this.dateText, last.timeMs, nowMs, since, this);
      this.io.print(`${text} for share consumer ${this.number}`);
    }
    this.last = { timeMs: nowMs, count, bytes };
  }
}

/** @param since of the time from `startMs` to `endMs` */
function figures(
  dateText: (timeMs: number) => string,
  startMs: number,
  endMs: number,
  since: Amount,
  total: Amount,
): string {
  const elapsedMs = endMs - startMs;
  const perSecond = (amount: number): string => javaFixed((amount * 1000) / elapsedMs);
  return [
    dateText(startMs),
    dateText(endMs),
    javaFixed(total.bytes / MIB),
    perSecond(since.bytes / MIB),
    perSecond(since.count),
    total.count,
    elapsedMs,
  ].join(', ');
}

/** In the words of the real tool; there the time counts from the start of the run. */
const timedOut = (): Error =>
  uncaught('org.apache.kafka.common.errors.InterruptException', 'Timeout waiting for results from fetching records');

/** Java's tool gets what its threads end by out of a future. */
function rethrow(error: unknown): never {
  if (!(error instanceof Error) || javaClassOf(error) === '') throw error;
  throw uncaught('java.util.concurrent.ExecutionException', error.message, javaText(error));
}
