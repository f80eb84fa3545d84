import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ListTransactionsRequest } from '../../../src/protocol/generated/list-transactions.js';
import { transactionFilter } from '../../../src/state/transaction/list-transactions.js';
import { add, init, TransactionBed } from '../../support/transaction-bed.js';

const ALL: ListTransactionsRequest = {
  stateFilters: [],
  producerIdFilters: [],
  durationFilter: -1,
  transactionalIdPattern: null,
};

/** Two that were begun 100 ms ago and one that never was: producers 1, 2 and 3. */
function listed(fields: Partial<ListTransactionsRequest>): string[] {
  const bed = new TransactionBed();
  for (const id of ['open-1', 'open-2', 'fresh']) {
    const producer = init(bed, { id });
    if (id !== 'fresh') add(bed, producer, 2, undefined, id);
  }
  bed.nowMs += 100;
  const filter = transactionFilter({ ...ALL, ...fields });
  assert.ok(filter !== null);
  return [...bed.machine.all()]
    .filter((one) => filter.accepts(one, bed.nowMs))
    .map(({ transactionalId }) => transactionalId);
}

test('transactions are listed by state, producer, duration and pattern', () => {
  assert.deepEqual(listed({}), ['open-1', 'open-2', 'fresh']);
  assert.deepEqual(listed({ stateFilters: ['Ongoing'] }), ['open-1', 'open-2']);
  assert.deepEqual(listed({ stateFilters: ['ongoing'] }), []);
  assert.deepEqual(listed({ producerIdFilters: [2, 3] }), ['open-2', 'fresh']);
  assert.deepEqual(listed({ durationFilter: 99 }), ['open-1', 'open-2', 'fresh']);
  // One that never began has run for ever.
  assert.deepEqual(listed({ durationFilter: 100 }), ['fresh']);
  assert.deepEqual(listed({ durationFilter: -5 }), ['open-1', 'open-2', 'fresh']);
  assert.deepEqual(listed({ transactionalIdPattern: 'open-.*' }), ['open-1', 'open-2']);
  // The whole id has to match.
  assert.deepEqual(listed({ transactionalIdPattern: 'open' }), []);
  assert.deepEqual(listed({ transactionalIdPattern: '' }), ['open-1', 'open-2', 'fresh']);
  assert.deepEqual(listed({ stateFilters: ['Empty'], producerIdFilters: [1] }), []);
});

test('states that do not exist are named, and a pattern that is none is refused', () => {
  assert.deepEqual(transactionFilter({ ...ALL, stateFilters: ['Bogus', 'Empty', 'Dead'] })?.unknownStates, ['Bogus']);
  assert.equal(transactionFilter({ ...ALL, transactionalIdPattern: '*(' }), null);
});
