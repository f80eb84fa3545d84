import type { ErrorName } from '../protocol/errors.js';
import { buildEndTxnMarkerBatch } from '../protocol/records/control-records.js';
import type { Partition } from './partition.js';

/** What ends a transaction in a partition. */
export interface TransactionMarker {
  readonly producerId: number;
  readonly producerEpoch: number;
  readonly isCommit: boolean;
  /** The leader epoch of the coordinator's partition. */
  readonly coordinatorEpoch: number;
  /** transaction.version that the transaction had. */
  readonly transactionVersion: number;
}

/** @returns what the log refuses it for */
export function appendMarker(partition: Partition, marker: TransactionMarker, nowMs: number): ErrorName | null {
  const { producerId, producerEpoch, coordinatorEpoch, isCommit: commit } = marker;
  const batch = buildEndTxnMarkerBatch({ producerId, producerEpoch, coordinatorEpoch, commit, timestamp: nowMs });
  const result = partition.appendOwn(batch, { transactionVersion: marker.transactionVersion });
  return result.kind === 'failed' ? result.error : null;
}
