import { ZERO_UUID } from '../../base/bytes.js';
import type { CallId } from '../../base/machine.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode, errorNamed } from '../../protocol/errors.js';
import type { DeletableTopicResult } from '../../protocol/generated/delete-topics.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import { type Decision, decide } from './decision.js';
import type { ControllerContext } from './settings.js';

/** A topic to be deleted: by name or by id, never both. */
export interface TopicToDelete {
  readonly name: string | null;
  readonly topicId: string;
}

export function deleteTopics(call: CallId, topics: readonly TopicToDelete[], context: ControllerContext): Decision {
  const records: MetadataRecord[] = [];
  const responses: Init<DeletableTopicResult>[] = [];
  for (const wanted of topics) {
    const result = deleteTopic(wanted, context);
    if (result.record !== null) records.push(result.record);
    responses.push(result.response);
  }
  return decide(call, { responses }, records);
}

function deleteTopic(
  { name, topicId }: TopicToDelete,
  context: ControllerContext,
): { record: MetadataRecord | null; response: Init<DeletableTopicResult> } {
  const refuse = (
    error: 'INVALID_REQUEST' | 'UNKNOWN_TOPIC_OR_PARTITION' | 'UNKNOWN_TOPIC_ID' | 'TOPIC_DELETION_DISABLED',
    text?: string,
  ) => ({
    record: null,
    response: { name, topicId, errorCode: errorCode(error), errorMessage: text ?? errorNamed(error).message },
  });
  if (!context.settings.deleteTopicEnabled) return refuse('TOPIC_DELETION_DISABLED');
  if (name === null && topicId === ZERO_UUID)
    return refuse('INVALID_REQUEST', 'Neither topic name nor id were specified.');
  if (name !== null && topicId !== ZERO_UUID)
    return refuse('INVALID_REQUEST', 'You may not specify both topic name and topic id.');
  const topic = name === null ? context.image.topicsById.get(topicId) : context.image.topics.get(name);
  if (topic === undefined) return refuse(name === null ? 'UNKNOWN_TOPIC_ID' : 'UNKNOWN_TOPIC_OR_PARTITION');
  return {
    record: { type: 'RemoveTopicRecord', version: 0, value: { topicId: topic.id } },
    response: { name: topic.name, topicId: topic.id },
  };
}
