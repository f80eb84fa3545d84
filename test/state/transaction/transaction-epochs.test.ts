import assert from 'node:assert/strict';
import { test } from 'node:test';
import { abortTimedOut, timedOut } from '../../../src/state/transaction/end-transaction.js';
import { add, end, ID, init, TransactionBed } from '../../support/transaction-bed.js';

const at = (producerId: number, producerEpoch: number) => ({ producerId, producerEpoch });
const LAST = 32_766;

/** A producer that raised its epoch by its own wish until it has this one. */
function bedAt(epoch: number, version = 2): TransactionBed {
  const bed = new TransactionBed(version);
  init(bed);
  for (let from = 0; from < epoch; from++) init(bed, { as: at(1, from) });
  assert.equal(bed.machine.get(ID)?.producerEpoch, epoch);
  return bed;
}

test('a producer that goes on after an error may ask twice for its next epoch (KIP-360)', () => {
  const bed = new TransactionBed();
  assert.deepEqual(init(bed), { error: 'NONE', ...at(1, 0) });
  assert.deepEqual(init(bed, { as: at(1, 0) }), { error: 'NONE', ...at(1, 1) });
  assert.deepEqual(init(bed, { as: at(1, 0) }), { error: 'NONE', ...at(1, 1) });
  assert.deepEqual(init(bed, { as: at(1, 1) }), { error: 'NONE', ...at(1, 2) });
  assert.equal(init(bed, { as: at(1, 0) }).error, 'PRODUCER_FENCED');
  assert.deepEqual(init(bed), { error: 'NONE', ...at(1, 3) });
  assert.equal(init(bed, { as: at(1, 2) }).error, 'PRODUCER_FENCED');
});

test('another coordinator does not know a repeated wish, and fences', () => {
  const bed = new TransactionBed();
  init(bed);
  init(bed, { as: at(1, 0) });
  assert.equal(init(bed.takenOver(), { as: at(1, 0) }).error, 'PRODUCER_FENCED');
});

test('when the epochs of a producer id are used up the producer gets another id', () => {
  const bed = bedAt(LAST);
  // Kafka has an error of its own for a repeated wish that led to the last epoch.
  assert.equal(init(bed, { as: at(1, LAST - 1) }).error, 'UNKNOWN_SERVER_ERROR');
  assert.deepEqual(init(bed, { as: at(1, LAST) }), { error: 'NONE', ...at(2, 0) });
  assert.deepEqual(init(bed, { as: at(1, LAST) }), { error: 'NONE', ...at(2, 0) });
  assert.equal(init(bed, { as: at(1, LAST - 1) }).error, 'PRODUCER_FENCED');
  assert.deepEqual(init(bed), { error: 'NONE', ...at(2, 1) });
});

test('the last transaction of a producer id ends with the epoch that is the coordinator’s, and hands over another id', () => {
  const bed = bedAt(LAST);
  assert.equal(add(bed, at(1, LAST), 2), 'NONE');
  assert.deepEqual(end(bed, at(1, LAST), true, 2), { error: 'NONE', ...at(2, 0) });
  const ending = bed.machine.get(ID);
  assert.deepEqual(
    [ending?.state, ending?.producerId, ending?.nextProducerId, ending?.producerEpoch],
    ['PrepareCommit', 1, 2, LAST + 1],
  );
  bed.complete();
  const ended = bed.machine.get(ID);
  assert.deepEqual(
    [ended?.state, ended?.producerId, ended?.previousProducerId, ended?.nextProducerId, ended?.producerEpoch],
    ['CompleteCommit', 2, 1, -1, 0],
  );
  assert.deepEqual(end(bed, at(1, LAST), true, 2), { error: 'NONE', ...at(2, 0) });
  assert.equal(end(bed, at(1, LAST), false, 2).error, 'INVALID_TXN_STATE');
  assert.equal(add(bed, at(2, 0), 2), 'NONE');
});

test('fencing a producer in its last epoch hands the next one another id', () => {
  for (const version of [1, 2]) {
    const bed = bedAt(LAST, version);
    assert.equal(add(bed, at(1, LAST), version), 'NONE');
    assert.equal(init(bed).error, 'CONCURRENT_TRANSACTIONS');
    bed.complete();
    assert.deepEqual(init(bed), { error: 'NONE', ...at(2, version === 2 ? 1 : 0) });
  }
});

test('a replaced producer is fenced one epoch before its successor’s', () => {
  for (const version of [1, 2]) {
    const bed = new TransactionBed(version);
    init(bed);
    add(bed, at(1, 0), version);
    assert.equal(init(bed).error, 'CONCURRENT_TRANSACTIONS');
    const aborted = bed.machine.get(ID);
    assert.deepEqual([aborted?.state, aborted?.producerEpoch], ['PrepareAbort', 1]);
    bed.complete();
    assert.deepEqual(init(bed), { error: 'NONE', ...at(1, 2) });
    assert.equal(add(bed, at(1, 0), version), 'PRODUCER_FENCED');
  }
});

test('a producer that replaces itself goes on with the epoch of the fence at version 2, and is fenced before', () => {
  const after = (version: number) => {
    const bed = new TransactionBed(version);
    init(bed);
    add(bed, at(1, 0), version);
    assert.equal(init(bed, { as: at(1, 0) }).error, 'CONCURRENT_TRANSACTIONS');
    bed.complete();
    return init(bed, { as: at(1, 0) });
  };
  assert.deepEqual(after(2), { error: 'NONE', ...at(1, 1) });
  assert.equal(after(1).error, 'PRODUCER_FENCED');
});

test('a transaction that is open for too long is aborted and its producer fenced', () => {
  const bed = new TransactionBed();
  init(bed, { timeoutMs: 100 });
  add(bed, at(1, 0), 2);
  bed.nowMs += 100;
  assert.deepEqual(timedOut(bed.machine, bed.nowMs), []);
  bed.nowMs += 1;
  assert.deepEqual(timedOut(bed.machine, bed.nowMs), [ID]);
  const abort = () =>
    bed.askWithProducerId((machine, call, newProducerId, context) =>
      abortTimedOut(machine, call, ID, newProducerId, context),
    );
  abort();
  assert.equal(bed.machine.get(ID)?.state, 'PrepareAbort');
  assert.equal(bed.machine.get(ID)?.producerEpoch, 1);
  assert.deepEqual(timedOut(bed.machine, bed.nowMs), []);
  const before = bed.changes.length;
  abort();
  assert.equal(bed.changes.length, before);
});

test('ids that nobody used for long are forgotten, those in a transaction are not', () => {
  const bed = new TransactionBed(2, { idExpirationMs: 10_000, idExpirationIntervalMs: 1000 }).takenOver();
  init(bed, { id: 'idle' });
  init(bed, { id: 'open' });
  add(bed, at(2, 0), 2, undefined, 'open');
  bed.advance(9999);
  assert.notEqual(bed.machine.get('idle'), null);
  bed.advance(1000);
  assert.equal(bed.machine.get('idle'), null);
  assert.equal(bed.machine.get('open')?.state, 'Ongoing');
  assert.deepEqual(bed.changes.at(-1), { transactionalId: 'idle', transaction: null });
  assert.ok(bed.timers.size > 0);
});

test('a marker round of an earlier decision does not complete a later one', () => {
  const bed = new TransactionBed();
  init(bed);
  add(bed, at(1, 0), 2);
  end(bed, at(1, 0), true, 2);
  const next = bed.takenOver();
  next.complete();
  assert.equal(next.machine.get(ID)?.state, 'CompleteCommit');
  const records = next.changes.length;
  next.complete();
  assert.equal(next.changes.length, records + 1, 'bed.complete() names what is there now');
});
