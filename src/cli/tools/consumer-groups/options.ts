import type { Io } from '../../io.js';
import { type JoptOptions, type JoptTool, joptError, parseJopt } from '../../options/jopt.js';
import { JoptChecks } from '../../options/jopt-checks.js';
import { flag, long, maybeText, text } from '../../options/option-rows.js';

const OPTIONS = {
  'all-groups': flag('Do it for all consumer groups.'),
  'all-topics': flag('Reset offsets of all topics that the group has offsets of.'),
  'bootstrap-server': text(
    'server to connect to',
    'Brokers to begin with: host:port, separated by commas. REQUIRED for all but --validate-regex.',
  ),
  'by-duration': text('duration', "Reset to the offset of so long ago. Format: 'PnDTnHnMnS'"),
  'command-config': text('command config property file', 'A file with properties of the admin client.'),
  delete: flag('Delete groups with all that they know; --group may be given several times.'),
  'delete-offsets': flag("Delete a group's offsets of topics."),
  describe: flag("Show a group's offsets, and how far they lag behind."),
  'dry-run': flag('Only show what --reset-offsets would do.'),
  execute: flag('Do what --reset-offsets shows.'),
  export: flag('Print the plan of --reset-offsets as CSV.'),
  'from-file': text('path to CSV file', 'Reset to the offsets of a CSV file.'),
  group: text('consumer group', 'The group.', { repeats: true }),
  list: flag('List all consumer groups.'),
  members: flag('With --describe: show the members of the group.'),
  offsets: flag('With --describe: show offsets and lag of the partitions, as it does anyway.'),
  'reset-offsets': flag(
    "Set a group's offsets anew, while it has no members. Where to: --to-datetime, --by-duration, --to-earliest, --to-latest, --shift-by, --from-file, --to-current, --to-offset. Of which topics: --all-topics or --topic.",
  ),
  'shift-by': long('number-of-offsets', 'Reset to the current offset plus n, which may be negative.'),
  state: maybeText(
    '',
    'With --describe: show the state of the group. With --list: show states, or only groups in some.',
  ),
  timeout: long('timeout (ms)', 'How long to wait, for instance for a group to become stable.', { default: '30000' }),
  'to-current': flag('Reset to the current offset.'),
  'to-datetime': text('datetime', "Reset to the offset of a time. Format: 'YYYY-MM-DDThh:mm:ss.sss'"),
  'to-earliest': flag('Reset to the earliest offset.'),
  'to-latest': flag('Reset to the latest offset.'),
  'to-offset': long('offset', 'Reset to an offset.'),
  topic: text('topic', 'A topic, or some of its partitions: topic1:0,1,2. May be given several times.', {
    repeats: true,
  }),
  type: maybeText('', 'With --list: show types, or only groups of some.', { onlyWith: ['list'] }),
  'validate-regex': text('regex', 'Say whether a regular expression is valid in the RE2 format.'),
  verbose: flag('With --describe: show more.', { onlyWith: ['describe'] }),
};

const TOOL: JoptTool<typeof OPTIONS> = {
  description:
    'This tool helps to list all consumer groups, describe a consumer group, delete consumer group info, or reset consumer group offsets.',
  options: OPTIONS,
};

export type GroupsOptions = JoptOptions<typeof OPTIONS>;
type Name = keyof typeof OPTIONS & string;

const RESETS: readonly Name[] = [
  'to-offset',
  'shift-by',
  'to-datetime',
  'by-duration',
  'to-earliest',
  'to-latest',
  'to-current',
  'from-file',
];
const ACTIONS: readonly Name[] = ['list', 'describe', 'delete', 'reset-offsets', 'delete-offsets', 'validate-regex'];

const DRY_RUN_WARNING =
  'WARN: No action will be performed as the --execute option is missing. In version 5.0, this command will require ' +
  'either --dry-run or --execute to be specified. You should add the --dry-run option explicitly if you are scripting ' +
  'this command and want to keep the current default behavior without prompting.';

/** @throws UsageError */
export function parseGroupsOptions(argv: readonly string[], io: Io): GroupsOptions {
  const options = parseJopt(TOOL, argv);
  const checks = new JoptChecks(TOOL, options);
  const fail = (message: string): never => checks.fail(message);
  if (!ACTIONS.some((name) => options.has(name))) {
    if (!options.has('bootstrap-server')) checks.require('bootstrap-server');
    fail(
      'Command must include exactly one action: --list, --describe, --delete, --reset-offsets, --delete-offsets, --validate-regex',
    );
  }
  if (options.has('validate-regex')) return options;
  checks.require('bootstrap-server');
  const hasGroup = options.has('group') || options.has('all-groups');
  if (options.has('describe')) {
    if (!hasGroup) fail('Option [describe] takes one of these options: [all-groups], [group]');
    const views = (['members', 'offsets', 'state'] as const).filter((name) => options.has(name));
    if (views.length > 1) fail('Option [describe] takes at most one of these options: [members], [offsets], [state]');
    if (options.value('state') !== null) fail('Option [describe] does not take a value for [state]');
  }
  if (options.has('delete')) {
    if (!hasGroup) fail('Option [delete] takes one of these options: [all-groups], [group]');
    if (options.has('topic'))
      fail('The consumer does not support topic-specific offset deletion from a consumer group.');
  }
  if (options.has('delete-offsets') && (!options.has('group') || !options.has('topic'))) {
    fail('Option [delete-offsets] takes the following options: [group], [topic]');
  }
  if (options.has('reset-offsets')) checkReset(options, checks, fail, io);
  const outside = (name: Name, ...allowed: Name[]): void =>
    checks.forbidWith(
      name,
      ACTIONS.filter((action) => !allowed.includes(action)),
    );
  checks.forbidWith('group', ['all-groups']);
  outside('group', 'describe', 'delete', 'reset-offsets', 'delete-offsets');
  outside('all-groups', 'describe', 'delete', 'reset-offsets');
  outside('topic', 'delete', 'reset-offsets', 'delete-offsets');
  return options;
}

function checkReset(
  options: GroupsOptions,
  checks: JoptChecks<typeof OPTIONS>,
  fail: (message: string) => never,
  io: Io,
): void {
  if (options.has('dry-run') && options.has('execute')) {
    fail('Option [reset-offsets] only accepts one of [execute] and [dry-run]');
  }
  if (!options.has('dry-run') && !options.has('execute')) io.printError(DRY_RUN_WARNING);
  if (!options.has('group') && !options.has('all-groups')) {
    fail('Option [reset-offsets] takes one of these options: [all-groups], [group]');
  }
  for (const reset of RESETS) {
    checks.forbidWith(
      reset,
      RESETS.filter((other) => other !== reset),
    );
  }
}

export function groupsUsageError(message: string): Error {
  return joptError(TOOL, message);
}
