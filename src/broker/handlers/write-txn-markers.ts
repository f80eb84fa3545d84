import { type ErrorName, errorCode } from '../../protocol/errors.js';
import { type WritableTxnMarker, writeTxnMarkersApi } from '../../protocol/generated/write-txn-markers.js';
import { handler, type RequestContext } from '../handler.js';

/** What coordinators on other brokers, and administrators of hanging transactions (KIP-664), end transactions by. */
export const writeTxnMarkers = handler({
  api: writeTxnMarkersApi,
  handle(request, context) {
    return {
      // One without partitions is passed over.
      markers: request.markers.filter(hasPartitions).map((marker) => ({
        producerId: marker.producerId,
        topics: marker.topics.map(({ name, partitionIndexes }) => ({
          name,
          partitions: partitionIndexes.map((partitionIndex) => ({
            partitionIndex,
            errorCode: errorCode(write(marker, name, partitionIndex, context)),
          })),
        })),
      })),
    };
  },
});

const hasPartitions = ({ topics }: WritableTxnMarker): boolean =>
  topics.some(({ partitionIndexes }) => partitionIndexes.length > 0);

function write(marker: WritableTxnMarker, topic: string, partition: number, { services }: RequestContext): ErrorName {
  const { producerId, producerEpoch, coordinatorEpoch, transactionResult: isCommit, transactionVersion } = marker;
  if (producerId < 0 || producerEpoch < 0) return 'UNKNOWN_SERVER_ERROR';
  const end = { producerId, producerEpoch, coordinatorEpoch, isCommit, transactionVersion };
  return services.transactionMarkers.write({ topic, partition }, end) ?? 'NONE';
}
