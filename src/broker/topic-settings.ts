import { type BrokerConfig, brokerKey } from '../config/broker-config.js';
import { parseValue } from '../config/config.js';
import { ConfigException } from '../config/config-exception.js';
import { TopicConfig } from '../config/topic-config.js';
import { CompressionType } from '../protocol/compression/codec.js';
import { CONFIG_BROKER, CONFIG_TOPIC } from '../state/metadata/config-resource.js';
import type { MetadataImage } from '../state/metadata/image.js';
import type { PartitionRules } from './partition.js';

/**
 * The node's configuration with what was changed in the running cluster: for all brokers, then for this one. What cannot
 * be read counts as not set: a controller takes any value from those who speak to it without a broker.
 */
export function effectiveConfig(node: BrokerConfig, image: MetadataImage): BrokerConfig {
  const defaults = image.configsOf(CONFIG_BROKER, '');
  const own = image.configsOf(CONFIG_BROKER, String(node.nodeId));
  if (defaults.size === 0 && own.size === 0) return node;
  try {
    return node.with(new Map([...readableConfigs(defaults), ...readableConfigs(own)]));
  } catch (error) {
    if (error instanceof ConfigException) return node;
    throw error;
  }
}

/** Those of a broker's stored settings that are not wrong. */
export function readableConfigs(configs: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const kept = [...configs].filter(([name, text]) => {
    const key = brokerKey(name);
    try {
      if (key !== null) parseValue(name, key, text);
      return true;
    } catch (error) {
      if (error instanceof ConfigException) return false;
      throw error;
    }
  });
  return new Map(kept);
}

/** What holds for a topic. A stored value that is wrong nowadays counts as not set: no topic is lost for it. */
export function topicSettings(topic: string, node: BrokerConfig, image: MetadataImage): TopicConfig {
  const overrides = image.configsOf(CONFIG_TOPIC, topic);
  try {
    return new TopicConfig(overrides, node);
  } catch (error) {
    if (error instanceof ConfigException) return new TopicConfig(new Map(), node);
    throw error;
  }
}

export function rulesOf(settings: TopicConfig): PartitionRules {
  const type = settings.compressionType;
  const compression = type === 'producer' ? type : CompressionType[type === 'uncompressed' ? 'none' : type];
  return {
    compacted: settings.compacts,
    timestampType: settings.timestampType,
    timestampBeforeMaxMs: settings.timestampBeforeMaxMs,
    timestampAfterMaxMs: settings.timestampAfterMaxMs,
    maxMessageBytes: settings.maxMessageBytes,
    compression,
    ...levelOf(settings),
  };
}

function levelOf(settings: TopicConfig): { compressionLevel?: number } {
  switch (settings.compressionType) {
    case 'gzip':
      return { compressionLevel: settings.gzipLevel };
    case 'lz4':
      return { compressionLevel: settings.lz4Level };
    case 'zstd':
      return { compressionLevel: settings.zstdLevel };
    default:
      return {};
  }
}

/** What topics are set to in one image of the metadata; each is worked out once. */
export class SettingsOfTopics {
  /** The node with what was set while it runs. */
  readonly node: BrokerConfig;
  private readonly image: MetadataImage;
  private readonly known = new Map<string, TopicConfig>();

  constructor(config: BrokerConfig, image: MetadataImage) {
    this.node = effectiveConfig(config, image);
    this.image = image;
  }

  of(topic: string): TopicConfig {
    const known = this.known.get(topic) ?? topicSettings(topic, this.node, this.image);
    this.known.set(topic, known);
    return known;
  }
}
