import { TIMEOUT_OPTION } from '../../connect-to.js';
import { OUTPUT_OPTIONS } from '../../format/output-format.js';
import { flag, integer, text } from '../../options/option-rows.js';

/** The table of kafka-leader-election. */
export const TOOL = {
  description:
    'This tool attempts to elect a new leader for a set of topic partitions. The type of elections supported are preferred replicas and unclean replicas.',
  options: {
    'admin.config': text('config file', '(DEPRECATED) The same as --command-config.', { completes: 'file' }),
    'all-topic-partitions': flag('All partitions that need it, instead of --topic or --path-to-json-file.'),
    'bootstrap-server': text('host:port', 'REQUIRED: Brokers to begin with: host:port, separated by commas.'),
    'command-config': text('command config', 'A file with properties of the admin client.', { completes: 'file' }),
    'election-type': text(
      '[PREFERRED,UNCLEAN]: election type',
      'REQUIRED: preferred makes the first replica of a partition its leader, where another is; unclean gives a leader to a partition that has none, even if records are lost by it.',
      { completes: ['preferred', 'unclean'] },
    ),
    partition: integer('partition id', 'The number of the partition. REQUIRED with --topic.', {
      completes: 'partition',
    }),
    'path-to-json-file': text(
      'Path to JSON file',
      'A file with partitions, instead of --topic or --all-topic-partitions:\n{"partitions":\n\t[{"topic": "foo", "partition": 1},\n\t {"topic": "foobar", "partition": 2}]\n}',
      { completes: 'file' },
    ),
    topic: text('topic name', 'The topic, instead of --path-to-json-file or --all-topic-partitions.', {
      completes: 'topic',
    }),
    ...OUTPUT_OPTIONS,
    ...TIMEOUT_OPTION,
  },
};
