import type { TransactionRecord } from '../../protocol/generated/transaction-coordinator-records.js';
import type { TransactionLogValue } from '../../protocol/generated/transaction-log-value.js';

/** The states as DescribeTransactions names them; the place in the list is the status in a record. */
export const TRANSACTION_STATES = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
] as const;
export type TransactionState = (typeof TRANSACTION_STATES)[number];

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** The partitions of a transaction by topic, both in the order in which they were added. */
export type TransactionPartitions = ReadonlyMap<string, ReadonlySet<number>>;

/** What a coordinator knows of a transactional id: its producer, and its last or current transaction. */
export interface Transaction {
  readonly transactionalId: string;
  readonly producerId: number;
  /** What the producer id was before the last change. */
  readonly previousProducerId: number;
  /** What it will be once the transaction that ends has ended; -1: the same. */
  readonly nextProducerId: number;
  /** -1: no producer has it yet. */
  readonly producerEpoch: number;
  /**
   * The epoch that the present one was raised from on the producer's own wish, so that a repeated wish is known again
   * (KIP-360); -1 otherwise. No record holds it: another coordinator does not know it.
   */
  readonly lastProducerEpoch: number;
  readonly timeoutMs: number;
  readonly state: TransactionState;
  readonly partitions: TransactionPartitions;
  readonly updatedMs: number;
  /** -1: none was begun. */
  readonly startedMs: number;
  /** transaction.version that the last transaction was begun or ended with. */
  readonly clientVersion: number;
}

export const NO_PRODUCER_ID = -1;
export const NO_EPOCH = -1;
export const NO_TIME = -1;
export const NO_PARTITIONS: TransactionPartitions = new Map();
const MAX_EPOCH = 0x7fff;

/** No producer gets the highest epoch: it is for the coordinator, to fence one that has the epoch below it. */
export const isExhausted = (epoch: number): boolean => epoch >= MAX_EPOCH - 1;

/** From this transaction.version on each transaction has an epoch of its own (KIP-890). */
export const raisesEpochs = (transactionVersion: number): boolean => transactionVersion >= 2;

/** The outcome is decided, but the partitions do not all know it yet. */
export const isEnding = ({ state }: Transaction): boolean => state === 'PrepareCommit' || state === 'PrepareAbort';

export const hasPartition = ({ partitions }: Transaction, { topic, partition }: TopicPartition): boolean =>
  partitions.get(topic)?.has(partition) === true;

export function withPartitions(partitions: TransactionPartitions, added: readonly TopicPartition[]) {
  const all = new Map([...partitions].map(([topic, indexes]) => [topic, new Set(indexes)]));
  for (const { topic, partition } of added) {
    const indexes = all.get(topic);
    if (indexes === undefined) all.set(topic, new Set([partition]));
    else indexes.add(partition);
  }
  return all;
}

/** What is known of a transactional id becomes this; null when it is forgotten. */
export interface TransactionChange {
  readonly transactionalId: string;
  readonly transaction: Transaction | null;
}

/** @param transactionVersion level of the feature: 0 has no room for what came with KIP-890 */
export function toRecord({ transactionalId, transaction }: TransactionChange, transactionVersion: number) {
  const record: TransactionRecord = {
    type: 'TransactionLog',
    version: transactionVersion >= 1 ? 1 : 0,
    key: { transactionalId },
    value: transaction === null ? null : toValue(transaction, transactionVersion >= 1),
  };
  return record;
}

function toValue(transaction: Transaction, hasTags: boolean): TransactionLogValue {
  const { state } = transaction;
  return {
    producerId: transaction.producerId,
    previousProducerId: hasTags ? transaction.previousProducerId : NO_PRODUCER_ID,
    nextProducerId: hasTags ? transaction.nextProducerId : NO_PRODUCER_ID,
    producerEpoch: transaction.producerEpoch,
    nextProducerEpoch: NO_EPOCH,
    transactionTimeoutMs: transaction.timeoutMs,
    transactionStatus: TRANSACTION_STATES.indexOf(state),
    transactionPartitions:
      state === 'Empty'
        ? null
        : [...transaction.partitions].map(([topic, indexes]) => ({ topic, partitionIds: [...indexes] })),
    transactionLastUpdateTimestampMs: transaction.updatedMs,
    transactionStartTimestampMs: transaction.startedMs,
    clientTransactionVersion: hasTags ? transaction.clientVersion : 0,
  };
}

/** @throws RangeError for a status that does not exist */
export function fromRecord({ key: { transactionalId }, value }: TransactionRecord): TransactionChange {
  if (value === null) return { transactionalId, transaction: null };
  const state = TRANSACTION_STATES[value.transactionStatus];
  if (state === undefined) {
    throw new RangeError(
      `Unknown transaction state id ${value.transactionStatus} of transactional id ${transactionalId}`,
    );
  }
  const partitions = new Map<string, Set<number>>();
  for (const { topic, partitionIds } of value.transactionPartitions ?? []) partitions.set(topic, new Set(partitionIds));
  const transaction: Transaction = {
    transactionalId,
    producerId: value.producerId,
    previousProducerId: value.previousProducerId,
    nextProducerId: value.nextProducerId,
    producerEpoch: value.producerEpoch,
    lastProducerEpoch: NO_EPOCH,
    timeoutMs: value.transactionTimeoutMs,
    state,
    partitions,
    updatedMs: value.transactionLastUpdateTimestampMs,
    startedMs: value.transactionStartTimestampMs,
    clientVersion: value.clientTransactionVersion,
  };
  return { transactionalId, transaction };
}
