import { KafkaError } from '../../protocol/errors.js';
import { UNASSIGNED_DIRECTORY } from '../metadata/directory-id.js';
import type { BrokerState, MetadataImage } from '../metadata/image.js';
import { type PartitionState, RECOVERED } from '../metadata/partition-state.js';
import type { ControllerContext } from './settings.js';

/**
 * Chooses brokers for new partitions in stripes, so that leaders and replicas spread evenly: each partition begins
 * one broker further, and brokers that are up come before fenced ones.
 * @throws KafkaError INVALID_REPLICATION_FACTOR when there are too few brokers.
 */
export function placeReplicas(
  partitionCount: number,
  replicationFactor: number,
  context: ControllerContext,
): number[][] {
  const usable = [...context.image.brokers.values()].filter((broker) => hasUncordonedDirectory(broker));
  const up = usable.filter((broker) => !broker.fenced && !broker.inControlledShutdown).map((broker) => broker.id);
  const down = usable.filter((broker) => broker.fenced || broker.inControlledShutdown).map((broker) => broker.id);
  if (up.length === 0) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      `Unable to replicate the partition ${replicationFactor} time(s): All brokers are currently fenced, or have all ` +
        'their log directories cordoned.',
    );
  }
  if (replicationFactor > usable.length) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      `Unable to replicate the partition ${replicationFactor} time(s): The target replication factor of ` +
        `${replicationFactor} cannot be reached because only ${usable.length} broker(s) are registered or some brokers ` +
        'have all their log directories cordoned.',
    );
  }
  const first = Math.floor(context.fraction() * up.length);
  return Array.from({ length: partitionCount }, (_, partition) => {
    const turn = first + partition;
    return [...rotate(up, turn), ...rotate(down, turn)].slice(0, replicationFactor);
  });
}

function hasUncordonedDirectory(broker: BrokerState): boolean {
  return broker.logDirs.length === 0 || broker.logDirs.some((directory) => !broker.cordonedLogDirs.includes(directory));
}

function rotate(brokers: readonly number[], by: number): number[] {
  if (brokers.length === 0) return [];
  const start = by % brokers.length;
  return [...brokers.slice(start), ...brokers.slice(0, start)];
}

/** A partition as it is born: led by the first of its replicas that is up. */
export function newPartition(replicas: readonly number[], image: MetadataImage): PartitionState {
  const isr = replicas.filter((id) => image.isActive(id) && !image.brokers.get(id)?.inControlledShutdown);
  const first = isr[0];
  if (first === undefined) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      `All brokers specified in the manual partition assignment are fenced or in controlled shutdown.`,
    );
  }
  return {
    replicas,
    isr,
    removingReplicas: [],
    addingReplicas: [],
    directories: replicas.map((id) => onlyDirectory(image.brokers.get(id))),
    leader: first,
    leaderEpoch: 0,
    partitionEpoch: 0,
    leaderRecoveryState: RECOVERED,
    eligibleLeaderReplicas: [],
    lastKnownElr: [],
  };
}

/** A broker with one directory leaves no choice; one with several says later which it took (KIP-858). */
export function onlyDirectory(broker: BrokerState | undefined): string {
  const [directory, ...others] = broker?.logDirs ?? [];
  return directory === undefined || others.length > 0 ? UNASSIGNED_DIRECTORY : directory;
}

/** @throws KafkaError INVALID_REPLICA_ASSIGNMENT for a list of brokers that no partition can have. */
export function checkAssignment(
  brokerIds: readonly number[],
  image: MetadataImage,
  replicationFactor: number | null,
): void {
  if (brokerIds.length === 0) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      'The manual partition assignment includes an empty replica list.',
    );
  }
  for (const id of [...brokerIds].sort((a, b) => a - b)) {
    if (!image.brokers.has(id)) {
      throw new KafkaError(
        'INVALID_REPLICA_ASSIGNMENT',
        `The manual partition assignment includes broker ${id}, but no such broker is registered.`,
      );
    }
    if (brokerIds.indexOf(id) !== brokerIds.lastIndexOf(id)) {
      throw new KafkaError(
        'INVALID_REPLICA_ASSIGNMENT',
        `The manual partition assignment includes the broker ${id} more than once.`,
      );
    }
  }
  if (replicationFactor !== null && brokerIds.length !== replicationFactor) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      `The manual partition assignment includes a partition with ${brokerIds.length} replica(s), but this is not ` +
        `consistent with previous partitions, which have ${replicationFactor} replica(s).`,
    );
  }
}
