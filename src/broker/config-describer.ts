import { type BrokerConfig, brokerKey, settableBrokerKey } from '../config/broker-config.js';
import { shownValue } from '../config/config.js';
import type { ConfigKey, ConfigKeys } from '../config/config-key.js';
import { BROKER_KEYS } from '../config/keys/broker.js';
import { CLIENT_METRICS_KEYS } from '../config/keys/client-metrics.js';
import { GROUP_KEYS } from '../config/keys/group.js';
import { TOPIC_KEYS } from '../config/keys/topic.js';
import type { TypeName } from '../config/value-types.js';
import type { Init } from '../protocol/codec-runtime.js';
import { type ErrorName, KafkaError } from '../protocol/errors.js';
import type { DescribeConfigsResourceResult, DescribeConfigsSynonym } from '../protocol/generated/describe-configs.js';
import { CONFIG_BROKER, CONFIG_CLIENT_METRICS, CONFIG_GROUP, CONFIG_TOPIC } from '../state/metadata/config-resource.js';
import type { MetadataImage } from '../state/metadata/image.js';
import { readableConfigs } from './topic-settings.js';

/** Where a value comes from (KIP-226), by the numbers of the protocol. */
const SOURCE = { topic: 1, broker: 2, defaultBroker: 3, static: 4, default: 5, clientMetrics: 7, group: 8 } as const;

const TYPE_CODES: Readonly<Record<TypeName, number>> = {
  BOOLEAN: 1,
  STRING: 2,
  INT: 3,
  SHORT: 4,
  LONG: 5,
  DOUBLE: 6,
  LIST: 7,
  CLASS: 8,
  PASSWORD: 9,
};
const UNKNOWN_TYPE = 0;

type Description = Init<DescribeConfigsResourceResult>;
type Synonym = Init<DescribeConfigsSynonym>;

/** Answers what is configured and why: every key of a resource with its value, its source, and what else would hold. */
export class ConfigDescriber {
  private readonly node: BrokerConfig;

  /** @param node what the node was started with */
  constructor(node: BrokerConfig) {
    this.node = node;
  }

  /** @throws KafkaError when there is no such resource here */
  describe(
    resourceType: number,
    resourceName: string,
    names: readonly string[] | null,
    shows: { readonly synonyms: boolean; readonly documentation: boolean },
    image: MetadataImage,
  ): Description[] {
    const wanted = names === null ? null : new Set(names);
    return this.all(resourceType, resourceName, image)
      .filter((entry) => wanted === null || wanted.has(entry.name ?? ''))
      .map((entry) => ({
        ...entry,
        synonyms: shows.synonyms ? entry.synonyms : [],
        documentation: shows.documentation ? documentationOf(resourceType, entry.name ?? '') : null,
      }));
  }

  topic(overrides: ReadonlyMap<string, string>, image: MetadataImage): Description[] {
    return Object.entries(TOPIC_KEYS as ConfigKeys)
      .filter(([, key]) => !key.internal)
      .map(([name, key]) => this.withServerSynonyms(name, key, overrides.get(name), SOURCE.topic, image));
  }

  private all(resourceType: number, resourceName: string, image: MetadataImage): Description[] {
    const overrides = image.configsOf(resourceType, resourceName);
    switch (resourceType) {
      case CONFIG_TOPIC:
        if (!image.topics.has(resourceName)) refuse('UNKNOWN_TOPIC_OR_PARTITION', '');
        return this.topic(overrides, image);
      case CONFIG_BROKER:
        return resourceName === '' ? this.clusterDefaults(overrides) : this.broker(resourceName, image);
      case CONFIG_GROUP:
        if (resourceName === '') refuse('INVALID_REQUEST', 'Group name must not be empty');
        return Object.entries(GROUP_KEYS as ConfigKeys).map(([name, key]) =>
          this.withServerSynonyms(name, key, overrides.get(name), SOURCE.group, image),
        );
      case CONFIG_CLIENT_METRICS:
        if (resourceName === '') refuse('INVALID_REQUEST', 'Client metrics subscription name must not be empty');
        return Object.entries(CLIENT_METRICS_KEYS as ConfigKeys).map(([name, key]) =>
          clientMetrics(name, key, overrides),
        );
      default:
        return refuse('INVALID_REQUEST', null);
    }
  }

  private clusterDefaults(overrides: ReadonlyMap<string, string>): Description[] {
    return [...overrides].map(([name, value]) => {
      const key = settableBrokerKey(name);
      const shown = isSensitive(key) ? null : value;
      return {
        ...facts(name, key),
        value: shown,
        configSource: SOURCE.defaultBroker,
        synonyms: [{ name, value: shown, source: SOURCE.defaultBroker }],
      };
    });
  }

  private broker(resourceName: string, image: MetadataImage): Description[] {
    if (!/^-?[0-9]+$/.test(resourceName)) {
      refuse('INVALID_REQUEST', `Broker id must be an integer, but it is: ${resourceName}`);
    }
    if (Number(resourceName) !== this.node.nodeId) {
      refuse(
        'INVALID_REQUEST',
        `Unexpected broker id, expected ${this.node.nodeId} or empty string, but received ${resourceName}`,
      );
    }
    const known = Object.entries(BROKER_KEYS as ConfigKeys)
      .filter(([, key]) => !key.internal)
      .map(([name, key]) => this.brokerEntry(name, key, image));
    const { own, defaults } = this.dynamic(image);
    const unknown = [...new Set([...own.keys(), ...defaults.keys()])].filter((name) => brokerKey(name) === null);
    return [...known, ...unknown.map((name) => this.unknownEntry(name, image))];
  }

  /** What can only be set while the broker runs, and a key that nobody knows: for a plugin, it may be. */
  private unknownEntry(name: string, image: MetadataImage): Description {
    const synonyms = this.synonymsOf(name, [name], image);
    const value = synonyms[0]?.value ?? null;
    return {
      ...facts(name, settableBrokerKey(name)),
      value,
      configSource: synonyms[0]?.source ?? SOURCE.default,
      synonyms,
    };
  }

  private brokerEntry(name: string, key: ConfigKey, image: MetadataImage): Description {
    const synonyms = this.synonymsOf(name, key.synonyms ?? [name], image);
    const [first] = synonyms;
    const readOnly = key.mode === undefined || key.mode === 'read-only';
    const value = first === undefined ? shown(key, key.default ?? null) : (first.value ?? null);
    return { ...facts(name, key), readOnly, value, configSource: first?.source ?? SOURCE.default, synonyms };
  }

  private withServerSynonyms(
    name: string,
    key: ConfigKey,
    own: string | undefined,
    ownSource: number,
    image: MetadataImage,
  ): Description {
    const [server] = key.server ?? [];
    const row = server === undefined ? null : brokerKey(server[0]);
    const serverSynonyms = server === undefined ? [] : this.synonymsOf(server[0], row?.synonyms ?? [server[0]], image);
    const ownSynonym: Synonym[] = own === undefined ? [] : [{ name, value: shown(key, own), source: ownSource }];
    const byDefault: Synonym[] =
      server === undefined && ownSource === SOURCE.group
        ? [{ name, value: shown(key, key.default ?? null), source: SOURCE.default }]
        : [];
    const synonyms = [...ownSynonym, ...serverSynonyms, ...byDefault];
    const value = own !== undefined ? shown(key, own) : this.serverValue(key, image);
    return { ...facts(name, key), value, configSource: synonyms[0]?.source ?? SOURCE.default, synonyms };
  }

  /** What holds where the resource says nothing: the first of the broker's keys that has a value, in this key's unit. */
  private serverValue(key: ConfigKey, image: MetadataImage): string | null {
    const dynamic = this.dynamic(image);
    for (const [serverName, factor] of key.server ?? []) {
      const text =
        dynamic.own.get(serverName) ?? dynamic.defaults.get(serverName) ?? this.node.originals.get(serverName);
      const value = text ?? brokerKey(serverName)?.default ?? null;
      if (value !== null) return factor === 1 ? shown(key, value) : String(Number(value) * factor);
    }
    return shown(key, key.default ?? null);
  }

  /** In the order in which they hold; those before the key itself are settings of one listener or overridden ones. */
  private synonymsOf(name: string, names: readonly string[], image: MetadataImage): Synonym[] {
    const dynamic = this.dynamic(image);
    const found: Synonym[] = [];
    const add = (values: ReadonlyMap<string, string>, source: number): void => {
      for (const synonym of names) {
        const text = values.get(synonym);
        if (text !== undefined) found.push({ name: synonym, value: shown(settableBrokerKey(synonym), text), source });
      }
    };
    add(dynamic.own, SOURCE.broker);
    add(dynamic.defaults, SOURCE.defaultBroker);
    add(this.node.originals, SOURCE.static);
    for (const synonym of names) {
      const key = brokerKey(synonym);
      if (key?.default != null) found.push({ name: synonym, value: shown(key, key.default), source: SOURCE.default });
    }
    const itself = found.findIndex((synonym) => synonym.name === name);
    return itself < 0 ? [] : found.slice(itself);
  }

  private dynamic(image: MetadataImage) {
    return {
      own: readableConfigs(image.configsOf(CONFIG_BROKER, String(this.node.nodeId))),
      defaults: readableConfigs(image.configsOf(CONFIG_BROKER, '')),
    };
  }
}

/** What can be said of a key by its row: what it takes, and what holds without it. */
function documentationOf(resourceType: number, name: string): string | null {
  const key = resourceType === CONFIG_BROKER ? settableBrokerKey(name) : (TABLES.get(resourceType)?.[name] ?? null);
  if (key === null) return null;
  const range = key.valid === undefined ? '' : `, valid values ${key.valid.text}`;
  const without = key.default === null || key.default === undefined ? 'no default' : `default '${key.default}'`;
  return `${key.type.name}${range}, ${without}, importance ${key.importance.toLowerCase()}.`;
}

const TABLES: ReadonlyMap<number, ConfigKeys> = new Map<number, ConfigKeys>([
  [CONFIG_TOPIC, TOPIC_KEYS],
  [CONFIG_GROUP, GROUP_KEYS],
  [CONFIG_CLIENT_METRICS, CLIENT_METRICS_KEYS],
]);

function facts(name: string, key: ConfigKey | null): Description {
  return {
    name,
    readOnly: false,
    isSensitive: isSensitive(key),
    configType: key === null ? UNKNOWN_TYPE : TYPE_CODES[key.type.name],
  };
}

/** What nobody knows may be a secret (KIP-226). */
const isSensitive = (key: ConfigKey | null): boolean => key === null || key.type.name === 'PASSWORD';

const shown = (key: ConfigKey | null, text: string | null): string | null =>
  text === null || key === null || isSensitive(key) ? null : shownValue(key, text);

function clientMetrics(name: string, key: ConfigKey, overrides: ReadonlyMap<string, string>): Description {
  const own = overrides.get(name);
  const value = shown(key, own ?? key.default ?? null);
  const configSource = own === undefined ? SOURCE.default : SOURCE.clientMetrics;
  const synonyms = own === undefined ? [] : [{ name, value, source: configSource }];
  return { ...facts(name, key), value, configSource, synonyms };
}

function refuse(error: ErrorName, message: string | null): never {
  throw new KafkaError(error, message);
}
