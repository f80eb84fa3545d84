import type { Io } from '../../io.js';
import { ComputedMap } from './computed-map.js';
import type { Int64 } from './int64.js';
import type { JavaFile } from './java-file.js';

type Pair = readonly [Int64, Int64];

/** What is wrong with the files shown, which is told when all of them have been. */
export class Findings {
  /** Offset of an entry of an index, and of the batch that it points to. */
  readonly indexMismatches = new ComputedMap<Map<Int64, Int64>>();
  /** Offset of a record, and of the one behind it. */
  readonly gaps = new ComputedMap<Map<Int64, Int64>>();
  /** Timestamp of an entry of a time index, and of the batch that it points to. */
  readonly timestampMismatches = new ComputedMap<Pair[]>();
  /** Timestamp of an entry of a time index, and of the one before it. */
  readonly disorderedTimestamps = new ComputedMap<Pair[]>();
  /** Offset of an entry of a time index, and of the batch found instead. */
  readonly unknownOffsets = new ComputedMap<Pair[]>();

  print(io: Io): void {
    for (const [path, pairs] of this.indexMismatches) {
      io.printError(`Mismatches in :${path}`);
      for (const [offset, found] of byOffset(pairs).reverse()) {
        io.printError(`  Index offset: ${offset}, log offset: ${found}`);
      }
    }
    for (const [path, pairs] of this.timestampMismatches) {
      io.printError(`Found timestamp mismatch in :${path}`);
      for (const [entry, found] of pairs) io.printError(`  Index timestamp: ${entry}, log timestamp: ${found}`);
    }
    for (const [path, pairs] of this.disorderedTimestamps) {
      io.printError(`Found out of order timestamp in :${path}`);
      for (const [entry, before] of pairs) {
        io.printError(`  Index timestamp: ${entry}, Previously indexed timestamp: ${before}`);
      }
    }
    for (const [path, pairs] of this.unknownOffsets) {
      io.printError(`The following indexed offsets are not found in :${path}`);
      for (const [offset, found] of pairs) io.printError(`Indexed offset: ${offset}, found log offset: ${found}`);
    }
    for (const [path, pairs] of this.gaps) {
      io.printError(`Non-consecutive offsets in ${path}`);
      for (const [offset, next] of byOffset(pairs)) io.printError(`  ${offset} is followed by ${next}`);
    }
  }
}

export function addTo(found: ComputedMap<Pair[]>, file: JavaFile, pair: Pair): void {
  found.at(file.absolutePath, () => []).push(pair);
}

export function putInto(found: ComputedMap<Map<Int64, Int64>>, file: JavaFile, key: Int64, value: Int64): void {
  found.at(file.absolutePath, () => new Map()).set(key, value);
}

const byOffset = (pairs: ReadonlyMap<Int64, Int64>): Pair[] =>
  [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
