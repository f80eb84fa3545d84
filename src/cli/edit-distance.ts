/** What it costs to change one word into another, step by step. */
export interface EditCosts {
  /** Two neighbours change places. */
  readonly swap: number;
  readonly substitute: number;
  readonly add: number;
  readonly remove: number;
}

/** Each slip of the hand counts alike. */
export const ALIKE: EditCosts = { swap: 1, substitute: 1, add: 1, remove: 1 };

/** Damerau-Levenshtein, row by row. */
export function editDistance(from: string, to: string, costs: EditCosts): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let cost = (last[j - 1] as number) + (same ? 0 : costs.substitute);
      if (i >= 2 && j >= 2 && !same && from[i - 2] === to[j - 1] && from[i - 1] === to[j - 2]) {
        cost = Math.min(cost, (beforeLast[j - 2] as number) + costs.swap);
      }
      row.push(Math.min(cost, (last[j] as number) + costs.remove, (row[j - 1] as number) + costs.add));
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length] as number;
}
