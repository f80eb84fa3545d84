/** The steps from one state of a transactional id to the next. Whether a step may be made is decided by the commands. */
import type { ErrorName } from '../../protocol/errors.js';
import {
  isExhausted,
  NO_EPOCH,
  NO_PARTITIONS,
  NO_PRODUCER_ID,
  NO_TIME,
  raisesEpochs,
  type TopicPartition,
  type Transaction,
  withPartitions,
} from './transaction.js';

const step = (transaction: Transaction, changes: Partial<Transaction>): Transaction => ({
  ...transaction,
  previousProducerId: transaction.producerId,
  ...changes,
});

/** A transactional id that nobody used before; its first step gives it epoch 0. */
export const newTransaction = (
  transactionalId: string,
  producerId: number,
  timeoutMs: number,
  nowMs: number,
): Transaction => ({
  transactionalId,
  producerId,
  previousProducerId: NO_PRODUCER_ID,
  nextProducerId: NO_PRODUCER_ID,
  producerEpoch: NO_EPOCH,
  lastProducerEpoch: NO_EPOCH,
  timeoutMs,
  state: 'Empty',
  partitions: NO_PARTITIONS,
  updatedMs: nowMs,
  startedMs: NO_TIME,
  clientVersion: 0,
});

/**
 * The next producer of the id, which fences those before.
 *
 * @param expectedEpoch the epoch of a producer that goes on after an error (KIP-360); null for one that begins
 */
export function raiseEpoch(
  transaction: Transaction,
  timeoutMs: number,
  expectedEpoch: number | null,
  nowMs: number,
): Transaction | ErrorName {
  const { producerEpoch, lastProducerEpoch } = transaction;
  // A repeated wish whose epoch is used up by now: Kafka answers it with an error of its own.
  if (isExhausted(producerEpoch)) return 'UNKNOWN_SERVER_ERROR';
  const begun = { state: 'Empty', partitions: NO_PARTITIONS, timeoutMs, startedMs: NO_TIME, updatedMs: nowMs } as const;
  if (expectedEpoch === null) {
    return step(transaction, { ...begun, producerEpoch: producerEpoch + 1, lastProducerEpoch: NO_EPOCH });
  }
  if (producerEpoch === NO_EPOCH || expectedEpoch === producerEpoch) {
    return step(transaction, { ...begun, producerEpoch: producerEpoch + 1, lastProducerEpoch: producerEpoch });
  }
  // The answer to the first wish was lost.
  return expectedEpoch === lastProducerEpoch ? step(transaction, begun) : 'PRODUCER_FENCED';
}

/** The epochs of the producer id are used up: the producer goes on with another id. */
export const changeProducerId = (
  transaction: Transaction,
  producerId: number,
  timeoutMs: number,
  isResumed: boolean,
  nowMs: number,
): Transaction =>
  step(transaction, {
    state: 'Empty',
    producerId,
    producerEpoch: 0,
    lastProducerEpoch: isResumed ? transaction.producerEpoch : NO_EPOCH,
    partitions: NO_PARTITIONS,
    timeoutMs,
    startedMs: NO_TIME,
    updatedMs: nowMs,
  });

export const addPartitions = (
  transaction: Transaction,
  added: readonly TopicPartition[],
  clientVersion: number,
  nowMs: number,
): Transaction =>
  step(transaction, {
    state: 'Ongoing',
    partitions: withPartitions(transaction.partitions, added),
    startedMs: transaction.state === 'Ongoing' ? transaction.startedMs : nowMs,
    updatedMs: nowMs,
    clientVersion,
  });

/** @param nextProducerId for the transactions after this one; -1: the same */
export function decide(
  transaction: Transaction,
  isCommit: boolean,
  clientVersion: number,
  nextProducerId: number,
  nowMs: number,
): Transaction {
  const { producerEpoch } = transaction;
  return step(transaction, {
    state: isCommit ? 'PrepareCommit' : 'PrepareAbort',
    nextProducerId,
    // Version 2 may abort what never began: it begins and ends at once.
    startedMs: transaction.state === 'Ongoing' ? transaction.startedMs : nowMs,
    updatedMs: nowMs,
    clientVersion,
    ...(raisesEpochs(clientVersion) ? { producerEpoch: producerEpoch + 1, lastProducerEpoch: producerEpoch } : {}),
  });
}

/** A transaction whose producer is to be fenced before version 2: nobody may have the epoch that this takes. */
export const fenceEpoch = (transaction: Transaction): Transaction => ({
  ...transaction,
  producerEpoch: transaction.producerEpoch + 1,
  lastProducerEpoch: NO_EPOCH,
});

/** All partitions know the outcome. */
export function complete(transaction: Transaction, nowMs: number): Transaction {
  const { nextProducerId, clientVersion } = transaction;
  const changesId = raisesEpochs(clientVersion) && nextProducerId !== NO_PRODUCER_ID;
  return step(transaction, {
    state: transaction.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort',
    nextProducerId: NO_PRODUCER_ID,
    partitions: NO_PARTITIONS,
    updatedMs: nowMs,
    // The last epoch stays what the producer saw last, so that a repeated end is known again.
    ...(changesId ? { producerId: nextProducerId, producerEpoch: 0 } : {}),
  });
}
