import type { Logger } from '../base/host.js';
import { ensureValidBatch } from '../protocol/records/batch-reader.js';
import { CorruptRecordError } from '../protocol/records/record-errors.js';
import { applyBatch } from './apply-batch.js';
import { BatchScan, WHOLE_WINDOW_BYTES } from './batch-scan.js';
import type { LeaderEpochs } from './leader-epochs.js';
import type { ProducerState } from './producer-state.js';
import type { Segment } from './segment.js';
import {
  isCorruption,
  storedBaseOffset,
  storedLastOffset,
  storedLeaderEpoch,
  storedMaxTimestamp,
} from './stored-batch.js';

/**
 * Reads every batch of a segment whose end is not known to be whole, and makes its indexes anew from them. At the
 * first batch that is damaged or cut the file ends.
 *
 * @param producers state just below the segment; takes in the segment's batches
 * @param epochs takes in epochs above the ones it knows
 * @param keepsTransactions its transaction index is whole, and is left alone
 * @returns bytes that were cut off
 */
export function recoverSegment(
  segment: Segment,
  producers: ProducerState,
  epochs: LeaderEpochs,
  indexIntervalBytes: number,
  logger: Logger,
  keepsTransactions = false,
): number {
  segment.offsetIndex.entries.reset(0);
  segment.timeIndex.reset(0);
  if (!keepsTransactions) segment.transactionIndex.clear();
  segment.largestTimestamp = segment.timeIndex.last();
  const scan = new BatchScan(segment.log, 0, segment.sizeBytes, WHOLE_WINDOW_BYTES);
  let validBytes = 0;
  let indexedBytes = 0;
  let order = { lastOffset: segment.baseOffset - 1, epoch: -1 };
  try {
    while (scan.next()) {
      scan.loadWhole();
      const { bytes, at } = scan;
      ensureValidBatch(bytes, at);
      const lastOffset = storedLastOffset(bytes, at);
      if (!segment.covers(lastOffset)) throw new CorruptRecordError(`offset ${lastOffset} does not fit the segment`);
      order = inOrder(bytes, at, order);
      const timestamp = storedMaxTimestamp(bytes, at);
      if (timestamp > segment.largestTimestamp.timestamp) segment.largestTimestamp = { timestamp, offset: lastOffset };
      if (validBytes - indexedBytes > indexIntervalBytes) {
        segment.restoreIndexEntry(lastOffset, validBytes);
        indexedBytes = validBytes;
      }
      recoverEpoch(bytes, at, epochs);
      applyBatch(scan, producers, keepsTransactions ? null : segment);
      validBytes += scan.sizeBytes;
    }
  } catch (cause) {
    if (!isCorruption(cause)) throw cause;
    logger.warn(
      `Found invalid messages in log segment ${segment.log.path} at byte offset ${validBytes}: ${(cause as Error).message}`,
    );
  }
  const cutBytes = segment.log.sizeBytes() - validBytes;
  if (cutBytes > 0) segment.cut(validBytes);
  segment.wasChecked(0, validBytes);
  segment.seal();
  return cutBytes;
}

interface Order {
  readonly lastOffset: number;
  readonly epoch: number;
}

/** The checksum covers neither the base offset nor the leader epoch, which a torn write may leave zero: both only ascend. */
function inOrder(bytes: Buffer, at: number, before: Order): Order {
  const baseOffset = storedBaseOffset(bytes, at);
  const epoch = storedLeaderEpoch(bytes, at);
  if (baseOffset <= before.lastOffset) {
    throw new CorruptRecordError(`offset ${baseOffset} after ${before.lastOffset}`);
  }
  if (epoch < before.epoch) throw new CorruptRecordError(`leader epoch ${epoch} after ${before.epoch}`);
  return { lastOffset: storedLastOffset(bytes, at), epoch };
}

function recoverEpoch(bytes: Buffer, at: number, epochs: LeaderEpochs): void {
  const epoch = storedLeaderEpoch(bytes, at);
  if (epoch >= 0 && epoch > (epochs.latest?.epoch ?? -1)) epochs.assign(epoch, storedBaseOffset(bytes, at));
}
