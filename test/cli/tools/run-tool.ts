import type { Io } from '../../../src/cli/io.js';
import { reportFailure, type Tool } from '../../../src/cli/main.js';
import { nodeClock } from '../../../src/host/node-clock.js';
import { TestIo } from '../test-io.js';

export interface Outcome {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** A tool's own way with a command line, with the time of this machine: as its user sees it, from the first word to the exit status. */
export async function runTool(tool: Tool, argv: readonly string[], recorded = new TestIo()): Promise<Outcome> {
  const io: Io = Object.assign(recorded, { host: { ...recorded.host, clock: nodeClock } });
  let status: number;
  try {
    status = await tool.run(argv, io);
  } catch (error) {
    status = reportFailure(error, io);
  }
  return { status, out: recorded.stdout.text, err: recorded.stderr.text };
}

/** A terminal without colours, for what is shown to people. */
export const onTerminal = (columns = 100): TestIo => new TestIo({ NO_COLOR: '1' }).onTerminal(columns);

/** The rows of `--output ndjson`. */
export function rowsOf({ out }: Outcome): unknown[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
