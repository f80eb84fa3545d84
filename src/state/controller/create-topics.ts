import { javaHash } from '../../base/java-hash.js';
import { inHashOrder } from '../../base/java-hash-order.js';
import type { CallId } from '../../base/machine.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { errorCode, KafkaError } from '../../protocol/errors.js';
import type {
  CreatableTopic,
  CreatableTopicResult,
  CreateTopicsRequest,
  CreateTopicsResponse,
} from '../../protocol/generated/create-topics.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import { CONFIG_TOPIC } from '../metadata/config-resource.js';
import { configRecord, partitionRecord } from '../metadata/new-records.js';
import { forgottenEligible } from './alter-configs.js';
import { type Decision, decide, MAX_RECORDS_PER_REQUEST, TOO_MANY_RECORDS } from './decision.js';
import { checkAssignment, newPartition, placeReplicas } from './place-replicas.js';
import type { ControllerContext } from './settings.js';
import { checkTopicName, collisionKey } from './topic-name.js';

/** The quorum's own log, which no partition's may take the place of. */
const METADATA_TOPIC = '__cluster_metadata';

export function createTopics(call: CallId, request: CreateTopicsRequest, context: ControllerContext): Decision {
  const records: MetadataRecord[] = [];
  const results: Init<CreatableTopicResult>[] = [];
  const seen = new Map<string, number>();
  for (const topic of request.topics) seen.set(topic.name, (seen.get(topic.name) ?? 0) + 1);
  const once = request.topics.filter((topic) => seen.get(topic.name) === 1);
  if (partitionsOf(once, context) > MAX_RECORDS_PER_REQUEST)
    return decide(call, refuseAll(request, TOO_MANY_PARTITIONS));
  const taken = namesByCollisionKey(context);
  for (const [name, times] of seen) {
    const topic = request.topics.find((candidate) => candidate.name === name) as CreatableTopic;
    try {
      if (times > 1) throw new KafkaError('INVALID_REQUEST', 'Duplicate topic name.');
      const created = createTopic(topic, taken, context);
      records.push(...created.records);
      results.push(created.result);
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      results.push({ name, errorCode: error.code, errorMessage: error.message });
    }
  }
  const response: Init<CreateTopicsResponse> = { topics: results };
  if (records.length > MAX_RECORDS_PER_REQUEST) return decide(call, refuseAll(request, TOO_MANY_RECORDS));
  return decide(call, response, request.validateOnly ? [] : records);
}

const TOO_MANY_PARTITIONS = 'Excessively large number of partitions per request.';

/** What is asked for, before anything else is looked at; wrong numbers count for nothing. */
function partitionsOf(topics: readonly CreatableTopic[], { settings }: ControllerContext): number {
  const counts = topics.map(({ assignments, numPartitions }) => {
    if (assignments.length > 0) return assignments.length;
    return numPartitions === -1 ? settings.numPartitions : Math.max(0, numPartitions);
  });
  return counts.reduce((sum, count) => sum + count, 0);
}

function refuseAll(request: CreateTopicsRequest, errorMessage: string): Init<CreateTopicsResponse> {
  return {
    topics: request.topics.map(({ name }) => ({ name, errorCode: errorCode('POLICY_VIOLATION'), errorMessage })),
  };
}

function namesByCollisionKey(context: ControllerContext): Map<string, string> {
  return new Map([...context.image.topics.keys()].map((name) => [collisionKey(name), name]));
}

function createTopic(topic: CreatableTopic, taken: ReadonlyMap<string, string>, context: ControllerContext) {
  if (topic.name === METADATA_TOPIC) {
    throw new KafkaError('INVALID_REQUEST', `Creation of internal topic ${topic.name} is prohibited.`);
  }
  checkTopicName(topic.name);
  if (context.image.topics.has(topic.name)) {
    throw new KafkaError('TOPIC_ALREADY_EXISTS', `Topic '${topic.name}' already exists.`);
  }
  const other = taken.get(collisionKey(topic.name));
  if (other !== undefined) {
    throw new KafkaError('INVALID_TOPIC_EXCEPTION', `Topic '${topic.name}' collides with existing topic: ${other}`);
  }
  const configs = checkConfigs(topic, context);
  const assignments = assignmentsOf(topic, context);
  const topicId = context.newId();
  const records: MetadataRecord[] = [{ type: 'TopicRecord', version: 0, value: { name: topic.name, topicId } }];
  for (const [name, value] of inHashOrder([...configs], ([name]) => javaHash(name))) {
    records.push(configRecord(CONFIG_TOPIC, topic.name, name, value));
  }
  // Kafka sets a new topic as it would one that there is.
  records.push(...forgottenEligible(records, context));
  for (const [partition, replicas] of assignments.entries()) {
    records.push(partitionRecord(topicId, partition, newPartition(replicas, context.image)));
  }
  const result: Init<CreatableTopicResult> = {
    name: topic.name,
    topicId,
    errorMessage: null,
    numPartitions: assignments.length,
    replicationFactor: assignments[0]?.length ?? 0,
    configs: context.settings.effectiveTopicConfigs(configs, context.image),
  };
  return { records, result };
}

function checkConfigs(topic: CreatableTopic, context: ControllerContext): Map<string, string> {
  const configs = new Map<string, string>();
  for (const { name, value } of topic.configs) {
    if (value === null) {
      throw new KafkaError('INVALID_CONFIG', `Null value not supported for topic configs: ${name}`);
    }
    configs.set(name, value);
  }
  const problem = context.settings.configProblem(CONFIG_TOPIC, topic.name, configs);
  if (problem !== null) throw new KafkaError('INVALID_CONFIG', problem);
  return configs;
}

function assignmentsOf(topic: CreatableTopic, context: ControllerContext): number[][] {
  if (topic.assignments.length > 0) return manualAssignments(topic, context);
  if (topic.replicationFactor < -1 || topic.replicationFactor === 0) {
    throw new KafkaError(
      'INVALID_REPLICATION_FACTOR',
      'Replication factor must be larger than 0, or -1 to use the default value.',
    );
  }
  if (topic.numPartitions < -1 || topic.numPartitions === 0) {
    throw new KafkaError('INVALID_PARTITIONS', 'Number of partitions was set to an invalid non-positive value.');
  }
  const partitions = topic.numPartitions === -1 ? context.settings.numPartitions : topic.numPartitions;
  const factor = topic.replicationFactor === -1 ? context.settings.defaultReplicationFactor : topic.replicationFactor;
  return placeReplicas(partitions, factor, context);
}

function manualAssignments(topic: CreatableTopic, context: ControllerContext): number[][] {
  if (topic.replicationFactor !== -1) {
    throw new KafkaError(
      'INVALID_REQUEST',
      'A manual partition assignment was specified, but replication factor was not set to -1.',
    );
  }
  if (topic.numPartitions !== -1) {
    throw new KafkaError(
      'INVALID_REQUEST',
      'A manual partition assignment was specified, but numPartitions was not set to -1.',
    );
  }
  const byPartition = new Map<number, number[]>();
  for (const { partitionIndex, brokerIds } of topic.assignments) {
    if (byPartition.has(partitionIndex)) {
      throw new KafkaError(
        'INVALID_REPLICA_ASSIGNMENT',
        `Found multiple manual partition assignments for partition ${partitionIndex}`,
      );
    }
    const [earlier] = byPartition.values();
    checkAssignment(brokerIds, context.image, earlier?.length ?? null);
    byPartition.set(partitionIndex, brokerIds);
  }
  return Array.from({ length: byPartition.size }, (_, partition) => {
    const replicas = byPartition.get(partition);
    if (replicas !== undefined) return replicas;
    throw new KafkaError('INVALID_REPLICA_ASSIGNMENT', 'partitions should be a consecutive 0-based integer sequence');
  });
}
