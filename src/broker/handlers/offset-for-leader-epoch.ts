import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import {
  type EpochEndOffset,
  type OffsetForLeaderPartition,
  offsetForLeaderEpochApi,
} from '../../protocol/generated/offset-for-leader-epoch.js';
import { handler, type RequestContext } from '../handler.js';

/** Where an epoch ended, for clients and followers that check whether their log is still the leader's (KIP-320). */
export const offsetForLeaderEpoch = handler({
  api: offsetForLeaderEpochApi,
  handle(request, context) {
    const topics = request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map((partition) => find(topic, partition, context)),
    }));
    return { topics };
  },
});

function find(
  topic: string,
  { partition: index, currentLeaderEpoch, leaderEpoch }: OffsetForLeaderPartition,
  { services }: RequestContext,
): Init<EpochEndOffset> {
  const failed = (error: ErrorName): Init<EpochEndOffset> => ({
    partition: index,
    errorCode: errorCode(error),
    leaderEpoch: -1,
    endOffset: -1,
  });
  const partition = services.partitions.leader(topic, index);
  if (typeof partition === 'string') return failed(partition);
  const wrongEpoch = partition.checkLeaderEpoch(currentLeaderEpoch);
  if (wrongEpoch !== null) return failed(wrongEpoch);
  const { epoch, endOffset } = partition.log.endOffsetForEpoch(leaderEpoch);
  return { partition: index, leaderEpoch: epoch, endOffset };
}
