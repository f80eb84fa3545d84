import type { BrokerConfig, BrokerKeyName } from './broker-config.js';
import type { ConfigKey, ConfigKeys } from './config-key.js';

/** A broker setting that stands in where a topic or group says nothing. */
export interface ServerDefault {
  readonly brokerKey: BrokerKeyName;
  /** In the unit of the topic's or group's key. */
  readonly text: string;
}

/** The first of the broker's keys for this one that is set; null when none is. */
export function serverDefault(key: ConfigKey, broker: BrokerConfig): ServerDefault | null {
  for (const [name, factor] of key.server ?? []) {
    const text = broker.originals.get(name);
    if (text !== undefined) return { brokerKey: name as BrokerKeyName, text: inUnit(key, text, factor) };
  }
  return null;
}

function inUnit(key: ConfigKey, text: string, factor: number): string {
  return factor === 1 ? text : String(BigInt(key.type.canonical(text)) * BigInt(factor));
}

/** All that holds: what was set over the broker's settings. */
export function withServerDefaults(
  keys: ConfigKeys,
  overrides: ReadonlyMap<string, string>,
  broker: BrokerConfig,
): Map<string, string> {
  const settings = new Map(overrides);
  for (const [name, key] of Object.entries(keys)) {
    if (settings.has(name)) continue;
    const fallback = serverDefault(key, broker);
    if (fallback !== null) settings.set(name, fallback.text);
  }
  return settings;
}
