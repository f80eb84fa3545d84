/** What was measured, with a row for each comparison of one side with the other. */

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A number with three digits that count. */
function short(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

export function printHeadings(what: string, one: string, other: string): void {
  const columns = [one.padStart(12), other.padStart(12), 'ratio'.padStart(8)];
  console.log(`\n${what.padEnd(58)} ${'unit'.padEnd(9)} ${columns.join(' ')}`);
}

/** The medians of both sides, and that of the ratios of the pairs. */
export function printRow(what: string, unit: string, pairs: readonly (readonly [number, number])[]): void {
  const one = short(median(pairs.map(([a]) => a)));
  const other = short(median(pairs.map(([, b]) => b)));
  const ratio = median(pairs.map(([a, b]) => a / b)).toFixed(2);
  console.log([what.padEnd(58), unit.padEnd(9), one.padStart(12), other.padStart(12), ratio.padStart(8)].join(' '));
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
