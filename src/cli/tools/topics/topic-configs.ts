import { Config } from '../../../config/config.js';
import { ConfigException } from '../../../config/config-exception.js';
import { TOPIC_KEYS } from '../../../config/keys/topic.js';
import { didYouMean } from '../../format/did-you-mean.js';
import { illegalArgument, uncaught } from '../../tool-error.js';

/** Reads the `key=value` texts of --config, and finds what is wrong with them before a broker is asked. @throws ToolError */
export function parseTopicConfigs(texts: readonly string[]): Map<string, string> {
  const configs = new Map<string, string>();
  for (const text of texts) {
    const [name = '', value = '', ...more] = text.split(/\s*=\s*/);
    if (value === '' || more.some((part) => part !== '')) {
      throw illegalArgument(
        'requirement failed: Invalid topic config: all configs to be added must be in the format "key=val".',
      );
    }
    configs.set(name.trim(), value.trim());
  }
  checkConfigs(configs);
  return configs;
}

function checkConfigs(configs: ReadonlyMap<string, string>): void {
  for (const name of configs.keys()) {
    if (Object.hasOwn(TOPIC_KEYS, name)) continue;
    const message = `Unknown topic config name: ${name}`;
    const question = didYouMean(name, Object.keys(TOPIC_KEYS));
    const told = question === null ? message : `${message}. ${question}`;
    throw uncaught('org.apache.kafka.common.errors.InvalidConfigurationException', told, message);
  }
  try {
    const config = new Config(TOPIC_KEYS, configs);
    const least = config.get('min.compaction.lag.ms');
    const most = config.get('max.compaction.lag.ms');
    if (least <= most) return;
    throw new ConfigException(
      `conflict topic config setting min.compaction.lag.ms (${least}) > max.compaction.lag.ms (${most})`,
    );
  } catch (error) {
    if (error instanceof ConfigException) throw uncaught(error.javaClass, error.message);
    throw error;
  }
}
