import { integer, long, text } from '../../options/option-rows.js';

/** The table of kafka-replica-verification. */
export const TOOL = {
  description: 'Validate that all replicas for a set of topics have the same data.',
  options: {
    'broker-list': text(
      'hostname:port,...,hostname:port',
      'REQUIRED: Brokers to begin with: host:port, separated by commas.',
    ),
    'fetch-size': integer('bytes', 'How much to read of a partition at a time, in bytes.', { default: '1048576' }),
    'max-wait-ms': integer('ms', 'How long a broker may wait for new records, in milliseconds.', { default: '1000' }),
    'report-interval-ms': long('ms', 'How long it is from one report to the next, in milliseconds.', {
      default: '30000',
    }),
    time: long(
      'timestamp/-1(latest)/-2(earliest)',
      'From where on: the first record that is not older than a time in milliseconds, or one of these.',
      { default: '-1' },
    ),
    'topics-include': text('Java regex (String)', 'A regular expression of the topics.', {
      default: '.*',
      completes: 'topic',
    }),
  },
};
