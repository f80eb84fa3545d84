import assert from 'node:assert/strict';
import { test } from 'node:test';
import { add, end, ID, type Identity, init, P0, TransactionBed, verify } from '../../support/transaction-bed.js';

const STATES = [
  'None',
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
] as const;
type State = (typeof STATES)[number];

/** A machine with one transactional id in the state, and the identity its producer had last. */
function bedIn(state: State, clientVersion: number): { bed: TransactionBed; producer: Identity } {
  const bed = new TransactionBed(clientVersion === 2 ? 2 : 1);
  if (state === 'None') return { bed, producer: { producerId: 1, producerEpoch: 0 } };
  const producer = init(bed);
  if (state === 'Empty') return { bed, producer };
  add(bed, producer, clientVersion);
  if (state === 'Ongoing') return { bed, producer };
  end(bed, producer, state.endsWith('Commit'), clientVersion);
  if (state.startsWith('Complete')) bed.complete();
  return { bed, producer };
}

type Request = (bed: TransactionBed, producer: Identity) => string;

const told = (answer: { error: string } & Identity): string =>
  answer.error === 'NONE' ? `NONE ${answer.producerId}/${answer.producerEpoch}` : answer.error;

const REQUESTS: Record<string, Request> = {
  init: (bed) => told(init(bed)),
  'init as itself': (bed, as) => told(init(bed, { as })),
  'init as another id': (bed, as) => told(init(bed, { as: { ...as, producerId: 99 } })),
  add: (bed, producer) => add(bed, producer, 0),
  'add of a later epoch': (bed, producer) => add(bed, { ...producer, producerEpoch: 7 }, 0),
  'add of another id': (bed, producer) => add(bed, { ...producer, producerId: 99 }, 0),
  verify: (bed, producer) => verify(bed, producer),
  'verify of another partition': (bed, producer) => verify(bed, producer, [P0, { ...P0, partition: 1 }]),
  'verify of a later epoch': (bed, producer) => verify(bed, { ...producer, producerEpoch: 7 }),
  commit: (bed, producer) => told(end(bed, producer, true, 0)),
  abort: (bed, producer) => told(end(bed, producer, false, 0)),
  'commit of a later epoch': (bed, producer) => told(end(bed, { ...producer, producerEpoch: 7 }, true, 0)),
  'commit of another id': (bed, producer) => told(end(bed, { ...producer, producerId: 99 }, true, 0)),
};
const SAME = { producerId: 1, producerEpoch: 0 };
const NEXT = { producerId: 1, producerEpoch: 1 };
const REQUESTS_2: Record<string, Request> = {
  'add of the next epoch': (bed) => add(bed, NEXT, 2),
  'add of the same epoch': (bed) => add(bed, SAME, 2),
  'commit again': (bed) => told(end(bed, SAME, true, 2)),
  'abort again': (bed) => told(end(bed, SAME, false, 2)),
  'commit of the next epoch': (bed) => told(end(bed, NEXT, true, 2)),
  'abort of the next epoch': (bed) => told(end(bed, NEXT, false, 2)),
  'abort of a later epoch': (bed) => told(end(bed, { ...NEXT, producerEpoch: 7 }, false, 2)),
};

/** The answer, and the state afterwards, in the order of STATES; what the columns have in common stands once. */
function table(requests: Record<string, Request>, clientVersion: number): Record<string, string[]> {
  const rows: Record<string, string[]> = {};
  for (const [name, request] of Object.entries(requests)) {
    rows[name] = STATES.map((state) => {
      const { bed, producer } = bedIn(state, clientVersion);
      const answer = request(bed, producer);
      const after = bed.machine.get(ID)?.state ?? 'None';
      return after === state ? answer : `${answer}, ${after}`;
    });
  }
  return rows;
}

const MAPPING = 'INVALID_PRODUCER_ID_MAPPING';
const BUSY = 'CONCURRENT_TRANSACTIONS';
const FENCED = 'PRODUCER_FENCED';
const INVALID = 'INVALID_TXN_STATE';

test('every request in every state, before version 2 (as measured on Apache Kafka 4.3.1)', () => {
  assert.deepEqual(table(REQUESTS, 0), {
    init: ['NONE 1/0, Empty', 'NONE 1/1', `${BUSY}, PrepareAbort`, BUSY, BUSY, 'NONE 1/1, Empty', 'NONE 1/1, Empty'],
    'init as itself': [
      'NONE 1/0, Empty',
      'NONE 1/1',
      `${BUSY}, PrepareAbort`,
      BUSY,
      BUSY,
      'NONE 1/1, Empty',
      'NONE 1/1, Empty',
    ],
    'init as another id': ['NONE 1/0, Empty', FENCED, FENCED, BUSY, BUSY, FENCED, FENCED],
    add: [MAPPING, 'NONE, Ongoing', 'NONE', BUSY, BUSY, 'NONE, Ongoing', 'NONE, Ongoing'],
    'add of a later epoch': [MAPPING, FENCED, FENCED, BUSY, BUSY, FENCED, FENCED],
    'add of another id': [MAPPING, MAPPING, MAPPING, BUSY, BUSY, MAPPING, MAPPING],
    verify: [MAPPING, 'TRANSACTION_ABORTABLE', 'NONE', BUSY, BUSY, 'TRANSACTION_ABORTABLE', 'TRANSACTION_ABORTABLE'],
    'verify of another partition': [
      MAPPING,
      'TRANSACTION_ABORTABLE,TRANSACTION_ABORTABLE',
      'NONE,TRANSACTION_ABORTABLE',
      BUSY,
      BUSY,
      'TRANSACTION_ABORTABLE,TRANSACTION_ABORTABLE',
      'TRANSACTION_ABORTABLE,TRANSACTION_ABORTABLE',
    ],
    'verify of a later epoch': [MAPPING, FENCED, FENCED, FENCED, FENCED, FENCED, FENCED],
    commit: [MAPPING, INVALID, 'NONE -1/-1, PrepareCommit', BUSY, BUSY, 'NONE -1/-1', INVALID],
    abort: [MAPPING, INVALID, 'NONE -1/-1, PrepareAbort', BUSY, BUSY, INVALID, 'NONE -1/-1'],
    'commit of a later epoch': [MAPPING, FENCED, FENCED, FENCED, FENCED, FENCED, FENCED],
    'commit of another id': [MAPPING, MAPPING, MAPPING, MAPPING, MAPPING, MAPPING, MAPPING],
  });
});

test('every request in every state, at version 2 (as measured on Apache Kafka 4.3.1)', () => {
  assert.deepEqual(table(REQUESTS_2, 2), {
    'add of the next epoch': [MAPPING, FENCED, FENCED, BUSY, BUSY, 'NONE, Ongoing', 'NONE, Ongoing'],
    'add of the same epoch': [MAPPING, 'NONE, Ongoing', 'NONE', BUSY, BUSY, FENCED, FENCED],
    'commit again': [MAPPING, INVALID, 'NONE 1/1, PrepareCommit', BUSY, BUSY, 'NONE 1/1', INVALID],
    'abort again': [MAPPING, 'NONE 1/1, PrepareAbort', 'NONE 1/1, PrepareAbort', BUSY, BUSY, INVALID, 'NONE 1/1'],
    'commit of the next epoch': [MAPPING, FENCED, FENCED, BUSY, BUSY, INVALID, INVALID],
    'abort of the next epoch': [
      MAPPING,
      FENCED,
      FENCED,
      BUSY,
      BUSY,
      'NONE 1/2, PrepareAbort',
      'NONE 1/2, PrepareAbort',
    ],
    'abort of a later epoch': [MAPPING, FENCED, FENCED, BUSY, BUSY, FENCED, FENCED],
  });
});

test('requests that are wrong in themselves change nothing', () => {
  const bed = new TransactionBed();
  assert.equal(init(bed, { timeoutMs: 0 }).error, 'INVALID_TRANSACTION_TIMEOUT');
  assert.equal(init(bed, { timeoutMs: -1 }).error, 'INVALID_TRANSACTION_TIMEOUT');
  assert.equal(init(bed, { timeoutMs: 900_001 }).error, 'INVALID_TRANSACTION_TIMEOUT');
  assert.equal(init(bed, { enable2Pc: true }).error, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED');
  assert.equal(init(bed, { keepPreparedTxn: true }).error, 'UNSUPPORTED_VERSION');
  assert.equal(add(bed, { producerId: 1, producerEpoch: 0 }, 0, [P0], ''), 'INVALID_REQUEST');
  assert.equal(verify(bed, { producerId: 1, producerEpoch: 0 }, [P0], ''), 'INVALID_REQUEST');
  assert.equal(end(bed, { producerId: 1, producerEpoch: 0 }, true, 2, '').error, 'INVALID_REQUEST');
  assert.deepEqual(bed.changes, []);
});

test('transactions of two-phase commits, where they are allowed, have no limit of time', () => {
  const bed = new TransactionBed(2, { allowsTwoPhaseCommit: true });
  assert.equal(init(bed, { enable2Pc: true, timeoutMs: 0 }).error, 'NONE');
  assert.equal(bed.machine.get(ID)?.timeoutMs, 2_147_483_647);
});

test('a cluster without any of KIP-890 refuses what its records have no room for', () => {
  const bed = new TransactionBed(0);
  const producer = init(bed);
  assert.equal(add(bed, producer, 2), 'UNSUPPORTED_VERSION');
  assert.equal(add(bed, producer, 0), 'NONE');
  assert.equal(end(bed, producer, true, 2).error, 'UNSUPPORTED_VERSION');
  assert.equal(end(bed, producer, true, 0).error, 'NONE');
});
