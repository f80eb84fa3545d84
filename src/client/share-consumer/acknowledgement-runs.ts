/** Acknowledgements of one partition on their way to its broker: runs of offsets, as the requests have them. */
import type { AcknowledgementBatch } from '../../protocol/generated/share-fetch.js';

/** What becomes of a record: it is done, goes to somebody else, goes to nobody any more, or stays for longer. */
export type AcknowledgeType = 'accept' | 'release' | 'reject' | 'renew';

/** As the requests have them; 0 is for offsets that have no record. */
export const ACKNOWLEDGE_CODES: Readonly<Record<AcknowledgeType | 'gap', number>> = {
  gap: 0,
  accept: 1,
  release: 2,
  reject: 3,
  renew: 4,
};

/** A run that is longer takes a batch of its own; shorter ones share a batch, with a type for each offset. */
const LONGEST_SHARED_RUN = 9;

interface Run {
  first: number;
  last: number;
  readonly code: number;
}

export class AcknowledgementRuns {
  private runs: Run[] = [];

  get isEmpty(): boolean {
    return this.runs.length === 0;
  }

  get hasRenewals(): boolean {
    return this.runs.some(({ code }) => code === ACKNOWLEDGE_CODES.renew);
  }

  /** Adds the offsets from `first` to `last`; nothing where that is none. */
  add(first: number, last: number, code: number): void {
    if (last < first) return;
    const open = this.runs.at(-1);
    if (open !== undefined && open.code === code && open.last + 1 === first) open.last = last;
    else this.runs.push({ first, last, code });
  }

  addAll(others: AcknowledgementRuns): void {
    for (const { first, last, code } of others.runs) this.add(first, last, code);
  }

  /** In rising order, each offset once, as the broker wants them. */
  batches(): AcknowledgementBatch[] {
    const batches: AcknowledgementBatch[] = [];
    let isShared = false;
    let nextOffset = 0;
    for (const run of [...this.runs].sort((a, b) => a.first - b.first)) {
      const first = Math.max(run.first, nextOffset);
      const { last, code } = run;
      if (last < first) continue;
      nextOffset = last + 1;
      const isShort = last - first < LONGEST_SHARED_RUN;
      const open = batches.at(-1);
      if (open !== undefined && isShort && isShared && open.lastOffset + 1 === first) extend(open, last, code);
      else batches.push({ firstOffset: first, lastOffset: last, acknowledgeTypes: [code] });
      isShared = isShort;
    }
    return batches;
  }
}

function extend(batch: AcknowledgementBatch, last: number, code: number): void {
  const [only] = batch.acknowledgeTypes;
  const types = batch.acknowledgeTypes;
  while (types.length < batch.lastOffset - batch.firstOffset + 1) types.push(only as number);
  for (let offset = batch.lastOffset; offset < last; offset++) types.push(code);
  batch.lastOffset = last;
}
