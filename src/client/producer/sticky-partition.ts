/**
 * Where records without a key go (KIP-794): all to one partition until about batch.size bytes have gone there, then to
 * another by chance, those with fewer batches waiting being likelier.
 */
export class StickyPartition {
  /** -1 when the next record needs another one. */
  current = -1;
  private readonly switchBytes: number;
  private bytes = 0;

  constructor(switchBytes: number) {
    this.switchBytes = switchBytes;
  }

  /**
   * @param choices partitions that have a leader.
   * @param waiting batches that wait, by choice; null to take all alike.
   * @param fraction by chance, at least 0 and less than 1.
   */
  choose(choices: readonly number[], waiting: readonly number[] | null, fraction: number): number {
    this.current = chosen(choices, waiting, fraction);
    return this.current;
  }

  /** A switch in the middle of a batch would leave a small one behind, so it waits for the batch's end, to a point. */
  onAppended(sizeBytes: number, isBatchNew: boolean): void {
    this.bytes += sizeBytes;
    if (this.bytes < this.switchBytes || (!isBatchNew && this.bytes < 2 * this.switchBytes)) return;
    this.leave();
  }

  leave(): void {
    this.current = -1;
    this.bytes = 0;
  }
}

function chosen(choices: readonly number[], waiting: readonly number[] | null, fraction: number): number {
  if (waiting === null || choices.length < 2) return choices[Math.floor(fraction * choices.length)] ?? 0;
  let longest = 0;
  for (const count of waiting) longest = Math.max(longest, count);
  let sum = 0;
  for (const count of waiting) sum += longest + 1 - count;
  let rest = fraction * sum;
  for (const [index, count] of waiting.entries()) {
    rest -= longest + 1 - count;
    if (rest < 0) return choices[index] as number;
  }
  return choices.at(-1) as number;
}
