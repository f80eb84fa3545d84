import type { CallId } from '../../base/machine.js';
import type { ErrorName } from '../../protocol/errors.js';
import { hasPartition, isEnding, type TopicPartition } from './transaction.js';
import {
  cannotBeWritten,
  reply,
  type TransactionContext,
  type TransactionMachine,
  type TransactionOutcome,
} from './transaction-machine.js';
import { addPartitions } from './transitions.js';

/** The transaction that a producer means by its identity. */
export interface ProducerOfTransaction {
  readonly transactionalId: string;
  readonly producerId: number;
  readonly producerEpoch: number;
}

/**
 * Makes partitions part of the producer's transaction, which begins with the first. The answer is an error's name.
 *
 * @param clientVersion the transaction.version that the request speaks
 */
export function addPartitionsToTransaction(
  machine: TransactionMachine,
  call: CallId,
  producer: ProducerOfTransaction,
  partitions: readonly TopicPartition[],
  clientVersion: number,
  context: TransactionContext,
): TransactionOutcome {
  const refuse = (error: ErrorName) => reply(call, error);
  if (producer.transactionalId === '') return refuse('INVALID_REQUEST');
  const transaction = machine.get(producer.transactionalId);
  if (transaction === null) return refuse('INVALID_PRODUCER_ID_MAPPING');
  // Before all else: the producer may have the id already that comes with the end of the transaction.
  if (isEnding(transaction)) return refuse('CONCURRENT_TRANSACTIONS');
  if (transaction.producerId !== producer.producerId) return refuse('INVALID_PRODUCER_ID_MAPPING');
  if (transaction.producerEpoch !== producer.producerEpoch) return refuse('PRODUCER_FENCED');
  const knowsAll = partitions.every((partition) => hasPartition(transaction, partition));
  if (transaction.state === 'Ongoing' && knowsAll) return reply(call, 'NONE');
  if (cannotBeWritten(clientVersion, context)) return refuse('UNSUPPORTED_VERSION');
  return reply(call, 'NONE', addPartitions(transaction, partitions, clientVersion, context.nowMs));
}

/** Whether partitions are part of the producer's transaction. The answer is an error's name, or one a partition. */
export function verifyPartitions(
  machine: TransactionMachine,
  call: CallId,
  producer: ProducerOfTransaction,
  partitions: readonly TopicPartition[],
): TransactionOutcome {
  const refuse = (error: ErrorName) => reply(call, error);
  if (producer.transactionalId === '') return refuse('INVALID_REQUEST');
  const transaction = machine.get(producer.transactionalId);
  if (transaction === null) return refuse('INVALID_PRODUCER_ID_MAPPING');
  if (transaction.producerId !== producer.producerId) return refuse('INVALID_PRODUCER_ID_MAPPING');
  if (transaction.producerEpoch !== producer.producerEpoch) return refuse('PRODUCER_FENCED');
  if (isEnding(transaction)) return refuse('CONCURRENT_TRANSACTIONS');
  const errors: ErrorName[] = partitions.map((partition) =>
    hasPartition(transaction, partition) ? 'NONE' : 'TRANSACTION_ABORTABLE',
  );
  return reply(call, errors);
}
