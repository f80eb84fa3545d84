import { type BrokerConfig, brokerKey } from '../config/broker-config.js';
import { checkClientMetricsConfig } from '../config/client-metrics-config.js';
import { parseValue } from '../config/config.js';
import { ConfigException } from '../config/config-exception.js';
import type { ConfigKey, ConfigKeys } from '../config/config-key.js';
import { checkGroupConfig } from '../config/group-config.js';
import { CLIENT_METRICS_KEYS } from '../config/keys/client-metrics.js';
import { TOPIC_KEYS } from '../config/keys/topic.js';
import { checkTopicConfig } from '../config/topic-config.js';
import { KafkaError } from '../protocol/errors.js';
import type { ControllerSettings } from '../state/controller/settings.js';
import { CONFIG_BROKER, CONFIG_CLIENT_METRICS, CONFIG_GROUP, CONFIG_TOPIC } from '../state/metadata/config-resource.js';
import type { ConfigDescriber } from './config-describer.js';

/** What the controller needs to know of configuration, from the node's own and the tables of keys. */
export function controllerSettings(config: BrokerConfig, describer: ConfigDescriber): ControllerSettings {
  return {
    numPartitions: config.get('num.partitions'),
    defaultReplicationFactor: config.get('default.replication.factor'),
    deleteTopicEnabled: config.get('delete.topic.enable'),
    configProblem(resourceType, _resourceName, configs) {
      try {
        check(resourceType, configs, config);
        return null;
      } catch (error) {
        if (error instanceof ConfigException) return error.message;
        throw error;
      }
    },
    defaultList: (resourceType, name) => {
      const key = keyOf(resourceType, name);
      return key?.type.name === 'LIST' ? (key.default ?? '') : null;
    },
    effectiveTopicConfigs: (overrides, image) =>
      describer.topic(overrides, image).map(({ name, value, readOnly, configSource, isSensitive }) => ({
        name: name ?? '',
        value: value ?? null,
        readOnly: readOnly ?? false,
        configSource: configSource ?? -1,
        isSensitive: isSensitive ?? false,
      })),
  };
}

function keyOf(resourceType: number, name: string): ConfigKey | null {
  const keys: ConfigKeys = resourceType === CONFIG_CLIENT_METRICS ? CLIENT_METRICS_KEYS : TOPIC_KEYS;
  if (resourceType === CONFIG_BROKER) return brokerKey(name);
  return Object.hasOwn(keys, name) ? (keys[name] ?? null) : null;
}

function check(resourceType: number, configs: ReadonlyMap<string, string>, config: BrokerConfig): void {
  switch (resourceType) {
    case CONFIG_TOPIC:
      checkTopicConfig(configs, config);
      return;
    case CONFIG_GROUP:
      checkGroupConfig(configs, config);
      return;
    case CONFIG_CLIENT_METRICS:
      checkClientMetricsConfig(configs);
      return;
    case CONFIG_BROKER:
      checkBrokerKeys(configs);
  }
}

const isFixed = (key: ConfigKey | null): boolean => key !== null && (key.mode ?? 'read-only') === 'read-only';

/** Keys that nobody knows are taken: they may belong to a plugin. */
function checkBrokerKeys(configs: ReadonlyMap<string, string>): void {
  const fixed = [...configs.keys()].filter((name) => isFixed(brokerKey(name)));
  if (fixed.length > 0) {
    throw new KafkaError('INVALID_REQUEST', `Cannot update these configs dynamically: [${fixed.join(', ')}]`);
  }
  for (const [name, text] of configs) {
    const key = brokerKey(name);
    if (key !== null) parseValue(name, key, text);
  }
}
