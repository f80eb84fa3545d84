/** So many latencies are kept for the percentiles, as the real tool keeps them. */
const MOST_SAMPLES = 500_000;
const BYTES_PER_MB = 1024 * 1024;

interface Window {
  count: number;
  bytes: number;
  latencyMs: number;
  mostMs: number;
  sinceMs: number;
}

/** How long records took from the call to the answer of the broker, over all and in the current window. */
export class Latencies {
  private readonly startMs: number;
  private readonly intervalMs: number;
  private readonly sampling: number;
  private readonly print: (line: string) => void;
  private readonly what: string;
  private readonly samples: Int32Array;
  private sampleCount = 0;
  private seen = 0;
  private readonly total: Window;
  private window: Window;

  /**
   * @param expected how many records there will be
   * @param what comes before `records sent` in the summary: `steady state `
   */
  constructor(nowMs: number, expected: number, intervalMs: number, print: (line: string) => void, what = '') {
    this.startMs = nowMs;
    this.intervalMs = intervalMs;
    this.sampling = Math.max(1, Math.floor(expected / Math.min(expected, MOST_SAMPLES)));
    this.samples = new Int32Array(Math.floor(expected / this.sampling) + 1);
    this.print = print;
    this.what = what;
    this.total = emptyWindow(nowMs);
    this.window = emptyWindow(nowMs);
  }

  /** Takes records that were all as long on their way. @param bytes of all together */
  record(latencyMs: number, count: number, bytes: number, nowMs: number): void {
    if (nowMs - this.window.sinceMs < this.intervalMs) {
      this.add(latencyMs, count, bytes);
      return;
    }
    // A window ends with the first record after its time.
    this.add(latencyMs, 1, bytes / count);
    const isFirst = this.total.count === this.window.count;
    if (isFirst && this.what !== '') this.print(`In ${this.what.trim()}.`);
    this.print(this.windowText(nowMs));
    this.window = emptyWindow(nowMs);
    if (count > 1) this.add(latencyMs, count - 1, bytes - bytes / count);
  }

  private add(latencyMs: number, count: number, bytes: number): void {
    for (const sums of [this.total, this.window]) {
      sums.count += count;
      sums.bytes += bytes;
      sums.latencyMs += latencyMs * count;
      sums.mostMs = Math.max(sums.mostMs, latencyMs);
    }
    const { sampling } = this;
    const before = Math.ceil(this.seen / sampling);
    this.seen += count;
    const sampled = Math.ceil(this.seen / sampling) - before;
    this.samples.fill(latencyMs, this.sampleCount, this.sampleCount + sampled);
    this.sampleCount += sampled;
  }

  private windowText(nowMs: number): string {
    const { count, bytes, latencyMs, mostMs, sinceMs } = this.window;
    const seconds = (nowMs - sinceMs) / 1000;
    const rates = `${(count / seconds).toFixed(1)} records/sec (${(bytes / seconds / BYTES_PER_MB).toFixed(2)} MB/sec)`;
    return `${count} records sent, ${rates}, ${(latencyMs / count).toFixed(1)} ms avg latency, ${mostMs.toFixed(1)} ms max latency.`;
  }

  summary(nowMs: number): string {
    const { count, bytes, latencyMs, mostMs } = this.total;
    const seconds = (nowMs - this.startMs) / 1000;
    const sorted = this.samples.slice(0, this.sampleCount).sort();
    const at = (fraction: number): number => sorted[Math.floor(fraction * sorted.length)] ?? 0;
    const mean = count === 0 ? 'NaN' : (latencyMs / count).toFixed(2);
    const rates = `${(count / seconds).toFixed(6)} records/sec (${(bytes / seconds / BYTES_PER_MB).toFixed(2)} MB/sec)`;
    const percentiles = `${at(0.5)} ms 50th, ${at(0.95)} ms 95th, ${at(0.99)} ms 99th, ${at(0.999)} ms 99.9th`;
    return `${count} ${this.what}records sent, ${rates}, ${mean} ms avg latency, ${mostMs.toFixed(2)} ms max latency, ${percentiles}.`;
  }
}

function emptyWindow(sinceMs: number): Window {
  return { count: 0, bytes: 0, latencyMs: 0, mostMs: 0, sinceMs };
}
