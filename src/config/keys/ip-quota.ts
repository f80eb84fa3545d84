import { type ConfigKey, int } from '../config-key.js';
import { atLeast } from '../validators.js';

/** Keys of a quota of addresses. */
export const IP_QUOTA_KEYS = {
  connection_creation_rate: int('2147483647', 'MEDIUM', { valid: atLeast(0) }),
} satisfies Record<string, ConfigKey>;
