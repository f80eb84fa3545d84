import { BatchScan } from './batch-scan.js';
import type { OffsetPosition } from './offset-index.js';
import {
  type ProducerBatch,
  type ProducerState,
  REMEMBERED_BATCHES,
  type RememberedBatch,
  remembered,
} from './producer-state.js';
import type { Segment } from './segment.js';
import type { Segments } from './segments.js';
import { hasProducer, isControlBatch, isCorruption, producerBatchOf, storedLastOffset } from './stored-batch.js';

/** Of the log's end that is looked through: five requests in flight of the largest size of a producer's default. */
const TAIL_BYTES = 5 * 1024 * 1024;

/**
 * Looks up in the log which batches each producer wrote before its newest one.
 *
 * A snapshot tells the newest batch alone, yet a killed broker may have left several unanswered, which their producer
 * sends again from the oldest on. Apache Kafka refuses that one as out of order, the producer begins a new epoch, and
 * the log holds all of them twice (its refusal was measured on 4.3.1). Known again they are answered as duplicates.
 */
export function recallBatches(producers: ProducerState, segments: Segments): void {
  const firstKnown = new Map<number, RememberedBatch>();
  for (const { producerId, batches } of producers.producers) {
    const [oldest] = batches;
    if (oldest !== undefined && batches.length < REMEMBERED_BATCHES) firstKnown.set(producerId, oldest);
  }
  if (firstKnown.size === 0) return;
  const found = new Map<number, RememberedBatch[]>();
  for (const batch of tailBatches(segments)) {
    if (batch.producerEpoch !== producers.epochOf(batch.producerId)) continue;
    const oldest = firstKnown.get(batch.producerId);
    if (oldest === undefined || batch.lastOffset >= oldest.lastOffset) continue;
    const batches = found.get(batch.producerId) ?? [];
    if (batches.length === 0) found.set(batch.producerId, batches);
    batches.push(remembered(batch));
    if (batches.length === REMEMBERED_BATCHES) batches.shift();
  }
  for (const [producerId, batches] of found) producers.recall(producerId, batches);
}

/** Data of producers at the log's end. Where a segment is damaged, what lies behind is passed over: it may never be read. */
function* tailBatches(segments: Segments): Generator<ProducerBatch> {
  for (const { segment, offset, position } of tailOf(segments)) {
    const scan = new BatchScan(segment.log, position, segment.sizeBytes);
    try {
      while (scan.next()) {
        // An index may point into the midst of a batch, and what is found there is none.
        if (scan.position === position && position > 0 && storedLastOffset(scan.bytes, scan.at) !== offset) break;
        if (!hasProducer(scan.bytes, scan.at) || isControlBatch(scan.bytes, scan.at)) continue;
        const batch = producerBatchOf(scan.bytes, scan.at);
        if (batch !== null) yield batch;
      }
    } catch (cause) {
      if (!isCorruption(cause)) throw cause;
    }
  }
}

/** The segments that hold the log's last bytes, oldest first, and where to begin in each. */
function tailOf(segments: Segments): (OffsetPosition & { segment: Segment })[] {
  const tail: (OffsetPosition & { segment: Segment })[] = [];
  let wanted = TAIL_BYTES;
  for (const segment of [...segments.all].reverse()) {
    if (wanted <= 0) break;
    tail.unshift({ segment, ...segment.offsetIndex.floorOfPosition(segment.sizeBytes - wanted) });
    wanted -= segment.sizeBytes;
  }
  return tail;
}
