import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Producer } from '../../src/client/producer/producer.js';
import { clientHost } from '../support/real-client-host.js';
import { ApacheKafka, findApacheKafka } from './apache-kafka.js';
import { Bed } from './bed.js';
import { linesOf } from './toolset.js';

const kafka = await findApacheKafka();
const skip = kafka instanceof ApacheKafka ? false : kafka.missing;
const TOPIC = 'events';
const NO_MEMBER = { memberId: '', generation: -1, groupInstanceId: null };

/** Below level 2 a producer adds each partition to a transaction itself, and keeps its epoch over all of them. */
for (const level of [0, 1, 2]) {
  test(`a transactional producer with transaction.version ${level}`, { skip, timeout: 120_000 }, async (t) => {
    assert.ok(kafka instanceof ApacheKafka);
    const { bootstrap } = await new Bed(t).start(kafka, 'node', {}, [`transaction.version=${level}`]);
    const producerOf = (transactionalId: string) =>
      new Producer(
        new Map([
          ['bootstrap.servers', bootstrap],
          ['transactional.id', transactionalId],
        ]),
        clientHost(),
      );
    const put = (producer: Producer, value: string) => producer.send(TOPIC, null, null, Buffer.from(value));

    const first = producerOf('one');
    await assert.rejects(put(first, 'too early'), /has to be open/);
    await first.initTransactions();
    first.beginTransaction();
    for (const value of ['a', 'b']) await put(first, value);
    await first.commitTransaction();
    first.beginTransaction();
    await put(first, 'aborted');
    await first.flush();
    await first.abortTransaction();
    first.beginTransaction();
    await put(first, 'aborted before it was sent');
    await first.abortTransaction();
    first.beginTransaction();
    await first.commitTransaction();
    first.beginTransaction();
    await put(first, 'c');
    const offsets = [{ topic: TOPIC, partition: 0, value: { offset: 2, leaderEpoch: -1, metadata: 'with it' } }];
    await first.sendOffsetsToTransaction('readers', NO_MEMBER, offsets);
    await first.commitTransaction();

    const second = producerOf('one');
    await second.initTransactions();
    second.beginTransaction();
    await put(second, 'd');
    first.beginTransaction();
    await put(first, 'of one that was fenced');
    await assert.rejects(first.commitTransaction(), /old epoch|newer producer|fences/);
    await assert.rejects(first.abortTransaction());
    await second.commitTransaction();
    await Promise.all([first.close(), second.close()]);

    const at = ['--bootstrap-server', bootstrap];
    const read = ['--topic', TOPIC, '--from-beginning', '--isolation-level', 'read_committed', '--max-messages', '4'];
    assert.deepEqual(await linesOf(kafka, 'kafka-console-consumer', [...at, ...read]), ['a', 'b', 'c', 'd']);
    const rows = await linesOf(kafka, 'kafka-consumer-groups', [
      ...at,
      '--describe',
      '--group',
      'readers',
      '--offsets',
    ]);
    assert.match(rows.join('\n'), /readers +events +0 +2 /);
  });
}
