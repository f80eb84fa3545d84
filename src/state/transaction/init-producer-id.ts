import type { CallId } from '../../base/machine.js';
import type { Init } from '../../protocol/codec-runtime.js';
import { type ErrorName, errorCode } from '../../protocol/errors.js';
import type { InitProducerIdRequest, InitProducerIdResponse } from '../../protocol/generated/init-producer-id.js';
import { fenceAndAbort } from './end-transaction.js';
import { isEnding, isExhausted, NO_EPOCH, NO_PRODUCER_ID, type Transaction } from './transaction.js';
import {
  NEEDS_PRODUCER_ID,
  reply,
  type TransactionContext,
  type TransactionMachine,
  type TransactionOutcome,
  type TransactionSettings,
} from './transaction-machine.js';
import { changeProducerId, newTransaction, raiseEpoch } from './transitions.js';

/** Java's Integer.MAX_VALUE: transactions of a two-phase commit do not time out (KIP-939). */
const NO_TIMEOUT_MS = 0x7fff_ffff;

interface Producer {
  readonly id: number;
  readonly epoch: number;
}

export const initFailure = (error: ErrorName): Init<InitProducerIdResponse> => ({
  errorCode: errorCode(error),
  producerId: NO_PRODUCER_ID,
  producerEpoch: NO_EPOCH,
});

/**
 * Gives a producer its id and epoch; those before it with the same transactional id are fenced, and a transaction that
 * one of them left open is aborted before: until then the answer is CONCURRENT_TRANSACTIONS.
 *
 * @param newProducerId for when the command needs one; null at first
 */
export function initProducerId(
  machine: TransactionMachine,
  call: CallId,
  request: InitProducerIdRequest & { readonly transactionalId: string },
  newProducerId: number | null,
  context: TransactionContext,
): TransactionOutcome {
  const refuse = (error: ErrorName) => reply(call, initFailure(error));
  const timeoutMs = request.enable2Pc ? NO_TIMEOUT_MS : request.transactionTimeoutMs;
  const known = machine.get(request.transactionalId);
  if (known === null && newProducerId === null) return reply(call, NEEDS_PRODUCER_ID);
  const transaction =
    known ?? newTransaction(request.transactionalId, newProducerId as number, timeoutMs, context.nowMs);
  if (isEnding(transaction)) return refuse('CONCURRENT_TRANSACTIONS');
  const expected =
    request.producerId === NO_PRODUCER_ID ? null : { id: request.producerId, epoch: request.producerEpoch };
  if (expected !== null && !isProducerOf(transaction, expected)) return refuse('PRODUCER_FENCED');
  if (transaction.state === 'Ongoing') {
    const aborted = fenceAndAbort(transaction, newProducerId, context);
    return aborted === NEEDS_PRODUCER_ID
      ? reply(call, NEEDS_PRODUCER_ID)
      : reply(call, initFailure('CONCURRENT_TRANSACTIONS'), aborted);
  }
  const { producerEpoch } = transaction;
  if (isExhausted(producerEpoch) && (expected === null || expected.epoch === producerEpoch)) {
    if (newProducerId === null) return reply(call, NEEDS_PRODUCER_ID);
    const changed = changeProducerId(transaction, newProducerId, timeoutMs, expected !== null, context.nowMs);
    return reply(call, identityOf(changed), changed);
  }
  const raised = raiseEpoch(transaction, timeoutMs, expected?.epoch ?? null, context.nowMs);
  return typeof raised === 'string' ? refuse(raised) : reply(call, identityOf(raised), raised);
}

/** What is wrong with the request whatever the coordinator knows, which need not be asked then. */
export function initProblem(request: InitProducerIdRequest, settings: TransactionSettings): ErrorName | null {
  const { transactionTimeoutMs, enable2Pc } = request;
  if (enable2Pc && !settings.allowsTwoPhaseCommit) return 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED';
  if (request.keepPreparedTxn) return 'UNSUPPORTED_VERSION';
  const fits = enable2Pc || (transactionTimeoutMs > 0 && transactionTimeoutMs <= settings.maxTimeoutMs);
  return fits ? null : 'INVALID_TRANSACTION_TIMEOUT';
}

/** A producer whose id was just changed may not have heard of it, and names the id it had (KIP-360). */
function isProducerOf({ producerId, previousProducerId, producerEpoch }: Transaction, { id, epoch }: Producer) {
  if (producerEpoch === NO_EPOCH || id === producerId) return true;
  return id === previousProducerId && isExhausted(epoch);
}

const identityOf = ({ producerId, producerEpoch }: Transaction): Init<InitProducerIdResponse> => ({
  producerId,
  producerEpoch,
});
