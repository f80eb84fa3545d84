/** Costs of changing one word into another, and how much is still alike, as git has them for its commands. */
const SWAP = 0;
const SUBSTITUTE = 2;
const ADD = 1;
const DELETE = 4;
const TOO_DIFFERENT = 7;

/** The candidates most like a word that was not understood; none when none is like it. */
export function suggestions(word: string, candidates: readonly string[]): string[] {
  const rated = candidates.map((candidate) => {
    const body = candidate.replace(/^-+/, '');
    return { candidate, cost: body.startsWith(word) ? 0 : distance(word, body) };
  });
  const least = Math.min(...rated.map(({ cost }) => cost));
  return least >= TOO_DIFFERENT ? [] : rated.filter(({ cost }) => cost === least).map(({ candidate }) => candidate);
}

/** Damerau-Levenshtein, row by row. */
function distance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let i = 1; i <= from.length; i++) {
    const row = [i];
    for (let j = 1; j <= to.length; j++) {
      const same = from[i - 1] === to[j - 1];
      let cost = (last[j - 1] as number) + (same ? 0 : SUBSTITUTE);
      if (i >= 2 && j >= 2 && !same && from[i - 2] === to[j - 1] && from[i - 1] === to[j - 2]) {
        cost = Math.min(cost, (beforeLast[j - 2] as number) + SWAP);
      }
      row.push(Math.min(cost, (last[j] as number) + DELETE, (row[j - 1] as number) + ADD));
    }
    beforeLast = last;
    last = row;
  }
  return last[to.length] as number;
}
