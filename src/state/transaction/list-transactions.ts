import { RE2JS } from 're2js';
import type { ListTransactionsRequest } from '../../protocol/generated/list-transactions.js';
import { TRANSACTION_STATES, type Transaction, type TransactionState } from './transaction.js';

/** Which transactions are asked for. */
export interface TransactionFilter {
  /** Names of states that do not exist. */
  readonly unknownStates: readonly string[];
  accepts(transaction: Transaction, nowMs: number): boolean;
}

/** @returns null when the pattern, in RE2's syntax, is none (KIP-1152) */
export function transactionFilter(request: ListTransactionsRequest): TransactionFilter | null {
  const { stateFilters, durationFilter, transactionalIdPattern } = request;
  const producerIds = new Set(request.producerIdFilters);
  const states = new Set(stateFilters);
  const pattern = compile(transactionalIdPattern ?? '');
  if (pattern === null) return null;
  return {
    unknownStates: stateFilters.filter((name) => !TRANSACTION_STATES.includes(name as TransactionState)),
    accepts({ transactionalId, producerId, state, startedMs }, nowMs) {
      if (producerIds.size > 0 && !producerIds.has(producerId)) return false;
      if (states.size > 0 && !states.has(state)) return false;
      // One that never began has been so for ever.
      if (durationFilter >= 0 && nowMs - startedMs <= durationFilter) return false;
      return pattern === 'all' || pattern.matches(transactionalId);
    },
  };
}

function compile(pattern: string): RE2JS | 'all' | null {
  if (pattern === '') return 'all';
  try {
    return RE2JS.compile(pattern);
  } catch {
    return null;
  }
}
