import { applyBatch } from './apply-batch.js';
import { BatchScan } from './batch-scan.js';
import type { ProducerSnapshots } from './producer-snapshots.js';
import type { ProducerState } from './producer-state.js';
import type { Segments } from './segments.js';
import { storedBaseOffset } from './stored-batch.js';

export interface RebuildOptions {
  readonly logStartOffset: number;
  /** The state is wanted just below this offset. */
  readonly endOffset: number;
  /** After a clean stop records are not read when there is no snapshot at all: nothing is known of producers then. */
  readonly isCleanStart: boolean;
  readonly nowMs: number;
  readonly producerIdExpirationMs: number;
}

/**
 * Brings the producer state to `endOffset`: from the newest snapshot below it, and the batches above that one.
 * Leaves snapshots at the last two segments and at the end, so that the next start reads little.
 */
export function rebuildProducers(
  producers: ProducerState,
  snapshots: ProducerSnapshots,
  segments: Segments,
  options: RebuildOptions,
): void {
  const { logStartOffset, endOffset } = options;
  const lastBases = segments.all.slice(-2).map(({ baseOffset }) => baseOffset);
  if (options.isCleanStart && snapshots.latest === null) {
    for (const offset of [...lastBases, endOffset]) {
      producers.endOffset = offset;
      snapshots.take(producers);
    }
    return;
  }
  const hadNothing = producers.isEmpty && producers.endOffset >= endOffset;
  snapshots.removeOutside(logStartOffset, endOffset);
  if (producers.endOffset === endOffset) {
    producers.replicatedTo(logStartOffset);
  } else {
    const { offset, entries } = snapshots.loadLatest(logStartOffset);
    producers.load(entries, offset, options.nowMs, options.producerIdExpirationMs);
  }
  if (producers.endOffset < endOffset && !hadNothing) {
    for (const segment of segments.from(producers.endOffset)) {
      if (segment.baseOffset >= endOffset) break;
      producers.endOffset = Math.max(segment.baseOffset, producers.endOffset, logStartOffset);
      if (lastBases.includes(segment.baseOffset)) snapshots.take(producers);
      const place = segment.find(producers.endOffset);
      if (place === null) continue;
      const scan = new BatchScan(segment.log, place.position, segment.sizeBytes);
      while (scan.next() && storedBaseOffset(scan.bytes, scan.at) < endOffset) {
        applyBatch(scan, producers, null);
      }
    }
  }
  producers.endOffset = endOffset;
  snapshots.take(producers);
}
