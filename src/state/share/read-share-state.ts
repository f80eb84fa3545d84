import { type CallId, outcome } from '../../base/machine.js';
import { fencedLeaderEpoch, negativePartition, uninitialized, unknownPartition } from './refusals.js';
import { UNKNOWN } from './share-partition-state.js';
import type { SharePartitionKey, ShareState, ShareStateSummary } from './share-state.js';
import type { ShareStateContext, ShareStateMachine, ShareStateOutcome } from './share-state-machine.js';
import { stateRecord } from './write-share-state.js';

const NOTHING_KEPT: ShareStateSummary = { stateEpoch: 0, leaderEpoch: 0, startOffset: -1, deliveryCompleteCount: -1 };

/**
 * Gives the state to the leader of the partition, who alone may write from now on. Replies with a {@link ShareState} or
 * a refusal.
 *
 * @param leaderEpoch -1 only looks
 */
export function readShareState(
  machine: ShareStateMachine,
  call: CallId,
  key: SharePartitionKey,
  leaderEpoch: number,
  context: ShareStateContext,
): ShareStateOutcome {
  const reply = (response: unknown) => [{ call, response }];
  const negative = negativePartition(key);
  if (negative !== null) return outcome({ replies: reply(negative) });
  const state = machine.get(key);
  if (state === undefined) return outcome({ replies: reply(uninitialized('Read')) });
  const refusal = fencedLeaderEpoch(state, leaderEpoch) ?? unknownPartition(key, context.image);
  if (refusal !== null) return outcome({ replies: reply(refusal) });
  const { stateEpoch, startOffset, deliveryCompleteCount, batches } = state;
  const isNewLeader = leaderEpoch !== UNKNOWN && leaderEpoch !== state.highestLeaderEpoch;
  const found: ShareState = {
    stateEpoch,
    leaderEpoch: isNewLeader ? leaderEpoch : state.highestLeaderEpoch,
    startOffset,
    batches,
  };
  if (!isNewLeader) return outcome({ replies: reply(found) });
  const record = stateRecord(
    machine,
    state,
    { leaderEpoch, startOffset, deliveryCompleteCount, batches: [] },
    context.nowMs,
  );
  return outcome({ records: [record], replies: reply(found) });
}

/** Says how far a group is. Replies with a {@link ShareStateSummary} or a refusal. */
export function readShareStateSummary(
  machine: ShareStateMachine,
  call: CallId,
  key: SharePartitionKey,
  context: ShareStateContext,
): ShareStateOutcome {
  const refusal = negativePartition(key) ?? unknownPartition(key, context.image);
  if (refusal !== null) return outcome({ replies: [{ call, response: refusal }] });
  const { stateEpoch, leaderEpoch, startOffset, deliveryCompleteCount } = machine.get(key) ?? NOTHING_KEPT;
  const response: ShareStateSummary = { stateEpoch, leaderEpoch, startOffset, deliveryCompleteCount };
  return outcome({ replies: [{ call, response }] });
}
