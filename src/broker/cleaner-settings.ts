import type { BrokerConfig } from '../config/broker-config.js';
import type { CleanerSettings } from '../storage/cleaner/log-cleaner.js';

/** What log.cleaner.* says; the memory of all threads goes to the one pass that runs at a time. */
export function cleanerSettings(config: BrokerConfig): CleanerSettings {
  return {
    keyBytes: config.get('log.cleaner.dedupe.buffer.size'),
    loadFactor: config.get('log.cleaner.io.buffer.load.factor'),
    readBytes: config.get('log.cleaner.io.buffer.size'),
    bytesPerSecond: config.get('log.cleaner.io.max.bytes.per.second'),
    backoffMs: config.get('log.cleaner.backoff.ms'),
  };
}
