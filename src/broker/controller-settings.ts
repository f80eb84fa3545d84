import { type BrokerConfig, brokerKey } from '../config/broker-config.js';
import { checkClientMetricsConfig } from '../config/client-metrics-config.js';
import { ConfigException } from '../config/config-exception.js';
import type { ConfigKey, ConfigKeys } from '../config/config-key.js';
import { checkGroupConfig } from '../config/group-config.js';
import { TOPIC_KEYS } from '../config/keys/topic.js';
import { checkTopicConfig } from '../config/topic-config.js';
import type { ControllerSettings } from '../state/controller/settings.js';
import { CONFIG_BROKER, CONFIG_CLIENT_METRICS, CONFIG_GROUP, CONFIG_TOPIC } from '../state/metadata/config-resource.js';
import type { MetadataImage } from '../state/metadata/image.js';
import type { ConfigDescriber } from './config-describer.js';
import { effectiveConfig, topicSettings } from './topic-settings.js';

/** What the controller needs to know of configuration, from the node's own and the tables of keys. */
export function controllerSettings(
  config: BrokerConfig,
  describer: ConfigDescriber,
  kraftVersion: () => number,
): ControllerSettings {
  const settingsOf = (topic: string, image: MetadataImage) =>
    topicSettings(topic, effectiveConfig(config, image), image);
  return {
    nodeId: config.nodeId,
    minInsyncReplicas: (topic, image) => settingsOf(topic, image).minInsyncReplicas,
    electsUncleanly: (topic, image) => settingsOf(topic, image).uncleanLeaderElection,
    isAddress,
    kraftVersion,
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
      describer
        .topic(overrides, image)
        .map(({ name, value, readOnly, configSource, isSensitive }) => ({
          name: name ?? '',
          value: value ?? null,
          readOnly: readOnly ?? false,
          configSource: configSource ?? -1,
          isSensitive: isSensitive ?? false,
        }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
  };
}

function keyOf(resourceType: number, name: string): ConfigKey | null {
  // Lists of a client metrics subscription are none to the controller (measured).
  if (resourceType === CONFIG_CLIENT_METRICS) return null;
  const keys: ConfigKeys = TOPIC_KEYS;
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
  }
}

/** As Java reads addresses: IPv4 of one to four numbers, the last of which fills what is left; IPv6; this machine. */
function isAddress(text: string): boolean {
  if (text === 'localhost') return true;
  if (text.includes(':')) return /^\[?[0-9a-fA-F:]+(?:[0-9.]+)?(?:%[\w]+)?\]?$/.test(text);
  const parts = text.split('.');
  if (parts.length > 4 || !parts.every((part) => /^[0-9]+$/.test(part))) return false;
  const last = Number(parts.pop());
  return parts.every((part) => Number(part) <= 255) && last < 256 ** (4 - parts.length);
}
