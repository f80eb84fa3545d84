import { type CallId, outcome } from '../../base/machine.js';
import { fencedStateEpoch, negativePartition, unknownPartition } from './refusals.js';
import { UNKNOWN } from './share-partition-state.js';
import { shareSnapshot } from './share-records.js';
import type { SharePartitionKey, ShareStateRefusal } from './share-state.js';
import type { ShareStateContext, ShareStateMachine, ShareStateOutcome } from './share-state-machine.js';

/** Begins with a share partition, or begins anew with it. Replies with null or a {@link ShareStateRefusal}. */
export function initializeShareState(
  machine: ShareStateMachine,
  call: CallId,
  key: SharePartitionKey,
  stateEpoch: number,
  startOffset: number,
  context: ShareStateContext,
): ShareStateOutcome {
  const before = machine.get(key);
  const refusal: ShareStateRefusal | null =
    negativePartition(key) ??
    (before === undefined ? null : fencedStateEpoch(before, stateEpoch)) ??
    unknownPartition(key, context.image);
  if (refusal !== null) return outcome({ replies: [{ call, response: refusal }] });
  const { nowMs } = context;
  const record = shareSnapshot(key, {
    snapshotEpoch: before === undefined ? 0 : before.snapshotEpoch + 1,
    stateEpoch,
    leaderEpoch: 0,
    startOffset,
    deliveryCompleteCount: startOffset === UNKNOWN ? UNKNOWN : 0,
    batches: [],
    createTimestampMs: nowMs,
    writeTimestampMs: nowMs,
  });
  return outcome({ records: [record], replies: [{ call, response: null }] });
}
