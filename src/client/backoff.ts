import type { Clock, Random, Timer } from '../base/host.js';
import { ClientClosedError } from './client-errors.js';

const JITTER = 0.2;

/** The wait before try number `tries + 1`: doubling up to the most, give or take a fifth. */
export function backoffMs(tries: number, initialMs: number, mostMs: number, fraction: number): number {
  const fullMs = Math.min(initialMs * 2 ** Math.min(tries, 40), Math.max(initialMs, mostMs));
  return Math.round(Math.min(fullMs * (1 - JITTER + 2 * JITTER * fraction), Math.max(initialMs, mostMs)));
}

/** Waits that end early, with an error, when the client is closed. */
export class Pauses {
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly waiting = new Map<Timer, (error: Error) => void>();
  private closed = false;

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  backoffMs(tries: number, initialMs: number, mostMs: number): number {
    return backoffMs(tries, initialMs, mostMs, this.random.fraction());
  }

  wait(delayMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.closed) {
        reject(new ClientClosedError());
        return;
      }
      const timer = this.clock.setTimer(delayMs, () => {
        this.waiting.delete(timer);
        resolve();
      });
      this.waiting.set(timer, reject);
    });
  }

  close(): void {
    this.closed = true;
    for (const [timer, reject] of this.waiting) {
      timer.cancel();
      reject(new ClientClosedError());
    }
    this.waiting.clear();
  }
}
