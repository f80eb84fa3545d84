import type { CallId } from '../../base/machine.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { KafkaError } from '../../protocol/errors.js';
import type {
  CreatePartitionsRequest,
  CreatePartitionsTopic,
  CreatePartitionsTopicResult,
} from '../../protocol/generated/create-partitions.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import { partitionRecord } from '../metadata/new-records.js';
import { type Decision, decide } from './decision.js';
import { checkAssignment, newPartition, placeReplicas } from './place-replicas.js';
import type { ControllerContext } from './settings.js';

export function createPartitions(call: CallId, request: CreatePartitionsRequest, context: ControllerContext): Decision {
  const records: MetadataRecord[] = [];
  const results: Init<CreatePartitionsTopicResult>[] = [];
  const times = new Map<string, number>();
  for (const topic of request.topics) times.set(topic.name, (times.get(topic.name) ?? 0) + 1);
  for (const topic of request.topics) {
    if (results.some((result) => result.name === topic.name)) continue;
    try {
      if ((times.get(topic.name) ?? 0) > 1) throw new KafkaError('INVALID_REQUEST', 'Duplicate topic name.');
      records.push(...morePartitions(topic, context));
      results.push({ name: topic.name });
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      results.push({ name: topic.name, errorCode: error.code, errorMessage: error.message });
    }
  }
  return decide(call, { results }, request.validateOnly ? [] : records);
}

function morePartitions(wanted: CreatePartitionsTopic, context: ControllerContext): MetadataRecord[] {
  const topic = context.image.topics.get(wanted.name);
  if (topic === undefined) throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION');
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
  const factor = topic.partitions[0]?.replicas.length ?? 1;
  const assignments =
    wanted.assignments?.map((assignment) => assignment.brokerIds) ?? placeReplicas(added, factor, context);
  if (assignments.length !== added) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      `Attempted to add ${added} additional partition(s), but only ${assignments.length} assignment(s) were specified.`,
    );
  }
  return assignments.map((replicas, index) => {
    checkAssignment(replicas, context.image, factor);
    return partitionRecord(topic.id, before + index, newPartition(replicas, context.image));
  });
}
