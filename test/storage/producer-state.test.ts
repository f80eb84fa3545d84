import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  type AppendOrigin,
  type CheckOptions,
  type ProducerBatch,
  ProducerState,
  REMEMBERED_BATCHES,
} from '../../src/storage/producer-state.js';

const CLIENT: CheckOptions = { origin: 'client' };
const COORDINATOR: CheckOptions = { origin: 'coordinator' };

function batch(fields: Partial<ProducerBatch> & { records?: number } = {}): ProducerBatch {
  const { records = 1, ...rest } = fields;
  const baseOffset = rest.baseOffset ?? 0;
  const baseSequence = rest.baseSequence ?? 0;
  return {
    producerId: 1,
    producerEpoch: 0,
    baseSequence,
    lastSequence: (baseSequence + records - 1) % 2 ** 31,
    baseOffset,
    lastOffset: baseOffset + records - 1,
    timestamp: 1000,
    isTransactional: false,
    marker: null,
    ...rest,
  };
}

const marker = (baseOffset: number, isCommit: boolean, fields: Partial<ProducerBatch> = {}): ProducerBatch =>
  batch({
    baseOffset,
    baseSequence: -1,
    lastSequence: -1,
    isTransactional: true,
    marker: { isCommit, coordinatorEpoch: 0 },
    ...fields,
  });

const stateOf = (...batches: ProducerBatch[]): ProducerState => {
  const state = new ProducerState('t-0');
  for (const one of batches) {
    const completed = state.apply(one);
    if (completed !== null) state.complete(completed);
  }
  return state;
};

const errorOf = (state: ProducerState, one: ProducerBatch, options = CLIENT): string => {
  const checked = state.check(one, options);
  return checked.kind === 'failed' ? checked.error : checked.kind;
};

describe('ProducerState: sequences', () => {
  it('takes any first sequence of a producer that it does not know', () => {
    assert.equal(errorOf(stateOf(), batch({ baseSequence: 17 })), 'accepted');
  });

  it('takes the next sequence and refuses gaps and steps back', () => {
    const state = stateOf(batch({ records: 3 }));
    assert.equal(errorOf(state, batch({ baseSequence: 3, baseOffset: 3 })), 'accepted');
    assert.equal(errorOf(state, batch({ baseSequence: 4, baseOffset: 3 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    assert.equal(errorOf(state, batch({ baseSequence: 2, baseOffset: 3 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    assert.deepEqual(state.check(batch({ baseSequence: 5, baseOffset: 3 }), CLIENT), {
      kind: 'failed',
      error: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
      message:
        'Out of order sequence number for producer 1 at offset 3 in partition t-0: ' +
        '5 (incoming seq. number), 2 (current end sequence number)',
    });
  });

  it('wraps from 2^31 - 1 to 0, also within a batch', () => {
    const state = stateOf(batch({ baseSequence: 2 ** 31 - 2, records: 4 }));
    assert.equal(errorOf(state, batch({ baseSequence: 2, baseOffset: 4 })), 'accepted');
    assert.equal(errorOf(state, batch({ baseSequence: 2 ** 31 - 2, records: 4, baseOffset: 4 })), 'duplicate');
    const atTheEnd = stateOf(batch({ baseSequence: 2 ** 31 - 1 }));
    assert.equal(errorOf(atTheEnd, batch({ baseSequence: 0, baseOffset: 1 })), 'accepted');
  });

  it('knows the last five batches again, and only as a whole', () => {
    const batches = Array.from({ length: 7 }, (_, n) => batch({ baseSequence: n * 2, baseOffset: n * 2, records: 2 }));
    const state = stateOf(...batches);
    for (const [index, old] of batches.entries()) {
      const expected = index < batches.length - REMEMBERED_BATCHES ? 'OUT_OF_ORDER_SEQUENCE_NUMBER' : 'duplicate';
      assert.equal(errorOf(state, { ...old, baseOffset: 14 }), expected, `batch ${index}`);
    }
    const again = state.check(batch({ baseSequence: 8, records: 2, baseOffset: 14 }), CLIENT);
    assert.ok(again.kind === 'duplicate');
    assert.equal(again.batch.lastOffset - again.batch.offsetDelta, 8);
    assert.equal(
      errorOf(state, batch({ baseSequence: 8, records: 3, baseOffset: 14 })),
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
    );
  });

  it('wants sequence 0 in a new epoch, and no lower epoch', () => {
    const state = stateOf(batch({ producerEpoch: 3, records: 2 }));
    assert.equal(errorOf(state, batch({ producerEpoch: 4, baseOffset: 2 })), 'accepted');
    assert.deepEqual(state.check(batch({ producerEpoch: 4, baseOffset: 2, baseSequence: 2 }), CLIENT), {
      kind: 'failed',
      error: 'OUT_OF_ORDER_SEQUENCE_NUMBER',
      message:
        'Invalid sequence number for new epoch of producer 1 at offset 2 in partition t-0: ' +
        '4 (request epoch), 2 (seq. number), 3 (current producer epoch)',
    });
    assert.equal(errorOf(state, batch({ producerEpoch: 2, baseOffset: 2 })), 'INVALID_PRODUCER_EPOCH');
  });

  it('does not know batches of an older epoch again', () => {
    const state = stateOf(batch({ producerEpoch: 0 }), batch({ producerEpoch: 1, baseOffset: 1 }));
    assert.equal(errorOf(state, batch({ producerEpoch: 0, baseOffset: 2 })), 'INVALID_PRODUCER_EPOCH');
    assert.equal(errorOf(state, batch({ producerEpoch: 1, baseOffset: 2 })), 'duplicate');
  });

  it('begins at sequence 0 again after a marker that raised the epoch', () => {
    const state = stateOf(batch({ isTransactional: true, records: 3 }), marker(3, true, { producerEpoch: 1 }));
    const next = { isTransactional: true, producerEpoch: 1, baseOffset: 4 };
    assert.equal(errorOf(state, batch({ ...next, baseSequence: 3 })), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    assert.equal(errorOf(state, batch({ ...next, baseSequence: 0 })), 'accepted');
  });

  it('takes everything that another leader accepted', () => {
    const state = stateOf(batch({ producerEpoch: 3 }));
    assert.equal(errorOf(state, batch({ producerEpoch: 1, baseSequence: 9 }), { origin: 'replication' }), 'accepted');
  });

  it('forgets silent producers, but not those with an open transaction', () => {
    const state = stateOf(batch(), batch({ producerId: 2, isTransactional: true, baseOffset: 1 }));
    state.expire(1999, 1000);
    assert.equal(state.producerCount, 2);
    state.expire(2000, 1000);
    assert.deepEqual(
      [...state.producers].map(({ producerId }) => producerId),
      [2],
    );
  });
});

describe('ProducerState: transactions', () => {
  const open = (producerId: number, baseOffset: number, producerEpoch = 0): ProducerBatch =>
    batch({ producerId, baseOffset, producerEpoch, isTransactional: true });

  it('holds the first unstable offset at the oldest open transaction', () => {
    const state = stateOf(open(1, 0), open(2, 1), batch({ producerId: 3, baseOffset: 2 }));
    assert.equal(state.firstUnstableOffset, 0);
    const completed = state.apply(marker(3, true));
    assert.deepEqual(completed, { producerId: 1, firstOffset: 0, lastOffset: 3, isAborted: false });
    assert.ok(completed);
    assert.equal(state.lastStableOffsetAfter(completed), 1);
    state.complete(completed);
    assert.equal(state.firstUndecidedOffset, 1);
    assert.equal(state.firstUnstableOffset, 0, 'until all replicas have the marker');
    state.replicatedTo(3);
    assert.equal(state.firstUnstableOffset, 0);
    state.replicatedTo(4);
    assert.equal(state.firstUnstableOffset, 1);
  });

  it('tells the last stable offset behind the marker when nothing else is open', () => {
    const state = stateOf(open(1, 5));
    const completed = state.apply(marker(9, false));
    assert.ok(completed);
    assert.equal(completed.isAborted, true);
    assert.equal(state.lastStableOffsetAfter(completed), 10);
  });

  it('takes a marker without a transaction for what it is', () => {
    assert.equal(stateOf().apply(marker(0, false)), null);
  });

  it('refuses records outside of the open transaction', () => {
    const state = stateOf(open(1, 0));
    assert.equal(errorOf(state, batch({ baseSequence: 1, baseOffset: 1 })), 'INVALID_TXN_STATE');
  });

  it('fences coordinators and epochs of the past', () => {
    const state = stateOf(
      open(1, 0, 5),
      marker(1, true, { producerEpoch: 5, marker: { isCommit: true, coordinatorEpoch: 7 } }),
    );
    const late = (producerEpoch: number, coordinatorEpoch: number): ProducerBatch =>
      marker(2, true, { producerEpoch, marker: { isCommit: true, coordinatorEpoch } });
    assert.equal(errorOf(state, late(5, 6), COORDINATOR), 'TRANSACTION_COORDINATOR_FENCED');
    assert.equal(errorOf(state, late(5, 7), COORDINATOR), 'accepted');
    assert.equal(errorOf(state, late(4, 7), COORDINATOR), 'INVALID_PRODUCER_EPOCH');
  });

  it('wants a higher epoch of a marker since transaction version 2, unless it comes again', () => {
    const version2: CheckOptions = { origin: 'coordinator', transactionVersion: 2 };
    const state = stateOf(open(1, 0, 5));
    assert.equal(errorOf(state, marker(1, true, { producerEpoch: 5 }), version2), 'INVALID_PRODUCER_EPOCH');
    assert.equal(errorOf(state, marker(1, true, { producerEpoch: 6 }), version2), 'accepted');
    assert.equal(errorOf(state, marker(1, true, { producerEpoch: 5 }), COORDINATOR), 'accepted');
    const ended = stateOf(open(1, 0, 5), marker(1, true, { producerEpoch: 6 }));
    assert.equal(errorOf(ended, marker(2, true, { producerEpoch: 6 }), version2), 'accepted');
  });
});

describe('ProducerState: verification', () => {
  const required = (guard: symbol | null): CheckOptions => ({ origin: 'client', verificationRequired: true, guard });
  const first = batch({ isTransactional: true });

  function guardOf(state: ProducerState, sequence = 0, epoch = 0, bumps = false): symbol {
    const guard = state.startVerification(1, sequence, epoch, bumps, 0);
    assert.equal(typeof guard, 'symbol');
    return guard as symbol;
  }

  it('lets in the first batch of a transaction only with the guard of its verification', () => {
    const state = stateOf();
    assert.equal(errorOf(state, first, required(null)), 'INVALID_TXN_STATE');
    const guard = guardOf(state);
    assert.equal(errorOf(state, first, required(Symbol('other'))), 'INVALID_TXN_STATE');
    assert.equal(errorOf(state, first, required(guard)), 'accepted');
    assert.equal(guardOf(state), guard);
  });

  it('needs none once the transaction is open, and a new one after its end', () => {
    const state = stateOf();
    const guard = guardOf(state);
    state.apply(first);
    assert.equal(state.startVerification(1, 1, 0, false, 0), null);
    assert.equal(
      errorOf(state, batch({ isTransactional: true, baseSequence: 1, baseOffset: 1 }), required(null)),
      'accepted',
    );
    state.apply(marker(2, true));
    assert.equal(
      errorOf(state, batch({ isTransactional: true, baseSequence: 1, baseOffset: 3 }), required(guard)),
      'INVALID_TXN_STATE',
    );
  });

  it('drops a verification that a marker overtook', () => {
    const state = stateOf();
    const guard = guardOf(state);
    state.apply(marker(0, false));
    assert.equal(errorOf(state, first, required(guard)), 'INVALID_TXN_STATE');
  });

  it('keeps the verification of the epoch that the marker of the one before brings', () => {
    const state = stateOf(batch({ isTransactional: true }));
    const guard = guardOf(state, 0, 1, true);
    state.apply(marker(1, true, { producerEpoch: 1 }));
    assert.equal(
      errorOf(state, batch({ isTransactional: true, producerEpoch: 1, baseOffset: 2 }), required(guard)),
      'accepted',
    );
  });

  it('refuses a batch behind the lowest sequence that waits, and any but 0 when each transaction has its epoch', () => {
    const state = stateOf();
    const guard = guardOf(state, 4);
    guardOf(state, 2);
    const at = (baseSequence: number): ProducerBatch => batch({ isTransactional: true, baseSequence });
    assert.equal(errorOf(state, at(4), required(guard)), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
    assert.equal(errorOf(state, at(2), required(guard)), 'accepted');
    const bumping = stateOf();
    assert.equal(errorOf(bumping, at(2), required(guardOf(bumping, 2, 0, true))), 'OUT_OF_ORDER_SEQUENCE_NUMBER');
  });

  it('refuses an epoch of the past', () => {
    const state = stateOf(batch({ producerEpoch: 3 }));
    const failure = state.startVerification(1, 0, 2, false, 0);
    assert.ok(failure !== null && typeof failure === 'object');
    assert.equal(failure.error, 'INVALID_PRODUCER_EPOCH');
    const old = batch({ isTransactional: true, producerEpoch: 2 });
    const origins: AppendOrigin[] = ['client', 'coordinator'];
    for (const origin of origins) assert.equal(errorOf(state, old, { origin }), 'INVALID_PRODUCER_EPOCH');
  });
});
