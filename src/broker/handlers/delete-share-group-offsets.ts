import { uuidHash } from '../../base/java-hash.js';
import { inHashOrder } from '../../base/java-hash-order.js';
import { type ErrorName, errorCode, errorNamed } from '../../protocol/errors.js';
import { deleteShareGroupOffsetsApi } from '../../protocol/generated/delete-share-group-offsets.js';
import {
  beginOffsetDeletion,
  finishOffsetDeletion,
  type StateDeletion,
} from '../../state/group/share/delete-share-state.js';
import { callGroup } from '../group-call.js';
import { handler } from '../handler.js';
import { deleteStates, hasShareGroups, inAnswerOrder } from '../share-group-states.js';

const refusal = (error: ErrorName) => ({ errorCode: errorCode(error), errorMessage: errorNamed(error).message });

export const deleteShareGroupOffsets = handler({
  api: deleteShareGroupOffsetsApi,
  async handle(request, context) {
    const { services } = context;
    const { groupId } = request;
    if (!hasShareGroups(services)) return refusal('UNSUPPORTED_VERSION');
    const names = request.topics.map(({ topicName }) => topicName);
    const deletion = await callGroup<StateDeletion>(
      context,
      groupId,
      (machine, call, groupContext) => beginOffsetDeletion(machine, call, groupId, names, groupContext),
      (error) => ({ ...refusal(error), partitions: new Map(), missing: [] }),
    );
    const { partitions, errorMessage } = deletion;
    if (deletion.errorCode !== 0) return { errorCode: deletion.errorCode, errorMessage };
    const missing = deletion.missing.map(({ name, why }) => ({
      topicName: name,
      ...refusal('UNKNOWN_TOPIC_OR_PARTITION'),
      errorMessage: why,
    }));
    if (partitions.size === 0) return { responses: missing };
    const named = (topicId: string) => ({
      topicId,
      topicName: services.metadata.image.topicsById.get(topicId)?.name ?? '',
    });
    const refused = new Map<string, ErrorName>();
    for (const { key, refusal: why } of await deleteStates(services, groupId, partitions)) {
      if (!refused.has(key.topicId)) refused.set(key.topicId, why.error);
    }
    const failed = [...refused].map(([topicId, error]) => ({ ...named(topicId), ...refusal(error) }));
    const done = inHashOrder(
      inAnswerOrder(partitions).flatMap(([topicId]) => (refused.has(topicId) ? [] : topicId)),
      uuidHash,
    );
    if (done.length === 0) return { responses: [...missing, ...failed] };
    const error = await callGroup<ErrorName | null>(
      context,
      groupId,
      (machine, call, groupContext) =>
        finishOffsetDeletion(machine, groupId, new Set(done), groupContext).reply(call, null),
      (why) => why,
    );
    if (error !== null) return refusal(error);
    return { responses: [...done.map(named), ...missing, ...failed] };
  },
});
