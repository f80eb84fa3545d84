import { KafkaError } from '../protocol/errors.js';
import { Config } from './config.js';
import { CLIENT_METRICS_KEYS } from './keys/client-metrics.js';

/** A client metrics subscription (KIP-714). */
export class ClientMetricsConfig extends Config<typeof CLIENT_METRICS_KEYS> {
  /** What a client has to match, all of it; the whole of each text has to. */
  readonly patterns: ReadonlyMap<string, RegExp>;

  /** @throws ConfigException where a value is none that its key takes. */
  constructor(overrides: ReadonlyMap<string, string>) {
    super(CLIENT_METRICS_KEYS, overrides);
    this.patterns = parsePatterns(this.get('match'));
  }
}

const MATCHED = [
  'client_id',
  'client_instance_id',
  'client_software_name',
  'client_software_version',
  'client_source_address',
  'client_source_port',
];

/** Checks what a subscription is to be set to, as the controller does. @throws ConfigException, KafkaError */
export function checkClientMetricsConfig(overrides: ReadonlyMap<string, string>): void {
  for (const name of overrides.keys()) {
    if (Object.hasOwn(CLIENT_METRICS_KEYS, name)) continue;
    throw new KafkaError('INVALID_REQUEST', `Unknown client metrics configuration: ${name}`);
  }
  const config = new ClientMetricsConfig(overrides);
  const intervalMs = config.get('interval.ms');
  if (intervalMs < 100 || intervalMs > 3_600_000) {
    const rule = 'interval must be between 100 and 3600000 (1 hour)';
    throw new KafkaError('INVALID_REQUEST', `Invalid value ${intervalMs} for interval.ms, ${rule}`);
  }
}

function parsePatterns(entries: readonly string[]): Map<string, RegExp> {
  const patterns = new Map<string, RegExp>();
  for (const entry of entries) {
    // Java's split gives no empty parts at the end.
    const parts = entry.replace(/=+$/, '').split('=');
    const [name = '', pattern = ''] = parts.map((part) => part.trim());
    if (parts.length !== 2 || !MATCHED.includes(name)) throw illegalPattern(entry);
    try {
      patterns.set(name, new RegExp(`^(?:${pattern})$`));
    } catch {
      throw illegalPattern(entry);
    }
  }
  return patterns;
}

function illegalPattern(entry: string): KafkaError {
  return new KafkaError('INVALID_CONFIG', `Illegal client matching pattern: ${entry}`);
}
