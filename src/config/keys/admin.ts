import { boolean, type ConfigKey, int, list, long, string } from '../config-key.js';
import { atLeast, between, distinct } from '../validators.js';
import { CLIENT_KEYS } from './client.js';

/** Keys of an admin client. */
export const ADMIN_KEYS = {
  ...CLIENT_KEYS,
  'bootstrap.servers': list('', 'HIGH', { valid: distinct({ empty: true }) }),
  'bootstrap.controllers': list('', 'HIGH', { valid: distinct({ empty: true }) }),
  'client.id': string('', 'MEDIUM'),
  'receive.buffer.bytes': int('65536', 'MEDIUM', { valid: atLeast(-1) }),
  'enable.metrics.push': boolean('false', 'LOW'),
  'connections.max.idle.ms': long('300000', 'MEDIUM'),
  retries: int('2147483647', 'LOW', { valid: between(0, 2147483647) }),
  'default.api.timeout.ms': int('60000', 'MEDIUM', { valid: atLeast(0) }),
} satisfies Record<string, ConfigKey>;
