import type { Clock } from '../base/host.js';

/** How long work may keep the process from everything else. */
const WORK_AT_MOST_MS = 50;

/** Lets the rest of the process go on in the midst of work that takes long. */
export class Breath {
  private readonly clock: Clock;
  private sinceMs: number;

  constructor(clock: Clock) {
    this.clock = clock;
    this.sinceMs = clock.monotonicMs();
  }

  /** Settles at once, or after all else that waited when the work took long. */
  async take(): Promise<void> {
    if (this.clock.monotonicMs() - this.sinceMs < WORK_AT_MOST_MS) return;
    await new Promise<void>((resolve) => this.clock.setTimer(0, resolve));
    this.sinceMs = this.clock.monotonicMs();
  }
}
