import type { ShareRecord } from '../../protocol/generated/share-coordinator-records.js';
import type { SharePartitionKey, ShareStateBatch, ShareStateSummary } from './share-state.js';

interface SnapshotFields extends ShareStateSummary {
  readonly snapshotEpoch: number;
  readonly batches: readonly ShareStateBatch[];
  readonly createTimestampMs: number;
  readonly writeTimestampMs: number;
}

/** The whole state. */
export function shareSnapshot(key: SharePartitionKey, fields: SnapshotFields): ShareRecord {
  const { snapshotEpoch, stateEpoch, leaderEpoch, startOffset, deliveryCompleteCount } = fields;
  return {
    type: 'ShareSnapshot',
    version: 0,
    key: recordKey(key),
    value: {
      snapshotEpoch,
      stateEpoch,
      leaderEpoch,
      startOffset,
      deliveryCompleteCount,
      createTimestamp: fields.createTimestampMs,
      writeTimestamp: fields.writeTimestampMs,
      stateBatches: [...fields.batches],
    },
  };
}

/** What came after the snapshot of this epoch. */
export function shareUpdate(
  key: SharePartitionKey,
  fields: Omit<SnapshotFields, 'stateEpoch' | 'createTimestampMs' | 'writeTimestampMs'>,
): ShareRecord {
  const { snapshotEpoch, leaderEpoch, startOffset, deliveryCompleteCount, batches } = fields;
  return {
    type: 'ShareUpdate',
    version: 0,
    key: recordKey(key),
    value: { snapshotEpoch, leaderEpoch, startOffset, deliveryCompleteCount, stateBatches: [...batches] },
  };
}

export const shareTombstone = (key: SharePartitionKey): ShareRecord => ({
  type: 'ShareSnapshot',
  version: 0,
  key: recordKey(key),
  value: null,
});

const recordKey = ({ groupId, topicId, partition }: SharePartitionKey) => ({ groupId, topicId, partition });
