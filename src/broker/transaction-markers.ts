import type { Clock, Logger, Timer } from '../base/host.js';
import type { ErrorName } from '../protocol/errors.js';
import type { TopicPartition, Transaction } from '../state/transaction/transaction.js';
import type { GroupCoordinators } from './group-coordinators.js';
import { OFFSETS_TOPIC } from './internal-topics.js';
import type { Partitions } from './partitions.js';
import { appendMarker, type TransactionMarker } from './transaction-marker.js';

const RETRY_MS = 100;

export interface TransactionMarkersOptions {
  readonly partitions: Partitions;
  readonly groups: GroupCoordinators;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Tells partitions that a transaction has ended. */
export class TransactionMarkers {
  private readonly options: TransactionMarkersOptions;

  constructor(options: TransactionMarkersOptions) {
    this.options = options;
  }

  /** @returns what keeps the marker from being written to the partition */
  write({ topic, partition: index }: TopicPartition, marker: TransactionMarker): ErrorName | null {
    const partition = this.options.partitions.leader(topic, index);
    if (typeof partition === 'string') return partition;
    const error =
      topic === OFFSETS_TOPIC
        ? this.options.groups.endTransaction(partition, marker)
        : appendMarker(partition, marker, this.options.clock.nowMs());
    // Those who read committed records alone may go on, by more than the marker's bytes.
    if (error === null) this.options.partitions.wakeAll(partition);
    return error;
  }

  /**
   * Writes the outcome of a transaction to all of its partitions, those that cannot be had now later. Partitions that
   * are gone are passed over. What another coordinator's epoch fences stays as it is.
   *
   * @param onWritten once all is written
   */
  end(transaction: Transaction, coordinatorEpoch: number, onWritten: () => void): EndingTransaction {
    return new EndingTransaction(this, this.options, transaction, coordinatorEpoch, onWritten);
  }
}

/** The markers of one transaction that ends. */
export class EndingTransaction {
  private readonly markers: TransactionMarkers;
  private readonly options: TransactionMarkersOptions;
  private readonly transaction: Transaction;
  private readonly marker: TransactionMarker;
  private readonly onWritten: () => void;
  private left: TopicPartition[];
  private timer: Timer | null = null;

  constructor(
    markers: TransactionMarkers,
    options: TransactionMarkersOptions,
    transaction: Transaction,
    coordinatorEpoch: number,
    onWritten: () => void,
  ) {
    this.markers = markers;
    this.options = options;
    this.transaction = transaction;
    this.onWritten = onWritten;
    this.left = [...transaction.partitions].flatMap(([topic, indexes]) =>
      [...indexes].map((partition) => ({ topic, partition })),
    );
    this.marker = {
      producerId: transaction.producerId,
      producerEpoch: transaction.producerEpoch,
      isCommit: transaction.state === 'PrepareCommit',
      coordinatorEpoch,
      transactionVersion: transaction.clientVersion,
    };
  }

  /** Writes what can be written now. */
  run(): void {
    const later: TopicPartition[] = [];
    for (const partition of this.left) {
      const error = this.markers.write(partition, this.marker);
      if (error === null || error === 'UNKNOWN_TOPIC_OR_PARTITION') continue;
      if (error === 'INVALID_PRODUCER_EPOCH' || error === 'TRANSACTION_COORDINATOR_FENCED') {
        this.giveUp(partition, error);
        return;
      }
      later.push(partition);
    }
    this.left = later;
    if (later.length === 0) this.onWritten();
    else this.timer = this.options.clock.setTimer(RETRY_MS, () => this.run());
  }

  cancel(): void {
    this.timer?.cancel();
  }

  private giveUp({ topic, partition }: TopicPartition, error: ErrorName): void {
    const { transactionalId, producerId, producerEpoch } = this.transaction;
    this.options.logger.warn(
      `Cannot end the transaction of ${transactionalId} (producer ${producerId}, epoch ${producerEpoch}) ` +
        `in ${topic}-${partition}: ${error}`,
    );
  }
}
