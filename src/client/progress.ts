import type { Clock } from '../base/host.js';

/** Lets the one call that waits go on as soon as anything has come. */
export class Progress {
  private readonly clock: Clock;
  private wake: (() => void) | null = null;
  private hasCome = false;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Something came. */
  signal(): void {
    this.hasCome = true;
    const { wake } = this;
    this.wake = null;
    wake?.();
  }

  /** What came up to now was looked at. */
  begin(): void {
    this.hasCome = false;
  }

  /** Until something comes that had not come by the last {@link begin}, at most `mostMs`. */
  wait(mostMs: number): Promise<void> {
    if (this.hasCome) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.clock.setTimer(Math.min(mostMs, 0x7fff_ffff), () => this.signal());
      this.wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}
