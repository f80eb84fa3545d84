import assert from 'node:assert/strict';
import test from 'node:test';
import { ByteRanges } from '../../../src/base/byte-ranges.js';
import type { Delivery } from '../../../src/client/producer/delivery.js';
import { Producer } from '../../../src/client/producer/producer.js';
import { initProducerIdApi } from '../../../src/protocol/generated/init-producer-id.js';
import { type ProduceRequest, produceApi } from '../../../src/protocol/generated/produce.js';
import * as header from '../../../src/protocol/records/batch-header.js';
import { batchStarts, readRecords } from '../../../src/protocol/records/batch-reader.js';
import { passTime, settle, testClientHost } from '../../support/client-host.js';
import { FakeBroker } from '../../support/fake-broker.js';

const ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

interface Sent {
  readonly partition: number;
  readonly sequence: number;
  readonly epoch: number;
  readonly values: readonly string[];
}

function sentIn({ topicData }: ProduceRequest): Sent[] {
  return topicData.flatMap(({ partitionData }) =>
    partitionData.map(({ index, records }) => {
      const bytes = records as Buffer;
      const starts = [...batchStarts(bytes)];
      assert.equal(starts.length, 1, 'one batch a partition and request');
      const values = readRecords(bytes).map(({ value }) => String(value));
      return {
        partition: index,
        sequence: header.baseSequence(bytes, 0),
        epoch: header.producerEpoch(bytes, 0),
        values,
      };
    }),
  );
}

/** A log of each partition; `codeOf` says how each request is answered: 0 takes it, anything else refuses it. */
async function producing(
  codeOf: (sent: Sent, nth: number) => number | undefined,
  properties: [string, string][] = [],
  partitions = 1,
) {
  const host = testClientHost();
  const broker = await new FakeBroker(host.network).start();
  broker.topics = [
    { name: 't', topicId: ID, partitions: Array.from({ length: partitions }, () => ({ leader: 1, epoch: 0 })) },
  ];
  broker.on(initProducerIdApi, () => ({ producerId: 9, producerEpoch: 0 }));
  const requests: Sent[] = [];
  const logs: string[][] = Array.from({ length: partitions }, () => []);
  broker.on(produceApi, ({ request }) => {
    const answers: { index: number; errorCode: number; baseOffset: number; errorMessage: string | null }[] = [];
    for (const sent of sentIn(request)) {
      requests.push(sent);
      const errorCode = codeOf(sent, requests.length);
      if (errorCode === undefined) return undefined;
      const log = logs[sent.partition] as string[];
      const baseOffset = errorCode === 0 ? log.length : -1;
      if (errorCode === 0) log.push(...sent.values);
      answers.push({ index: sent.partition, errorCode, baseOffset, errorMessage: null });
    }
    return { responses: [{ name: 't', topicId: ID, partitionResponses: answers }] };
  });
  const producer = new Producer(new Map([['bootstrap.servers', `localhost:${broker.port}`], ...properties]), host);
  const put = async (value: string, partition = 0): Promise<Delivery> => {
    return passTime(host.clock, producer.send('t', partition, null, Buffer.from(value)));
  };
  return { host, broker, producer, requests, logs, put };
}

test('records that come together go in one batch, and know their offsets', async () => {
  const { host, producer, requests, put } = await producing(() => 0);
  const deliveries = [await put('a'), await put('b')];
  assert.equal(deliveries[0], deliveries[1]);
  await passTime(host.clock, producer.flush());
  assert.deepEqual(requests, [{ partition: 0, sequence: 0, epoch: 0, values: ['a', 'b'] }]);
  assert.deepEqual(
    [0, 1].map((index) => deliveries[0]?.offsetOf(index)),
    [0, 1],
  );
  await producer.close();
  assert.equal(host.clock.timerCount, 0);
});

test('a batch leaves when its linger is over', async () => {
  const { host, producer, requests, put } = await producing(() => 0, [['linger.ms', '500']]);
  const delivery = await put('a');
  const startMs = host.clock.monotonicMs();
  await passTime(host.clock, delivery.settled());
  const tookMs = host.clock.monotonicMs() - startMs;
  assert.ok(tookMs >= 400 && tookMs <= 520, `${tookMs} ms`);
  assert.equal(requests.length, 1);
  await producer.close();
});

test('a full batch does not wait for its linger', async () => {
  const { host, producer, requests, put } = await producing(
    () => 0,
    [
      ['linger.ms', '10000'],
      ['batch.size', '200'],
    ],
  );
  await put('x'.repeat(80));
  await put('y'.repeat(80));
  await settle();
  assert.equal(requests.length, 1);
  assert.ok(host.clock.monotonicMs() < 1000);
  await passTime(host.clock, producer.close());
});

test('after an error that passes, batches arrive in order and under their numbers', async () => {
  // The first batch is refused once; those behind it come too soon until it is there.
  let expected = 0;
  let refusals = 0;
  const codeOf = ({ sequence, values }: Sent) => {
    if (sequence === 0 && refusals++ === 0) return 6;
    if (sequence !== expected) return 45;
    expected += values.length;
    return 0;
  };
  const { host, producer, requests, logs, put } = await producing(codeOf, [
    ['linger.ms', '0'],
    ['batch.size', '1'],
  ]);
  for (const value of ['a', 'b', 'c', 'd']) await put(value);
  await passTime(host.clock, producer.flush());
  assert.deepEqual(logs, [['a', 'b', 'c', 'd']]);
  assert.ok(requests.every(({ values, sequence }) => 'abcd'.indexOf(values[0] as string) === sequence));
  await producer.close();
});

test('a sequence that the broker cannot follow raises the epoch', async () => {
  const codeOf = ({ epoch, sequence }: Sent) => (epoch === 0 && sequence === 1 ? 45 : 0);
  const { host, producer, requests, logs, put } = await producing(codeOf, [['linger.ms', '0']]);
  await passTime(host.clock, (await put('a')).settled());
  await passTime(host.clock, (await put('b')).settled());
  assert.deepEqual(logs, [['a', 'b']]);
  assert.deepEqual(requests.at(-1), { partition: 0, sequence: 0, epoch: 1, values: ['b'] });
  await producer.close();
});

test('a run of values fills batches to the brim, and what is too large is left to be the next', async () => {
  const { host, producer, requests } = await producing(
    () => 0,
    [
      ['batch.size', '300'],
      ['max.request.size', '400'],
    ],
  );
  await passTime(host.clock, producer.ready('t'));
  const values = new ByteRanges();
  const texts = [...Array.from({ length: 20 }, (_, n) => `${n}`.repeat(10)), 'x'.repeat(500), 'last'];
  values.reset(Buffer.from(texts.join('|')));
  let at = 0;
  for (const { length } of texts) {
    values.add(at, at + length);
    at += length + 1;
  }
  const deliveries = new Set<Delivery | null>();
  while (values.next < 20) deliveries.add(producer.appendValues('t', values, 7));
  assert.throws(() => producer.appendValues('t', values, 7), /The message is 58\d bytes when serialized/);
  assert.equal(values.next, 20);
  values.next++;
  deliveries.add(producer.appendValues('t', values, 7));
  assert.ok(values.isTaken);
  await passTime(host.clock, producer.flush());
  const sent = requests.map(({ values }) => values);
  assert.deepEqual(sent.flat(), [...texts.slice(0, 20), 'last']);
  assert.equal(deliveries.size, sent.length);
  const [first = []] = sent;
  assert.ok(first.length > 10, `${first.length} in the first batch`);
  assert.ok([...deliveries].every((delivery) => delivery?.isSettled && delivery.error === null));
});

test('runs of values take turns of partitions as single records do', async () => {
  const { host, producer, logs } = await producing(
    () => 0,
    [['partitioner.class', 'org.apache.kafka.clients.producer.RoundRobinPartitioner']],
    3,
  );
  await passTime(host.clock, producer.ready('t'));
  const values = new ByteRanges();
  values.reset(Buffer.from('abcdef'));
  for (let n = 0; n < 6; n++) values.add(n, n + 1);
  while (!values.isTaken) producer.appendValues('t', values, 7);
  await passTime(host.clock, producer.flush());
  assert.deepEqual(
    logs.map(({ length }) => length),
    [2, 2, 2],
  );
});

test('an error that stays fails its batch alone', async () => {
  const codeOf = ({ values }: Sent) => (values[0] === 'bad' ? 87 : 0);
  const { host, producer, put } = await producing(codeOf, [['linger.ms', '0']]);
  const bad = await put('bad');
  await passTime(host.clock, bad.settled());
  assert.match(bad.error?.message ?? '', /failed the validation on broker/);
  assert.equal(bad.failedCount, 1);
  assert.equal(bad.offsetOf(0), -1);
  const good = await put('good');
  await passTime(host.clock, good.settled());
  assert.equal(good.error, null);
  await producer.close();
});

test('a batch too large for the broker goes in parts that share the handle', async () => {
  const codeOf = ({ values }: Sent) => (values.length > 2 ? 10 : 0);
  const { host, producer, logs, put } = await producing(codeOf, [['linger.ms', '10']]);
  const deliveries = new Set<Delivery>();
  for (const value of ['a', 'b', 'c', 'd', 'e']) deliveries.add(await put(value));
  await passTime(host.clock, producer.flush());
  assert.equal(deliveries.size, 1);
  const [delivery] = deliveries;
  assert.deepEqual(logs, [['a', 'b', 'c', 'd', 'e']]);
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((index) => delivery?.offsetOf(index)),
    [0, 1, 2, 3, 4],
  );
  assert.equal(delivery?.error, null);
  await producer.close();
});

test('several batches that are too large keep their order', async () => {
  for (const idempotence of ['true', 'false']) {
    const codeOf = ({ values }: Sent) => (values.length > 2 ? 10 : 0);
    const properties: [string, string][] = [
      ['batch.size', '400'],
      ['enable.idempotence', idempotence],
    ];
    const { host, producer, logs, put } = await producing(codeOf, properties);
    const values = Array.from({ length: 60 }, (_, index) => `value ${index}`);
    for (const value of values) await put(value);
    await passTime(host.clock, producer.flush());
    const log = logs[0] as string[];
    if (idempotence === 'true') assert.deepEqual(log, values);
    else assert.deepEqual([...log].sort(), [...values].sort());
    await producer.close();
  }
});

test('a batch that nobody answers expires', async () => {
  const { host, producer, put } = await producing(() => 6, [['delivery.timeout.ms', '40000']]);
  const delivery = await put('a');
  await passTime(host.clock, delivery.settled(), 100);
  assert.match(
    delivery.error?.message ?? '',
    /^Expiring 1 record\(s\) for t-0:\d+ ms has passed since batch creation$/,
  );
  await producer.close();
});

test('a topic that does not exist fails with the message of Java', async () => {
  const { host, producer } = await producing(() => 0, [['max.block.ms', '3000']]);
  const sending = producer.send('none', null, null, Buffer.from('x'));
  await assert.rejects(passTime(host.clock, sending), { message: 'Topic none not present in metadata after 3000 ms.' });
  const partition = producer.send('t', 7, null, Buffer.from('x'));
  const text = 'Partition 7 of topic t with partition count 1 is not present in metadata after 3000 ms.';
  await assert.rejects(passTime(host.clock, partition), { message: text });
  await producer.close();
});

test('with its memory used up it takes no more until something is delivered', async () => {
  let isOpen = false;
  const properties: [string, string][] = [
    ['buffer.memory', '450'],
    ['batch.size', '200'],
    ['linger.ms', '0'],
    ['max.block.ms', '1000'],
  ];
  const { host, producer, put } = await producing(() => (isOpen ? 0 : 6), properties);
  const value = Buffer.alloc(120);
  await put('a'.repeat(120));
  await put('b'.repeat(120));
  assert.equal(producer.append('t', 0, null, value), null);
  await assert.rejects(
    passTime(host.clock, producer.ready('t')),
    /Failed to allocate 217 bytes within the configured max blocking time 1000 ms/,
  );
  isOpen = true;
  await passTime(host.clock, producer.ready('t'));
  assert.notEqual(producer.append('t', 0, null, value), null);
  await passTime(host.clock, producer.close());
});

test('whoever would read on waits for what is on its way, and goes on when it cannot be sent', async () => {
  let answers = true;
  const { host, producer, put } = await producing(
    () => (answers ? 0 : undefined),
    [
      ['batch.size', '100'],
      ['linger.ms', '0'],
      ['delivery.timeout.ms', '1500'],
      ['request.timeout.ms', '1000'],
    ],
  );
  await producer.settledTo(0);
  answers = false;
  for (let n = 0; n < 40; n++) await put(`${n}`.repeat(20));
  let isSettled = false;
  const settled = producer.settledTo(0).then(() => {
    isSettled = true;
  });
  await settle();
  assert.equal(isSettled, false);
  await passTime(host.clock, settled, 100);
  await passTime(host.clock, producer.close(0));
});

test('a record larger than a request is refused', async () => {
  const { producer, put } = await producing(() => 0, [['max.request.size', '1000']]);
  await put('a');
  const text =
    'The message is 1087 bytes when serialized which is larger than 1000, which is the value of the max.request.size configuration.';
  assert.throws(() => producer.append('t', 0, null, Buffer.alloc(1001)), { error: 'MESSAGE_TOO_LARGE', message: text });
  await producer.close(0);
});

test('closing without time fails what is left', async () => {
  const { producer, put } = await producing(() => undefined);
  const delivery = await put('a');
  await producer.close(0);
  assert.equal(delivery.error?.message, 'Producer is closed forcefully.');
  assert.throws(() => producer.append('t', 0, null, null), /closed/);
});

test('with acks=0 nothing is waited for', async () => {
  const { host, producer, requests, put } = await producing(() => undefined, [['acks', '0']]);
  const delivery = await put('a');
  await passTime(host.clock, delivery.settled());
  assert.deepEqual([delivery.error, delivery.offsetOf(0)], [null, -1]);
  await settle();
  assert.deepEqual(
    requests.map(({ sequence }) => sequence),
    [-1],
  );
  await producer.close();
});

test('keys choose their partitions, and records without a key stay together', async () => {
  const { host, producer, logs } = await producing(() => 0, [], 6);
  await passTime(host.clock, producer.ready('t'));
  for (const key of ['21', 'foobar', 'abc', 'key']) producer.append('t', null, Buffer.from(key), Buffer.from(key));
  await passTime(host.clock, producer.flush());
  assert.deepEqual([logs[0], logs[1], logs[3]], [['21', 'foobar'], ['key'], ['abc']]);
  for (let n = 0; n < 10; n++) producer.append('t', null, null, Buffer.from(`n${n}`));
  await passTime(host.clock, producer.flush());
  assert.deepEqual(logs.map((log) => log.filter((value) => value.startsWith('n')).length).sort(), [0, 0, 0, 0, 0, 10]);
  await producer.close();
});
