import assert from 'node:assert/strict';
import test from 'node:test';
import { NO_SEQUENCE, type SequencedBatch, Sequences } from '../../../src/client/producer/sequences.js';

const batch = (recordCount: number): SequencedBatch => {
  return { recordCount, producerId: -1, producerEpoch: -1, baseSequence: NO_SEQUENCE, sequenceWasReset: false };
};

function begun(...counts: number[]) {
  const sequences = new Sequences();
  sequences.begin(7, 0);
  const batches = counts.map(batch);
  for (const one of batches) sequences.assign('t-0', one);
  return { sequences, batches };
}

const numbers = (batches: readonly SequencedBatch[]) =>
  batches.map(({ producerEpoch, baseSequence }) => [producerEpoch, baseSequence]);

test('batches of a partition are numbered by their records', () => {
  const { sequences, batches } = begun(10, 1, 5);
  assert.deepEqual(numbers(batches), [
    [0, 0],
    [0, 10],
    [0, 11],
  ]);
  const other = batch(3);
  sequences.assign('t-1', other);
  assert.deepEqual(numbers([other]), [[0, 0]]);
  const again = batches[1] as SequencedBatch;
  sequences.assign('t-0', again);
  assert.equal(again.baseSequence, 10, 'a batch keeps its number');
});

test('what is sent again goes in order, one at a time; what is new waits for nothing', () => {
  const { sequences, batches } = begun(10, 1, 5);
  assert.deepEqual(
    batches.map((one) => sequences.maySend('t-0', one)),
    [true, false, false],
  );
  assert.equal(sequences.maySend('t-0', batch(1)), true);
  sequences.acked('t-0', batches[0] as SequencedBatch);
  assert.deepEqual(
    batches.slice(1).map((one) => sequences.maySend('t-0', one)),
    [true, false],
  );
});

test('a batch that came too soon is only sent again', () => {
  const { sequences, batches } = begun(10, 1);
  const [first, second] = batches as [SequencedBatch, SequencedBatch];
  assert.equal(sequences.verdictOf('t-0', second, 'OUT_OF_ORDER_SEQUENCE_NUMBER', false), 'retry');
  assert.equal(sequences.resolve(), true);
  assert.deepEqual(numbers(batches), [
    [0, 0],
    [0, 10],
  ]);
  assert.equal(sequences.verdictOf('t-0', first, 'NOT_LEADER_OR_FOLLOWER', true), 'retry');
  assert.equal(sequences.verdictOf('t-0', first, 'INVALID_RECORD', false), 'failed');
  assert.equal(sequences.verdictOf('t-0', first, 'DUPLICATE_SEQUENCE_NUMBER', false), 'delivered');
});

test('when the broker lost what it had, the epoch rises and numbers begin at 0', () => {
  const { sequences, batches } = begun(10, 1, 5);
  const [first, second, third] = batches as [SequencedBatch, SequencedBatch, SequencedBatch];
  sequences.acked('t-0', first);
  assert.equal(sequences.verdictOf('t-0', second, 'OUT_OF_ORDER_SEQUENCE_NUMBER', false), 'retry');
  assert.equal(sequences.resolve(), true);
  assert.deepEqual(numbers([second, third]), [
    [1, 0],
    [1, 1],
  ]);
  assert.ok(second.sequenceWasReset);
  const next = batch(1);
  sequences.assign('t-0', next);
  assert.deepEqual(numbers([next]), [[1, 6]]);
});

test('numbers close up behind a batch that was surely not taken', () => {
  const { sequences, batches } = begun(10, 1, 5);
  sequences.failed('t-0', batches[0] as SequencedBatch, true);
  assert.deepEqual(numbers(batches.slice(1)), [
    [0, 0],
    [0, 1],
  ]);
  const next = batch(1);
  sequences.assign('t-0', next);
  assert.equal(next.baseSequence, 6);
});

test('after a batch of unknown fate nothing new goes out until the rest is settled, then under a new epoch', () => {
  const { sequences, batches } = begun(10, 5);
  const [first, second] = batches as [SequencedBatch, SequencedBatch];
  sequences.failed('t-0', first, false);
  assert.equal(sequences.maySend('t-0', batch(1)), false);
  sequences.resolve();
  assert.equal(sequences.maySend('t-0', batch(1)), false);
  sequences.failed('t-0', second, false);
  assert.equal(sequences.resolve(), true);
  const next = batch(1);
  assert.equal(sequences.maySend('t-0', next), true);
  sequences.assign('t-0', next);
  assert.deepEqual(numbers([next]), [[1, 0]]);
});

test('when what followed arrived, the batch of unknown fate did too, and the epoch stays', () => {
  const { sequences, batches } = begun(10, 5);
  const [first, second] = batches as [SequencedBatch, SequencedBatch];
  sequences.failed('t-0', first, false);
  sequences.acked('t-0', second);
  assert.equal(sequences.resolve(), true);
  const next = batch(1);
  sequences.assign('t-0', next);
  assert.deepEqual(numbers([next]), [[0, 15]]);
});

test('other partitions take a new epoch once they have nothing under way', () => {
  const { sequences, batches } = begun(10);
  const other = batch(2);
  sequences.assign('t-1', other);
  sequences.verdictOf('t-0', batches[0] as SequencedBatch, 'UNKNOWN_PRODUCER_ID', false);
  sequences.resolve();
  const later = batch(2);
  sequences.assign('t-1', later);
  assert.deepEqual(numbers([later]), [[0, 2]]);
  sequences.acked('t-1', other);
  sequences.acked('t-1', later);
  const last = batch(2);
  sequences.assign('t-1', last);
  assert.deepEqual(numbers([last]), [[1, 0]]);
});

test('after the last epoch a new id is needed', () => {
  const sequences = new Sequences();
  sequences.begin(7, 0x7fff);
  const one = batch(1);
  sequences.assign('t-0', one);
  sequences.verdictOf('t-0', one, 'UNKNOWN_PRODUCER_ID', false);
  assert.equal(sequences.resolve(), false);
  sequences.begin(8, 0);
  assert.deepEqual([one.producerId, one.producerEpoch, one.baseSequence], [8, 0, 0]);
  assert.equal(sequences.resolve(), true);
});

test('numbers wrap', () => {
  const { sequences, batches } = begun(0x7fff_fffe, 4, 2);
  assert.deepEqual(numbers(batches), [
    [0, 0],
    [0, 0x7fff_fffe],
    [0, 2],
  ]);
  sequences.failed('t-0', batches[1] as SequencedBatch, true);
  assert.equal(batches[2]?.baseSequence, 0x7fff_fffe);
});

test('pieces of a batch take its numbers', () => {
  const { sequences, batches } = begun(10, 5);
  const pieces = [batch(4), batch(6)];
  sequences.replaced('t-0', batches[0] as SequencedBatch, pieces);
  assert.deepEqual(numbers(pieces), [
    [0, 0],
    [0, 4],
  ]);
  assert.deepEqual(
    [...pieces, batches[1] as SequencedBatch].map((one) => sequences.maySend('t-0', one)),
    [true, false, false],
  );
});
