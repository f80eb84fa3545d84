import type { CallId } from '../../base/machine.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import type { EndTxnRequest, EndTxnResponse } from '../../protocol/generated/end-txn.js';
import { isEnding, isExhausted, NO_EPOCH, NO_PRODUCER_ID, raisesEpochs, type Transaction } from './transaction.js';
import {
  cannotBeWritten,
  NEEDS_PRODUCER_ID,
  reply,
  serverVersion,
  type TransactionContext,
  type TransactionMachine,
  type TransactionOutcome,
} from './transaction-machine.js';
import { complete, decide, fenceEpoch } from './transitions.js';

/** The epoch of the last transaction of a producer id (KIP-890): the one after it is the coordinator's. */
const LAST_EPOCH_OF_CLIENTS = 0x7ffe;

export const endFailure = (error: ErrorName): Init<EndTxnResponse> => ({
  errorCode: errorCode(error),
  producerId: NO_PRODUCER_ID,
  producerEpoch: NO_EPOCH,
});

/** Decides to end the transaction; to be asked again with the same is no error. 'repeated': it has ended so. */
type Decision = 'commit' | 'abort' | 'repeated' | ErrorName;

/**
 * Commits or aborts a producer's transaction: from then on it cannot end otherwise, and the partitions have to be told.
 *
 * @param clientVersion the transaction.version that the request speaks
 * @param newProducerId for when the epochs of the producer id are used up; null at first
 */
export function endTransaction(
  machine: TransactionMachine,
  call: CallId,
  request: EndTxnRequest,
  clientVersion: number,
  newProducerId: number | null,
  context: TransactionContext,
): TransactionOutcome {
  const refuse = (error: ErrorName) => reply(call, endFailure(error));
  if (request.transactionalId === '') return refuse('INVALID_REQUEST');
  const transaction = machine.get(request.transactionalId);
  if (transaction === null) return refuse('INVALID_PRODUCER_ID_MAPPING');
  const isVersion2 = raisesEpochs(clientVersion);
  const decision = isVersion2 ? decisionVersion2(transaction, request) : decisionVersion1(transaction, request);
  if (decision === 'repeated') return reply(call, identityFor(transaction, isVersion2));
  if (decision !== 'commit' && decision !== 'abort') return refuse(decision);
  if (cannotBeWritten(clientVersion, context)) return refuse('UNSUPPORTED_VERSION');
  const needsId = isVersion2 && isExhausted(transaction.producerEpoch);
  if (needsId && newProducerId === null) return reply(call, NEEDS_PRODUCER_ID);
  const nextProducerId = needsId ? (newProducerId as number) : NO_PRODUCER_ID;
  const decided = decide(
    transaction,
    decision === 'commit',
    isVersion2 ? clientVersion : 0,
    nextProducerId,
    context.nowMs,
  );
  return reply(call, identityFor(complete(decided, context.nowMs), isVersion2), decided);
}

/** Version 5 of EndTxn tells the identity for the next transaction. */
const identityFor = ({ producerId, producerEpoch }: Transaction, isVersion2: boolean): Init<EndTxnResponse> =>
  isVersion2 ? { producerId, producerEpoch } : { producerId: NO_PRODUCER_ID, producerEpoch: NO_EPOCH };

function decisionVersion1(transaction: Transaction, request: EndTxnRequest): Decision {
  if (transaction.producerId !== request.producerId) return 'INVALID_PRODUCER_ID_MAPPING';
  if (transaction.producerEpoch !== request.producerEpoch) return 'PRODUCER_FENCED';
  if (isEnding(transaction)) return 'CONCURRENT_TRANSACTIONS';
  switch (transaction.state) {
    case 'Ongoing':
      return request.committed ? 'commit' : 'abort';
    case 'CompleteCommit':
      return request.committed ? 'repeated' : 'INVALID_TXN_STATE';
    case 'CompleteAbort':
      return request.committed ? 'INVALID_TXN_STATE' : 'repeated';
    default:
      return 'INVALID_TXN_STATE';
  }
}

/** The epoch tells a repeated request from one for the next transaction, which may be aborted before it began. */
function decisionVersion2(transaction: Transaction, request: EndTxnRequest): Decision {
  // Before all else: the producer may have the id already that comes with the end of the transaction.
  if (isEnding(transaction)) return 'CONCURRENT_TRANSACTIONS';
  const { producerId, previousProducerId, producerEpoch, state } = transaction;
  const lastOfItsId =
    previousProducerId === request.producerId && request.producerEpoch === LAST_EPOCH_OF_CLIENTS && producerEpoch === 0;
  if (producerId !== request.producerId && !lastOfItsId) return 'INVALID_PRODUCER_ID_MAPPING';
  const isRepeated = lastOfItsId || producerEpoch === request.producerEpoch + 1;
  const hasEnded = state === 'CompleteCommit' || state === 'CompleteAbort';
  if (producerEpoch !== request.producerEpoch && !(hasEnded && isRepeated)) return 'PRODUCER_FENCED';
  if (state === 'Ongoing') return request.committed ? 'commit' : 'abort';
  if (hasEnded && isRepeated) {
    return request.committed === (state === 'CompleteCommit') ? 'repeated' : 'INVALID_TXN_STATE';
  }
  return request.committed ? 'INVALID_TXN_STATE' : 'abort';
}

/** Aborts an open transaction whose producer is gone, is replaced or was too slow: it is fenced with that. */
export function fenceAndAbort(
  transaction: Transaction,
  newProducerId: number | null,
  context: TransactionContext,
): Transaction | typeof NEEDS_PRODUCER_ID {
  const version = serverVersion(context);
  if (!raisesEpochs(version)) return decide(fenceEpoch(transaction), false, 0, NO_PRODUCER_ID, context.nowMs);
  if (!isExhausted(transaction.producerEpoch))
    return decide(transaction, false, version, NO_PRODUCER_ID, context.nowMs);
  return newProducerId === null ? NEEDS_PRODUCER_ID : decide(transaction, false, version, newProducerId, context.nowMs);
}

/** The ids whose transactions are open for longer than their producers wanted. */
export function timedOut(machine: TransactionMachine, nowMs: number): string[] {
  const late: string[] = [];
  for (const { transactionalId, state, startedMs, timeoutMs } of machine.all()) {
    if (state === 'Ongoing' && startedMs + timeoutMs < nowMs) late.push(transactionalId);
  }
  return late;
}

/** Aborts a transaction that {@link timedOut} named, unless it came to an end in the meantime. Answers null. */
export function abortTimedOut(
  machine: TransactionMachine,
  call: CallId,
  transactionalId: string,
  newProducerId: number | null,
  context: TransactionContext,
): TransactionOutcome {
  const transaction = machine.get(transactionalId);
  const isLate =
    transaction !== null &&
    transaction.state === 'Ongoing' &&
    transaction.startedMs + transaction.timeoutMs < context.nowMs;
  if (!isLate) return reply(call, null);
  const aborted = fenceAndAbort(transaction, newProducerId, context);
  return aborted === NEEDS_PRODUCER_ID ? reply(call, aborted) : reply(call, null, aborted);
}

/** All partitions have the marker of the decision `ended`. Answers null. */
export function completeTransaction(
  machine: TransactionMachine,
  call: CallId,
  ended: Transaction,
  context: TransactionContext,
): TransactionOutcome {
  const transaction = machine.get(ended.transactionalId);
  // Another coordinator of the partition, or this one after it was loaded anew, was faster.
  if (transaction !== ended) return reply(call, null);
  return reply(call, null, complete(transaction, context.nowMs));
}
