import type { Io } from '../io.js';
import { flag, text } from '../options/option-rows.js';
import { ToolError } from '../tool-error.js';

/** How results are written: Kafka's lines, a table for the eyes, one JSON array, or a JSON object a line. */
export type OutputFormat = 'plain' | 'table' | 'json' | 'ndjson';

const FORMATS: readonly OutputFormat[] = ['plain', 'table', 'json', 'ndjson'];

/** The rows of options that every listing and describing tool has besides Kafka's own. */
export const OUTPUT_OPTIONS = {
  output: text(
    'plain|table|json|ndjson',
    "How results are written: plain is what Kafka's tool prints, json one array, ndjson an object a line. A table on a terminal and plain elsewhere unless given.",
    { completes: FORMATS, own: true },
  ),
  'no-color': flag('No colours, as with the environment variable NO_COLOR.', { own: true }),
};

interface OutputOptions {
  value(name: 'output'): string | null;
}

/** What was asked for; else a table on a terminal and plain lines elsewhere. @throws ToolError */
export function outputFormat(options: OutputOptions, io: Io): OutputFormat {
  const given = options.value('output');
  if (given === null) return io.stdout.isTerminal ? 'table' : 'plain';
  const format = FORMATS.find((known) => known === given);
  if (format === undefined) throw new ToolError(`--output is one of ${FORMATS.join(', ')}, and not '${given}'`);
  return format;
}
