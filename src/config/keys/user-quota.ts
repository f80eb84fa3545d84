import { type ConfigKey, double, long } from '../config-key.js';

/** Keys of a quota of users and client ids. */
export const USER_QUOTA_KEYS = {
  producer_byte_rate: long('9223372036854775807', 'MEDIUM'),
  consumer_byte_rate: long('9223372036854775807', 'MEDIUM'),
  request_percentage: double('2.147483647E9', 'MEDIUM'),
  controller_mutation_rate: double('2.147483647E9', 'MEDIUM'),
} satisfies Record<string, ConfigKey>;
