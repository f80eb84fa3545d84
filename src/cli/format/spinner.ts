import type { Io, Output } from '../io.js';
import { colorLevel } from './color.js';

/** What is there sooner is not worth a spinner, nor the loading of one. */
const PATIENCE_MS = 250;

/**
 * Does some work, and where it takes longer shows on standard error that the tool waits. It does so only where both
 * outputs are terminals, where the line fits and where the cursor can be moved.
 */
export async function withSpinner<T>(io: Io, text: string, work: () => Promise<T>): Promise<T> {
  if (!io.stdout.isTerminal || !io.stderr.isTerminal || io.env.TERM === 'dumb') return work();
  if ((io.stderr.columns ?? 0) <= text.length + 2) return work();
  let isOver = false;
  let stop = (): void => undefined;
  const timer = io.host.clock.setTimer(PATIENCE_MS, async () => {
    const started = await startSpinner(io, text, () => isOver);
    stop = started;
  });
  try {
    return await work();
  } finally {
    isOver = true;
    timer.cancel();
    stop();
  }
}

async function startSpinner(io: Io, text: string, isOver: () => boolean): Promise<() => void> {
  const { default: ora } = await import('ora');
  if (isOver()) return () => undefined;
  const spinner = ora({
    text,
    stream: terminalStream(io.stderr),
    isEnabled: true,
    discardStdin: false,
    color: colorLevel(io.env, io.stderr) > 0 ? 'cyan' : false,
  });
  spinner.start();
  return () => spinner.stop();
}

/** As much of Node's terminal stream as ora uses, on an output of ours. */
function terminalStream(output: Output): NodeJS.WriteStream {
  const stream = {
    isTTY: true,
    get columns() {
      return output.columns ?? 80;
    },
    write: (chunk: string) => output.write(chunk),
    cursorTo: (column: number) => output.write(`\u001b[${column + 1}G`),
    moveCursor: (_columns: number, rows: number) => output.write(`\u001b[${-rows}A`),
    clearLine: () => output.write('\u001b[K'),
    once: (_event: 'drain', callback: () => void) => void output.drained().then(callback),
    removeListener: () => undefined,
  };
  return stream as unknown as NodeJS.WriteStream;
}
