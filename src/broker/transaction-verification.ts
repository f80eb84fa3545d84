import type { ErrorName } from '../protocol/errors.js';
import {
  addPartitionsToTransaction,
  type ProducerOfTransaction,
  verifyPartitions,
} from '../state/transaction/add-partitions.js';
import type { TopicPartition } from '../state/transaction/transaction.js';
import { callTransaction, TRANSACTION_VERSION_2 } from './transaction-call.js';
import type { TransactionCoordinators } from './transaction-coordinators.js';

/** What the version of a request says that its client can do (KIP-890). */
export interface ClientAbility {
  /** Knows the error TRANSACTION_ABORTABLE. */
  readonly knowsAbortable: boolean;
  /** Leaves it to the broker to add partitions to the transaction. */
  readonly addsImplicitly: boolean;
}

/**
 * Makes sure that partitions which are about to be written to are part of the producer's transaction: they become it,
 * or, with clients that say so themselves, have to be.
 *
 * @returns an error for each partition
 */
export async function addOrVerify(
  coordinators: TransactionCoordinators,
  producer: ProducerOfTransaction,
  partitions: readonly TopicPartition[],
  ability: ClientAbility,
): Promise<ErrorName[]> {
  if (!coordinators.isReady) return partitions.map(() => 'COORDINATOR_NOT_AVAILABLE');
  const answer = await callTransaction(
    () =>
      coordinators.call<ErrorName | readonly ErrorName[]>(producer.transactionalId, (machine, call, context) =>
        ability.addsImplicitly
          ? addPartitionsToTransaction(machine, call, producer, partitions, TRANSACTION_VERSION_2, context)
          : verifyPartitions(machine, call, producer, partitions),
      ),
    (error) => error,
  );
  const errors = typeof answer === 'string' ? partitions.map(() => answer) : answer;
  return errors.map((error) => errorForProducer(error, ability));
}

function errorForProducer(error: ErrorName, { knowsAbortable }: ClientAbility): ErrorName {
  if (error === 'PRODUCER_FENCED') return 'INVALID_PRODUCER_EPOCH';
  return error === 'TRANSACTION_ABORTABLE' && !knowsAbortable ? 'INVALID_TXN_STATE' : error;
}
