import type { CallId } from '../../base/machine.js';
import { errorCode } from '../../protocol/errors.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import { leaderChanges } from './broker-leaders.js';
import { type Decision, decide } from './decision.js';
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
  const changes = leaderChanges(
    context,
    { removed: brokerId },
    ({ isr, eligibleLeaderReplicas }) => isr.includes(brokerId) || eligibleLeaderReplicas.includes(brokerId),
  );
  return decide(call, { errorMessage: null }, [...changes, record]);
}
