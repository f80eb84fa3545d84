/** Registration of brokers, and what it means for their partitions when they come, go and stop (KIP-631, KIP-966). */
import type { CallId } from '../../base/machine.js';
import { errorCode } from '../../protocol/errors.js';
import { METADATA_VERSION, metadataVersionHas } from '../../protocol/features.js';
import type { BrokerRegistrationRequest } from '../../protocol/generated/broker-registration.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import { brokerChangeRecord } from '../metadata/new-records.js';
import { NO_LEADER } from '../metadata/partition-state.js';
import { leaderChanges } from './broker-leaders.js';
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
    const { brokerId } = request;
    records.push(
      ...leaderChanges(context, { unclean: brokerId }, ({ isr }) => isr.includes(brokerId)),
      ...leaderChanges(context, { unclean: brokerId }, ({ eligibleLeaderReplicas }) =>
        eligibleLeaderReplicas.includes(brokerId),
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

/**
 * The first heartbeat of a broker tells which of its directories take no new partitions (KIP-1066), a later one only what
 * has changed.
 */
export function noteCordonedDirectories(
  call: CallId,
  brokerId: number,
  directories: string[],
  context: ControllerContext,
  isFirst = true,
): Decision {
  const broker = context.image.brokers.get(brokerId);
  if (broker === undefined || !metadataVersionHas(context.image.featureLevel(METADATA_VERSION), 'cordonedLogDirs')) {
    return decide(call, null);
  }
  const known = broker.cordonedLogDirs;
  if (!isFirst && known.length === directories.length && known.every((id) => directories.includes(id))) {
    return decide(call, null);
  }
  return decide(call, null, [brokerChangeRecord(brokerId, broker.epoch, { cordonedLogDirs: directories })]);
}

/** The broker has caught up with the metadata: partitions that wait for it get their leader back. */
export function unfenceBroker(call: CallId, brokerId: number, context: ControllerContext): Decision {
  const broker = context.image.brokers.get(brokerId);
  if (broker === undefined || !broker.fenced) return decide(call, null);
  const changes = leaderChanges(context, { added: brokerId }, ({ leader }) => leader === NO_LEADER);
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
  const changes = leaderChanges(context, { removed: brokerId }, ({ isr, replicas, directories }) => {
    const directory = directories[replicas.indexOf(brokerId)];
    return isr.includes(brokerId) && directory !== undefined && lost.includes(directory);
  });
  const logDirs = broker.logDirs.filter((id) => !lost.includes(id));
  return decide(call, null, [...changes, brokerChangeRecord(brokerId, broker.epoch, { logDirs })]);
}

const leaveEverything = (brokerId: number, context: ControllerContext): MetadataRecord[] =>
  leaderChanges(context, { removed: brokerId }, ({ isr }) => isr.includes(brokerId));
