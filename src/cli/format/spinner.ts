import type { Io } from '../io.js';

/** Shows on a terminal that the tool waits; elsewhere, and where its line would not fit, it only waits. */
export async function withSpinner<T>(io: Io, text: string, work: () => Promise<T>): Promise<T> {
  const isWide = (io.stderr.columns ?? 0) > text.length + 2;
  if (!io.stdout.isTerminal || !io.stderr.isTerminal || !isWide) return work();
  const { default: ora } = await import('ora');
  const spinner = ora({ text, stream: process.stderr, discardStdin: false });
  spinner.start();
  try {
    return await work();
  } finally {
    spinner.stop();
  }
}
