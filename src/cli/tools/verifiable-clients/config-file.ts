import type { Io } from '../../io.js';
import { loadProperties } from '../../load-properties.js';
import { argparseError } from '../../options/argparse.js';
import type { ArgparseTool } from '../../options/argparse-parser.js';
import { usageWidth } from '../../options/argparse-usage.js';
import { ToolError } from '../../tool-error.js';

/** The name that the option had of old, where it had one, and what was given under it. */
export interface OldConfigFile {
  readonly name: string;
  readonly path: string | null;
}

/** What the file of a verifiable client says, if there is one. @param path of `command-config`; @throws UsageError */
export function fileProperties(
  tool: ArgparseTool,
  io: Io,
  path: string | null,
  old: OldConfigFile | null = null,
): Map<string, string> {
  const refused = (message: string) => argparseError(tool, null, message, usageWidth(io.env.COLUMNS));
  const oldPath = old?.path ?? null;
  if (oldPath !== null && path !== null) {
    throw refused(`Options --${old?.name} and --command-config are mutually exclusive.`);
  }
  if (oldPath !== null) {
    io.print(
      `Option --${old?.name} has been deprecated and will be removed in a future version. Use --command-config instead.`,
    );
  }
  const file = path ?? oldPath;
  if (file === null) return new Map();
  try {
    return loadProperties(io, file);
  } catch (error) {
    if (error instanceof ToolError) throw refused(io.stderr.isTerminal ? error.message : file);
    throw error;
  }
}
