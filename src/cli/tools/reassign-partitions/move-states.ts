import type { DescribedTopic } from '../../../client/admin/describe-topics.js';
import type { PartitionReassignment } from '../../../client/admin/reassignments.js';
import { type ReplicaLogDirs, type ReplicaMove, replicaKey } from '../../../client/admin/replica-log-dirs.js';
import type { Result } from '../../../client/fan-out.js';
import { comparePartitions, keyOf, type TopicPartition } from '../../../client/topic-partition.js';
import { KafkaError } from '../../../protocol/errors.js';
import { uncaught } from '../../tool-error.js';
import type { PartitionReplicas } from './plan-file.js';

export type MoveState = 'completed' | 'in progress' | 'not as planned' | 'missing';

/** How far a partition of a plan is. */
export interface PartitionState extends TopicPartition {
  readonly isDone: boolean;
  readonly replicas: readonly number[];
  readonly wanted: readonly number[];
}

/** @param topics those of partitions that do not move */
export function partitionStates(
  planned: readonly PartitionReplicas[],
  ongoing: readonly PartitionReassignment[],
  topics: ReadonlyMap<string, Result<DescribedTopic>>,
): PartitionState[] {
  const moving = new Map(ongoing.map((one) => [keyOf(one), one]));
  const states = planned.map(({ topic, partition, replicas: wanted }) => {
    const move = moving.get(keyOf({ topic, partition }));
    if (move !== undefined) return { topic, partition, isDone: false, replicas: move.replicas, wanted };
    return { topic, partition, isDone: true, replicas: replicasNow(topics.get(topic), partition), wanted };
  });
  // Of a partition that a plan names twice the last holds.
  return [...new Map(states.map((state) => [keyOf(state), state])).values()].sort(comparePartitions);
}

/** None of a topic that is unknown. @throws KafkaError */
function replicasNow(topic: Result<DescribedTopic> | undefined, partition: number): readonly number[] {
  if (topic instanceof KafkaError && topic.error !== 'UNKNOWN_TOPIC_OR_PARTITION') throw topic;
  if (topic === undefined || topic instanceof KafkaError) return [];
  const { partitions } = topic;
  // Kafka's tool takes the first number that the topic does not have for one that it has.
  if (partition === partitions.length) {
    const message = `Index ${partition} out of bounds for length ${partitions.length}`;
    throw uncaught('java.lang.IndexOutOfBoundsException', message);
  }
  return partitions.find((one) => one.partition === partition)?.replicas ?? [];
}

export function stateOfPartition({ isDone, replicas, wanted }: PartitionState): MoveState {
  if (!isDone) return 'in progress';
  return replicas.join() === wanted.join() ? 'completed' : 'not as planned';
}

export function partitionStateText(state: PartitionState): string {
  switch (stateOfPartition(state)) {
    case 'completed':
      return `Reassignment of partition ${keyOf(state)} is completed.`;
    case 'in progress':
      return `Reassignment of partition ${keyOf(state)} is still in progress.`;
    default:
      return `There is no active reassignment of partition ${keyOf(state)}, but replica set is ${state.replicas.join(',')} rather than ${state.wanted.join(',')}.`;
  }
}

/** How far a replica is that a plan names a directory for. */
export interface ReplicaState extends ReplicaMove, ReplicaLogDirs {}

export function replicaStates(
  moves: readonly ReplicaMove[],
  logDirs: ReadonlyMap<string, ReplicaLogDirs>,
): ReplicaState[] {
  const states = moves.map((move) => ({
    ...move,
    ...(logDirs.get(replicaKey(move)) ?? { current: null, future: null }),
  }));
  return [...new Map(states.map((state) => [replicaKey(state), state])).values()].sort(
    (a, b) => comparePartitions(a, b) || a.broker - b.broker,
  );
}

export function stateOfReplica({ current, future, logDir }: ReplicaState): MoveState {
  if (current === null) return 'missing';
  if (future !== null) return 'in progress';
  return current === logDir ? 'completed' : 'not as planned';
}

export function replicaStateText(state: ReplicaState): string {
  const { broker, current, future, logDir } = state;
  const which = `Partition ${keyOf(state)}`;
  switch (stateOfReplica(state)) {
    case 'missing':
      return `${which} is not found in any live log dir on broker ${broker}. There is likely an offline log directory on the broker.`;
    case 'completed':
      return `Reassignment of replica ${replicaKey(state)} completed successfully.`;
    case 'in progress':
      return future === logDir
        ? `Reassignment of replica ${replicaKey(state)} is still in progress.`
        : `${which} on broker ${broker} is being moved to log dir ${future} instead of ${logDir}.`;
    case 'not as planned':
      return `${which} on broker ${broker} is not being moved from log dir ${current} to ${logDir}.`;
  }
}

/** Whether nothing more will happen by itself. */
export const isReplicaDone = ({ current, future }: ReplicaState): boolean => current !== null && future === null;
