import type { Clock, Timer } from '../base/host.js';

/** Node fires a timer of more milliseconds than this at once, so longer ones are waited for in parts. */
const LONGEST_TIMEOUT_MS = 0x7fff_ffff;

/** The machine's own time. */
export const nodeClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs,
  setTimer: (delayMs, callback) => new NodeTimer(delayMs, callback),
};

/** `performance.now()` gives the same and would have Node load a module of its own first, which tools wait for. */
function monotonicMs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

class NodeTimer implements Timer {
  private timeout: NodeJS.Timeout;
  private remainingMs: number;
  private readonly callback: () => void;

  constructor(delayMs: number, callback: () => void) {
    this.remainingMs = Math.max(0, Math.ceil(delayMs));
    this.callback = callback;
    this.timeout = this.waitOnce();
  }

  cancel(): void {
    clearTimeout(this.timeout);
  }

  private waitOnce(): NodeJS.Timeout {
    const partMs = Math.min(this.remainingMs, LONGEST_TIMEOUT_MS);
    return setTimeout(() => this.onTimeout(partMs), partMs);
  }

  private onTimeout(partMs: number): void {
    this.remainingMs -= partMs;
    if (this.remainingMs > 0) this.timeout = this.waitOnce();
    else this.callback();
  }
}
