import * as header from '../../protocol/records/batch-header.js';
import { batchStarts, openRecords, readRecords } from '../../protocol/records/batch-reader.js';

/** The offsets of a batch of the log, as far as a share partition cares for them. */
export interface LogBatch {
  readonly baseOffset: number;
  readonly lastOffset: number;
  /** Where it lies in the bytes that were read. */
  readonly at: number;
}

const ABORT = 0;

/** The whole batches among the bytes. @throws CorruptRecordError */
export function logBatches(records: Buffer): LogBatch[] {
  const batches: LogBatch[] = [];
  for (const at of batchStarts(records)) batches.push(batchAt(records, at));
  return batches;
}

function batchAt(records: Buffer, at: number): LogBatch {
  const baseOffset = header.baseOffset(records, at);
  if (header.magic(records, at) >= 2) return { baseOffset, lastOffset: header.lastOffset(records, at), at };
  // Of an old message the offset is that of the last one inside.
  return { baseOffset: readRecords(records, at)[0]?.offset ?? baseOffset, lastOffset: baseOffset, at };
}

/** Those of transactions that were aborted, as a reader of committed records leaves them out. */
export function abortedBatches(
  records: Buffer,
  batches: readonly LogBatch[],
  transactions: readonly { readonly producerId: number; readonly firstOffset: number }[],
): LogBatch[] {
  if (transactions.length === 0) return [];
  const coming = [...transactions].sort((a, b) => a.firstOffset - b.firstOffset);
  const aborting = new Set<number>();
  const aborted: LogBatch[] = [];
  let next = 0;
  for (const batch of batches) {
    if (header.magic(records, batch.at) < 2) continue;
    for (; next < coming.length; next++) {
      const transaction = coming[next];
      if (transaction === undefined || transaction.firstOffset > batch.lastOffset) break;
      aborting.add(transaction.producerId);
    }
    const attributes = header.attributes(records, batch.at);
    if (!header.isTransactional(attributes)) continue;
    const producerId = header.producerId(records, batch.at);
    if (header.isControl(attributes)) {
      if (isAbortMarker(records, batch.at)) aborting.delete(producerId);
    } else if (aborting.has(producerId)) {
      aborted.push(batch);
    }
  }
  return aborted;
}

function isAbortMarker(records: Buffer, at: number): boolean {
  const cursor = openRecords(records, at);
  const key = cursor.next() ? cursor.key() : null;
  return key !== null && key.length >= 4 && key.readInt16BE(2) === ABORT;
}
