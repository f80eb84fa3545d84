import { type ErrorName, errorNamed } from '../../protocol/errors.js';
import type { MetadataImage } from '../metadata/image.js';
import { type SharePartitionState, UNKNOWN } from './share-partition-state.js';
import type { SharePartitionKey, ShareStateRefusal } from './share-state.js';

const refuse = (error: ErrorName, message = errorNamed(error).message): ShareStateRefusal => ({ error, message });

export const negativePartition = ({ partition }: SharePartitionKey): ShareStateRefusal | null =>
  partition < 0 ? refuse('INVALID_REQUEST', 'The partition id cannot be a negative number.') : null;

export const uninitialized = (operation: 'Read' | 'Write'): ShareStateRefusal =>
  refuse('INVALID_REQUEST', `${operation} operation on uninitialized share partition not allowed.`);

export const fencedLeaderEpoch = (state: SharePartitionState, leaderEpoch: number): ShareStateRefusal | null =>
  leaderEpoch !== UNKNOWN && leaderEpoch < state.highestLeaderEpoch ? refuse('FENCED_LEADER_EPOCH') : null;

export const fencedStateEpoch = (state: SharePartitionState, stateEpoch: number): ShareStateRefusal | null =>
  stateEpoch !== UNKNOWN && stateEpoch < state.highestStateEpoch ? refuse('FENCED_STATE_EPOCH') : null;

export const unknownPartition = (
  { topicId, partition }: SharePartitionKey,
  { topicsById }: MetadataImage,
): ShareStateRefusal | null =>
  partition < (topicsById.get(topicId)?.partitions.length ?? 0) ? null : refuse('UNKNOWN_TOPIC_OR_PARTITION');
