import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GroupCoordinators } from '../../src/broker/group-coordinators.js';
import type { Partitions } from '../../src/broker/partitions.js';
import { TransactionMarkers } from '../../src/broker/transaction-markers.js';
import type { Transaction } from '../../src/state/transaction/transaction.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { VirtualClock } from '../support/virtual-clock.js';

const TRANSACTION: Transaction = {
  transactionalId: 'tx',
  producerId: 7,
  previousProducerId: 7,
  nextProducerId: -1,
  producerEpoch: 1,
  lastProducerEpoch: 0,
  timeoutMs: 60_000,
  state: 'PrepareCommit',
  partitions: new Map([
    ['a', new Set([0, 1])],
    ['__consumer_offsets', new Set([2])],
  ]),
  updatedMs: 0,
  startedMs: 0,
  clientVersion: 2,
};

/** What each partition answers a marker with, in turn; 'ok' once there is nothing left. */
function bedOf(answers: Record<string, string[]>) {
  const clock = new VirtualClock();
  const logger = new RecordingLogger();
  const written: string[] = [];
  const answer = (name: string): string => {
    const next = answers[name]?.shift() ?? 'ok';
    if (next === 'ok') written.push(name);
    return next;
  };
  const partitions = {
    leader: (topic: string, index: number) => {
      const name = `${topic}-${index}`;
      const isAway = answers[name]?.[0]?.startsWith('away:') === true;
      if (isAway) return answers[name]?.shift()?.slice('away:'.length);
      return {
        name,
        appendOwn: (_batch: Buffer, options: unknown) => {
          assert.deepEqual(options, { transactionVersion: 2 });
          const error = answer(name);
          return error === 'ok' ? { kind: 'appended' } : { kind: 'failed', error };
        },
      };
    },
    wakeAll: () => undefined,
  };
  const groups = {
    endTransaction: ({ name }: { name: string }) => {
      const error = answer(name);
      return error === 'ok' ? null : error;
    },
  };
  const markers = new TransactionMarkers({
    partitions: partitions as unknown as Partitions,
    groups: groups as unknown as GroupCoordinators,
    clock,
    logger,
  });
  let done = 0;
  const ending = markers.end(TRANSACTION, 3, () => done++);
  ending.run();
  return { clock, logger, written, ending, done: () => done };
}

test('all partitions are told at once; those of groups by the group coordinator', () => {
  const bed = bedOf({});
  assert.deepEqual(bed.written, ['a-0', 'a-1', '__consumer_offsets-2']);
  assert.equal(bed.done(), 1);
});

test('partitions that cannot be had are told later, the others not twice', () => {
  const bed = bedOf({
    'a-1': ['away:NOT_LEADER_OR_FOLLOWER', 'KAFKA_STORAGE_ERROR'],
    '__consumer_offsets-2': ['COORDINATOR_LOAD_IN_PROGRESS'],
  });
  assert.deepEqual([bed.written, bed.done()], [['a-0'], 0]);
  bed.clock.advance(100);
  assert.deepEqual([bed.written, bed.done()], [['a-0', '__consumer_offsets-2'], 0]);
  bed.clock.advance(100);
  assert.deepEqual([bed.written, bed.done()], [['a-0', '__consumer_offsets-2', 'a-1'], 1]);
});

test('partitions that are gone are passed over', () => {
  const bed = bedOf({ 'a-0': ['away:UNKNOWN_TOPIC_OR_PARTITION'] });
  assert.deepEqual([bed.written, bed.done()], [['a-1', '__consumer_offsets-2'], 1]);
});

test('a coordinator that is fenced leaves the transaction as it is, and says so', () => {
  const bed = bedOf({ 'a-0': ['TRANSACTION_COORDINATOR_FENCED'] });
  bed.clock.advance(10_000);
  assert.deepEqual([bed.written, bed.done()], [[], 0]);
  assert.match(JSON.stringify(bed.logger), /Cannot end the transaction of tx .*a-0: TRANSACTION_COORDINATOR_FENCED/);
});

test('nothing is written any more once it is cancelled', () => {
  const bed = bedOf({ 'a-0': ['KAFKA_STORAGE_ERROR'] });
  bed.ending.cancel();
  bed.clock.advance(10_000);
  assert.deepEqual([bed.written, bed.done()], [['a-1', '__consumer_offsets-2'], 0]);
});
