/**
 * Events a second over the last few windows, as Kafka measures what a quota limits: until they are all full, what is
 * missing counts as time in which nothing came, so that a quota is not hit by the first few events.
 */
export class RateMeter {
  private readonly windowMs: number;
  private readonly windows: number;
  private readonly samples: { readonly startMs: number; events: number }[] = [];

  constructor(windowMs: number, windows: number) {
    this.windowMs = windowMs;
    this.windows = windows;
  }

  record(events: number, nowMs: number): void {
    this.forgetOld(nowMs);
    const last = this.samples.at(-1);
    if (last === undefined || nowMs - last.startMs >= this.windowMs) this.samples.push({ startMs: nowMs, events });
    else last.events += events;
  }

  /** How long to wait until the events so far are no more than the quota allows; 0 when they are not. */
  throttleMs(quotaPerSecond: number, nowMs: number): number {
    this.forgetOld(nowMs);
    const spanMs = this.spanMs(nowMs);
    const events = this.samples.reduce((sum, sample) => sum + sample.events, 0);
    const rate = (events * 1000) / spanMs;
    return rate <= quotaPerSecond ? 0 : Math.round(((rate - quotaPerSecond) / quotaPerSecond) * spanMs);
  }

  isIdle(nowMs: number): boolean {
    this.forgetOld(nowMs);
    return this.samples.length === 0;
  }

  private spanMs(nowMs: number): number {
    const elapsedMs = nowMs - (this.samples[0]?.startMs ?? nowMs);
    const full = Math.floor(elapsedMs / this.windowMs);
    return elapsedMs + Math.max(0, this.windows - 1 - full) * this.windowMs;
  }

  private forgetOld(nowMs: number): void {
    const keptMs = this.windows * this.windowMs;
    while (this.samples[0] !== undefined && nowMs - this.samples[0].startMs >= keptMs) this.samples.shift();
  }
}
