import type { BrokerConfig } from '../../../config/broker-config.js';

/** All directories of a node, sorted. */
export function logDirectories(config: BrokerConfig): string[] {
  return [...new Set([...config.logDirs, config.metadataLogDir])].sort();
}
