import { DiskError } from '../../base/disk.js';
import { attributes, isControl, magic } from '../../protocol/records/batch-header.js';
import { ensureValidBatch, openRecords, readRecords } from '../../protocol/records/batch-reader.js';
import { SWAP_SUFFIX } from '../file-names.js';
import { abortedBetween } from '../log-read.js';
import type { LogState } from '../log-state.js';
import { Segment } from '../segment.js';
import { isCorruption, storedBaseOffset, storedLastOffset, storedSizeBytes } from '../stored-batch.js';
import type { Throttle } from '../throttle.js';
import { type CleaningCounts, type CleaningRules, cleanBatch, type LastOfProducer } from './clean-batch.js';
import type { Cleanable } from './cleanable.js';
import { overlapping } from './cleanable.js';
import { CleanedTransactions } from './cleaned-transactions.js';
import { groupSegments } from './group-segments.js';
import { KeyOffsets } from './key-offsets.js';
import { wholeBatches } from './whole-batches.js';

/** What a pass may use. */
export interface CleaningMeans {
  /** Memory for keys, and how full it may get (0 to 1). */
  readonly keyBytes: number;
  readonly loadFactor: number;
  /** Read at a time; more where a batch is larger. */
  readonly readBytes: number;
  readonly throttle: Throttle;
  /** The pass ends before its time, and leaves the log as it is, when it is set meanwhile. */
  readonly stop: { readonly isWanted: boolean };
}

/** What a pass did. */
export interface CleaningReport extends CleaningCounts {
  /** All below is clean now. */
  readonly endOffset: number;
  readonly bytesRead: number;
  readonly bytesKept: number;
}

/** The log was closed, removed, cut or moved while it was cleaned; it is as it was. */
export class CleaningAbortedError extends Error {
  override readonly name = 'CleaningAbortedError';
}

/** What is in the log cannot be cleaned until somebody looks at it. */
export class UncleanableLogError extends Error {
  override readonly name = 'UncleanableLogError';
}

/**
 * One cleaning of one log: learns the newest offset of each key of the dirty part, then writes all segments from the
 * log's beginning anew without what newer records replaced. Appends and reads go on meanwhile; a segment takes the
 * place of those it was made of in one step, and a crash at any moment leaves the old ones or the new one.
 */
export class CleaningPass {
  private readonly state: LogState;
  private readonly cleanable: Cleanable;
  private readonly means: CleaningMeans;
  private readonly keys: KeyOffsets;
  private readonly truncations: number;
  private readonly directory: string;
  private readonly counts = { recordsRead: 0, recordsKept: 0, bytesRead: 0, bytesKept: 0 };

  constructor(state: LogState, cleanable: Cleanable, means: CleaningMeans) {
    this.state = state;
    this.cleanable = cleanable;
    this.means = means;
    this.keys = new KeyOffsets(means.keyBytes, means.loadFactor, state.context.random.bytes(4).readInt32BE());
    this.truncations = state.truncations;
    this.directory = state.directory;
  }

  /** @throws CleaningAbortedError, UncleanableLogError */
  async run(): Promise<CleaningReport> {
    const { state, keys, cleanable } = this;
    try {
      await this.learnKeys();
      const endOffset = keys.latestOffset + 1;
      if (endOffset <= cleanable.firstDirtyOffset) {
        throw new UncleanableLogError(
          `its keys from offset ${cleanable.firstDirtyOffset} on need more memory than log.cleaner.dedupe.buffer.size gives`,
        );
      }
      const groups = groupSegments(overlapping(state, 0, endOffset), state.options, cleanable.firstUncleanableOffset);
      let target: Segment | null = null;
      const transactions = new CleanedTransactions((aborted) => target?.transactionIndex.append(aborted));
      for (const group of groups) {
        const [first] = group;
        target = Segment.createCleaned(state.context.files, this.directory, first.baseOffset, this.nowMs);
        await this.cleanGroup(group, target, transactions);
      }
      return { ...this.counts, endOffset };
    } catch (cause) {
      if (cause instanceof DiskError) this.ensureOpen();
      throw cleaningFailure(state, cause);
    }
  }

  private get nowMs(): number {
    return this.state.context.clock.nowMs();
  }

  private ensureOpen(): void {
    const { status, truncations, directory } = this.state;
    if (this.means.stop.isWanted) throw new CleaningAbortedError('The cleaner stops');
    if (status === 'open' && truncations === this.truncations && directory === this.directory) return;
    throw new CleaningAbortedError(`The log ${this.state.name} is ${status === 'open' ? 'no more the same' : status}`);
  }

  /** Newest offsets of the keys of the dirty part, or of as much of it as there is memory for. */
  private async learnKeys(): Promise<void> {
    const { firstDirtyOffset, firstUncleanableOffset } = this.cleanable;
    const dirty = overlapping(this.state, firstDirtyOffset, firstUncleanableOffset);
    const transactions = new CleanedTransactions();
    transactions.addAborted(abortedBetween(this.state, firstDirtyOffset, firstUncleanableOffset));
    for (const [index, segment] of dirty.entries()) {
      if (!(await this.learnKeysOf(segment, transactions))) return;
      // What lies between the last batch and the next segment was taken out before.
      this.keys.latestOffset = (dirty[index + 1]?.baseOffset ?? firstUncleanableOffset) - 1;
    }
  }

  /** @returns false when there was no room for a key */
  private async learnKeysOf(segment: Segment, transactions: CleanedTransactions): Promise<boolean> {
    const { firstDirtyOffset, firstUncleanableOffset } = this.cleanable;
    const { position } = segment.offsetIndex.floor(firstDirtyOffset);
    for await (const bytes of this.chunks(segment, position)) {
      for (let at = 0; at < bytes.length; at += storedSizeBytes(bytes, at)) {
        if (storedBaseOffset(bytes, at) >= firstUncleanableOffset) return true;
        ensureValidBatch(bytes, at);
        if (!this.learnKeysIn(bytes, at, transactions)) return false;
      }
    }
    return true;
  }

  private learnKeysIn(bytes: Buffer, at: number, transactions: CleanedTransactions): boolean {
    const { keys } = this;
    const { firstDirtyOffset } = this.cleanable;
    if (magic(bytes, at) >= 2 && isControl(attributes(bytes, at))) transactions.onControl(bytes, at);
    else if (magic(bytes, at) < 2) {
      for (const { key, offset } of readRecords(bytes, at)) {
        if (key !== null && offset >= firstDirtyOffset && !keys.put(key, 0, key.length, offset)) return false;
      }
    } else if (!transactions.onData(bytes, at)) {
      const cursor = openRecords(bytes, at);
      while (cursor.next()) {
        const { keySizeBytes, offset } = cursor;
        if (keySizeBytes < 0 || offset < firstDirtyOffset) continue;
        if (!keys.put(cursor.bytes, cursor.keyAt, keySizeBytes, offset)) return false;
      }
    }
    const lastOffset = storedLastOffset(bytes, at);
    if (lastOffset >= firstDirtyOffset) keys.latestOffset = Math.max(keys.latestOffset, lastOffset);
    return true;
  }

  private async cleanGroup(
    group: readonly Segment[],
    target: Segment,
    transactions: CleanedTransactions,
  ): Promise<void> {
    const { state } = this;
    try {
      const producers = lastOfProducers(state);
      for (const segment of group) await this.cleanInto(target, segment, producers, transactions);
      target.seal();
      await target.flush();
      target.closeFiles();
      this.ensureOpen();
      if (!group.every((segment) => state.segments.all.includes(segment))) {
        throw new CleaningAbortedError(`Segments of ${state.name} went while it was cleaned`);
      }
      target.modifiedMs = (group.at(-1) as Segment).modifiedMs;
      target.rename(SWAP_SUFFIX);
    } catch (cause) {
      this.discard(target);
      throw cause;
    }
    state.replace(group, target);
    await state.context.syncs.sync(this.directory);
  }

  private discard(target: Segment): void {
    if (this.state.status !== 'open') return;
    target.movedTo(this.state.directory);
    target.removeFiles();
  }

  private async cleanInto(
    target: Segment,
    segment: Segment,
    producers: ReadonlyMap<number, LastOfProducer>,
    transactions: CleanedTransactions,
  ): Promise<void> {
    const { state, keys, cleanable, means } = this;
    const next = state.segments.at(state.segments.floorIndex(segment.baseOffset) + 1);
    transactions.addAborted(
      abortedBetween(state, segment.baseOffset, next?.baseOffset ?? cleanable.firstUncleanableOffset),
    );
    const { deleteRetentionMs, indexIntervalBytes } = state.options;
    const rules: CleaningRules = {
      keys,
      transactions,
      producers,
      endOffset: cleanable.firstUncleanableOffset,
      nowMs: this.nowMs,
      deleteRetentionMs,
      keepsLegacyTombstones: segment.modifiedMs > this.nowMs - deleteRetentionMs,
    };
    for await (const bytes of this.chunks(segment, 0)) {
      const kept = this.cleanBatches(bytes, rules);
      if (kept.length === 0) continue;
      target.append(kept, indexIntervalBytes);
      this.counts.bytesKept += kept.length;
      await means.throttle.took(kept.length);
    }
  }

  private cleanBatches(bytes: Buffer, rules: CleaningRules): Buffer {
    const kept: Buffer[] = [];
    let isWhole = true;
    for (let at = 0; at < bytes.length; at += storedSizeBytes(bytes, at)) {
      ensureValidBatch(bytes, at);
      const batch = cleanBatch(bytes, at, rules, this.counts);
      if (batch !== null) kept.push(batch);
      isWhole &&= batch !== null && batch.buffer === bytes.buffer && batch.byteOffset === bytes.byteOffset + at;
    }
    return isWhole ? bytes : Buffer.concat(kept);
  }

  private async *chunks(segment: Segment, position: number): AsyncGenerator<Buffer> {
    for await (const bytes of wholeBatches(segment.log, position, segment.sizeBytes, this.means.readBytes)) {
      this.ensureOpen();
      this.counts.bytesRead += bytes.length;
      await this.means.throttle.took(bytes.length);
      this.ensureOpen();
      yield bytes;
    }
  }
}

/** What an error of reading or writing means for the log: damage is its own, an error of the disk its directory's. */
export function cleaningFailure(state: LogState, cause: unknown): unknown {
  if (isCorruption(cause)) return new UncleanableLogError(`it is damaged: ${(cause as Error).message}`, { cause });
  if (!(cause instanceof DiskError)) return cause;
  state.failed(cause, 'cleaning');
  return new CleaningAbortedError(cause.message, { cause });
}

function lastOfProducers(state: LogState): Map<number, LastOfProducer> {
  const last = new Map<number, LastOfProducer>();
  for (const { producerId, epoch, batches } of state.producers.producers) {
    last.set(producerId, { lastDataOffset: batches.at(-1)?.lastOffset ?? -1, epoch });
  }
  return last;
}
