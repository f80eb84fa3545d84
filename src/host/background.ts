import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';

/**
 * Starts this program again with other arguments, in the background and on its own. Its output is appended to the
 * file.
 *
 * @returns its process id
 */
export function startInBackground(args: readonly string[], outputPath: string): number {
  const output = openSync(outputPath, 'a');
  try {
    const child = spawn(process.execPath, [process.argv[1] as string, ...args], {
      detached: true,
      stdio: ['ignore', output, output],
    });
    child.unref();
    return child.pid ?? 0;
  } finally {
    closeSync(output);
  }
}
