import { ZERO_UUID } from '../../base/bytes.js';
import type { CallId } from '../../base/machine.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { KafkaError } from '../../protocol/errors.js';
import type { DeletableTopicResult } from '../../protocol/generated/delete-topics.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import type { TopicState } from '../metadata/image.js';
import { type Decision, decide } from './decision.js';
import type { ControllerContext } from './settings.js';

/** A topic to be deleted: by name or by id, never both. */
export interface TopicToDelete {
  readonly name: string | null;
  readonly topicId: string;
}

/**
 * A topic that is asked for more than once, be it by its name and by its id, stays as it is: its removal would be recorded
 * twice, and the second record could not be read again. Of a name and its id the name is answered, and the id is not
 * (measured on Apache Kafka 4.3.1).
 */
export function deleteTopics(call: CallId, topics: readonly TopicToDelete[], context: ControllerContext): Decision {
  const records: MetadataRecord[] = [];
  const responses: Init<DeletableTopicResult>[] = [];
  const answer = (wanted: TopicToDelete, find: () => TopicState | null) => {
    try {
      const topic = find();
      if (topic === null) return;
      records.push({ type: 'RemoveTopicRecord', version: 0, value: { topicId: topic.id } });
      responses.push({ name: topic.name, topicId: topic.id });
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      responses.push({ ...wanted, errorCode: error.code, errorMessage: error.message });
    }
  };
  const names = timesOf(topics.flatMap(({ name, topicId }) => (name !== null && topicId === ZERO_UUID ? [name] : [])));
  const ids = timesOf(topics.flatMap(({ name, topicId }) => (name === null && topicId !== ZERO_UUID ? [topicId] : [])));
  for (const wanted of topics) {
    if ((wanted.name === null) === (wanted.topicId === ZERO_UUID)) answer(wanted, () => refuseUnclear(wanted, context));
  }
  for (const [name, times] of names) {
    const topicId = context.image.topics.get(name)?.id ?? ZERO_UUID;
    const wanted = { name, topicId: times === 1 && ids.has(topicId) ? topicId : ZERO_UUID };
    answer(wanted, () => topicByName(wanted, times, context));
  }
  for (const [topicId, times] of ids) {
    answer({ name: null, topicId }, () => {
      const topic = topicById(topicId, times, context);
      return names.get(topic.name) === 1 ? null : topic;
    });
  }
  return decide(call, { responses }, records);
}

function timesOf(values: readonly string[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const value of values) times.set(value, (times.get(value) ?? 0) + 1);
  return times;
}

function refuseUnclear({ name }: TopicToDelete, context: ControllerContext): never {
  checkEnabled(context);
  throw new KafkaError(
    'INVALID_REQUEST',
    name === null ? 'Neither topic name nor id were specified.' : 'You may not specify both topic name and topic id.',
  );
}

function topicByName(wanted: { name: string; topicId: string }, times: number, context: ControllerContext): TopicState {
  checkEnabled(context);
  if (times > 1) throw new KafkaError('INVALID_REQUEST', 'Duplicate topic name.');
  const topic = context.image.topics.get(wanted.name);
  if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
  if (wanted.topicId === ZERO_UUID) return topic;
  throw new KafkaError('INVALID_REQUEST', 'The provided topic name maps to an ID that was already supplied.');
}

function topicById(topicId: string, times: number, context: ControllerContext): TopicState {
  checkEnabled(context);
  if (times > 1) throw new KafkaError('INVALID_REQUEST', 'Duplicate topic id.');
  const topic = context.image.topicsById.get(topicId);
  if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_ID');
  return topic;
}

function checkEnabled({ settings }: ControllerContext): void {
  if (!settings.deleteTopicEnabled) throw new KafkaError('TOPIC_DELETION_DISABLED');
}
