import { javaBucket } from '../../../base/java-hash-order.js';

const LOAD_FACTOR = 0.75;
const USUAL_CAPACITY = 16;

interface Entry<K, V> {
  readonly key: K;
  readonly hash: number;
  readonly place: number;
  value: V;
}

/**
 * A map that gives out its keys in the order of a Java HashMap, whose buckets grow with what it once held. Kafka's
 * assignors walk over such maps, and who gets what is left over depends on it.
 */
export class JavaHashMap<K, V> {
  private readonly entriesByKey = new Map<K, Entry<K, V>>();
  private readonly hashOf: (key: K) => number;
  private buckets = 1;
  /** Where the next entry stands in its bucket: behind all others, or before them. */
  private last = 0;
  private first = -1;

  constructor(hashOf: (key: K) => number, capacity = USUAL_CAPACITY) {
    this.hashOf = hashOf;
    while (this.buckets < capacity) this.buckets *= 2;
  }

  get size(): number {
    return this.entriesByKey.size;
  }

  get(key: K): V | undefined {
    return this.entriesByKey.get(key)?.value;
  }

  set(key: K, value: V): void {
    const known = this.entriesByKey.get(key);
    if (known !== undefined) {
      known.value = value;
      return;
    }
    this.entriesByKey.set(key, { key, hash: this.hashOf(key), place: this.last++, value });
    while (this.size > this.buckets * LOAD_FACTOR) this.buckets *= 2;
  }

  /** As Java's computeIfAbsent: it makes room before it looks for the key, and puts a new one first in its bucket. */
  getOrSet(key: K, make: () => V): V {
    if (this.size > this.buckets * LOAD_FACTOR) this.buckets *= 2;
    const known = this.entriesByKey.get(key);
    if (known !== undefined) return known.value;
    const value = make();
    this.entriesByKey.set(key, { key, hash: this.hashOf(key), place: this.first--, value });
    return value;
  }

  delete(key: K): void {
    this.entriesByKey.delete(key);
  }

  entries(): [K, V][] {
    const bucketOf = ({ hash }: Entry<K, V>): number => javaBucket(hash, this.buckets);
    const entries = [...this.entriesByKey.values()].sort((a, b) => bucketOf(a) - bucketOf(b) || a.place - b.place);
    return entries.map(({ key, value }) => [key, value]);
  }

  keys(): K[] {
    return this.entries().map(([key]) => key);
  }
}

/** What Kafka gives a collection that is to hold so many without growing. */
export const roomyCapacity = (count: number): number => Math.trunc(Math.fround(Math.fround(count / LOAD_FACTOR) + 1));

/** The capacity of a Java HashSet that was made from a collection. */
export const copyCapacity = (count: number): number =>
  Math.max(Math.trunc(Math.fround(count / LOAD_FACTOR)) + 1, USUAL_CAPACITY);
