import { type CallId, outcome } from '../../base/machine.js';
import { negativePartition, unknownPartition } from './refusals.js';
import { shareTombstone } from './share-records.js';
import type { SharePartitionKey } from './share-state.js';
import type { ShareStateContext, ShareStateMachine, ShareStateOutcome } from './share-state-machine.js';

/** Forgets a share partition; one that is not known is forgotten already. Replies with null or a refusal. */
export function deleteShareState(
  machine: ShareStateMachine,
  call: CallId,
  key: SharePartitionKey,
  context: ShareStateContext,
): ShareStateOutcome {
  const refusal = negativePartition(key) ?? unknownPartition(key, context.image);
  if (refusal !== null) return outcome({ replies: [{ call, response: refusal }] });
  const records = machine.get(key) === undefined ? [] : [shareTombstone(key)];
  return outcome({ records, replies: [{ call, response: null }] });
}

/** Forgets the share partitions of topics that are gone. Replies with null. */
export function forgetTopics(
  machine: ShareStateMachine,
  call: CallId,
  topicIds: ReadonlySet<string>,
): ShareStateOutcome {
  const records = [...machine.all()]
    .filter(({ key }) => topicIds.has(key.topicId))
    .map(({ key }) => shareTombstone(key));
  return outcome({ records, replies: [{ call, response: null }] });
}
