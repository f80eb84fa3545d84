import type { BrokerConfig } from '../config/broker-config.js';
import { CONFIG_BROKER, configKey } from '../state/metadata/config-resource.js';
import type { MetadataDelta } from '../state/metadata/delta.js';
import type { MetadataImage } from '../state/metadata/image.js';
import type { LogDirs } from '../storage/log-dirs.js';
import type { ConnectionLimits } from './connection-limits.js';
import { effectiveConfig } from './topic-settings.js';

export interface DynamicSettingsOptions {
  readonly config: BrokerConfig;
  readonly dirs: LogDirs;
  /** By path of the log directory. */
  readonly directoryIds: ReadonlyMap<string, string>;
  readonly limits: readonly ConnectionLimits[];
}

/** What a running broker takes over of settings that change (KIP-226), where topics and the cleaner have no part in it. */
export class DynamicSettings {
  private readonly options: DynamicSettingsOptions;

  constructor(options: DynamicSettingsOptions) {
    this.options = options;
  }

  /** Whether a change is one of the settings of this broker, or of all. */
  isTouched({ changedConfigs }: MetadataDelta): boolean {
    const { nodeId } = this.options.config;
    return ['', String(nodeId)].some((name) => changedConfigs.has(configKey(CONFIG_BROKER, name)));
  }

  apply(image: MetadataImage): void {
    const { config, dirs, limits } = this.options;
    const effective = effectiveConfig(config, image);
    for (const limit of limits) limit.configure(effective);
    dirs.configureProducers(effective.get('producer.id.expiration.ms'));
    dirs.placement.cordon(cordonedPaths(effective));
  }

  /** Ids of the directories that take no new partitions (KIP-1066). */
  cordonedDirectories(image: MetadataImage): string[] {
    const { config, directoryIds } = this.options;
    return cordonedPaths(effectiveConfig(config, image)).flatMap((path) => directoryIds.get(path) ?? []);
  }
}

function cordonedPaths(config: BrokerConfig): readonly string[] {
  const cordoned = config.get('cordoned.log.dirs') ?? [];
  return cordoned.includes('*') ? config.logDirs : cordoned;
}
