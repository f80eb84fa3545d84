import type { Clock, Timer } from '../../src/base/host.js';

interface Armed {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Time that moves only when a test says so. */
export class VirtualClock implements Clock {
  private now: number;
  private readonly startMs: number;
  private order = 0;
  private readonly armed = new Set<Armed>();

  constructor(startMs = 1_700_000_000_000) {
    this.now = startMs;
    this.startMs = startMs;
  }

  nowMs(): number {
    return this.now;
  }

  monotonicMs(): number {
    return this.now - this.startMs;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const timer = { atMs: this.now + Math.max(0, delayMs), order: this.order++, callback };
    this.armed.add(timer);
    return { cancel: () => this.armed.delete(timer) };
  }

  get timerCount(): number {
    return this.armed.size;
  }

  /** Runs all timers that are due up to then, in their order, each at its own time. */
  advance(byMs: number): void {
    const endMs = this.now + byMs;
    for (let next = this.next(endMs); next !== null; next = this.next(endMs)) {
      this.armed.delete(next);
      this.now = next.atMs;
      next.callback();
    }
    this.now = endMs;
  }

  private next(endMs: number): Armed | null {
    let first: Armed | null = null;
    for (const timer of this.armed) {
      if (timer.atMs > endMs) continue;
      if (first === null || timer.atMs < first.atMs || (timer.atMs === first.atMs && timer.order < first.order)) {
        first = timer;
      }
    }
    return first;
  }
}
