import type { Environment } from '../../config/environment.js';
import type { Io, Output } from '../io.js';

/** What a text means to its reader; which colour that is, is decided here alone. */
export type Tone = 'heading' | 'good' | 'warning' | 'bad' | 'muted';

/** Colours a text; without a tone, or where there are no colours, gives it back as it is. */
export type Paint = (text: string, tone: Tone | null) => string;

/** As chalk counts: none, 16 colours, 256, all. */
export type ColorLevel = 0 | 1 | 2 | 3;

/**
 * How many colours an output takes. NO_COLOR forbids them (--no-color sets it), FORCE_COLOR (1, 2, 3) demands them even
 * where nobody looks, and otherwise a terminal has them that does not call itself dumb.
 */
export function colorLevel(env: Environment, output: Pick<Output, 'isTerminal'>): ColorLevel {
  if (env.NO_COLOR) return 0;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined) return forcedLevel(forced);
  if (!output.isTerminal || env.TERM === 'dumb') return 0;
  if (env.COLORTERM === 'truecolor' || env.COLORTERM === '24bit') return 3;
  return /-256(color)?$/i.test(env.TERM ?? '') ? 2 : 1;
}

function forcedLevel(text: string): ColorLevel {
  if (text === '0' || text === 'false') return 0;
  return text === '2' ? 2 : text === '3' ? 3 : 1;
}

/** Loads chalk where there is something to colour. */
export async function paintFor(io: Io, output: Output = io.stdout): Promise<Paint> {
  const level = colorLevel(io.env, output);
  if (level === 0) return (text) => text;
  const { Chalk } = await import('chalk');
  const chalk = new Chalk({ level });
  const colors: Record<Tone, (text: string) => string> = {
    heading: chalk.bold,
    good: chalk.green,
    warning: chalk.yellow,
    bad: chalk.red,
    muted: chalk.gray,
  };
  return (text, tone) => (tone === null || text === '' ? text : colors[tone](text));
}

/** The same world with NO_COLOR, for a command line with --no-color. */
export const withoutColors = (io: Io): Io => withVariables(io, { NO_COLOR: '1' });

/** The same world with other variables in its environment. */
export function withVariables(io: Io, variables: Environment): Io {
  const { stdin, stdout, stderr, host } = io;
  return {
    stdin,
    stdout,
    stderr,
    host,
    env: { ...io.env, ...variables },
    print: (line) => io.print(line),
    printError: (line) => io.printError(line),
    onStop: (callback) => io.onStop(callback),
  };
}
