import { type ConfigKey, long } from '../config-key.js';
import { atLeast } from '../validators.js';

/** Keys of a broker that limit its replication; they can only be set while it runs. */
export const BROKER_QUOTA_KEYS = {
  'leader.replication.throttled.rate': long('9223372036854775807', 'MEDIUM', { valid: atLeast(0) }),
  'follower.replication.throttled.rate': long('9223372036854775807', 'MEDIUM', { valid: atLeast(0) }),
  'replica.alter.log.dirs.io.max.bytes.per.second': long('9223372036854775807', 'MEDIUM', { valid: atLeast(0) }),
} satisfies Record<string, ConfigKey>;
