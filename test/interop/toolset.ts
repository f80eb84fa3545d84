import { fileURLToPath } from 'node:url';
import { type Ran, type RunOptions, runCommand } from './child.js';

const BIN = fileURLToPath(new URL('../../../bin/', import.meta.url));

/** One side's programs, asked for by the names that Kafka gives its scripts, without `.sh`. */
export interface Toolset {
  readonly name: string;
  command(tool: string): readonly string[];
}

/** This project's own tools. */
export const kafkalite: Toolset = {
  name: 'kafkalite',
  command: (tool) => [process.execPath, BIN + tool],
};

/** Runs a tool to its end. */
export function runTool(tools: Toolset, tool: string, args: readonly string[], options?: RunOptions): Promise<Ran> {
  return runCommand([...tools.command(tool), ...args], options);
}

/** Runs a tool that is to succeed, and gives its standard output. */
export async function outputOf(
  tools: Toolset,
  tool: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const { status, stdout, stderr } = await runTool(tools, tool, args, options);
  if (status === 0) return stdout;
  throw new Error(`${tools.name}: ${tool} ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`);
}

/** The same, as lines. */
export async function linesOf(
  tools: Toolset,
  tool: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string[]> {
  const text = await outputOf(tools, tool, args, options);
  return text.split('\n').filter((line) => line !== '');
}
