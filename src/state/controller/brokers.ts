/** Registration of brokers, and what it means for their partitions when they come, go and stop (KIP-631, KIP-966). */
import type { CallId } from '../../base/machine.js';
import { errorCode } from '../../protocol/errors.js';
import type { BrokerRegistrationRequest } from '../../protocol/generated/broker-registration.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import type { PartitionChangeRecord } from '../../protocol/generated/partition-change-record.js';
import { isDirectoryId } from '../metadata/directory-id.js';
import { brokerChangeRecord, partitionChangeRecord } from '../metadata/new-records.js';
import { NO_LEADER, type PartitionState, RECOVERING } from '../metadata/partition-state.js';
import { type Decision, decide } from './decision.js';
import type { ControllerContext } from './settings.js';

const REGISTER_BROKER_VERSION = 4;

/**
 * The broker epoch is the offset of the first record of the batch that registers the broker: `nextOffset`.
 * A broker that was up, or whose last epoch is not the one it names, did not stop cleanly: its replicas cannot be trusted.
 */
export function registerBroker(
  call: CallId,
  request: BrokerRegistrationRequest,
  nextOffset: number,
  context: ControllerContext,
): Decision {
  const records: MetadataRecord[] = [];
  const known = context.image.brokers.get(request.brokerId);
  if (known !== undefined && known.epoch !== request.previousBrokerEpoch) {
    records.push(
      ...partitionChanges(context, (partition) =>
        partition.eligibleLeaderReplicas.includes(request.brokerId)
          ? { eligibleLeaderReplicas: partition.eligibleLeaderReplicas.filter((id) => id !== request.brokerId) }
          : null,
      ),
    );
  }
  records.push({
    type: 'RegisterBrokerRecord',
    version: REGISTER_BROKER_VERSION,
    value: {
      brokerId: request.brokerId,
      isMigratingZkBroker: false,
      incarnationId: request.incarnationId,
      brokerEpoch: nextOffset,
      endPoints: request.listeners,
      features: request.features,
      rack: request.rack,
      fenced: true,
      inControlledShutdown: false,
      logDirs: request.logDirs,
      cordonedLogDirs: null,
    },
  });
  return decide(call, { brokerEpoch: nextOffset }, records);
}

/** A broker that registers while its last incarnation still counts as up is fenced first, with all that it led. */
export function fenceUncleanBroker(call: CallId, brokerId: number, context: ControllerContext): Decision {
  const broker = context.image.brokers.get(brokerId);
  if (broker === undefined || broker.fenced) return decide(call, null);
  const records = [...leaveEverything(brokerId, context), brokerChangeRecord(brokerId, broker.epoch, { fenced: true })];
  return decide(call, null, records);
}

/** The first heartbeat of a broker tells which of its directories take no new partitions. */
export function noteCordonedDirectories(
  call: CallId,
  brokerId: number,
  directories: string[],
  context: ControllerContext,
): Decision {
  const broker = context.image.brokers.get(brokerId);
  if (broker === undefined) return decide(call, null);
  return decide(call, null, [brokerChangeRecord(brokerId, broker.epoch, { cordonedLogDirs: directories })]);
}

/** The broker has caught up with the metadata: partitions that wait for it get their leader back. */
export function unfenceBroker(call: CallId, brokerId: number, context: ControllerContext): Decision {
  const broker = context.image.brokers.get(brokerId);
  if (broker === undefined || !broker.fenced) return decide(call, null);
  const changes = partitionChanges(context, (partition) => {
    const replica = partition.replicas.indexOf(brokerId);
    if (partition.leader !== NO_LEADER || replica < 0 || !isIn(broker.logDirs, partition.directories[replica]))
      return null;
    if (partition.eligibleLeaderReplicas.includes(brokerId)) {
      return {
        isr: [brokerId],
        leader: brokerId,
        eligibleLeaderReplicas: partition.eligibleLeaderReplicas.filter((id) => id !== brokerId),
        lastKnownElr: [],
      };
    }
    // With nobody eligible the last leader is taken, marked as one that may have lost records (KIP-966).
    if (partition.eligibleLeaderReplicas.length > 0 || !partition.lastKnownElr.includes(brokerId)) return null;
    return { isr: [brokerId], leader: brokerId, leaderRecoveryState: RECOVERING, lastKnownElr: [] };
  });
  return decide(call, null, [brokerChangeRecord(brokerId, broker.epoch, { fenced: false }), ...changes]);
}

/** Controlled shutdown: leadership and in-sync sets are left before the broker stops. */
export function beginControlledShutdown(call: CallId, brokerId: number, context: ControllerContext): Decision {
  const broker = context.image.brokers.get(brokerId);
  if (broker === undefined || broker.inControlledShutdown) return decide(call, null);
  const change = brokerChangeRecord(brokerId, broker.epoch, { inControlledShutdown: true });
  return decide(call, null, [change, ...leaveEverything(brokerId, context)]);
}

export function fenceBroker(call: CallId, brokerId: number, context: ControllerContext): Decision {
  const broker = context.image.brokers.get(brokerId);
  if (broker === undefined || broker.fenced) return decide(call, null);
  return decide(call, null, [brokerChangeRecord(brokerId, broker.epoch, { fenced: true })]);
}

/** @returns the response to AllocateProducerIds: 1000 ids a block. */
export function allocateProducerIds(
  call: CallId,
  brokerId: number,
  brokerEpoch: number,
  context: ControllerContext,
): Decision {
  const broker = context.image.brokers.get(brokerId);
  if (broker === undefined) return decide(call, { errorCode: errorCode('BROKER_ID_NOT_REGISTERED') });
  if (broker.epoch !== brokerEpoch) return decide(call, { errorCode: errorCode('STALE_BROKER_EPOCH') });
  const producerIdStart = context.image.producerIds?.nextProducerId ?? 0;
  const record: MetadataRecord = {
    type: 'ProducerIdsRecord',
    version: 0,
    value: { brokerId, brokerEpoch, nextProducerId: producerIdStart + PRODUCER_ID_BLOCK },
  };
  return decide(call, { producerIdStart, producerIdLen: PRODUCER_ID_BLOCK }, [record]);
}

const PRODUCER_ID_BLOCK = 1000;

/** Log directories of a broker that is up failed: what lies in them has to be led by others, or by nobody (KIP-858). */
export function loseDirectories(
  call: CallId,
  brokerId: number,
  lost: readonly string[],
  context: ControllerContext,
): Decision {
  const broker = context.image.brokers.get(brokerId);
  if (broker === undefined || !broker.logDirs.some((id) => lost.includes(id))) return decide(call, null);
  const changes = leave(brokerId, context, (directory) => directory !== undefined && lost.includes(directory));
  const logDirs = broker.logDirs.filter((id) => !lost.includes(id));
  return decide(call, null, [...changes, brokerChangeRecord(brokerId, broker.epoch, { logDirs })]);
}

const leaveEverything = (brokerId: number, context: ControllerContext): MetadataRecord[] =>
  leave(brokerId, context, () => true);

/** Takes a broker out of the in-sync sets of what lies in some directories; the last of a set stays eligible to lead. */
function leave(
  brokerId: number,
  context: ControllerContext,
  isLeft: (directory: string | undefined) => boolean,
): MetadataRecord[] {
  return partitionChanges(context, (partition) => {
    if (!partition.isr.includes(brokerId)) return null;
    if (!isLeft(partition.directories[partition.replicas.indexOf(brokerId)])) return null;
    const isr = partition.isr.filter((id) => id !== brokerId);
    const changes: Partial<PartitionChangeRecord> = { isr };
    if (partition.leader === brokerId) {
      changes.leader = isr.find((id) => context.image.isActive(id)) ?? NO_LEADER;
    }
    if (isr.length === 0) {
      changes.eligibleLeaderReplicas = [brokerId];
      changes.lastKnownElr = [brokerId];
    }
    return changes;
  });
}

/** A replica whose directory is not known may be in any. */
const isIn = (logDirs: readonly string[], directory: string | undefined): boolean =>
  directory === undefined || !isDirectoryId(directory) || logDirs.includes(directory);

function partitionChanges(
  context: ControllerContext,
  change: (partition: PartitionState) => Partial<PartitionChangeRecord> | null,
): MetadataRecord[] {
  const records: MetadataRecord[] = [];
  for (const topic of context.image.topics.values()) {
    for (const [partition, state] of topic.partitions.entries()) {
      const changes = change(state);
      if (changes !== null) records.push(partitionChangeRecord(topic.id, partition, changes));
    }
  }
  return records;
}
