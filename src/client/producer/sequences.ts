/**
 * The sequence numbers of an idempotent producer (KIP-98, KIP-360), without any I/O. Each batch of a partition carries
 * the number of its first record; a broker takes a batch only when it follows the last one. A batch keeps its number
 * over all retries. When it becomes unknowable whether a batch arrived, the epoch is raised and numbers begin at 0.
 */
import type { ErrorName } from '../../protocol/errors.js';
import { sequenceAfter } from '../../protocol/records/record-cursor.js';

export const NO_SEQUENCE = -1;
const LAST_EPOCH = 0x7fff;

export interface SequencedBatch {
  readonly recordCount: number;
  producerId: number;
  producerEpoch: number;
  baseSequence: number;
  /** Numbered anew after it was sent. */
  sequenceWasReset: boolean;
}

interface PartitionSequences {
  producerId: number;
  producerEpoch: number;
  next: number;
  /** NO_SEQUENCE before the first answer. */
  lastAcked: number;
  /** Numbered and not settled, in order of their numbers; sent or waiting to be sent again. */
  readonly unsettled: SequencedBatch[];
  /** Whether a numbered batch was given up without knowing its fate. */
  isUnresolved: boolean;
}

export type Verdict = 'retry' | 'delivered' | 'failed';

export class Sequences {
  /** -1 until the broker gave one. */
  producerId = -1;
  producerEpoch = -1;
  private readonly mayRaiseEpoch: boolean;
  private readonly partitions = new Map<string, PartitionSequences>();
  private readonly toRenumber = new Set<string>();

  /** @param mayRaiseEpoch not in transactions: there the coordinator gives each epoch */
  constructor(mayRaiseEpoch = true) {
    this.mayRaiseEpoch = mayRaiseEpoch;
  }

  get hasId(): boolean {
    return this.producerId >= 0;
  }

  /** Takes the identity that InitProducerId gave. */
  begin(producerId: number, producerEpoch: number): void {
    this.producerId = producerId;
    this.producerEpoch = producerEpoch;
    this.renumberMarked();
  }

  /** Whether a batch of the partition may go out now. */
  maySend(key: string, batch: SequencedBatch): boolean {
    const state = this.partitions.get(key);
    if (state === undefined) return true;
    if (batch.baseSequence === NO_SEQUENCE) return !state.isUnresolved;
    // What is sent again goes alone and in order, so that the broker can tell what it is missing.
    return state.unsettled[0] === batch;
  }

  /** Numbers a batch that is sent for the first time. */
  assign(key: string, batch: SequencedBatch): void {
    if (batch.baseSequence !== NO_SEQUENCE) return;
    const state = this.stateOf(key);
    const isOld = state.producerId !== this.producerId || state.producerEpoch !== this.producerEpoch;
    if (isOld && state.unsettled.length === 0 && !state.isUnresolved) this.restart(state);
    batch.producerId = state.producerId;
    batch.producerEpoch = state.producerEpoch;
    batch.baseSequence = state.next;
    state.next = sequenceAfter(state.next, batch.recordCount);
    state.unsettled.push(batch);
  }

  acked(key: string, batch: SequencedBatch): void {
    const state = this.partitions.get(key);
    if (state === undefined) return;
    if (batch.producerEpoch === state.producerEpoch && batch.producerId === state.producerId) {
      state.lastAcked = sequenceAfter(batch.baseSequence, batch.recordCount - 1);
    }
    this.remove(state, batch);
  }

  /** What an error of the broker means for a batch. */
  verdictOf(key: string, batch: SequencedBatch, error: ErrorName, isRetriable: boolean): Verdict {
    if (error === 'DUPLICATE_SEQUENCE_NUMBER') return 'delivered';
    const state = this.partitions.get(key);
    if (state === undefined) return isRetriable ? 'retry' : 'failed';
    if (error === 'UNKNOWN_PRODUCER_ID') return this.renumber(key);
    if (error === 'OUT_OF_ORDER_SEQUENCE_NUMBER') {
      // An earlier batch is on its way again: this one only came too soon.
      const cameTooSoon = !state.isUnresolved && (batch.sequenceWasReset || !this.isNext(state, batch));
      return cameTooSoon ? 'retry' : this.renumber(key);
    }
    return isRetriable ? 'retry' : 'failed';
  }

  private renumber(key: string): Verdict {
    if (!this.mayRaiseEpoch) return 'failed';
    this.toRenumber.add(key);
    return 'retry';
  }

  /**
   * A batch was given up. When the broker has surely not taken it, the numbers behind it close up; else nobody can
   * know what the broker expects next.
   */
  failed(key: string, batch: SequencedBatch, isSurelyLost: boolean): void {
    const state = this.partitions.get(key);
    if (state === undefined || batch.baseSequence === NO_SEQUENCE) return;
    this.remove(state, batch);
    if (!isSurelyLost) {
      state.isUnresolved = true;
      return;
    }
    if (batch.producerEpoch !== state.producerEpoch) return;
    state.next = sequenceBefore(state.next, batch.recordCount);
    for (const later of state.unsettled) {
      if (isAfter(later.baseSequence, batch.baseSequence)) {
        later.baseSequence = sequenceBefore(later.baseSequence, batch.recordCount);
      }
    }
  }

  /** A batch is replaced by pieces of it: the numbers of what follows it are given out anew. */
  replaced(key: string, batch: SequencedBatch, pieces: readonly SequencedBatch[]): void {
    const state = this.partitions.get(key);
    if (state === undefined || batch.baseSequence === NO_SEQUENCE) return;
    const at = state.unsettled.indexOf(batch);
    let sequence = batch.baseSequence;
    for (const piece of pieces) {
      piece.producerId = batch.producerId;
      piece.producerEpoch = batch.producerEpoch;
      piece.baseSequence = sequence;
      sequence = sequenceAfter(sequence, piece.recordCount);
    }
    if (at >= 0) state.unsettled.splice(at, 1, ...pieces);
  }

  /**
   * Looks what became of partitions with a batch of unknown fate, and raises the epoch where that is needed.
   * @returns false when a new producer id has to be fetched first.
   */
  resolve(): boolean {
    for (const [key, state] of this.partitions) {
      if (!state.isUnresolved || state.unsettled.length > 0) continue;
      state.isUnresolved = false;
      if (this.mayRaiseEpoch && this.expected(state) !== state.next) this.toRenumber.add(key);
    }
    if (this.toRenumber.size === 0) return this.hasId;
    if (this.producerEpoch >= LAST_EPOCH) {
      this.producerId = -1;
      return false;
    }
    this.producerEpoch++;
    this.renumberMarked();
    return true;
  }

  private renumberMarked(): void {
    for (const key of this.toRenumber) {
      const state = this.stateOf(key);
      this.restart(state);
      for (const batch of state.unsettled) {
        batch.producerId = state.producerId;
        batch.producerEpoch = state.producerEpoch;
        batch.baseSequence = state.next;
        batch.sequenceWasReset = true;
        state.next = sequenceAfter(state.next, batch.recordCount);
      }
    }
    this.toRenumber.clear();
  }

  private restart(state: PartitionSequences): void {
    state.producerId = this.producerId;
    state.producerEpoch = this.producerEpoch;
    state.next = 0;
    state.lastAcked = NO_SEQUENCE;
    state.isUnresolved = false;
  }

  private isNext(state: PartitionSequences, batch: SequencedBatch): boolean {
    return batch.baseSequence === this.expected(state);
  }

  /** What the broker wants to see next, as far as its answers tell. */
  private expected({ lastAcked }: PartitionSequences): number {
    return lastAcked === NO_SEQUENCE ? 0 : sequenceAfter(lastAcked, 1);
  }

  private remove(state: PartitionSequences, batch: SequencedBatch): void {
    const at = state.unsettled.indexOf(batch);
    if (at >= 0) state.unsettled.splice(at, 1);
  }

  private stateOf(key: string): PartitionSequences {
    let state = this.partitions.get(key);
    if (state === undefined) {
      const { producerId, producerEpoch } = this;
      state = { producerId, producerEpoch, next: 0, lastAcked: NO_SEQUENCE, unsettled: [], isUnresolved: false };
      this.partitions.set(key, state);
    }
    return state;
  }
}

function sequenceBefore(sequence: number, delta: number): number {
  const difference = sequence - delta;
  return difference < 0 ? difference + 0x8000_0000 : difference;
}

/** By distance, since numbers wrap. */
function isAfter(sequence: number, other: number): boolean {
  const distance = sequence - other;
  return distance !== 0 && (distance > 0 ? distance < 0x4000_0000 : distance < -0x4000_0000);
}
