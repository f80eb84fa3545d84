import { RE2JS } from 're2js';
import type { Io } from '../../io.js';

/** --validate-regex: says whether a broker would take the expression as a subscription. */
export function validateRegex(text: string, io: Io): number {
  try {
    RE2JS.compile(text);
  } catch (error) {
    io.print(`The regex \`${text}\` is invalid: ${(error as Error).message}`);
    return 0;
  }
  io.print(`The regex \`${text}\` is valid.`);
  return 0;
}
