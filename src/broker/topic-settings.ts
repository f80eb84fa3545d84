import type { BrokerConfig } from '../config/broker-config.js';
import { ConfigException } from '../config/config-exception.js';
import { TopicConfig } from '../config/topic-config.js';
import { CompressionType } from '../protocol/compression/codec.js';
import { CONFIG_BROKER, CONFIG_TOPIC } from '../state/metadata/config-resource.js';
import type { MetadataImage } from '../state/metadata/image.js';
import type { PartitionRules } from './partition.js';

/** The node's configuration with what was changed in the running cluster: for all brokers, then for this one. */
export function effectiveConfig(node: BrokerConfig, image: MetadataImage): BrokerConfig {
  const defaults = image.configsOf(CONFIG_BROKER, '');
  const own = image.configsOf(CONFIG_BROKER, String(node.nodeId));
  return defaults.size === 0 && own.size === 0 ? node : node.with(new Map([...defaults, ...own]));
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
