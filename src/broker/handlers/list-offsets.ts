import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import {
  type ListOffsetsPartition,
  type ListOffsetsPartitionResponse,
  type ListOffsetsTopic,
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
    const topics = [...byTopic(request.topics)].map(([name, { once, repeated }]) => ({
      name,
      partitions: [
        ...[...once.values()].map((partition) =>
          find(name, partition, request.replicaId, request.isolationLevel === 1, context),
        ),
        ...[...repeated].map((partitionIndex) => failed(partitionIndex, 'INVALID_REQUEST')),
      ],
    }));
    return { topics };
  },
});

interface AskedPartitions {
  readonly once: Map<number, ListOffsetsPartition>;
  /** Asked for more than once, wherever in the request: answered with one error. */
  readonly repeated: Set<number>;
}

function byTopic(topics: readonly ListOffsetsTopic[]): Map<string, AskedPartitions> {
  const asked = new Map<string, AskedPartitions>();
  for (const { name, partitions } of topics) {
    const ofTopic = asked.get(name) ?? { once: new Map(), repeated: new Set() };
    asked.set(name, ofTopic);
    for (const partition of partitions) {
      const { partitionIndex } = partition;
      const isRepeated = ofTopic.repeated.has(partitionIndex) || ofTopic.once.delete(partitionIndex);
      if (isRepeated) ofTopic.repeated.add(partitionIndex);
      else ofTopic.once.set(partitionIndex, partition);
    }
  }
  return asked;
}

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
