import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import {
  type DeleteRecordsPartition,
  type DeleteRecordsPartitionResult,
  type DeleteRecordsTopic,
  deleteRecordsApi,
} from '../../protocol/generated/delete-records.js';
import { handler, type RequestContext } from '../handler.js';
import { isInternalTopic } from '../internal-topics.js';

/** Up to the high watermark. */
const HIGH_WATERMARK = -1;

export const deleteRecords = handler({
  api: deleteRecordsApi,
  handle(request, context) {
    const topics = [...lastOfEach(request.topics)].map(([name, partitions]) => ({
      name,
      partitions: [...partitions.values()].map((partition) => deleteBelow(name, partition, context)),
    }));
    return { topics };
  },
});

/** Of what is said more than once of a partition, the last counts. */
function lastOfEach(topics: readonly DeleteRecordsTopic[]): Map<string, Map<number, DeleteRecordsPartition>> {
  const wanted = new Map<string, Map<number, DeleteRecordsPartition>>();
  for (const { name, partitions } of topics) {
    const ofTopic = wanted.get(name) ?? new Map<number, DeleteRecordsPartition>();
    for (const partition of partitions) ofTopic.set(partition.partitionIndex, partition);
    wanted.set(name, ofTopic);
  }
  return wanted;
}

function deleteBelow(
  topic: string,
  { partitionIndex, offset }: DeleteRecordsPartition,
  { services }: RequestContext,
): Init<DeleteRecordsPartitionResult> {
  const failed = (error: ErrorName): Init<DeleteRecordsPartitionResult> => ({
    partitionIndex,
    lowWatermark: -1,
    errorCode: errorCode(error),
  });
  const isKnown = services.metadata.image.partition(topic, partitionIndex) !== undefined;
  if (isKnown && isInternalTopic(topic)) return failed('INVALID_TOPIC_EXCEPTION');
  const partition = services.partitions.leader(topic, partitionIndex);
  if (typeof partition === 'string') return failed(partition);
  // A topic that is only compacted keeps what its keys need; nothing of it may be cut off.
  if (!partition.log.options.deletes) return failed('POLICY_VIOLATION');
  const below = offset === HIGH_WATERMARK ? partition.log.highWatermark : offset;
  const failure = below < 0 ? 'OFFSET_OUT_OF_RANGE' : (partition.log.advanceLogStart(below)?.error ?? null);
  if (failure !== null) return failed(failure);
  services.partitions.wakeAll(partition);
  return { partitionIndex, lowWatermark: partition.log.logStartOffset };
}
