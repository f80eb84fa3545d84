import { TIMEOUT_OPTION } from '../../connect-to.js';
import { OUTPUT_OPTIONS } from '../../format/output-format.js';
import { flag, integer, long, text } from '../../options/option-rows.js';

const TOPIC = text('TOPIC', 'The topic.', { required: true, completes: 'topic' });
const PARTITION = integer('PARTITION', 'The number of the partition.', { required: true, completes: 'partition' });

/** The table of kafka-transactions. */
export const TOOL = {
  prog: 'kafka-transactions.sh',
  description: 'Shows the transactional state of producers in a cluster, and mends transactions that hang.',
  options: {
    version: flag("Show Kafka's version and end.", { short: 'v', shortFirst: true }),
    'command-config': text('FILE', 'A file with properties of the admin client.', { completes: 'file' }),
    'bootstrap-server': text('host:port', 'Brokers to begin with: host:port, separated by commas.', { required: true }),
    ...TIMEOUT_OPTION,
    ...OUTPUT_OPTIONS,
  },
  commandsName: 'COMMAND',
  commandsTitle: 'commands',
  commands: {
    list: {
      help: 'List transactions.',
      options: {
        'duration-filter': long(
          'DURATION_FILTER',
          'Only transactions that run for longer than so many milliseconds; below 0 all.',
        ),
        'transactional-id-pattern': text(
          'TRANSACTIONAL_ID_PATTERN',
          'Only transactional ids that this regular expression matches.',
        ),
      },
    },
    describe: {
      help: 'Describe the transaction of a transactional id.',
      description: 'Describes the transaction of a transactional id.',
      options: { 'transactional-id': text('TRANSACTIONAL_ID', 'The transactional id.', { required: true }) },
    },
    'describe-producers': {
      help: 'Describe the producers that are active in a partition.',
      options: {
        'broker-id': integer('BROKER_ID', 'What the replica of this broker knows, instead of the leader.'),
        topic: TOPIC,
        partition: PARTITION,
      },
    },
    abort: {
      help: 'Abort a transaction that hangs.',
      options: {
        topic: TOPIC,
        partition: PARTITION,
        'start-offset': long('START_OFFSET', 'The offset that the transaction begins at.'),
        'producer-id': long('PRODUCER_ID', 'The id of the producer.'),
        'producer-epoch': integer('PRODUCER_EPOCH', 'The epoch of the producer.'),
        'coordinator-epoch': integer('COORDINATOR_EPOCH', 'The epoch of the coordinator.'),
      },
      sections: [
        {
          title: 'Brokers on versions 3.0 and above',
          description: 'The offset is enough: they know the rest.',
          names: ['start-offset'],
        },
        {
          title: 'Brokers on versions older than 3.0',
          description: 'All of these are needed.',
          names: ['producer-id', 'producer-epoch', 'coordinator-epoch'],
        },
      ],
    },
    'find-hanging': {
      help: 'Find transactions that hang.',
      options: {
        'broker-id': integer('BROKER_ID', 'Look among the partitions of this broker.'),
        'max-transaction-timeout': integer(
          'MAX_TRANSACTION_TIMEOUT',
          'Only transactions that are older than so many minutes.',
          { default: '15' },
        ),
        topic: text('TOPIC', 'Look among the partitions of this topic; needed with --partition.', {
          completes: 'topic',
        }),
        partition: integer('PARTITION', 'Look at this partition alone.', { completes: 'partition' }),
      },
    },
    forceTerminateTransaction: {
      help: 'Abort the transaction of a transactional id.',
      description: 'Aborts the transaction of a transactional id by fencing its producer.',
      options: { transactionalId: text('TRANSACTIONALID', 'The transactional id.', { required: true }) },
    },
  },
};
