import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import {
  type ListOffsetsPartition,
  type ListOffsetsPartitionResponse,
  listOffsetsApi,
} from '../../protocol/generated/list-offsets.js';
import {
  EARLIEST_LOCAL_TIMESTAMP,
  EARLIEST_PENDING_UPLOAD_TIMESTAMP,
  LATEST_TIERED_TIMESTAMP,
  MAX_TIMESTAMP,
} from '../../storage/offset-lookup.js';
import { handler, type RequestContext } from '../handler.js';

/** The first version of the request that knows a special timestamp (KIP-734, KIP-405, KIP-1005, KIP-1023). */
const FIRST_VERSION_OF: ReadonlyMap<number, number> = new Map([
  [MAX_TIMESTAMP, 7],
  [EARLIEST_LOCAL_TIMESTAMP, 8],
  [LATEST_TIERED_TIMESTAMP, 9],
  [EARLIEST_PENDING_UPLOAD_TIMESTAMP, 11],
]);
const LOWEST_TIMESTAMP = EARLIEST_PENDING_UPLOAD_TIMESTAMP;
const CONSUMER = -1;

export const listOffsets = handler({
  api: listOffsetsApi,
  handle(request, context) {
    const topics = request.topics.map(({ name, partitions }) => {
      const indexes = partitions.map((partition) => partition.partitionIndex);
      return {
        name,
        partitions: partitions.map((partition) => {
          const twice = indexes.indexOf(partition.partitionIndex) !== indexes.lastIndexOf(partition.partitionIndex);
          return twice
            ? failed(partition.partitionIndex, 'INVALID_REQUEST')
            : find(name, partition, request.replicaId, request.isolationLevel === 1, context);
        }),
      };
    });
    return { topics };
  },
});

function find(
  topic: string,
  { partitionIndex, timestamp, currentLeaderEpoch }: ListOffsetsPartition,
  replicaId: number,
  readCommitted: boolean,
  { services, version }: RequestContext,
): Init<ListOffsetsPartitionResponse> {
  if (timestamp < LOWEST_TIMESTAMP || version < (FIRST_VERSION_OF.get(timestamp) ?? 0)) {
    return failed(partitionIndex, 'UNSUPPORTED_VERSION');
  }
  const partition = services.partitions.leader(topic, partitionIndex);
  if (typeof partition === 'string') return failed(partitionIndex, partition);
  const wrongEpoch = partition.checkLeaderEpoch(currentLeaderEpoch);
  if (wrongEpoch !== null) return failed(partitionIndex, wrongEpoch);
  const upTo = replicaId !== CONSUMER ? 'logEnd' : readCommitted ? 'lastStable' : 'highWatermark';
  try {
    const found = partition.log.offsetForTimestamp(timestamp, upTo);
    if (found === null) return { partitionIndex, offset: -1, timestamp: -1, leaderEpoch: -1 };
    return { partitionIndex, offset: found.offset, timestamp: found.timestamp, leaderEpoch: found.leaderEpoch };
  } catch (cause) {
    return failed(partitionIndex, partition.log.failureOf(cause).error);
  }
}

function failed(partitionIndex: number, error: ErrorName): Init<ListOffsetsPartitionResponse> {
  return { partitionIndex, errorCode: errorCode(error), timestamp: -1, offset: -1, leaderEpoch: -1 };
}
