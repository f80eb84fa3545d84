import type { Io } from '../io.js';
import { loadProperties } from '../load-properties.js';
import { argparseError } from '../options/argparse.js';
import type { ArgparseTool } from '../options/argparse-parser.js';
import { ToolError } from '../tool-error.js';

/** The two names of the option with the file of properties: that of old, and that of all tools. */
export interface ConfigFileOption {
  readonly old: string;
  readonly oldPath: string | null;
  readonly path: string | null;
}

/** What the file of a verifiable client says, if there is one. @throws UsageError */
export function fileProperties(
  tool: ArgparseTool,
  { old, oldPath, path }: ConfigFileOption,
  io: Io,
  width: number,
): Map<string, string> {
  if (oldPath !== null && path !== null) {
    throw argparseError(tool, null, `Options --${old} and --command-config are mutually exclusive.`, width);
  }
  if (oldPath !== null) {
    io.print(
      `Option --${old} has been deprecated and will be removed in a future version. Use --command-config instead.`,
    );
  }
  const file = path ?? oldPath;
  if (file === null) return new Map();
  try {
    return loadProperties(io, file);
  } catch (error) {
    if (error instanceof ToolError) throw argparseError(tool, null, io.stderr.isTerminal ? error.message : file, width);
    throw error;
  }
}
