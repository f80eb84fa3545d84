import { attributes, isTransactional, producerId } from '../../protocol/records/batch-header.js';
import { openRecords } from '../../protocol/records/batch-reader.js';
import { ControlRecordType, controlRecordType } from '../../protocol/records/control-records.js';
import { storedLastOffset } from '../stored-batch.js';
import type { AbortedTransaction } from '../transaction-index.js';

interface OngoingAborted {
  readonly transaction: AbortedTransaction;
  /** Whether the pass met any data of it. */
  hasData: boolean;
}

/**
 * The transactions that a pass over a log meets: which data was aborted, and which markers have no data left.
 * Batches are given in the order of the log, after the aborted transactions that overlap them.
 */
export class CleanedTransactions {
  private readonly onAbortKept: (transaction: AbortedTransaction) => void;
  /** Producers whose data was met and who may commit yet. */
  private readonly committing = new Set<number>();
  private readonly aborting = new Map<number, OngoingAborted>();
  /** Not yet begun, by first offset. */
  private ahead: AbortedTransaction[] = [];

  /** @param onAbortKept is told of an aborted transaction whose marker must stay, for the new transaction index */
  constructor(onAbortKept: (transaction: AbortedTransaction) => void = () => undefined) {
    this.onAbortKept = onAbortKept;
  }

  addAborted(transactions: readonly AbortedTransaction[]): void {
    if (transactions.length === 0) return;
    this.ahead = [...this.ahead, ...transactions].sort((left, right) => left.firstOffset - right.firstOffset);
  }

  /** @returns whether the batch, which holds data, was aborted */
  onData(bytes: Buffer, at: number): boolean {
    this.begin(storedLastOffset(bytes, at));
    if (!isTransactional(attributes(bytes, at))) return false;
    const id = producerId(bytes, at);
    const aborted = this.aborting.get(id);
    if (aborted === undefined) {
      this.committing.add(id);
      return false;
    }
    aborted.hasData = true;
    return true;
  }

  /** @returns whether nothing needs the control batch any more: the pass met no data of its transaction */
  onControl(bytes: Buffer, at: number): boolean {
    this.begin(storedLastOffset(bytes, at));
    const cursor = openRecords(bytes, at);
    // A marker that was emptied before.
    if (!cursor.next()) return true;
    const id = producerId(bytes, at);
    switch (controlRecordType(cursor.key())) {
      case ControlRecordType.commit:
        return !this.committing.delete(id);
      case ControlRecordType.abort: {
        const aborted = this.aborting.get(id);
        this.aborting.delete(id);
        if (aborted?.hasData !== true) return true;
        this.onAbortKept(aborted.transaction);
        return false;
      }
      default:
        return false;
    }
  }

  private begin(upTo: number): void {
    while (this.ahead[0] !== undefined && this.ahead[0].firstOffset <= upTo) {
      const transaction = this.ahead.shift() as AbortedTransaction;
      if (!this.aborting.has(transaction.producerId)) {
        this.aborting.set(transaction.producerId, { transaction, hasData: false });
      }
    }
  }
}
