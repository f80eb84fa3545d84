import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startInBackground } from '../host/background.js';
import type { Io } from './io.js';

/**
 * Starts the tool again, on its own and in the background. Its output goes to a file in LOG_DIR, where Kafka's scripts
 * put it too; without LOG_DIR in the system's directory for temporary files.
 */
export function startDaemon(outputFile: string, argv: readonly string[], io: Io): number {
  const { disk } = io.host;
  const directory = io.env.LOG_DIR || join(tmpdir(), 'kafkalite-logs');
  disk.makeDirectory(directory);
  const path = join(directory, outputFile);
  const pid = startInBackground(argv, path);
  io.printError(`Started in the background with process id ${pid}; its output goes to ${path}`);
  return 0;
}
