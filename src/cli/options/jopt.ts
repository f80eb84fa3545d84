import { joptUsage } from './jopt-usage.js';
import { flag, type OptionRow, type OptionRows } from './option-rows.js';
import { type GivenOptions, OptionSet } from './option-set.js';
import { AnswerInstead, UsageError } from './usage-error.js';

/** A tool with the options of joptsimple. `--help` and `--version` are added to its rows. */
export interface JoptTool<Rows extends OptionRows> {
  /** What the tool is for, in one sentence. */
  readonly description: string;
  readonly options: Rows;
  /** Does its work without options; others then show their usage. */
  readonly runsBare?: boolean;
}

/** What every tool of joptsimple has. */
export const COMMON_OPTIONS = {
  help: flag('Print usage information.'),
  version: flag("Display Kafka's version."),
};

export type JoptOptions<Rows extends OptionRows> = OptionSet<Rows & typeof COMMON_OPTIONS>;

/** The version of Apache Kafka whose tools these are. */
export const KAFKA_VERSION = '4.3.1';
/** What its own tools say they were built from. */
export const KAFKA_COMMIT_ID = '26b251a451ce941d';

/**
 * Reads a command line as joptsimple does: names in full, after one dash or two; the argument in the next word,
 * whatever it looks like, or after `=`.
 *
 * @throws UsageError for an unknown option or a missing argument; AnswerInstead for `--help` and `--version`
 */
export function parseJopt<Rows extends OptionRows>(tool: JoptTool<Rows>, argv: readonly string[]): JoptOptions<Rows> {
  const rows = { ...COMMON_OPTIONS, ...tool.options };
  const given = readWords(tool, rows, argv);
  const options = new OptionSet(rows, given) as unknown as JoptOptions<Rows>;
  if (options.has('help')) throw new AnswerInstead(`${tool.description}\n${joptUsage(rows)}`);
  if (argv.length === 0 && !tool.runsBare) throw joptError(tool, tool.description);
  if (options.has('version')) throw new AnswerInstead(`${KAFKA_VERSION}\n`);
  checkRequired(tool, rows, given.texts);
  checkAvailable(tool, rows, given.texts);
  return options;
}

/** An error as Kafka's tools print it: the message, then the table of options. */
export function joptError(tool: JoptTool<OptionRows>, message: string): UsageError {
  return new UsageError(message, `${message}\n${joptUsage({ ...COMMON_OPTIONS, ...tool.options })}`);
}

/**
 * The texts of each option. commander, which reads the other dialect, would have nothing left to decide here, and
 * loading it would take a tenth of a tool's whole run.
 */
function readWords(tool: JoptTool<OptionRows>, rows: OptionRows, argv: readonly string[]): GivenOptions {
  const texts = new Map<string, string[]>();
  const rest: string[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] as string;
    if (word === '--') {
      rest.push(...argv.slice(index + 1));
      break;
    }
    if (!looksLikeOption(word)) {
      rest.push(word);
      continue;
    }
    const [spelled, attached] = splitWord(word);
    const name = nameOf(tool, rows, spelled, word);
    const row = rows[name] as OptionRow;
    const given = texts.get(name) ?? [];
    texts.set(name, given);
    if (row.argument === 'none') continue;
    const next = attached ?? argv[index + 1];
    const isTaken =
      attached !== null || (next !== undefined && (row.argument === 'required' || mayBeArgument(row, next)));
    if (isTaken) given.push(next as string);
    else if (row.argument === 'required') throw joptError(tool, `Option ${name} requires an argument`);
    if (isTaken && attached === null) index++;
  }
  return { texts, rest };
}

/** Of an option that can do without: a negative number is its argument where numbers are wanted. */
function mayBeArgument({ type }: OptionRow, word: string): boolean {
  return type.convert(word) !== null && (type.name !== 'String' || !looksLikeOption(word));
}

function looksLikeOption(word: string): boolean {
  return word.startsWith('-') && word !== '-';
}

function splitWord(word: string): [name: string, attached: string | null] {
  const body = word.startsWith('--') ? word.slice(2) : word.slice(1);
  const equals = body.indexOf('=');
  return equals < 0 ? [body, null] : [body.slice(0, equals), body.slice(equals + 1)];
}

function nameOf(tool: JoptTool<OptionRows>, rows: OptionRows, spelled: string, word: string): string {
  if (Object.hasOwn(rows, spelled)) return spelled;
  const short = Object.keys(rows).find((name) => rows[name]?.details.short === spelled);
  if (short !== undefined) return short;
  // What follows a single dash and is no name is a cluster of one-letter options, of which the first is unknown.
  const unknown = word.startsWith('--') ? spelled : spelled.slice(0, 1);
  throw joptError(tool, `${unknown} is not a recognized option`);
}

type Texts = ReadonlyMap<string, readonly string[]>;

function checkRequired(tool: JoptTool<OptionRows>, rows: OptionRows, texts: Texts): void {
  const missing = Object.keys(rows).filter((name) => rows[name]?.details.required && !texts.has(name));
  if (missing.length > 0) throw joptError(tool, `Missing required option(s) [${missing.join(', ')}]`);
}

function checkAvailable(tool: JoptTool<OptionRows>, rows: OptionRows, texts: Texts): void {
  const unavailable = Object.keys(rows).filter((name) => {
    if (!texts.has(name)) return false;
    const companions = rows[name]?.details.onlyWith;
    return companions !== undefined && !companions.some((companion) => texts.has(companion));
  });
  if (unavailable.length === 0) return;
  const names = unavailable.join(', ');
  throw joptError(tool, `Option(s) [${names}] are unavailable given other options on the command line`);
}
