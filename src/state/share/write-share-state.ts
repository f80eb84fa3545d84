import { type CallId, outcome } from '../../base/machine.js';
import type { ShareRecord } from '../../protocol/generated/share-coordinator-records.js';
import { combineBatches } from './combine-batches.js';
import { fencedLeaderEpoch, fencedStateEpoch, negativePartition, uninitialized, unknownPartition } from './refusals.js';
import { type SharePartitionState, UNKNOWN } from './share-partition-state.js';
import { shareSnapshot, shareUpdate } from './share-records.js';
import type { SharePartitionKey, ShareStateWrite } from './share-state.js';
import type { ShareStateContext, ShareStateMachine, ShareStateOutcome } from './share-state-machine.js';

/** Adds what a share-partition leader says. Replies with null or a refusal. */
export function writeShareState(
  machine: ShareStateMachine,
  call: CallId,
  key: SharePartitionKey,
  write: ShareStateWrite,
  context: ShareStateContext,
): ShareStateOutcome {
  const reply = (response: unknown) => [{ call, response }];
  const negative = negativePartition(key);
  if (negative !== null) return outcome({ replies: reply(negative) });
  const state = machine.get(key);
  if (state === undefined) return outcome({ replies: reply(uninitialized('Write')) });
  const refusal =
    fencedLeaderEpoch(state, write.leaderEpoch) ??
    fencedStateEpoch(state, write.stateEpoch) ??
    unknownPartition(key, context.image);
  if (refusal !== null) return outcome({ replies: reply(refusal) });
  // Only a read makes another leader the one that is known.
  const record = stateRecord(machine, state, { ...write, leaderEpoch: state.leaderEpoch }, context.nowMs);
  return outcome({ records: [record], replies: reply(null) });
}

/** What has changed, or now and then all of the state, so that the log before it can go. */
export function stateRecord(
  machine: ShareStateMachine,
  state: SharePartitionState,
  change: Omit<ShareStateWrite, 'stateEpoch'>,
  nowMs: number,
): ShareRecord {
  const { leaderEpoch, startOffset, deliveryCompleteCount, batches } = change;
  if (state.updates < machine.settings.updatesPerSnapshot) {
    return shareUpdate(state.key, {
      snapshotEpoch: state.snapshotEpoch,
      leaderEpoch,
      startOffset,
      deliveryCompleteCount,
      batches: combineBatches([], batches, startOffset),
    });
  }
  const start = startOffset === UNKNOWN ? state.startOffset : startOffset;
  return shareSnapshot(state.key, {
    snapshotEpoch: state.snapshotEpoch + 1,
    stateEpoch: state.stateEpoch,
    leaderEpoch,
    startOffset: start,
    deliveryCompleteCount,
    batches: combineBatches(state.batches, batches, start),
    createTimestampMs: nowMs,
    writeTimestampMs: nowMs,
  });
}
