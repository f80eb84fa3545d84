import type { BatchScan } from './batch-scan.js';
import type { ProducerBatch, ProducerState } from './producer-state.js';
import type { Segment } from './segment.js';
import { hasProducer, isControlBatch, producerBatchOf, storedLastOffset } from './stored-batch.js';

/**
 * Takes the stored batch that `scan` stands on into the producer state.
 *
 * @param segment gets the aborted transactions for its index; null when it has them already
 */
export function applyBatch(scan: BatchScan, producers: ProducerState, segment: Segment | null): void {
  if (hasProducer(scan.bytes, scan.at)) {
    if (isControlBatch(scan.bytes, scan.at)) scan.loadWhole();
    const batch = producerBatchOf(scan.bytes, scan.at);
    if (batch !== null) applyToProducers(batch, producers, segment);
  }
  producers.endOffset = storedLastOffset(scan.bytes, scan.at) + 1;
}

/** Takes a batch that is in the log into the producer state, and the transaction it aborts into the index of its segment. */
export function applyToProducers(batch: ProducerBatch, producers: ProducerState, segment: Segment | null): void {
  const completed = producers.apply(batch);
  if (completed === null) return;
  const lastStableOffset = producers.lastStableOffsetAfter(completed);
  if (completed.isAborted && segment !== null) {
    const { producerId, firstOffset, lastOffset } = completed;
    segment.transactionIndex.append({ producerId, firstOffset, lastOffset, lastStableOffset });
  }
  producers.complete(completed);
}
