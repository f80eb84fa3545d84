import type { EpochStart } from './checkpoint.js';

const NO_EPOCH = -1;
const NO_OFFSET = -1;

export interface EpochEndOffset {
  /** -1 when there is no answer. */
  readonly epoch: number;
  readonly endOffset: number;
}

/**
 * Which leader epoch wrote which offsets: for each epoch the offset of its first record. Both columns ascend
 * strictly, so an epoch in which nothing was written does not stay. Pure: whoever changes it writes the
 * checkpoint.
 */
export class LeaderEpochs {
  private entries: EpochStart[];

  constructor(entries: readonly EpochStart[] = []) {
    this.entries = [];
    for (const { epoch, startOffset } of entries) this.assign(epoch, startOffset);
  }

  get all(): readonly EpochStart[] {
    return this.entries;
  }

  get latest(): EpochStart | null {
    return this.entries.at(-1) ?? null;
  }

  get earliest(): EpochStart | null {
    return this.entries[0] ?? null;
  }

  /**
   * The epoch begins at `startOffset`. Entries that it contradicts go: those of later epochs and of higher
   * offsets, which a leader that lost its place wrote.
   *
   * @returns whether anything changed
   */
  assign(epoch: number, startOffset: number): boolean {
    const { latest } = this;
    if (latest !== null && latest.epoch === epoch && latest.startOffset <= startOffset) return false;
    this.entries = this.entries.filter((entry) => entry.epoch < epoch && entry.startOffset < startOffset);
    this.entries.push({ epoch, startOffset });
    return true;
  }

  /**
   * Where `epoch` ended, for a replica or consumer that compares its history with this one (KIP-101, KIP-320):
   * the largest epoch known that is not above it, and the offset where the next began.
   */
  endOffsetFor(epoch: number, logEndOffset: number): EpochEndOffset {
    const { latest } = this;
    if (epoch === NO_EPOCH || latest === null) return { epoch: NO_EPOCH, endOffset: NO_OFFSET };
    if (epoch === latest.epoch) return { epoch, endOffset: logEndOffset };
    const next = this.entries.find((entry) => entry.epoch > epoch);
    if (next === undefined) return { epoch: NO_EPOCH, endOffset: NO_OFFSET };
    const floor = this.entries.findLast((entry) => entry.epoch <= epoch);
    return { epoch: floor?.epoch ?? epoch, endOffset: next.startOffset };
  }

  /** The log now ends at `endOffset`: epochs that begin there or above go. @returns whether anything changed */
  truncateFromEnd(endOffset: number): boolean {
    const kept = this.entries.filter((entry) => entry.startOffset < endOffset);
    return this.replace(kept);
  }

  /** The log now begins at `startOffset`, and so does the first epoch that is left. @returns whether anything changed */
  truncateFromStart(startOffset: number): boolean {
    const index = this.entries.findLastIndex((entry) => entry.startOffset <= startOffset);
    const first = this.entries[index];
    if (first === undefined || (index === 0 && first.startOffset === startOffset)) return false;
    this.entries = [{ epoch: first.epoch, startOffset }, ...this.entries.slice(index + 1)];
    return true;
  }

  clear(): boolean {
    return this.replace([]);
  }

  private replace(entries: EpochStart[]): boolean {
    const changed = entries.length !== this.entries.length;
    this.entries = entries;
    return changed;
  }
}
