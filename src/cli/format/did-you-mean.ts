import { ALIKE, editDistance } from '../edit-distance.js';
import type { Io } from '../io.js';

/** Names of so many letters may be two letters off; shorter ones one. */
const LONG_NAME = 8;

/** The names that a name was probably meant to be: those that are the fewest letters off, and not many. */
export function similarNames(name: string, known: Iterable<string>): string[] {
  const most = name.length < LONG_NAME ? 1 : 2;
  let least = most;
  let similar: string[] = [];
  for (const candidate of known) {
    if (candidate === name || Math.abs(candidate.length - name.length) > least) continue;
    const sameButCase = candidate.toLowerCase() === name.toLowerCase();
    const distance = sameButCase ? 0 : editDistance(name, candidate, ALIKE);
    if (distance > least) continue;
    if (distance < least) similar = [];
    least = distance;
    similar.push(candidate);
  }
  return similar.sort();
}

/** `Did you mean 'orders'?`; null where nothing is like the name. */
export function didYouMean(name: string, known: Iterable<string>): string | null {
  const quoted = similarNames(name, known).map((similar) => `'${similar}'`);
  if (quoted.length === 0) return null;
  const last = quoted.pop() as string;
  return `Did you mean ${quoted.length === 0 ? last : `${quoted.join(', ')} or ${last}`}?`;
}

/**
 * Says so to a person at a terminal, after the error itself. Scripts read Kafka's words alone.
 *
 * @param known gives the names there are; asked for only where somebody reads the answer. If it fails nothing is said.
 */
export async function suggestName(io: Io, name: string, known: () => Promise<Iterable<string>>): Promise<void> {
  if (!io.stderr.isTerminal) return;
  try {
    const question = didYouMean(name, await known());
    if (question !== null) io.printError(question);
  } catch {
    // The error that was told already is the one that counts.
  }
}
