import { OUTPUT_OPTIONS } from '../../format/output-format.js';
import { flag, long, text } from '../../options/option-rows.js';

/** The table of kafka-reassign-partitions. Its `--timeout` is Kafka's own. */
export const TOOL = {
  description: 'This tool helps to move topic partitions between replicas.',
  options: {
    additional: flag('With --execute: even while other moves go on. Also changes the throttle of those.'),
    'bootstrap-controller': text(
      'bootstrap controller to connect to',
      'Controllers to begin with: host:port, separated by commas. With --cancel and --list, instead of --bootstrap-server.',
    ),
    'bootstrap-server': text(
      'Server(s) to use for bootstrapping',
      'Brokers to begin with: host:port, separated by commas.',
    ),
    'broker-list': text('brokerlist', 'With --generate: the brokers that are to hold the partitions, as 0,1,2.'),
    cancel: flag('Call off the moves of a plan.'),
    'command-config': text('Admin client property file', 'A file with properties of the admin client.', {
      completes: 'file',
    }),
    'disable-rack-aware': flag('With --generate: racks do not count.'),
    'disallow-replication-factor-change': flag(
      'With --execute: refuse moves after which a partition has more or fewer replicas.',
    ),
    execute: flag('Begin the moves of a plan.'),
    generate: flag('Propose a plan that moves topics to some brokers; nothing is moved.'),
    list: flag('List all moves that go on.'),
    'preserve-throttles': flag('With --verify and --cancel: leave the throttles of brokers and topics as they are.'),
    'reassignment-json-file': text(
      'manual assignment json file path',
      'The plan. log_dirs may be left out; each is the path of a directory of the broker, or any:\n{"partitions":\n\t[{"topic": "foo",\n\t  "partition": 1,\n\t  "replicas": [1,2,3],\n\t  "log_dirs": ["dir1","dir2","dir3"] }],\n"version":1\n}',
      { completes: 'file' },
    ),
    'replica-alter-log-dirs-throttle': long(
      'replicaAlterLogDirsThrottle',
      'With --execute: how many bytes a second a broker may copy between its directories, at least 1 KB; -1 for no limit.',
      { default: '-1' },
    ),
    throttle: long(
      'throttle',
      'With --execute: how many bytes a second a broker may copy from and to others, at least 1 KB; -1 for no limit.',
      { default: '-1' },
    ),
    timeout: long('timeout', 'How long moves between directories may take to begin, in milliseconds.', {
      default: '10000',
    }),
    'topics-to-move-json-file': text(
      'topics to reassign json file path',
      'With --generate: the topics:\n{"topics":\n\t[{"topic": "foo"},{"topic": "foo1"}],\n"version":1\n}',
      { completes: 'file' },
    ),
    verify: flag('Tell how far the moves of a plan are; once all are done their throttles are taken away.'),
    ...OUTPUT_OPTIONS,
  },
};
