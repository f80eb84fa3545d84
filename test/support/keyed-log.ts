import assert from 'node:assert/strict';
import { BatchBuilder, type BatchFields } from '../../src/protocol/records/batch-builder.js';
import { attributes, isControl, isTransactional, producerId } from '../../src/protocol/records/batch-header.js';
import { batchStarts, readRecords } from '../../src/protocol/records/batch-reader.js';
import { buildEndTxnMarkerBatch } from '../../src/protocol/records/control-records.js';
import type { Log } from '../../src/storage/log.js';

/** A batch of records with keys; null values are tombstones. */
export function keyedBatch(
  records: readonly (readonly [key: string, value: string | null])[],
  timestamp: number,
  fields: BatchFields = {},
): Buffer {
  const builder = new BatchBuilder();
  for (const [key, value] of records) {
    builder.append(timestamp, Buffer.from(key), value === null ? null : Buffer.from(value));
  }
  return builder.build(fields);
}

/** Appends past all checks of clients, and lets all replicas have it. @returns the base offset */
export function appendTo(log: Log, batch: Buffer): number {
  const result = log.appendOwn(batch, { leaderEpoch: 0 });
  assert.equal(result.kind, 'appended');
  log.updateHighWatermark(log.logEndOffset);
  return result.kind === 'appended' ? result.baseOffset : -1;
}

export function endTransaction(log: Log, id: number, commit: boolean, timestamp: number): number {
  return appendTo(
    log,
    buildEndTxnMarkerBatch({ commit, coordinatorEpoch: 0, timestamp, producerId: id, producerEpoch: 0 }),
  );
}

export interface KeyedRecord {
  readonly offset: number;
  readonly key: string;
  readonly value: string | null;
}

/** What a reader of committed records gets of the whole log. */
export async function committedRecords(log: Log): Promise<KeyedRecord[]> {
  const found: KeyedRecord[] = [];
  const end = log.lastStableOffset;
  const waiting = log
    .abortedTransactions(log.logStartOffset, end)
    .sort((left, right) => left.firstOffset - right.firstOffset);
  const aborted = new Set<number>();
  for await (const { bytes, at, lastOffset } of storedBatches(log, end)) {
    while (waiting[0] !== undefined && waiting[0].firstOffset <= lastOffset) {
      aborted.add((waiting.shift() as { producerId: number }).producerId);
    }
    const flags = attributes(bytes, at);
    const id = producerId(bytes, at);
    if (isControl(flags)) aborted.delete(id);
    else if (!isTransactional(flags) || !aborted.has(id)) found.push(...keyed(bytes, at, log.logStartOffset));
  }
  return found;
}

function keyed(bytes: Buffer, at: number, startOffset: number): KeyedRecord[] {
  return readRecords(bytes, at)
    .filter(({ offset }) => offset >= startOffset)
    .map(({ offset, key, value }) => ({ offset, key: String(key), value: value === null ? null : String(value) }));
}

/** All batches that a reader gets up to `end`. */
export async function* storedBatches(
  log: Log,
  end = log.logEndOffset,
): AsyncGenerator<{ readonly bytes: Buffer; readonly at: number; readonly lastOffset: number }> {
  for (let offset = log.logStartOffset; offset < end; ) {
    const result = await log.read({ offset, maxBytes: 1 << 20, upTo: 'logEnd', minOneBatch: true });
    assert.ok(result.kind === 'records', result.kind === 'records' ? '' : result.message);
    const from = offset;
    for (const at of batchStarts(result.records)) {
      const lastOffset = Number(result.records.readBigInt64BE(at)) + result.records.readInt32BE(at + 23);
      offset = lastOffset + 1;
      if (offset <= end) yield { bytes: result.records, at, lastOffset };
    }
    if (offset === from) return;
  }
}
