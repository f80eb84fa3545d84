import type { Segment } from '../segment.js';

const MAX_RELATIVE_OFFSET = 0x7fff_ffff;
const OFFSET_ENTRY_BYTES = 8;
const TIME_ENTRY_BYTES = 12;

export type SegmentGroup = readonly [Segment, ...Segment[]];

/**
 * Neighbours that may become one segment: their sum is within the limits of a segment, its indexes and its offsets.
 *
 * @param endOffset where the last segment ends, at most
 */
export function groupSegments(
  segments: readonly Segment[],
  limits: { readonly segmentBytes: number; readonly indexBytes: number },
  endOffset: number,
): SegmentGroup[] {
  const groups: [Segment, ...Segment[]][] = [];
  let group: [Segment, ...Segment[]] | null = null;
  let sum = NOTHING;
  for (const [index, segment] of segments.entries()) {
    const size = sizeOf(segment);
    const together = { log: sum.log + size.log, offsets: sum.offsets + size.offsets, times: sum.times + size.times };
    const lastOffset = (segments[index + 1]?.baseOffset ?? endOffset) - 1;
    const fits =
      together.log <= limits.segmentBytes &&
      together.offsets <= limits.indexBytes &&
      together.times <= limits.indexBytes &&
      (size.log === 0 || lastOffset - (group?.[0].baseOffset ?? 0) <= MAX_RELATIVE_OFFSET);
    if (group !== null && fits) {
      group.push(segment);
      sum = together;
    } else {
      group = [segment];
      groups.push(group);
      sum = size;
    }
  }
  return groups;
}

const NOTHING = { log: 0, offsets: 0, times: 0 };

const sizeOf = (segment: Segment): typeof NOTHING => ({
  log: segment.sizeBytes,
  offsets: segment.offsetIndex.entries.count * OFFSET_ENTRY_BYTES,
  times: segment.timeIndex.entries.count * TIME_ENTRY_BYTES,
});
