import { assignOffset } from '../protocol/records/batch-header.js';
import { batchEnd, ensureValidBatch } from '../protocol/records/batch-reader.js';
import { CorruptRecordError, InvalidRecordError } from '../protocol/records/record-errors.js';
import type { ProducerBatch } from './producer-state.js';
import {
  hasProducer,
  producerBatchOf,
  storedBaseOffset,
  storedLastOffset,
  storedMaxTimestamp,
  storedSizeBytes,
} from './stored-batch.js';

/** What a log must know of batches that have their offsets before it writes them. */
export interface AppendFacts {
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly maxTimestamp: number;
  /** What the batches say about producers, in their order. */
  readonly producerBatches: readonly ProducerBatch[];
}

/** Gives batches their offsets from `firstOffset` on, and the leader's epoch. Changes them in place. */
export function numberBatches(records: Buffer, firstOffset: number, leaderEpoch: number): void {
  let offset = firstOffset;
  for (let at = 0; at < records.length; at += storedSizeBytes(records, at)) {
    assignOffset(records, at, offset, leaderEpoch);
    offset = storedLastOffset(records, at) + 1;
  }
}

/** @throws CorruptRecordError, InvalidRecordError when the bytes are no whole batches */
export function factsOf(records: Buffer): AppendFacts {
  let lastOffset = -1;
  let maxTimestamp = -1;
  let producerBatches: ProducerBatch[] | null = null;
  for (let at = 0; at < records.length; at += storedSizeBytes(records, at)) {
    lastOffset = storedLastOffset(records, at);
    maxTimestamp = Math.max(maxTimestamp, storedMaxTimestamp(records, at));
    if (!hasProducer(records, at)) continue;
    const batch = producerBatchOf(records, at);
    if (batch === null) continue;
    producerBatches ??= [];
    producerBatches.push(batch);
  }
  return {
    baseOffset: storedBaseOffset(records, 0),
    lastOffset,
    maxTimestamp,
    producerBatches: producerBatches ?? NONE,
  };
}

/**
 * Checks batches that another leader numbered: whole, with the right checksum, their offsets ascending.
 *
 * @throws CorruptRecordError, InvalidRecordError
 */
export function checkNumberedBatches(records: Buffer): void {
  let previous = -1;
  for (let at = 0; at < records.length; ) {
    const end = batchEnd(records, at, records.length);
    if (end < 0) throw new CorruptRecordError(`a batch that is cut, ${records.length - at} bytes of it left`);
    ensureValidBatch(records, at);
    if (storedBaseOffset(records, at) <= previous) {
      throw new InvalidRecordError(`Out of order offsets: ${storedBaseOffset(records, at)} after ${previous}`);
    }
    previous = storedLastOffset(records, at);
    at = end;
  }
}

const NONE: readonly ProducerBatch[] = [];
