/** Readers of one segment at a time; more of them search for themselves. */
const MOST_POSITIONS = 16;

/**
 * Where in its file a segment is read on: a consumer asks next for the offset after the last whole batch that it got,
 * and a search of the index would cost more calls of the system than the read itself.
 */
export class ReadPositions {
  /** By the offset that is asked for next, the longest unused first. */
  private readonly positions = new Map<number, number>();

  note(offset: number, position: number): void {
    this.positions.delete(offset);
    this.positions.set(offset, position);
    if (this.positions.size <= MOST_POSITIONS) return;
    const [oldest] = this.positions.keys();
    this.positions.delete(oldest as number);
  }

  get(offset: number): number | undefined {
    return this.positions.get(offset);
  }

  clear(): void {
    this.positions.clear();
  }
}
