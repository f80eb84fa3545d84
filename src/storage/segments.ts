import type { Segment } from './segment.js';

/** The segments of a log by base offset; all but the last, the active one, are sealed. Never empty once loaded. */
export class Segments {
  private readonly sorted: Segment[] = [];

  get all(): readonly Segment[] {
    return this.sorted;
  }

  get isEmpty(): boolean {
    return this.sorted.length === 0;
  }

  get first(): Segment {
    return this.sorted[0] as Segment;
  }

  get active(): Segment {
    return this.sorted[this.sorted.length - 1] as Segment;
  }

  get sizeBytes(): number {
    let sum = 0;
    for (const { sizeBytes } of this.sorted) sum += sizeBytes;
    return sum;
  }

  add(segment: Segment): void {
    this.sorted.splice(this.floorIndex(segment.baseOffset) + 1, 0, segment);
  }

  remove(segments: readonly Segment[]): void {
    for (const segment of segments) {
      const index = this.sorted.indexOf(segment);
      if (index >= 0) this.sorted.splice(index, 1);
    }
  }

  /** Index of the segment that `offset` belongs to; -1 when all begin above it. */
  floorIndex(offset: number): number {
    let low = -1;
    let high = this.sorted.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.sorted[middle] as Segment).baseOffset <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  at(index: number): Segment | undefined {
    return this.sorted[index];
  }

  /** From the segment that holds `offset` (the first, when all begin above it) to the last. */
  from(offset: number): Segment[] {
    return this.sorted.slice(Math.max(this.floorIndex(offset), 0));
  }

  /** Those that begin at or above `offset`. */
  atOrAbove(offset: number): Segment[] {
    return this.sorted.filter(({ baseOffset }) => baseOffset >= offset);
  }
}
