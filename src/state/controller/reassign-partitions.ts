import type { CallId } from '../../base/machine.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { KafkaError } from '../../protocol/errors.js';
import type {
  AlterPartitionReassignmentsRequest,
  ReassignablePartition,
  ReassignablePartitionResponse,
} from '../../protocol/generated/alter-partition-reassignments.js';
import type {
  ListPartitionReassignmentsRequest,
  ListPartitionReassignmentsResponse,
  OngoingPartitionReassignment,
} from '../../protocol/generated/list-partition-reassignments.js';
import type { MetadataRecord } from '../../protocol/generated/metadata-records.js';
import type { MetadataImage, TopicState } from '../metadata/image.js';
import type { PartitionState } from '../metadata/partition-state.js';
import { type Decision, decide } from './decision.js';
import { changedPartition, type PartitionTarget } from './partition-change.js';
import { partitionRules } from './partition-rules.js';
import { checkAssignment } from './place-replicas.js';
import { movingReplicas, revertedReplicas } from './reassignment-replicas.js';
import type { ControllerContext } from './settings.js';

/** Gives partitions other replicas, or calls off a move that is under way (KIP-455). */
export function alterPartitionReassignments(
  call: CallId,
  request: AlterPartitionReassignmentsRequest,
  context: ControllerContext,
): Decision {
  if (request.topics.length === 0) return decide(call, {});
  const { allowReplicationFactorChange } = request;
  const records: MetadataRecord[] = [];
  const answer = (topic: string, wanted: ReassignablePartition): Init<ReassignablePartitionResponse> => {
    const { partitionIndex } = wanted;
    try {
      const record = reassign(topic, wanted, allowReplicationFactorChange, context);
      if (record !== null) records.push(record);
      return { partitionIndex, errorMessage: null };
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      const errorMessage = error.error === 'NO_REASSIGNMENT_IN_PROGRESS' ? null : error.message;
      return { partitionIndex, errorCode: error.code, errorMessage };
    }
  };
  const responses = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((partition) => answer(name, partition)),
  }));
  return decide(call, { allowReplicationFactorChange, errorMessage: null, responses }, records);
}

function reassign(
  topicName: string,
  { partitionIndex, replicas }: ReassignablePartition,
  mayChangeFactor: boolean,
  context: ControllerContext,
): MetadataRecord | null {
  const topic = context.image.topics.get(topicName);
  if (topic === undefined) {
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find a topic named ${topicName}.`);
  }
  const state = topic.partitions[partitionIndex];
  if (state === undefined) {
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find partition ${topicName}:${partitionIndex}.`);
  }
  if (replicas === null) return cancel(topic, partitionIndex, state, context);
  checkAssignment(replicas, context.image, null);
  if (!mayChangeFactor) checkFactor(state, replicas);
  const { replicas: all, removing, adding } = movingReplicas(state.replicas, replicas);
  const target: PartitionTarget = {
    replicas: all,
    ...(adding.length > 0 && { addingReplicas: adding }),
    ...(removing.length > 0 && { removingReplicas: removing }),
  };
  return changedPartition(topic.id, partitionIndex, state, target, partitionRules(topicName, state, context));
}

function checkFactor(state: PartitionState, wanted: readonly number[]): void {
  const before = state.replicas.filter((id) => !state.addingReplicas.includes(id)).length;
  if (wanted.length === before) return;
  throw new KafkaError(
    'INVALID_REPLICATION_FACTOR',
    `The replication factor is changed from ${before} to ${wanted.length}`,
  );
}

function cancel(
  topic: TopicState,
  index: number,
  state: PartitionState,
  context: ControllerContext,
): MetadataRecord | null {
  if (!isMoving(state)) throw new KafkaError('NO_REASSIGNMENT_IN_PROGRESS');
  const { replicas, isr, unclean } = revertedReplicas(state);
  const mayBeUnclean = context.settings.electsUncleanly(topic.name, context.image);
  if (unclean && !mayBeUnclean) {
    throw new KafkaError(
      'INVALID_REPLICA_ASSIGNMENT',
      `Unable to revert partition assignment for ${topic.name}:${index} because it would require an unclean leader ` +
        'election.',
    );
  }
  const target: PartitionTarget = {
    replicas,
    isr,
    removingReplicas: [],
    addingReplicas: [],
    election: mayBeUnclean ? 'unclean' : 'online',
  };
  return changedPartition(topic.id, index, state, target, partitionRules(topic.name, state, context));
}

const isMoving = ({ addingReplicas, removingReplicas }: PartitionState): boolean =>
  addingReplicas.length > 0 || removingReplicas.length > 0;

/** The moves that are under way: all of them, or those among some partitions. */
export function listPartitionReassignments(
  { topics }: ListPartitionReassignmentsRequest,
  image: MetadataImage,
): Init<ListPartitionReassignmentsResponse> {
  const asked =
    topics ??
    [...image.topics.values()].map(({ name, partitions }) => ({ name, partitionIndexes: [...partitions.keys()] }));
  const moving = asked.map(({ name, partitionIndexes }) => ({
    name,
    partitions: partitionIndexes.flatMap((index) => moveOf(index, image.partition(name, index))),
  }));
  return { errorMessage: null, topics: moving.filter(({ partitions }) => partitions.length > 0) };
}

function moveOf(partitionIndex: number, state: PartitionState | undefined): Init<OngoingPartitionReassignment>[] {
  if (state === undefined || !isMoving(state)) return [];
  const { replicas, addingReplicas, removingReplicas } = state;
  return [
    {
      partitionIndex,
      replicas: [...replicas],
      addingReplicas: [...addingReplicas],
      removingReplicas: [...removingReplicas],
    },
  ];
}
