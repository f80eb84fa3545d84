import type { Clock } from '../base/host.js';

/** Keeps what is done one by one to so many a second. */
export class Pace {
  private readonly clock: Clock;
  private readonly perSecond: number;
  private readonly startMs: number;
  private end: () => void = () => undefined;
  private isEnded = false;

  /** @param perSecond below 0 for no limit; at 0 nothing goes on */
  constructor(clock: Clock, perSecond: number) {
    this.clock = clock;
    this.perSecond = perSecond;
    this.startMs = clock.monotonicMs();
  }

  /**
   * Null when the next may be done at once; else waits until then, or for the end.
   * @param done so many before the last one: two go at once, as with Kafka's tools
   */
  wait(done: number): Promise<void> | null {
    if (this.perSecond < 0 || this.isEnded || done === 0) return null;
    const aheadMs = (done / this.perSecond) * 1000 - (this.clock.monotonicMs() - this.startMs);
    if (aheadMs < 1) return null;
    return new Promise((resolve) => {
      const timer = Number.isFinite(aheadMs) ? this.clock.setTimer(aheadMs, resolve) : null;
      this.end = () => {
        timer?.cancel();
        resolve();
      };
    });
  }

  /** Nothing waits any more. */
  stop(): void {
    this.isEnded = true;
    this.end();
  }
}
