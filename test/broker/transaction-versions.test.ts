import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { BrokerConnection } from '../../src/client/connection.js';
import { errorOfCode } from '../../src/protocol/errors.js';
import { addOffsetsToTxnApi } from '../../src/protocol/generated/add-offsets-to-txn.js';
import { addPartitionsToTxnApi } from '../../src/protocol/generated/add-partitions-to-txn.js';
import { endTxnApi } from '../../src/protocol/generated/end-txn.js';
import { initProducerIdApi } from '../../src/protocol/generated/init-producer-id.js';
import { produceApi } from '../../src/protocol/generated/produce.js';
import { txnOffsetCommitApi } from '../../src/protocol/generated/txn-offset-commit.js';
import { writeTxnMarkersApi } from '../../src/protocol/generated/write-txn-markers.js';
import { BatchBuilder } from '../../src/protocol/records/batch-builder.js';
import { BrokerBed } from '../support/broker-bed.js';

const nameOf = (code: number | undefined): string => errorOfCode(code ?? 0).name;

interface Identity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

function recordsOf({ producerId, producerEpoch }: Identity, baseSequence = 0): Buffer {
  const builder = new BatchBuilder();
  builder.append(Date.now(), null, Buffer.from('v'));
  return builder.build({ producerId, producerEpoch, baseSequence, transactional: true });
}

/** What Apache Kafka 4.3.1 answers in each version. */
describe('requests of transactions by version', () => {
  let bed: BrokerBed;
  let connection: BrokerConnection;
  let nextId = 0;

  before(async () => {
    bed = await BrokerBed.start();
    await bed.createTopic('t', 3);
    // Makes the coordinators' topics.
    const producer = bed.producer({ 'transactional.id': 'first' });
    await producer.initTransactions();
    producer.beginTransaction();
    const value = { offset: 1, leaderEpoch: -1, metadata: '' };
    const member = { memberId: '', generation: -1, groupInstanceId: null };
    await producer.sendOffsetsToTransaction('g', member, [{ topic: 't', partition: 0, value }]);
    await producer.commitTransaction();
    connection = await bed.admin().connectTo('any');
  });
  after(() => bed.stop());

  async function init(id: string, as: Identity = { producerId: -1, producerEpoch: -1 }, maxVersion = 5) {
    const request = { transactionalId: id, transactionTimeoutMs: 60_000, ...as };
    return connection.send(initProducerIdApi, request, { maxVersion });
  }
  const begun = async () => {
    const id = `tx-${nextId++}`;
    const { producerId, producerEpoch } = await init(id);
    return { id, producer: { producerId, producerEpoch } };
  };
  async function add(transactionalId: string, producer: Identity, partitions: number[], maxVersion: number) {
    const topics = [{ name: 't', partitions }];
    const request =
      maxVersion < 4
        ? {
            v3AndBelowTransactionalId: transactionalId,
            v3AndBelowProducerId: producer.producerId,
            v3AndBelowProducerEpoch: producer.producerEpoch,
            v3AndBelowTopics: topics,
          }
        : { transactions: [{ transactionalId, ...producer, verifyOnly: true, topics }] };
    const { resultsByTopicV3AndBelow, resultsByTransaction } = await connection.send(addPartitionsToTxnApi, request, {
      maxVersion,
    });
    const results = maxVersion < 4 ? resultsByTopicV3AndBelow : (resultsByTransaction[0]?.topicResults ?? []);
    return results.flatMap(({ resultsByPartition }) =>
      resultsByPartition.map(({ partitionErrorCode }) => nameOf(partitionErrorCode)),
    );
  }
  async function end(id: string, producer: Identity, maxVersion: number) {
    const request = { transactionalId: id, ...producer, committed: true };
    return nameOf((await connection.send(endTxnApi, request, { maxVersion })).errorCode);
  }
  async function produce(id: string, records: Buffer[], maxVersion: number): Promise<string[]> {
    const partitionData = records.map((bytes, index) => ({ index, records: bytes }));
    const request = { transactionalId: id, acks: -1, timeoutMs: 1000, topicData: [{ name: 't', partitionData }] };
    const { responses } = await connection.send(produceApi, request, { maxVersion });
    return (responses[0]?.partitionResponses ?? []).map(({ errorCode, errorMessage }) =>
      errorMessage ? `${nameOf(errorCode)}: ${errorMessage}` : nameOf(errorCode),
    );
  }
  async function commitOffset(id: string, producer: Identity, maxVersion: number, partitionIndex = 0) {
    const partition = { partitionIndex, committedOffset: 5, committedLeaderEpoch: -1, committedMetadata: '' };
    const topics = [{ name: 't', partitions: [partition] }];
    const request = { transactionalId: id, groupId: 'g', ...producer, topics };
    const { topics: answers } = await connection.send(txnOffsetCommitApi, request, { maxVersion });
    return nameOf(answers[0]?.partitions[0]?.errorCode);
  }

  it('a fenced producer is told so by the name that the version knows', async () => {
    const { id, producer } = await begun();
    await init(id);
    const of = async (versions: readonly number[], ask: (version: number) => Promise<unknown>) => {
      const names: unknown[] = [];
      for (const version of versions) names.push(String(await ask(version)));
      return names;
    };
    const both = ['INVALID_PRODUCER_EPOCH', 'PRODUCER_FENCED'];
    assert.deepEqual(await of([1, 2], (version) => add(id, producer, [0], version)), both);
    assert.deepEqual(await of([1, 2], (version) => end(id, producer, version)), both);
    assert.deepEqual(await of([3, 4], async (version) => nameOf((await init(id, producer, version)).errorCode)), both);
    const addOffsets = async (maxVersion: number) => {
      const request = { transactionalId: id, ...producer, groupId: 'g' };
      return nameOf((await connection.send(addOffsetsToTxnApi, request, { maxVersion })).errorCode);
    };
    assert.deepEqual(await of([1, 2], addOffsets), both);
    const toProduce = (version: number) => produce(id, [recordsOf(producer)], version);
    assert.deepEqual(await of([11, 12], toProduce), ['INVALID_PRODUCER_EPOCH', 'INVALID_PRODUCER_EPOCH']);
  });

  it('records of a partition that is no part of the transaction are refused, or make it one', async () => {
    const { id, producer } = await begun();
    const records = () => [recordsOf(producer)];
    assert.deepEqual(await produce(id, records(), 7), ['INVALID_TXN_STATE']);
    assert.deepEqual(await produce(id, records(), 9), [
      'INVALID_TXN_STATE: Partition was not added to the transaction',
    ]);
    assert.deepEqual(await produce(id, records(), 11), ['TRANSACTION_ABORTABLE']);
    assert.deepEqual(await add(id, producer, [0], 4), ['TRANSACTION_ABORTABLE']);
    assert.deepEqual(await produce(id, records(), 12), ['NONE']);
    assert.deepEqual(await add(id, producer, [0], 4), ['NONE']);
    assert.deepEqual(await produce(id, [recordsOf(producer, 1)], 11), ['NONE']);
    assert.equal(await end(id, producer, 5), 'NONE');
  });

  it('so are offsets of groups', async () => {
    const { id, producer } = await begun();
    assert.equal(await commitOffset(id, producer, 3), 'INVALID_TXN_STATE');
    assert.equal(await commitOffset(id, producer, 4), 'TRANSACTION_ABORTABLE');
    assert.equal(await commitOffset(id, producer, 5), 'NONE');
    assert.equal(await commitOffset(id, producer, 4), 'NONE');
    assert.equal(await commitOffset(id, producer, 5, 99), 'UNKNOWN_TOPIC_OR_PARTITION');
    assert.equal(await commitOffset(id, { ...producer, producerEpoch: 1 }, 5), 'INVALID_PRODUCER_EPOCH');
    assert.equal(await commitOffset(id, { ...producer, producerId: 9999 }, 5), 'INVALID_PRODUCER_ID_MAPPING');
    assert.equal(await end(id, producer, 5), 'NONE');
  });

  it('a first record that does not begin the sequence is refused, though its partition is added then', async () => {
    const { id, producer } = await begun();
    assert.deepEqual(await produce(id, [recordsOf(producer, 3)], 12), ['OUT_OF_ORDER_SEQUENCE_NUMBER']);
    assert.deepEqual(await add(id, producer, [0], 4), ['NONE']);
  });

  it('records of two producers in one request are refused together', async () => {
    const { id, producer } = await begun();
    const others = [recordsOf(producer), recordsOf({ ...producer, producerEpoch: 1 })];
    const refusal = 'INVALID_PRODUCER_ID_MAPPING: Transactional records contained more than one producer ID';
    assert.deepEqual(await produce(id, others, 12), [refusal, refusal]);
  });

  it('partitions are added all or none', async () => {
    const { id, producer } = await begun();
    assert.deepEqual(await add(id, producer, [0, 99], 3), ['OPERATION_NOT_ATTEMPTED', 'UNKNOWN_TOPIC_OR_PARTITION']);
    assert.deepEqual(await add(id, producer, [0], 4), ['TRANSACTION_ABORTABLE']);
  });

  it('a marker has to be of the newest epoch of producer and coordinator', async () => {
    const { id, producer } = await begun();
    assert.deepEqual(await produce(id, [recordsOf(producer)], 12), ['NONE']);
    const mark = async (producerEpoch: number, coordinatorEpoch: number, partitionIndexes = [0]) => {
      const topics = [{ name: 't', partitionIndexes }];
      const { producerId } = producer;
      const marker = { producerId, producerEpoch, transactionResult: false, topics, coordinatorEpoch };
      const request = { markers: [{ ...marker, transactionVersion: 2 }] };
      const { markers } = await connection.send(writeTxnMarkersApi, request, {});
      return markers
        .flatMap((one) => one.topics)
        .flatMap(({ partitions }) => partitions.map((p) => nameOf(p.errorCode)));
    };
    assert.deepEqual(await mark(0, 0), ['INVALID_PRODUCER_EPOCH']);
    assert.deepEqual(await mark(1, 0), ['NONE']);
    assert.deepEqual(await mark(1, 0), ['NONE']);
    assert.deepEqual(await mark(2, 5), ['NONE']);
    assert.deepEqual(await mark(3, 4, [0, 99]), ['TRANSACTION_COORDINATOR_FENCED', 'UNKNOWN_TOPIC_OR_PARTITION']);
    assert.deepEqual(await mark(3, 5, []), []);
  });
});
