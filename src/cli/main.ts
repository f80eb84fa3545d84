import { daemonOutput } from './daemon.js';
import type { Io } from './io.js';
import { AnswerInstead, UsageError } from './options/usage-error.js';
import { exitStatusOf, ProcessIo } from './process-io.js';
import { type JavaEnd, ToolError } from './tool-error.js';

/** What a file in `tools/` exports. */
export interface Tool {
  /** Gives the exit status; an error that is thrown is printed without its stack, and the status is 1. */
  run(argv: readonly string[], io: Io): Promise<number> | number;
}

/** Runs a tool as this process, and ends with its exit status. */
export async function runTool(name: string, tool: Tool): Promise<void> {
  const io = new ProcessIo();
  const status = await exitStatus(name, tool, process.argv.slice(2), io);
  await io.drained();
  process.exit(io.stoppedBy === null ? status : exitStatusOf(io.stoppedBy));
}

async function exitStatus(name: string, tool: Tool, argv: readonly string[], io: ProcessIo): Promise<number> {
  const outputFile = daemonOutput(name, argv);
  if (outputFile !== null) return (await import('./start-daemon.js')).startDaemon(outputFile, argv.slice(1), io);
  const failed = new Promise<number>((resolve) => {
    process.on('uncaughtException', (error) => resolve(reportFailure(error, io)));
  });
  return Promise.race([runGuarded(tool, argv, io), failed]);
}

async function runGuarded(tool: Tool, argv: readonly string[], io: Io): Promise<number> {
  try {
    return await tool.run(argv, io);
  } catch (error) {
    return reportFailure(error, io);
  }
}

/** Prints what ended a tool as its user should see it; gives the exit status. */
export function reportFailure(error: unknown, io: Io): number {
  if (error instanceof AnswerInstead) {
    io.stdout.write(error.message);
    return 0;
  }
  if (error instanceof UsageError) io.stderr.write(error.text);
  else io.printError(failureText(error, io.stderr.isTerminal));
  if (io.env.KAFKALITE_DEBUG && error instanceof Error) io.printError(error.stack ?? '');
  return error instanceof ToolError ? error.exitStatus : 1;
}

/** Errors of the language: a mistake of ours. All others say what the user can do about them. */
const MISTAKES: ReadonlySet<string> = new Set([
  'AssertionError',
  'Error',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
]);

/** On a terminal the message alone; for scripts the words of the real tool. */
function failureText(error: unknown, isTerminal: boolean): string {
  if (!(error instanceof Error) || MISTAKES.has(error.name)) return `Unexpected error: ${error}`;
  const java = error instanceof ToolError ? error.javaEnd : (error as Partial<JavaEnd>);
  if (isTerminal || !java?.javaClass) return error.message;
  return `Exception in thread "main" ${java.javaClass}: ${java.javaMessage ?? error.message}`;
}
