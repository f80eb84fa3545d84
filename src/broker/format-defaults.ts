import type { Host } from '../base/host.js';
import type { BrokerConfig } from '../config/broker-config.js';
import { defaultLevel, FEATURES, LATEST_PRODUCTION, METADATA_VERSION } from '../protocol/features.js';
import type { MetadataRecord } from '../protocol/generated/metadata-records.js';
import { formatDirectory } from '../storage/format-directory.js';
import { newDirectoryId, readMetaProperties } from '../storage/meta-properties.js';

/**
 * Formats those directories of a node that are new, as `kafka-storage format` does without further options; for nodes
 * that are started without anybody formatting them before. A directory that is formatted stays as it is.
 * @returns the directories that were formatted
 */
export function formatNewDirectories(config: BrokerConfig, host: Host, clusterId: string): string[] {
  const all = new Set([...config.logDirs, config.metadataLogDir]);
  const found = [...all].map((directory) => ({ directory, properties: readMetaProperties(host.disk, directory) }));
  const existing = found.find(({ properties }) => properties !== null)?.properties ?? null;
  const fresh = found.filter(({ properties }) => properties === null).map(({ directory }) => directory);
  for (const directory of fresh) {
    const properties = {
      version: 1 as const,
      clusterId: existing?.clusterId ?? clusterId,
      nodeId: config.nodeId,
      directoryId: newDirectoryId(host.random),
    };
    formatDirectory(host, { directory, properties, records: defaultFeatures(), quorum: null });
  }
  return fresh;
}

/** metadata.version first, then the other features that are on at it, by name. */
function defaultFeatures(): MetadataRecord[] {
  const levels = FEATURES.map((feature) => ({
    name: feature.name,
    featureLevel: defaultLevel(feature, LATEST_PRODUCTION),
  }))
    .filter(({ name, featureLevel }) => featureLevel > 0 && name !== 'kraft.version')
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const all = [{ name: METADATA_VERSION, featureLevel: LATEST_PRODUCTION }, ...levels];
  return all.map((value) => ({ type: 'FeatureLevelRecord', version: 0, value }));
}
