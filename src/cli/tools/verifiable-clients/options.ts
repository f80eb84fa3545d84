/** Rows of options that the verifiable clients share. */
import { type OptionDetails, type OptionRow, text } from '../../options/option-rows.js';

const BROKERS = 'Brokers to begin with: host:port, separated by commas.';

/** Kafka's tools differ in how they ask for the row, and in whether their help calls it required. */
export const bootstrapServer = (details: OptionDetails = {}, lead = ''): OptionRow<string> =>
  text('HOST1:PORT1[,HOST2:PORT2[...]]', lead + BROKERS, details);

export const configFile = (help: string): OptionRow<string> => text('CONFIG-FILE', help, { completes: 'file' });

/** `consumer.config` and `producer.config`: what `command-config` was called of old. */
export const OLD_CONFIG_FILE = configFile('(DEPRECATED) Use --command-config.');

const CONNECTION = ['bootstrap-server'];
export const CONNECTION_GROUPS = [{ required: true, names: CONNECTION }];
export const CONNECTION_SECTIONS = [
  { title: 'Connection Group', description: 'How to reach the brokers', names: CONNECTION },
];

/** @param most what `max-messages` says: below 0 there is no end */
export const recordLimit = (most: number | null): number =>
  most === null || most < 0 ? Number.POSITIVE_INFINITY : most;
