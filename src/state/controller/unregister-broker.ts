import type { CallId } from '../../base/machine.js';
import { errorCode } from '../../protocol/errors.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import type { PartitionState } from '../metadata/partition-state.js';
import { type Decision, decide } from './decision.js';
import { changedPartition, type PartitionTarget } from './partition-change.js';
import { partitionRules } from './partition-rules.js';
import type { ControllerContext } from './settings.js';

/** Forgets a broker for good: what it led is led by others, and it counts as eligible no longer. */
export function unregisterBroker(call: CallId, brokerId: number, context: ControllerContext): Decision {
  const broker = context.image.brokers.get(brokerId);
  if (broker === undefined) {
    const errorMessage = `Broker ID ${brokerId} is not currently registered`;
    return decide(call, { errorCode: errorCode('BROKER_ID_NOT_REGISTERED'), errorMessage });
  }
  const record: MetadataRecord = {
    type: 'UnregisterBrokerRecord',
    version: 0,
    value: { brokerId, brokerEpoch: broker.epoch },
  };
  return decide(call, { errorMessage: null }, [...withoutBroker(brokerId, context), record]);
}

function withoutBroker(brokerId: number, context: ControllerContext): MetadataRecord[] {
  const records: MetadataRecord[] = [];
  for (const topic of context.image.topics.values()) {
    for (const [index, state] of topic.partitions.entries()) {
      if (!state.isr.includes(brokerId) && !state.eligibleLeaderReplicas.includes(brokerId)) continue;
      const rules = partitionRules(topic.name, state, context);
      const isAcceptableLeader = (id: number): boolean => id !== brokerId && rules.isAcceptableLeader(id);
      const target = targetWithout(brokerId, state, context.settings.electsUncleanly(topic.name, context.image));
      const record = changedPartition(topic.id, index, state, target, { ...rules, isAcceptableLeader });
      if (record !== null) records.push(record);
    }
  }
  return records;
}

const targetWithout = (brokerId: number, { isr }: PartitionState, mayBeUnclean: boolean): PartitionTarget => ({
  isr: isr.filter((id) => id !== brokerId),
  election: mayBeUnclean ? 'unclean' : 'online',
});
