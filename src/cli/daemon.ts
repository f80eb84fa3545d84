import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from './io.js';

/** Tools that run until they are stopped, and the file that their output goes to in the background. */
const OUTPUT_FILES: Readonly<Record<string, string>> = {
  'server-start': 'kafkaServer.out',
  'connect-distributed': 'connectDistributed.out',
  'connect-standalone': 'connectStandalone.out',
  'connect-mirror-maker': 'mirrorMaker.out',
};

/** `-daemon` as the first word, as Kafka's scripts take it. */
export function isDaemonStart(name: string, argv: readonly string[]): boolean {
  return argv[0] === '-daemon' && Object.hasOwn(OUTPUT_FILES, name);
}

/**
 * Starts the tool again, on its own and in the background. Its output goes to a file in LOG_DIR, where Kafka's scripts
 * put it too; without LOG_DIR in the system's directory for temporary files.
 */
export async function startDaemon(name: string, argv: readonly string[], io: Io): Promise<number> {
  const { startInBackground } = await import('../host/background.js');
  const { disk } = io.host;
  const directory = io.env.LOG_DIR || join(tmpdir(), 'kafkalite-logs');
  disk.makeDirectory(directory);
  const path = join(directory, OUTPUT_FILES[name] as string);
  const pid = startInBackground(argv, path);
  io.printError(`Started in the background with process id ${pid}; its output goes to ${path}`);
  return 0;
}
