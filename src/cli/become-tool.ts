import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The launcher of another command, which lies beside that of this one; null where there is none. */
export function launcherOf(command: string): string | null {
  const path = join(dirname(realpathSync(process.argv[1] as string)), command);
  return existsSync(path) ? path : null;
}

/** Goes on as another tool, as if its launcher had been called with these words. Never settles: the tool ends the process. */
export function becomeTool(launcher: string, argv: readonly string[]): Promise<never> {
  process.argv.splice(1, process.argv.length, launcher, ...argv);
  // Else a mistake would be reported twice.
  process.removeAllListeners('uncaughtException');
  createRequire(import.meta.url)(launcher);
  return new Promise(() => undefined);
}
