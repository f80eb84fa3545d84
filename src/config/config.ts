import { ConfigException } from './config-exception.js';
import type { ConfigKey, ConfigKeys, ValueOf } from './config-key.js';
import { splitList } from './java-text.js';

/**
 * Settings read by a table of keys. All that was given is checked when it is made, in the order of the table, as
 * Kafka does; defaults become values when they are first asked for.
 */
export class Config<Keys extends ConfigKeys> {
  readonly keys: Keys;
  /** What was given, keys that the table does not have included. */
  readonly originals: ReadonlyMap<string, string>;
  private readonly values = new Map<string, unknown>();

  /** @throws ConfigException with Kafka's message for the first key that is wrong or missing. */
  constructor(keys: Keys, originals: ReadonlyMap<string, string>) {
    this.keys = keys;
    this.originals = originals;
    for (const [name, key] of Object.entries(keys)) {
      const text = originals.get(name);
      if (text !== undefined) this.values.set(name, parseValue(name, key, text));
      else if (key.default === undefined) {
        throw new ConfigException(`Missing required configuration "${name}" which has no default value.`);
      }
    }
  }

  get<Name extends keyof Keys & string>(name: Name): ValueOf<Keys[Name]> {
    if (!this.values.has(name)) this.values.set(name, defaultValue(name, keyOf(this.keys, name)));
    return this.values.get(name) as ValueOf<Keys[Name]>;
  }

  /** The value as Kafka shows it; null when there is none. */
  text(name: keyof Keys & string): string | null {
    const key = keyOf(this.keys, name);
    const text = this.originals.get(name) ?? key.default ?? null;
    return text === null ? null : shownValue(key, text);
  }

  isSet(name: string): boolean {
    return this.originals.has(name);
  }

  /** Names that were given and that the table does not have. */
  unknownNames(): string[] {
    return [...this.originals.keys()].filter((name) => !Object.hasOwn(this.keys, name));
  }
}

/** The value of a text by its row. @throws ConfigException with Kafka's message. */
export function parseValue(name: string, key: ConfigKey, text: string): unknown {
  const parsed = key.type.parse(name, text);
  const value = key.valid?.dropsRepeated ? [...new Set(parsed as string[])] : parsed;
  key.valid?.check(name, value, key.type.canonical(text));
  return value;
}

/** The text that Kafka shows for a value given as `text`, which has to be valid. */
export function shownValue(key: ConfigKey, text: string): string {
  if (key.valid?.dropsRepeated) return [...new Set(splitList(text))].join(',');
  return key.type.canonical(text);
}

function defaultValue(name: string, key: ConfigKey): unknown {
  return key.default === null || key.default === undefined ? null : key.type.parse(name, key.default);
}

function keyOf(keys: ConfigKeys, name: string): ConfigKey {
  const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
  if (key === undefined) throw new RangeError(`no configuration key ${name}`);
  return key;
}
