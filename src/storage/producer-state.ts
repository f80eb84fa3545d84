import { nextSequence, sequenceMinus } from './producer-sequence.js';
import { type StorageFailure, storageFailure } from './storage-error.js';
import { TransactionVerifications, type VerificationGuard } from './transaction-verifications.js';

/** Batches of a producer that are remembered, so that a repeated one is known again (KIP-98: 5 in flight). */
export const REMEMBERED_BATCHES = 5;
const NO_EPOCH = -1;
const NO_SEQUENCE = -1;
const NO_OFFSET = -1;
const MAX_EPOCH = 0x7fff;
/** From this transaction version on each transaction has an epoch of its own (KIP-890). */
const EPOCH_PER_TRANSACTION_VERSION = 2;

/** Who appends: a client's batches are checked most, a leader's copy is taken as it is. */
export type AppendOrigin = 'client' | 'coordinator' | 'replication';

/** What a batch says to the producer state. */
export interface ProducerBatch {
  readonly producerId: number;
  readonly producerEpoch: number;
  /** -1 for a marker. */
  readonly baseSequence: number;
  readonly lastSequence: number;
  readonly baseOffset: number;
  readonly lastOffset: number;
  readonly timestamp: number;
  readonly isTransactional: boolean;
  /** Set when the batch is a transaction marker. */
  readonly marker: TransactionMarker | null;
}

export interface TransactionMarker {
  readonly isCommit: boolean;
  readonly coordinatorEpoch: number;
}

export interface RememberedBatch {
  readonly lastSequence: number;
  readonly lastOffset: number;
  /** Last offset less base offset, which is also last sequence less first. */
  readonly offsetDelta: number;
  readonly timestamp: number;
}

/** What a log knows about a producer. */
export interface ProducerEntry {
  readonly producerId: number;
  epoch: number;
  coordinatorEpoch: number;
  lastTimestamp: number;
  /** -1 when no transaction is open. */
  transactionFirstOffset: number;
  /** The newest of its epoch, oldest first. */
  batches: RememberedBatch[];
}

export interface CompletedTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  /** The marker's. */
  readonly lastOffset: number;
  readonly isAborted: boolean;
}

interface OpenTransaction {
  readonly producerId: number;
  readonly firstOffset: number;
  lastOffset: number;
}

export type ProducerCheck =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'duplicate'; readonly batch: RememberedBatch }
  | StorageFailure;

export interface CheckOptions {
  readonly origin: AppendOrigin;
  /** transaction.version of the marker's coordinator; data batches do not care. */
  readonly transactionVersion?: number;
  /** Refuse the first batch of a transaction that its coordinator does not know (transaction.partition.verification.enable). */
  readonly verificationRequired?: boolean;
  readonly guard?: VerificationGuard | null;
}

const ACCEPTED: ProducerCheck = { kind: 'accepted' };

/**
 * The producers of a partition: their last batches (idempotence, KIP-98), and the transactions that are open.
 * Values in, values out: it reads no file and no clock. `check` changes nothing; `apply` takes a batch that is in
 * the log.
 */
export class ProducerState {
  /** All batches below this offset were applied. */
  endOffset = 0;
  private readonly partitionName: string;
  private readonly entries = new Map<number, ProducerEntry>();
  private readonly verifications = new TransactionVerifications();
  /** By first offset. */
  private ongoing: OpenTransaction[] = [];
  /** Ended, but not all replicas have the marker yet; by first offset. */
  private unreplicated: OpenTransaction[] = [];

  /** @param partitionName `topic-0`, for messages */
  constructor(partitionName: string) {
    this.partitionName = partitionName;
  }

  get isEmpty(): boolean {
    return this.entries.size === 0 && this.unreplicated.length === 0;
  }

  get producers(): Iterable<ProducerEntry> {
    return this.entries.values();
  }

  get producerCount(): number {
    return this.entries.size;
  }

  /** The first offset that a reader of committed records must not pass; null when nothing is undecided. */
  get firstUnstableOffset(): number | null {
    const ongoing = this.ongoing[0]?.firstOffset ?? Number.POSITIVE_INFINITY;
    const unreplicated = this.unreplicated[0]?.firstOffset ?? Number.POSITIVE_INFINITY;
    const first = Math.min(ongoing, unreplicated);
    return first === Number.POSITIVE_INFINITY ? null : first;
  }

  /** The begin of the oldest open transaction; the cleaner must stay below it. */
  get firstUndecidedOffset(): number | null {
    return this.ongoing[0]?.firstOffset ?? null;
  }

  /** Undefined for a producer that is not known. */
  epochOf(producerId: number): number | undefined {
    return this.entries.get(producerId)?.epoch;
  }

  hasOngoingTransaction(producerId: number, epoch: number): boolean {
    const entry = this.entries.get(producerId);
    return entry !== undefined && entry.transactionFirstOffset !== NO_OFFSET && entry.epoch === epoch;
  }

  /**
   * Begins to verify with the coordinator that `producerId` has a transaction on this partition (KIP-890).
   *
   * @returns null when no verification is needed, since the transaction is known here
   */
  startVerification(
    producerId: number,
    sequence: number,
    epoch: number,
    supportsEpochBump: boolean,
    nowMs: number,
  ): VerificationGuard | null | StorageFailure {
    const entry = this.entries.get(producerId);
    if (entry !== undefined && epoch < entry.epoch) return staleEpoch(producerId, epoch, entry.epoch);
    if (this.hasOngoingTransaction(producerId, epoch)) return null;
    return this.verifications.start(producerId, sequence, epoch, supportsEpochBump, nowMs);
  }

  /** Whether the batch may be appended with the offsets it has. */
  check(batch: ProducerBatch, options: CheckOptions): ProducerCheck {
    const entry = this.entries.get(batch.producerId);
    if (options.origin === 'client' && entry !== undefined && batch.marker === null) {
      const duplicate = findDuplicate(entry, batch);
      if (duplicate !== undefined) return { kind: 'duplicate', batch: duplicate };
    }
    if (options.origin === 'replication') return ACCEPTED;
    return (
      this.checkVerified(batch, entry, options) ??
      (batch.marker === null
        ? (this.checkEpoch(batch, entry, -1) ?? this.checkData(batch, entry, options))
        : this.checkMarker(batch, batch.marker, entry, options)) ??
      ACCEPTED
    );
  }

  private checkVerified(
    batch: ProducerBatch,
    entry: ProducerEntry | undefined,
    options: CheckOptions,
  ): StorageFailure | null {
    if (!batch.isTransactional || this.hasOngoingTransaction(batch.producerId, batch.producerEpoch)) return null;
    if (entry !== undefined && batch.producerEpoch < entry.epoch) {
      return staleEpoch(batch.producerId, batch.producerEpoch, entry.epoch);
    }
    if (options.verificationRequired !== true || batch.marker !== null) return null;
    const verification = this.verifications.get(batch.producerId);
    if (verification !== undefined && verification.guard === options.guard) return null;
    return storageFailure('INVALID_TXN_STATE', 'Record was not part of an ongoing transaction');
  }

  /** @param version the transaction version that the epoch's rule depends on; -1 for data */
  private checkEpoch(batch: ProducerBatch, entry: ProducerEntry | undefined, version: number): StorageFailure | null {
    const lastEpoch = entry?.epoch ?? NO_EPOCH;
    const { producerEpoch } = batch;
    const mustRise = version >= EPOCH_PER_TRANSACTION_VERSION;
    if (mustRise ? producerEpoch > lastEpoch : producerEpoch >= lastEpoch) return null;
    // The coordinator may send a marker again when it did not hear that it was written.
    const isRetry = entry?.transactionFirstOffset === NO_OFFSET || producerEpoch === MAX_EPOCH;
    if (mustRise && producerEpoch === lastEpoch && isRetry) return null;
    return storageFailure(
      'INVALID_PRODUCER_EPOCH',
      `Epoch of producer ${batch.producerId} at offset ${batch.baseOffset} in ${this.partitionName} is ${producerEpoch}, ` +
        `which is ${mustRise ? '<=' : '<'} the last seen epoch ${lastEpoch} (TV${version})`,
    );
  }

  private checkData(
    batch: ProducerBatch,
    entry: ProducerEntry | undefined,
    options: CheckOptions,
  ): StorageFailure | null {
    if (options.origin === 'client') {
      const failure = this.checkSequence(batch, entry);
      if (failure !== null) return failure;
    }
    if (entry !== undefined && entry.transactionFirstOffset !== NO_OFFSET && !batch.isTransactional) {
      return storageFailure(
        'INVALID_TXN_STATE',
        `Expected transactional write from producer ${batch.producerId} at offset ${batch.baseOffset} ` +
          `in partition ${this.partitionName}`,
      );
    }
    return null;
  }

  private checkSequence(batch: ProducerBatch, entry: ProducerEntry | undefined): StorageFailure | null {
    const { baseSequence, producerId, producerEpoch } = batch;
    const where = `producer ${producerId} at offset ${batch.baseOffset} in partition ${this.partitionName}`;
    const verification = this.verifications.get(producerId);
    const newest = entry?.batches.at(-1);
    if (verification?.supportsEpochBump === true && baseSequence !== 0 && newest === undefined) {
      return outOfOrder(
        `Invalid sequence number for ${where}: ${baseSequence} (incoming seq. number). ` +
          'Expected sequence 0 for transactions v2 idempotent producer with no existing state.',
      );
    }
    if (verification !== undefined && baseSequence > verification.lowestSequence) {
      return outOfOrder(
        `Out of order sequence number for ${where}: ${baseSequence} (incoming seq. number), ` +
          `${verification.lowestSequence} (earliest seen sequence)`,
      );
    }
    // A producer that the log does not know may begin anywhere: its records may have been deleted.
    if (entry === undefined || entry.epoch === NO_EPOCH) return null;
    if (producerEpoch !== entry.epoch) {
      if (baseSequence === 0) return null;
      return outOfOrder(
        `Invalid sequence number for new epoch of ${where}: ${producerEpoch} (request epoch), ` +
          `${baseSequence} (seq. number), ${entry.epoch} (current producer epoch)`,
      );
    }
    const lastSequence = newest?.lastSequence ?? NO_SEQUENCE;
    if (baseSequence === nextSequence(lastSequence)) return null;
    return outOfOrder(
      `Out of order sequence number for ${where}: ${baseSequence} (incoming seq. number), ` +
        `${lastSequence} (current end sequence number)`,
    );
  }

  private checkMarker(
    batch: ProducerBatch,
    marker: TransactionMarker,
    entry: ProducerEntry | undefined,
    options: CheckOptions,
  ): StorageFailure | null {
    const failure = this.checkEpoch(batch, entry, options.transactionVersion ?? 0);
    if (failure !== null) return failure;
    const known = entry?.coordinatorEpoch ?? NO_EPOCH;
    if (known <= marker.coordinatorEpoch) return null;
    return storageFailure(
      'TRANSACTION_COORDINATOR_FENCED',
      `Invalid coordinator epoch for producerId ${batch.producerId} at offset ${batch.baseOffset} ` +
        `in partition ${this.partitionName}: ${marker.coordinatorEpoch} (zombie), ${known} (current)`,
    );
  }

  /**
   * Takes in a batch that is in the log.
   *
   * @returns the transaction that the batch, a marker, ended; call `complete` with it. A marker without any
   * records of its transaction ends none.
   */
  apply(batch: ProducerBatch): CompletedTransaction | null {
    const entry = this.entryFor(batch.producerId);
    if (entry.epoch !== batch.producerEpoch) {
      entry.epoch = batch.producerEpoch;
      entry.batches = [];
    }
    entry.lastTimestamp = batch.timestamp;
    if (batch.isTransactional) {
      this.verifications.end(batch.producerId, batch.producerEpoch, batch.marker !== null);
    }
    if (batch.marker !== null) return this.applyMarker(entry, batch, batch.marker);
    if (entry.batches.length === REMEMBERED_BATCHES) entry.batches.shift();
    entry.batches.push(remembered(batch));
    if (batch.isTransactional && entry.transactionFirstOffset === NO_OFFSET) {
      entry.transactionFirstOffset = batch.baseOffset;
      this.open(batch.producerId, batch.baseOffset);
    }
    return null;
  }

  /**
   * Remembers what a known producer wrote, in its epoch, before the batches it is known by: as many as fit.
   *
   * @param batches oldest first
   */
  recall(producerId: number, batches: readonly RememberedBatch[]): void {
    const entry = this.entries.get(producerId);
    if (entry !== undefined) entry.batches = [...batches, ...entry.batches].slice(-REMEMBERED_BATCHES);
  }

  private applyMarker(
    entry: ProducerEntry,
    batch: ProducerBatch,
    marker: TransactionMarker,
  ): CompletedTransaction | null {
    const firstOffset = entry.transactionFirstOffset;
    entry.coordinatorEpoch = marker.coordinatorEpoch;
    entry.transactionFirstOffset = NO_OFFSET;
    if (firstOffset === NO_OFFSET) return null;
    return { producerId: batch.producerId, firstOffset, lastOffset: batch.lastOffset, isAborted: !marker.isCommit };
  }

  private entryFor(producerId: number): ProducerEntry {
    let entry = this.entries.get(producerId);
    if (entry === undefined) {
      entry = {
        producerId,
        epoch: NO_EPOCH,
        coordinatorEpoch: NO_EPOCH,
        lastTimestamp: -1,
        transactionFirstOffset: NO_OFFSET,
        batches: [],
      };
      this.entries.set(producerId, entry);
    }
    return entry;
  }

  private open(producerId: number, firstOffset: number): void {
    const transaction = { producerId, firstOffset, lastOffset: NO_OFFSET };
    let index = this.ongoing.length;
    while (index > 0 && (this.ongoing[index - 1] as OpenTransaction).firstOffset > firstOffset) index--;
    this.ongoing.splice(index, 0, transaction);
  }

  /** The last stable offset that the end of this transaction brings: the oldest other open one, or the offset after its marker. */
  lastStableOffsetAfter(completed: CompletedTransaction): number {
    const other = this.ongoing.find(({ producerId }) => producerId !== completed.producerId);
    return other?.firstOffset ?? completed.lastOffset + 1;
  }

  /** Ends a transaction; it holds the last stable offset until the high watermark passes its marker. */
  complete(completed: CompletedTransaction): void {
    const index = this.ongoing.findIndex(({ firstOffset }) => firstOffset === completed.firstOffset);
    if (index < 0) return;
    const [transaction] = this.ongoing.splice(index, 1);
    (transaction as OpenTransaction).lastOffset = completed.lastOffset;
    this.unreplicated.push(transaction as OpenTransaction);
    this.unreplicated.sort((left, right) => left.firstOffset - right.firstOffset);
  }

  /** All replicas have everything below `offset`. */
  replicatedTo(offset: number): void {
    if (this.unreplicated.length === 0) return;
    this.unreplicated = this.unreplicated.filter(({ lastOffset }) => lastOffset >= offset);
  }

  /** Forgets producers that were silent for `expirationMs` and have no open transaction. */
  expire(nowMs: number, expirationMs: number): void {
    for (const [producerId, entry] of this.entries) {
      if (isExpired(entry, nowMs, expirationMs)) this.entries.delete(producerId);
    }
    this.verifications.expire(nowMs, expirationMs);
  }

  /** Forgets everything; all below `endOffset` counts as applied. */
  clear(endOffset: number): void {
    this.entries.clear();
    this.verifications.clear();
    this.ongoing = [];
    this.unreplicated = [];
    this.endOffset = endOffset;
  }

  /** Takes over what a snapshot at `endOffset` says, in place of all that was known. */
  load(entries: readonly ProducerEntry[], endOffset: number, nowMs: number, expirationMs: number): void {
    this.clear(endOffset);
    for (const entry of entries) {
      if (isExpired(entry, nowMs, expirationMs)) continue;
      this.entries.set(entry.producerId, { ...entry, batches: [...entry.batches] });
      if (entry.transactionFirstOffset !== NO_OFFSET) this.open(entry.producerId, entry.transactionFirstOffset);
    }
  }
}

export const remembered = (batch: ProducerBatch): RememberedBatch => ({
  lastSequence: batch.lastSequence,
  lastOffset: batch.lastOffset,
  offsetDelta: batch.lastOffset - batch.baseOffset,
  timestamp: batch.timestamp,
});

const outOfOrder = (message: string): StorageFailure => storageFailure('OUT_OF_ORDER_SEQUENCE_NUMBER', message);

const staleEpoch = (producerId: number, epoch: number, lastEpoch: number): StorageFailure =>
  storageFailure(
    'INVALID_PRODUCER_EPOCH',
    `Epoch of producer ${producerId} is ${epoch}, which is smaller than the last seen epoch ${lastEpoch}`,
  );

const isExpired = (entry: ProducerEntry, nowMs: number, expirationMs: number): boolean =>
  entry.transactionFirstOffset === NO_OFFSET && nowMs - entry.lastTimestamp >= expirationMs;

function findDuplicate(entry: ProducerEntry, batch: ProducerBatch): RememberedBatch | undefined {
  if (entry.epoch !== batch.producerEpoch) return undefined;
  return entry.batches.find(
    (old) =>
      old.lastSequence === batch.lastSequence &&
      sequenceMinus(old.lastSequence, old.offsetDelta) === batch.baseSequence,
  );
}
