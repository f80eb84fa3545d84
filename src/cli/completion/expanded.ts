import type { Environment } from '../../config/environment.js';

/**
 * A word as a shell would hand it on, as far as that is safe while it is still typed: `~/` and variables of the
 * environment are put in place, and nothing is run.
 */
export function expanded(word: string, env: Environment): string {
  const home = env.HOME;
  return word
    .replace(/^~(?=\/|$)/, home ?? '~')
    .replace(/\$(?:\{(\w+)\}|(\w+))/g, (whole, braced?: string, bare?: string) => env[braced ?? bare ?? ''] ?? whole);
}
