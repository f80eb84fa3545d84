import { type ConfigKey, int, list } from '../config-key.js';
import { distinct } from '../validators.js';

/** Keys of a client metrics subscription. */
export const CLIENT_METRICS_KEYS = {
  metrics: list('', 'MEDIUM', { valid: distinct({ empty: true }) }),
  'interval.ms': int('300000', 'MEDIUM'),
  match: list('', 'MEDIUM', { valid: distinct({ empty: true }) }),
} satisfies Record<string, ConfigKey>;
