import type { Clock, Timer } from '../../../src/base/host.js';

interface Due {
  readonly atMs: number;
  /** Of what is due at the same time the earlier one goes first. */
  readonly order: number;
  callback: (() => void) | null;
}

/** Time that passes only as far as it is told to; promises settle between one timer and the next. */
export class SimulatedClock implements Clock {
  private now = 1_000_000;
  private order = 0;
  private readonly heap: Due[] = [];

  nowMs(): number {
    return this.now;
  }

  monotonicMs(): number {
    return this.now;
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    const due: Due = { atMs: this.now + Math.max(0, delayMs), order: this.order++, callback };
    this.push(due);
    return {
      cancel: () => {
        due.callback = null;
      },
    };
  }

  /** Calls back all that is due until then. */
  async runUntil(endMs: number): Promise<void> {
    for (let next = this.heap[0]; next !== undefined && next.atMs <= endMs; next = this.heap[0]) {
      this.pop();
      if (next.callback === null) continue;
      this.now = next.atMs;
      next.callback();
      await null;
    }
    this.now = Math.max(this.now, endMs);
  }

  private push(due: Due): void {
    const { heap } = this;
    let at = heap.push(due) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(due, heap[parent] as Due)) break;
      heap[at] = heap[parent] as Due;
      at = parent;
    }
    heap[at] = due;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop() as Due;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Due, heap[child] as Due)) child++;
      if (!isBefore(heap[child] as Due, last)) break;
      heap[at] = heap[child] as Due;
      at = child;
    }
    heap[at] = last;
  }
}

const isBefore = (a: Due, b: Due): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
