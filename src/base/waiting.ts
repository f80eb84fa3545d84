/**
 * Waiters by the keys that may wake them: what Kafka calls a purgatory. It holds no timers and calls nobody by itself:
 * whoever adds a waiter also arms its deadline, and removes it when it is done.
 */
export class Waiting<Waiter> {
  private readonly byKey = new Map<string, Set<Waiter>>();
  private readonly keysOf = new Map<Waiter, readonly string[]>();

  get size(): number {
    return this.keysOf.size;
  }

  add(waiter: Waiter, keys: readonly string[]): void {
    this.keysOf.set(waiter, keys);
    for (const key of keys) {
      const waiters = this.byKey.get(key);
      if (waiters === undefined) this.byKey.set(key, new Set([waiter]));
      else waiters.add(waiter);
    }
  }

  /** False when it was not there (any more). */
  remove(waiter: Waiter): boolean {
    const keys = this.keysOf.get(waiter);
    if (keys === undefined) return false;
    this.keysOf.delete(waiter);
    for (const key of keys) {
      const waiters = this.byKey.get(key);
      if (waiters === undefined) continue;
      waiters.delete(waiter);
      if (waiters.size === 0) this.byKey.delete(key);
    }
    return true;
  }

  /** Those that wait on `key`, as of now: they may be removed while they are gone through. */
  on(key: string): Waiter[] {
    const waiters = this.byKey.get(key);
    return waiters === undefined ? [] : [...waiters];
  }

  all(): Waiter[] {
    return [...this.keysOf.keys()];
  }
}
