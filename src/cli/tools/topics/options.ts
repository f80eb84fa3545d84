import { TIMEOUT_OPTION } from '../../connect-to.js';
import { printedError } from '../../format/java-error.js';
import { OUTPUT_OPTIONS } from '../../format/output-format.js';
import type { Io } from '../../io.js';
import { type JoptOptions, parseJopt } from '../../options/jopt.js';
import { JoptChecks } from '../../options/jopt-checks.js';
import { optionException } from '../../options/option-exception.js';
import { flag, integer, text } from '../../options/option-rows.js';
import { UsageError } from '../../options/usage-error.js';
import { illegalArgument, uncaught } from '../../tool-error.js';

export const TOOL = {
  description: 'Create, delete, describe, or change a topic.',
  options: {
    alter: flag('Add partitions to topics. Other settings are changed with kafka-configs.'),
    'at-min-isr-partitions': flag('Describe only partitions with no more in-sync replicas than min.insync.replicas.'),
    'bootstrap-server': text(
      'server to connect to',
      'REQUIRED: Brokers to begin with: host:port, separated by commas.',
    ),
    'command-config': text('command config property file', 'A file with properties of the admin client.', {
      completes: 'file',
    }),
    config: text('name=value', 'A setting of the new topic instead of its default; may be given several times.', {
      repeats: true,
      completes: 'topic-setting',
    }),
    create: flag('Create a topic.'),
    delete: flag('Delete topics.'),
    'delete-config': text('name', 'Does nothing since Kafka 4.0: use kafka-configs.', { repeats: true }),
    describe: flag('Show partitions, replicas and settings of topics; of all without --topic.'),
    'exclude-internal': flag('Leave out internal topics when listing or describing.'),
    'if-exists': flag('Do nothing, and do not fail, where there is no such topic (alter, delete, describe).'),
    'if-not-exists': flag('Do not fail where the topic is there already (create).'),
    list: flag('List the names of topics.'),
    'partition-size-limit-per-response': integer(
      'maximum number of partitions per response',
      'How many partitions one answer of the broker may describe.',
    ),
    partitions: integer(
      '# of partitions',
      "Partitions of the new topic (else the broker's default), or how many a topic is to have. Adding some changes which partition a key goes to.",
    ),
    'replica-assignment': text(
      'broker_id_for_part1_replica1 : broker_id_for_part1_replica2 , broker_id_for_part2_replica1 : broker_id_for_part2_replica2 , ...',
      'Brokers of each partition instead of a choice by the controller.',
    ),
    'replication-factor': integer('replication factor', "Replicas of each partition; else the broker's default."),
    topic: text('topic', 'The topic; a regular expression, except for --create.', { completes: 'topic' }),
    'topic-id': text('topic-id', 'The id of a topic to describe.'),
    'topics-with-overrides': flag('Describe only topics with settings of their own, without partitions.'),
    'unavailable-partitions': flag('Describe only partitions without a leader that is up.'),
    'under-min-isr-partitions': flag('Describe only partitions with fewer in-sync replicas than min.insync.replicas.'),
    'under-replicated-partitions': flag('Describe only partitions with replicas that are not in sync.'),
    ...OUTPUT_OPTIONS,
    ...TIMEOUT_OPTION,
  },
};

export type TopicsOptions = JoptOptions<(typeof TOOL)['options']>;
type Name = keyof (typeof TOOL)['options'];

const ACTIONS: readonly Name[] = ['alter', 'create', 'describe', 'list', 'delete'];
const REPORTS: readonly Name[] = [
  'under-replicated-partitions',
  'under-min-isr-partitions',
  'at-min-isr-partitions',
  'unavailable-partitions',
];

/** @throws UsageError, ToolError */
export function parseTopicsOptions(argv: readonly string[], io: Io): TopicsOptions {
  const options = parsed(argv, io);
  const checks = new JoptChecks(TOOL, options);
  if (ACTIONS.filter((name) => options.has(name)).length !== 1) {
    checks.fail('Command must include exactly one action: --list, --describe, --create, --alter or --delete');
  }
  if (options.has('delete-config')) io.printError(DELETE_CONFIG);
  if (!options.has('bootstrap-server')) {
    throw printedError(illegalArgument('--bootstrap-server must be specified'), io);
  }
  if (options.has('describe') && options.has('if-exists')) {
    if (!options.has('topic') && !options.has('topic-id')) {
      checks.fail('--topic or --topic-id is required to describe a topic');
    }
    if (options.has('topic') && options.has('topic-id')) {
      io.print(
        'Only topic id will be used when both --topic and --topic-id are specified and topicId is not Uuid.ZERO_UUID',
      );
    }
  }
  if (!options.has('list') && !options.has('describe')) checks.require('topic');
  if (options.has('alter')) {
    checks.forbidSetWith(
      ['config', 'bootstrap-server'],
      ['alter'],
      ' (To alter topic configurations, the kafka-configs tool can be used.)',
    );
    checks.require('partitions');
  }
  checkPlaces(checks, options);
  return options;
}

const DELETE_CONFIG =
  'delete-config option is no longer supported and deprecated since version 4.0. ' +
  'The config will be fully removed in future releases.';

/** What joptsimple finds wrong by itself the real tool prints without the table of options, which helps people. */
function parsed(argv: readonly string[], io: Io): TopicsOptions {
  try {
    return parseJopt(TOOL, argv);
  } catch (error) {
    const javaClass = error instanceof UsageError ? optionException(error.message) : undefined;
    if (javaClass === undefined || io.stderr.isTerminal) throw error;
    throw printedError(uncaught(javaClass, (error as UsageError).message), io);
  }
}

function checkPlaces(checks: JoptChecks<(typeof TOOL)['options']>, options: TopicsOptions): void {
  const onlyFor = (name: Name, ...actions: Name[]): void => {
    checks.forbidWith(
      name,
      ACTIONS.filter((action) => !actions.includes(action)),
    );
  };
  onlyFor('config', 'alter', 'create');
  onlyFor('partitions', 'alter', 'create');
  onlyFor('replication-factor', 'create');
  onlyFor('replica-assignment', 'alter', 'create');
  if (options.has('create')) checks.forbidWith('replica-assignment', ['partitions', 'replication-factor']);
  for (const report of REPORTS) {
    onlyFor(report, 'describe');
    checks.forbidWith(report, ['topics-with-overrides']);
  }
  onlyFor('topics-with-overrides', 'describe');
  checks.forbidWith('topics-with-overrides', REPORTS);
  onlyFor('if-exists', 'alter', 'delete', 'describe');
  onlyFor('if-not-exists', 'create');
  onlyFor('exclude-internal', 'list', 'describe');
  onlyFor('output', 'list', 'describe');
}
