import { RE2JS, RE2JSSyntaxException } from 're2js';
import type { Io } from '../../io.js';

/** --validate-regex: says whether a broker would take the expression as a subscription. */
export function validateRegex(text: string, io: Io): number {
  const problem = problemOf(text);
  const verdict = problem === null ? 'valid' : `invalid: ${problem}`;
  io.print(`The regular expression \`${text}\` is ${verdict}.`);
  return 0;
}

function problemOf(text: string): string | null {
  try {
    RE2JS.compile(text);
    return null;
  } catch (error) {
    if (!(error instanceof RE2JSSyntaxException)) throw error;
    const description = error.getDescription();
    return JAVA_WORDS[description] ?? description;
  }
}

/** Where Java's library has other words. */
const JAVA_WORDS: Readonly<Record<string, string>> = { 'unexpected )': 'regexp/syntax: internal error' };
