import type { BrokerConfig } from '../config/broker-config.js';
import type { ShareStateSettings } from '../state/share/share-state-machine.js';

export interface ShareCoordinatorSettings extends ShareStateSettings {
  /** share.coordinator.state.topic.num.partitions, which counts until the topic is there. */
  readonly statePartitions: number;
  /** share.coordinator.state.topic.prune.interval.ms */
  readonly pruneIntervalMs: number;
}

export function shareCoordinatorSettings(config: BrokerConfig): ShareCoordinatorSettings {
  return {
    updatesPerSnapshot: config.get('share.coordinator.snapshot.update.records.per.snapshot'),
    coldSnapshotIntervalMs: config.get('share.coordinator.cold.partition.snapshot.interval.ms'),
    statePartitions: config.get('share.coordinator.state.topic.num.partitions'),
    pruneIntervalMs: config.get('share.coordinator.state.topic.prune.interval.ms'),
  };
}
