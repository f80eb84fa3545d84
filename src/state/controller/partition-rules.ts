import type { PartitionState } from '../metadata/partition-state.js';
import type { PartitionRules } from './partition-change.js';
import { onlyDirectory } from './place-replicas.js';
import type { ControllerContext } from './settings.js';

export const ELIGIBLE_LEADER_REPLICAS = 'eligible.leader.replicas.version';

/** What holds for a partition of a topic as the cluster is now: those lead that are up, with a directory that works. */
export function partitionRules(topic: string, state: PartitionState, context: ControllerContext): PartitionRules {
  const { image, settings } = context;
  return {
    minInsyncReplicas: settings.minInsyncReplicas(topic, image),
    keepsEligible: image.featureLevel(ELIGIBLE_LEADER_REPLICAS) > 0,
    isAcceptableLeader: (id) =>
      image.isServed(id, state.directories[state.replicas.indexOf(id)]) &&
      image.brokers.get(id)?.inControlledShutdown === false,
    defaultDirectory: (id) => onlyDirectory(image.brokers.get(id)),
  };
}
