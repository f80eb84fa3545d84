import { OUTPUT_OPTIONS } from '../../format/output-format.js';
import type { Io } from '../../io.js';
import { type JoptOptions, type JoptTool, joptError, parseJopt } from '../../options/jopt.js';
import { JoptChecks } from '../../options/jopt-checks.js';
import { optionException } from '../../options/option-exception.js';
import { flag, long, maybeText, text } from '../../options/option-rows.js';
import { UsageError } from '../../options/usage-error.js';
import { uncaught } from '../../tool-error.js';

const STATES: readonly string[] = [
  ...['Stable', 'Empty', 'Dead', 'PreparingRebalance', 'CompletingRebalance', 'Assigning', 'Reconciling'],
];

const OPTIONS = {
  'all-groups': flag('Do it for all consumer groups.'),
  'all-topics': flag('Reset offsets of all topics that the group has offsets of.'),
  'bootstrap-server': text(
    'server to connect to',
    'Brokers to begin with: host:port, separated by commas. REQUIRED for all but --validate-regex.',
  ),
  'by-duration': text('duration', "Reset to the offset of so long ago. Format: 'PnDTnHnMnS'"),
  'command-config': text('command config property file', 'A file with properties of the admin client.', {
    completes: 'file',
  }),
  delete: flag('Delete groups with all that they know; --group may be given several times.'),
  'delete-offsets': flag("Delete a group's offsets of topics."),
  describe: flag("Show a group's offsets, and how far they lag behind."),
  'dry-run': flag('Only show what --reset-offsets would do.'),
  execute: flag('Do what --reset-offsets shows.'),
  export: flag('Print the plan of --reset-offsets as CSV.'),
  'from-file': text('path to CSV file', 'Reset to the offsets of a CSV file.', { completes: 'file' }),
  group: text('consumer group', 'The group.', { repeats: true, completes: 'group' }),
  list: flag('List all consumer groups.'),
  // The real tool names those that are out of place in this order: members, offsets, state, verbose, type.
  members: flag('With --describe: show the members of the group.', { onlyWith: ['describe'] }),
  offsets: flag('With --describe: show offsets and lag of the partitions, as it does anyway.', {
    onlyWith: ['describe'],
  }),
  'reset-offsets': flag(
    "Set a group's offsets anew, while it has no members. Where to: --to-datetime, --by-duration, --to-earliest, --to-latest, --shift-by, --from-file, --to-current, --to-offset. Of which topics: --all-topics or --topic.",
  ),
  'shift-by': long('number-of-offsets', 'Reset to the current offset plus n, which may be negative.'),
  state: maybeText(
    '',
    'With --describe: show the state of the group. With --list: show states, or only groups in some.',
    { onlyWith: ['describe', 'list'], completes: STATES },
  ),
  verbose: flag('With --describe: show more.', { onlyWith: ['describe'] }),
  timeout: long('timeout (ms)', 'How long to wait, for instance for a group to become stable.', { default: '30000' }),
  'to-current': flag('Reset to the current offset.'),
  'to-datetime': text('datetime', "Reset to the offset of a time. Format: 'YYYY-MM-DDThh:mm:ss.sss'"),
  'to-earliest': flag('Reset to the earliest offset.'),
  'to-latest': flag('Reset to the latest offset.'),
  'to-offset': long('offset', 'Reset to an offset.'),
  topic: text('topic', 'A topic, or some of its partitions: topic1:0,1,2. May be given several times.', {
    repeats: true,
    completes: 'topic',
  }),
  type: maybeText('', 'With --list: show types, or only groups of some.', {
    onlyWith: ['list'],
    completes: ['classic', 'consumer'],
  }),
  'validate-regex': text('regex', 'Say whether a regular expression is valid in the RE2 format.'),
  watch: maybeText(
    'seconds',
    'With --describe: look again every so many seconds, 2 unless given, and show how fast producers and the group move. Ends with Ctrl-C.',
    { onlyWith: ['describe'], own: true },
  ),
  ...OUTPUT_OPTIONS,
};

export const TOOL: JoptTool<typeof OPTIONS> = {
  description:
    'This tool helps to list all consumer groups, describe a consumer group, delete consumer group info, or reset consumer group offsets.',
  options: OPTIONS,
};

export type GroupsOptions = JoptOptions<typeof OPTIONS>;
type Name = keyof typeof OPTIONS & string;
type Checks = JoptChecks<typeof OPTIONS>;

/** Where offsets may be reset to, in the order in which the real tool checks that there is but one. */
export const RESETS = [
  'to-offset',
  'to-datetime',
  'by-duration',
  'to-earliest',
  'to-latest',
  'shift-by',
  'to-current',
  'from-file',
] as const;

const ACTIONS: readonly Name[] = ['list', 'describe', 'delete', 'reset-offsets', 'delete-offsets', 'validate-regex'];

const DRY_RUN_WARNING =
  'WARN: No action will be performed as the --execute option is missing. In version 5.0, this command will require ' +
  'either --dry-run or --execute to be specified. You should add the --dry-run option explicitly if you are scripting ' +
  'this command and want to keep the current default behavior without prompting.';

/** @throws UsageError, ToolError */
export function parseGroupsOptions(argv: readonly string[], io: Io): GroupsOptions {
  const options = parsed(argv, io);
  const checks: Checks = new JoptChecks(TOOL, options);
  if (!options.has('validate-regex')) checks.require('bootstrap-server');
  const hasGroup = options.has('group') || options.has('all-groups');
  if (options.has('describe')) checkDescribe(options, checks, hasGroup);
  if (options.has('delete')) checkDelete(options, checks, hasGroup);
  if (options.has('delete-offsets') && (!options.has('group') || !options.has('topic'))) {
    checks.fail('Option [delete-offsets] takes the following options: [topic], [group]');
  }
  if (options.has('reset-offsets')) checkReset(options, checks, hasGroup, io);
  checks.forbidWith('group', ['all-groups']);
  checks.forbidWith('group', ['list']);
  checks.forbidWith('topic', ['list', 'describe']);
  if (ACTIONS.filter((name) => options.has(name)).length !== 1) {
    checks.fail(`Command must include exactly one action: ${ACTIONS.map((name) => `--${name}`).join(', ')}`);
  }
  checks.forbidWith('output', ['validate-regex', 'export']);
  return options;
}

/** What joptsimple finds wrong by itself ends the real tool with an exception, without the table of options. */
function parsed(argv: readonly string[], io: Io): GroupsOptions {
  try {
    return parseJopt(TOOL, argv);
  } catch (error) {
    const javaClass = error instanceof UsageError ? optionException(error.message) : undefined;
    if (javaClass === undefined || io.stderr.isTerminal) throw error;
    throw uncaught(javaClass, (error as UsageError).message);
  }
}

function checkDescribe(options: GroupsOptions, checks: Checks, hasGroup: boolean): void {
  if (!hasGroup) checks.fail('Option [describe] takes one of these options: [all-groups], [group]');
  const views = (['members', 'offsets', 'state'] as const).filter((name) => options.has(name));
  if (views.length > 1) {
    checks.fail('Option [describe] takes at most one of these options: [members], [offsets], [state]');
  }
  if (options.value('state') !== null) checks.fail('Option [describe] does not take a value for [state]');
  checks.forbidWith('watch', ['members', 'state']);
}

function checkDelete(options: GroupsOptions, checks: Checks, hasGroup: boolean): void {
  if (!hasGroup) checks.fail('Option [delete] takes one of these options: [all-groups], [group]');
  if (options.has('topic')) {
    checks.fail('The consumer does not support topic-specific offset deletion from a consumer group.');
  }
}

function checkReset(options: GroupsOptions, checks: Checks, hasGroup: boolean, io: Io): void {
  if (options.has('dry-run') && options.has('execute')) {
    checks.fail('Option [reset-offsets] only accepts one of [execute] and [dry-run]');
  }
  if (!options.has('dry-run') && !options.has('execute')) io.printError(DRY_RUN_WARNING);
  if (!hasGroup) checks.fail('Option [reset-offsets] takes one of these options: [all-groups], [group]');
  for (const reset of RESETS) {
    checks.forbidWith(
      reset,
      RESETS.filter((other) => other !== reset),
    );
  }
}

/** An error with the table of options after it. */
export function groupsUsageError(message: string): UsageError {
  return joptError(TOOL, message);
}
