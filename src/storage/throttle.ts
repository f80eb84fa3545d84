import type { Clock, Timer } from '../base/host.js';

/** Work is let run ahead for this long before it has to wait. */
const CHECK_INTERVAL_MS = 300;

/** Holds work to a number of bytes a second (log.cleaner.io.max.bytes.per.second). */
export class Throttle {
  bytesPerSecond: number;
  private readonly clock: Clock;
  private sinceMs: number;
  private bytes = 0;
  private readonly waiting = new Map<Timer, () => void>();

  /** @param bytesPerSecond Infinity for no limit */
  constructor(clock: Clock, bytesPerSecond: number) {
    this.clock = clock;
    this.bytesPerSecond = bytesPerSecond;
    this.sinceMs = clock.monotonicMs();
  }

  /** Counts bytes that were read or written; settles when the work may go on. */
  async took(bytes: number): Promise<void> {
    this.bytes += bytes;
    const tookMs = this.clock.monotonicMs() - this.sinceMs;
    const owedMs = (this.bytes / this.bytesPerSecond) * 1000 - tookMs;
    if (tookMs < CHECK_INTERVAL_MS && owedMs < CHECK_INTERVAL_MS) return;
    if (owedMs > 1) await this.wait(owedMs);
    this.sinceMs = this.clock.monotonicMs();
    this.bytes = 0;
  }

  /** Who waits goes on at once: the limit changed, or nothing is to be done any more. */
  release(): void {
    for (const [timer, goOn] of this.waiting) {
      timer.cancel();
      goOn();
    }
    this.waiting.clear();
  }

  private wait(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.clock.setTimer(delayMs, () => {
        this.waiting.delete(timer);
        resolve();
      });
      this.waiting.set(timer, resolve);
    });
  }
}
