import { javaHash } from '../../../base/java-hash.js';

const LEAST_CAPACITY = 16;
const LOAD = 0.75;

interface Entry<V> {
  readonly key: string;
  readonly hash: number;
  readonly value: V;
}

/**
 * Gives out its entries in the order of a Java HashMap that `computeIfAbsent` filled: unlike `put` it sets a new key
 * before the others of its bucket, and doubles the table not after the key that is too many but at the next call.
 */
export class ComputedMap<V> {
  private readonly known = new Map<string, V>();
  private buckets: Entry<V>[][] = newTable(LEAST_CAPACITY);

  at(key: string, make: () => V): V {
    if (this.known.size > this.buckets.length * LOAD) this.grow();
    const found = this.known.get(key);
    if (found !== undefined) return found;
    const hash = spreadHash(key);
    const value = make();
    this.known.set(key, value);
    this.bucketOf(hash).unshift({ key, hash, value });
    return value;
  }

  *[Symbol.iterator](): Generator<readonly [string, V]> {
    for (const bucket of this.buckets) for (const { key, value } of bucket) yield [key, value];
  }

  private grow(): void {
    const entries = this.buckets.flat();
    this.buckets = newTable(this.buckets.length * 2);
    for (const entry of entries) this.bucketOf(entry.hash).push(entry);
  }

  private bucketOf(hash: number): Entry<V>[] {
    return this.buckets[hash & (this.buckets.length - 1)] as Entry<V>[];
  }
}

const newTable = <V>(length: number): Entry<V>[][] => Array.from({ length }, () => []);

function spreadHash(key: string): number {
  const hash = javaHash(key);
  return hash ^ (hash >>> 16);
}
