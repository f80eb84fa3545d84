/** What was measured, with a row for each comparison of one side with the other. */

/** A row: medians of both sides, and of the ratios of the pairs. */
export interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly names: readonly [string, string];
  readonly values: readonly [number, number];
  readonly ratio: number;
  /** How far, at most, the ratio of a pair was from their median, as a part of it: 0 where there was one pair. */
  readonly spread: number;
}

/** All rows of this run, in order. */
export const measured: Figure[] = [];
let names: readonly [string, string] = ['', ''];

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A number with three digits that count. */
export function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

export function printHeadings(what: string, one: string, other: string): void {
  names = [one, other];
  const columns = [one.padStart(12), other.padStart(12), 'ratio'.padStart(8)];
  console.log(`\n${what.padEnd(58)} ${'unit'.padEnd(9)} ${columns.join(' ')}`);
}

/** The medians of both sides, and that of the ratios of the pairs. */
export function printRow(what: string, unit: string, pairs: readonly (readonly [number, number])[]): void {
  const values = [median(pairs.map(([a]) => a)), median(pairs.map(([, b]) => b))] as const;
  const ratios = pairs.map(([a, b]) => a / b);
  const ratio = median(ratios);
  const spread = Math.max(...ratios.map((one) => Math.abs(one / ratio - 1)));
  measured.push({ what, unit, names, values, ratio, spread });
  const [one, other] = values;
  const columns = [short(one).padStart(12), short(other).padStart(12), ratio.toFixed(2).padStart(8)];
  console.log([what.padEnd(58), unit.padEnd(9), ...columns].join(' '));
}

/** Measures both sides in turn, so often, and prints the medians. */
export async function compare<Side>(
  what: string,
  unit: string,
  times: number,
  [one, other]: readonly [Side, Side],
  measure: (side: Side) => Promise<number>,
): Promise<void> {
  const pairs: [number, number][] = [];
  for (let n = 0; n < times; n++) pairs.push([await measure(one), await measure(other)]);
  printRow(what, unit, pairs);
}

export async function msOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
