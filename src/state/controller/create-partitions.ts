import type { CallId } from '../../base/machine.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode, KafkaError } from '../../protocol/errors.js';
import type {
  CreatePartitionsRequest,
  CreatePartitionsTopic,
  CreatePartitionsTopicResult,
} from '../../protocol/generated/create-partitions.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import type { TopicState } from '../metadata/image.js';
import { partitionRecord } from '../metadata/new-records.js';
import { type Decision, decide, MAX_RECORDS_PER_REQUEST, TOO_MANY_RECORDS } from './decision.js';
import { checkAssignment, newPartition, placeReplicas } from './place-replicas.js';
import type { ControllerContext } from './settings.js';

export function createPartitions(call: CallId, request: CreatePartitionsRequest, context: ControllerContext): Decision {
  const records: MetadataRecord[] = [];
  const results: Init<CreatePartitionsTopicResult>[] = [];
  const times = new Map<string, number>();
  for (const topic of request.topics) times.set(topic.name, (times.get(topic.name) ?? 0) + 1);
  for (const topic of request.topics) {
    if (results.some((result) => result.name === topic.name)) continue;
    const known = context.image.topics.get(topic.name);
    try {
      if ((times.get(topic.name) ?? 0) > 1) throw new KafkaError('INVALID_REQUEST', 'Duplicate topic name.');
      // Without a text, unlike most refusals (measured).
      if (known === undefined) {
        results.push({ name: topic.name, errorCode: errorCode('UNKNOWN_TOPIC_OR_PARTITION') });
        continue;
      }
      records.push(...morePartitions(known, topic, MAX_RECORDS_PER_REQUEST - records.length, context));
      results.push({ name: topic.name });
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      results.push({ name: topic.name, errorCode: error.code, errorMessage: error.message });
    }
  }
  return decide(call, { results }, request.validateOnly ? [] : records);
}

function morePartitions(
  topic: TopicState,
  wanted: CreatePartitionsTopic,
  most: number,
  context: ControllerContext,
): MetadataRecord[] {
  const before = topic.partitions.length;
  if (wanted.count === before) {
    throw new KafkaError('INVALID_PARTITIONS', `Topic already has ${before} partition(s).`);
  }
  if (wanted.count < before) {
    throw new KafkaError(
      'INVALID_PARTITIONS',
      `The topic ${topic.name} currently has ${before} partition(s); ${wanted.count} would not be an increase.`,
    );
  }
  const added = wanted.count - before;
  const given = wanted.assignments?.map((assignment) => assignment.brokerIds) ?? null;
  if (given !== null && given.length !== added) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      `Attempted to add ${added} additional partition(s), but only ${given.length} assignment(s) were specified.`,
    );
  }
  // Apache Kafka adds as many as fit, and then says that it failed for a reason that it does not know.
  if (added > most) throw new KafkaError('POLICY_VIOLATION', TOO_MANY_RECORDS);
  const factor = topic.partitions[0]?.replicas.length ?? 1;
  const assignments = given ?? placeReplicas(added, factor, context);
  return assignments.map((replicas, index) => {
    checkAssignment(replicas, context.image, factor);
    return partitionRecord(topic.id, before + index, newPartition(replicas, context.image));
  });
}
