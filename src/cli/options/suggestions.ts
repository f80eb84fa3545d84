import { type EditCosts, editDistance } from '../edit-distance.js';

/** Costs of changing one word into another, and how much is still alike, as git has them for its commands. */
const COSTS: EditCosts = { swap: 0, substitute: 2, add: 1, remove: 4 };
const TOO_DIFFERENT = 7;

/** The candidates most like a word that was not understood; none when none is like it. */
export function suggestions(word: string, candidates: readonly string[]): string[] {
  const rated = candidates.map((candidate) => {
    const body = candidate.replace(/^-+/, '');
    return { candidate, cost: body.startsWith(word) ? 0 : editDistance(word, body, COSTS) };
  });
  const least = Math.min(...rated.map(({ cost }) => cost));
  return least >= TOO_DIFFERENT ? [] : rated.filter(({ cost }) => cost === least).map(({ candidate }) => candidate);
}
