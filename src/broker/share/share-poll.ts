import type { Timer } from '../../base/host.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import type { PartitionData } from '../../protocol/generated/share-fetch.js';
import * as header from '../../protocol/records/batch-header.js';
import type { Acquired } from '../../state/share-partition/acquire.js';
import { abortedBatches, type LogBatch, logBatches } from '../../state/share-partition/log-batches.js';
import type { ReadResult } from '../../storage/log-read.js';
import { storageFailure } from '../../storage/storage-error.js';
import type { BrokerServices } from '../services.js';
import type { HostedSharePartition } from './hosted-share-partition.js';
import type { SessionPartition, SessionTurn } from './share-sessions.js';

export interface PollRequest {
  readonly maxWaitMs: number;
  readonly minBytes: number;
  readonly maxBytes: number;
  readonly maxRecords: number;
  readonly batchSize: number;
  readonly recordLimit: boolean;
}

/** What an answer says of a partition. */
export interface PolledPartition {
  readonly partition: SessionPartition;
  readonly data: Init<PartitionData>;
}

interface Candidate {
  readonly partition: SessionPartition;
  readonly hosted: HostedSharePartition;
}

/** No other poll reads it. */
interface Held extends Candidate {
  readonly fetchOffset: number;
}

interface Read extends Held {
  readonly result: ReadResult;
}

const NO_RECORDS = Buffer.alloc(0);
/** As measured. */
const WRONG_BYTES = storageFailure('UNKNOWN_SERVER_ERROR', 'a fetch of fewer than no bytes');

export const failedPartition = (partition: SessionPartition, error: ErrorName): PolledPartition => ({
  partition,
  data: { partitionIndex: partition.partition, errorCode: errorCode(error), records: NO_RECORDS },
});

const emptyPartition = (partition: SessionPartition): PolledPartition => failedPartition(partition, 'NONE');

/** One fetch of a member, which may wait until it can have records of its partitions. */
export class SharePoll {
  private readonly request: PollRequest;
  private readonly turn: SessionTurn;
  private readonly services: BrokerServices;
  private readonly isReadCommitted: boolean;
  private readonly candidates: Candidate[] = [];
  private readonly failed: PolledPartition[] = [];
  private isOver: boolean;
  private isWoken = false;
  private readonly waiter = { arrived: () => this.wake(), lookAgain: () => this.wake() };
  private resume: (() => void) | null = null;

  constructor(
    request: PollRequest,
    turn: SessionTurn,
    partitions: readonly (SessionPartition & { readonly topic: string })[],
    services: BrokerServices,
  ) {
    this.request = request;
    this.turn = turn;
    this.services = services;
    this.isOver = request.maxWaitMs <= 0;
    const { groupId } = turn.session;
    this.isReadCommitted = services.sharePartitions.settings.isReadCommitted(groupId);
    for (const partition of partitions) {
      const found = services.sharePartitions.find(groupId, partition.topicId, partition.topic, partition.partition);
      if (typeof found === 'string') this.failed.push(failedPartition(partition, found));
      else this.candidates.push({ partition, hosted: found });
    }
  }

  async run(): Promise<PolledPartition[]> {
    const found = this.candidates.length === 0 ? [] : ((await this.attempt()) ?? (await this.wait()));
    // One that cannot be read is named when the rest is there, or at the end: who asks again at once gains nothing.
    for (const { partition, hosted } of this.candidates) {
      if (hosted.failure !== null) found.push(failedPartition(partition, hosted.failure.error));
    }
    return [...found, ...this.failed];
  }

  private async wait(): Promise<PolledPartition[]> {
    const { clock, partitions, sharePartitions } = this.services;
    const { waiter } = this;
    partitions.fetchWaiters.add(
      waiter,
      this.candidates.map(({ hosted }) => hosted.partition.name),
    );
    sharePartitions.waiters.add(
      waiter,
      this.candidates.map(({ hosted }) => sharePartitions.waitKey(hosted)),
    );
    const timer: Timer = clock.setTimer(this.request.maxWaitMs, () => {
      this.isOver = true;
      this.wake();
    });
    try {
      for (;;) {
        this.isWoken = false;
        const found = await this.attempt();
        if (found !== null) return found;
        if (!this.isWoken) await new Promise<void>((resolve) => (this.resume = resolve));
      }
    } finally {
      timer.cancel();
      partitions.fetchWaiters.remove(waiter);
      sharePartitions.waiters.remove(waiter);
    }
  }

  private wake(): void {
    this.isWoken = true;
    this.resume?.();
    this.resume = null;
  }

  /** Null when it is too little, and there is time left. At once when all is in memory, so that none misses another. */
  private attempt(): PolledPartition[] | null | Promise<PolledPartition[] | null> {
    const held = this.hold();
    if (held.length === 0) return this.isOver ? [] : null;
    const failed = (error: unknown): never => {
      for (const { hosted } of held) this.letGo(hosted, false);
      throw error;
    };
    try {
      const reads = this.read(held);
      return reads instanceof Promise ? reads.then((later) => this.finish(later), failed) : this.finish(reads);
    } catch (error) {
      return failed(error);
    }
  }

  private finish(reads: readonly Read[]): PolledPartition[] | null {
    const given: HostedSharePartition[] = [];
    try {
      return this.isOver || this.isEnough(reads) ? this.give(reads, given) : null;
    } finally {
      for (const { hosted } of reads) this.letGo(hosted, given.includes(hosted));
    }
  }

  /** Those of which records might be had, and which no other poll is busy with. */
  private hold(): Held[] {
    const held: Held[] = [];
    for (const candidate of this.candidates) {
      const { hosted } = candidate;
      if (hosted.isBeingFetched) {
        hosted.missedBy.push(this.waiter);
        continue;
      }
      const fetchOffset = hosted.fetchOffset();
      if (fetchOffset === null) continue;
      hosted.isBeingFetched = true;
      held.push({ ...candidate, fetchOffset });
    }
    return held;
  }

  private letGo(hosted: HostedSharePartition, wasGiven: boolean): void {
    const { missedBy } = hosted;
    hosted.isBeingFetched = false;
    hosted.missedBy = [];
    if (wasGiven) this.services.sharePartitions.wake(hosted);
    // Nobody else: polls that find nothing would wake each other for ever.
    else for (const waiter of missedBy) waiter.lookAgain();
  }

  /** All get the same share of the bytes, whoever is first what is left over. */
  private read(held: readonly Held[]): Read[] | Promise<Read[]> {
    const { maxBytes } = this.request;
    const reads: Read[] = [];
    if (maxBytes < 0) return held.map((candidate) => ({ ...candidate, result: WRONG_BYTES }));
    const share = Math.floor(maxBytes / held.length);
    let leftBytes = maxBytes;
    let nothingYet = true;
    const take = (candidate: Held, result: ReadResult): void => {
      if (result.kind === 'records' && result.records.length > 0) {
        nothingYet = false;
        leftBytes = Math.max(0, leftBytes - result.records.length);
      }
      reads.push({ ...candidate, result });
    };
    const step = (from: number): Read[] | Promise<Read[]> => {
      for (let index = from; index < held.length; index++) {
        const candidate = held[index] as Held;
        const wanted = index === 0 ? share + (maxBytes % held.length) : share;
        const result = candidate.hosted.partition.log.read({
          offset: candidate.fetchOffset,
          maxBytes: Math.min(wanted, leftBytes),
          upTo: this.isReadCommitted ? 'lastStable' : 'highWatermark',
          minOneBatch: nothingYet,
        });
        if (result instanceof Promise) {
          return result.then((later) => {
            take(candidate, later);
            return step(index + 1);
          });
        }
        take(candidate, result);
      }
      return reads;
    };
    return step(0);
  }

  /** What was read is as much as was asked for, or there was more than could be read at once. */
  private isEnough(reads: readonly Read[]): boolean {
    let sizeBytes = 0;
    for (const { result } of reads) {
      if (result.kind === 'failed') return true;
      sizeBytes += result.records.length;
      if (result.records.length > 0 && this.isCutShort(result)) return true;
    }
    return sizeBytes >= this.request.minBytes;
  }

  private isCutShort(result: ReadResult & { kind: 'records' }): boolean {
    const last = logBatches(result.records).at(-1);
    const limit = this.isReadCommitted ? result.lastStableOffset : result.highWatermark;
    return last === undefined || last.lastOffset + 1 < limit;
  }

  /** @param given gets those of which somebody has records now */
  private give(reads: readonly Read[], given: HostedSharePartition[]): PolledPartition[] {
    const { sharePartitions } = this.services;
    // Whose connection is gone gets nothing: it would only be locked.
    const isCurrent = sharePartitions.sessions.isCurrent(this.turn);
    let left = this.request.maxRecords;
    return reads.map((read) => {
      const { partition, hosted, result } = read;
      if (result.kind === 'failed') {
        if (result.error !== 'OFFSET_OUT_OF_RANGE') return failedPartition(partition, result.error);
        hosted.moveLogStart();
        return emptyPartition(partition);
      }
      if (!isCurrent) return emptyPartition(partition);
      const { acquired, batches, error } = this.acquire(read, result.records, left);
      if (error !== null) return failedPartition(partition, error);
      if (acquired.ranges.length === 0) return emptyPartition(partition);
      left -= acquired.count;
      given.push(hosted);
      return {
        partition,
        data: {
          partitionIndex: partition.partition,
          errorCode: 0,
          records: sliceOf(result.records, batches, acquired),
          acquiredRecords: acquired.ranges,
        },
      };
    });
  }

  private acquire({ hosted, fetchOffset }: Read, records: Buffer, maxRecords: number) {
    const { batchSize, recordLimit } = this.request;
    const { memberId } = this.turn.session;
    const batches = logBatches(records);
    const none = { ranges: [], count: 0 };
    let aborted: readonly LogBatch[] = [];
    try {
      const end = batches.at(-1)?.lastOffset;
      if (this.isReadCommitted && end !== undefined) {
        const transactions = hosted.partition.log.abortedTransactions(fetchOffset, end + 1);
        aborted = abortedBatches(records, batches, transactions);
      }
    } catch (cause) {
      return { acquired: none, batches, error: hosted.partition.log.failureOf(cause).error };
    }
    const acquired = hosted.acquire({ memberId, recordLimit, batchSize, maxRecords, fetchOffset, batches, aborted });
    return { acquired, batches, error: null };
  }
}

/** The batches that have acquired records. */
function sliceOf(records: Buffer, batches: readonly LogBatch[], { ranges }: Acquired): Buffer {
  const firstOffset = ranges[0]?.firstOffset ?? 0;
  const lastOffset = ranges[ranges.length - 1]?.lastOffset ?? 0;
  const first = batches.findLast(({ baseOffset }) => baseOffset <= firstOffset) ?? batches[0];
  const last = batches.findLast(({ baseOffset }) => baseOffset <= lastOffset) ?? batches[0];
  if (first === undefined || last === undefined) return NO_RECORDS;
  return records.subarray(first.at, last.at + header.batchSizeBytes(records, last.at));
}
