import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  readTransactionRecord,
  writeTransactionRecord,
} from '../../../src/protocol/generated/transaction-coordinator-records.js';
import { fromRecord, type Transaction, toRecord } from '../../../src/state/transaction/transaction.js';

const TRANSACTION: Transaction = {
  transactionalId: 'tx',
  producerId: 23,
  previousProducerId: 22,
  nextProducerId: 24,
  producerEpoch: 32_767,
  lastProducerEpoch: 32_766,
  timeoutMs: 60_000,
  state: 'PrepareCommit',
  partitions: new Map([
    ['a', new Set([1, 0])],
    ['b', new Set([2])],
  ]),
  updatedMs: 1_795_338_804_435,
  startedMs: 1_795_338_804_427,
  clientVersion: 2,
};

function throughBytes(transaction: Transaction | null, version: number) {
  const { key, value } = writeTransactionRecord(toRecord({ transactionalId: 'tx', transaction }, version));
  const record = readTransactionRecord(key, value);
  assert.ok(record !== null);
  return fromRecord(record);
}

test('a record keeps all but the epoch that the producer had before', () => {
  const kept = { ...TRANSACTION, lastProducerEpoch: -1 };
  for (const version of [1, 2]) {
    assert.deepEqual(throughBytes(TRANSACTION, version), { transactionalId: 'tx', transaction: kept });
  }
});

test('the record of a cluster without KIP-890 has no room for what came with it', () => {
  const kept = { ...TRANSACTION, lastProducerEpoch: -1, previousProducerId: -1, nextProducerId: -1, clientVersion: 0 };
  assert.equal(toRecord({ transactionalId: 'tx', transaction: TRANSACTION }, 0).version, 0);
  assert.deepEqual(throughBytes(TRANSACTION, 0).transaction, kept);
});

test('the value of Apache Kafka 4.3.1 for the last transaction of a producer id, to the byte', () => {
  const transaction = { ...TRANSACTION, previousProducerId: 23, partitions: new Map([['t1', new Set([0])]]) };
  const { value } = writeTransactionRecord(toRecord({ transactionalId: 'tx', transaction }, 2));
  assert.equal(
    value?.toString('hex'),
    `0001${hex(23, 16)}7fff0000ea600202037431020000000000${hex(transaction.updatedMs, 16)}${hex(transaction.startedMs, 16)}` +
      `030008${hex(23, 16)}0108${hex(24, 16)}02020002`,
  );
});

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

test('an id that is forgotten is a key without a value', () => {
  assert.equal(writeTransactionRecord(toRecord({ transactionalId: 'tx', transaction: null }, 2)).value, null);
  assert.deepEqual(throughBytes(null, 2), { transactionalId: 'tx', transaction: null });
});

test('a status that does not exist is no transaction', () => {
  const record = toRecord({ transactionalId: 'tx', transaction: TRANSACTION }, 2);
  assert.ok(record.value !== null);
  const wrong = { ...record, value: { ...record.value, transactionStatus: 9 } };
  assert.throws(() => fromRecord(wrong), /Unknown transaction state id 9 of transactional id tx/);
});
