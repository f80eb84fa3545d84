import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, test } from 'node:test';
import type { Kafka } from 'kafkajs';
import { type RunningBroker, startBroker } from '../../src/index.js';

/** Everything that a new consumer of the group gets, up to `count` messages; offsets are committed at the end. */
async function consume(kafka: Kafka, groupId: string, topic: string, count: number): Promise<string[]> {
  const consumer = kafka.consumer({ groupId });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const values: string[] = [];
  await new Promise<void>((resolve, reject) => {
    consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
    const eachMessage = async ({ message }: { message: { value: Buffer | null } }) => {
      values.push(String(message.value));
      if (values.length === count) resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.stop();
  await consumer.disconnect();
  return values;
}

async function produce(kafka: Kafka, topic: string, values: readonly string[]): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: values.map((value) => ({ value })) });
  await producer.disconnect();
}

describe('startBroker', () => {
  let broker: RunningBroker;
  before(async () => {
    broker = await startBroker();
  });
  after(() => broker.close());

  it('serves producers and consumers in groups', async () => {
    const kafka = broker.kafkajs();
    await produce(kafka, 'greetings', ['one', 'two']);
    assert.deepEqual(await consume(kafka, 'readers', 'greetings', 2), ['one', 'two']);
    await produce(kafka, 'greetings', ['three']);
    assert.deepEqual(await consume(kafka, 'readers', 'greetings', 1), ['three']);
  });

  it('serves administrators', async () => {
    const admin = broker.kafkajs().admin();
    await admin.connect();
    assert.ok(await admin.createTopics({ topics: [{ topic: 'made', numPartitions: 3 }] }));
    const { topics } = await admin.fetchTopicMetadata({ topics: ['made'] });
    assert.deepEqual(
      topics[0]?.partitions.map(({ leader }) => leader),
      [1, 1, 1],
    );
    await admin.createPartitions({ topicPartitions: [{ topic: 'made', count: 5 }] });
    assert.equal((await admin.fetchTopicOffsets('made')).length, 5);
    await admin.deleteTopics({ topics: ['made'] });
    assert.ok(!(await admin.listTopics()).includes('made'));
    const { brokers, clusterId } = await admin.describeCluster();
    assert.equal(brokers.length, 1);
    assert.equal(clusterId, broker.clusterId);
    await admin.disconnect();
  });
});

test('a restart on the same directory keeps topics, records and offsets of groups', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'kafkalite-library-'));
  try {
    const first = await startBroker({ directory, config: { 'num.partitions': 1 } });
    await produce(first.kafkajs(), 'kept', ['one', 'two']);
    assert.deepEqual(await consume(first.kafkajs(), 'readers', 'kept', 2), ['one', 'two']);
    await produce(first.kafkajs(), 'kept', ['three']);
    await first.close();
    assert.ok(existsSync(join(directory, '.kafka_cleanshutdown')));

    const second = await startBroker({ directory });
    assert.equal(second.clusterId, first.clusterId);
    const read = [
      await consume(second.kafkajs(), 'readers', 'kept', 1),
      await consume(second.kafkajs(), 'others', 'kept', 3),
    ];
    await second.close();
    assert.deepEqual(read, [['three'], ['one', 'two', 'three']]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test('the port and any setting can be chosen; a temporary directory goes at the end', async () => {
  const port = await freePort();
  const broker = await startBroker({ port, config: { 'num.partitions': 4, 'auto.create.topics.enable': false } });
  assert.equal(broker.bootstrapServers, `localhost:${port}`);
  const admin = broker.kafkajs().admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 't' }] });
  assert.equal((await admin.fetchTopicOffsets('t')).length, 4);
  await admin.disconnect();
  assert.ok(readdirSync(broker.directory).includes('t-3'));
  await Promise.all([broker.close(), broker.close()]);
  await broker.close();
  assert.ok(!existsSync(broker.directory));
});

test('await using closes a broker', async () => {
  let directory: string;
  {
    await using broker = await startBroker();
    directory = broker.directory;
  }
  assert.ok(!existsSync(directory));
});

describe('a start that cannot be', () => {
  it('names the setting that is wrong', async () => {
    await assert.rejects(startBroker({ config: { 'num.partitions': 'many' } }), /num\.partitions/);
    await assert.rejects(startBroker({ config: { 'log.retention.hours': 1.5 } }), /log\.retention\.hours/);
  });

  it('says that the port is taken', async () => {
    await using broker = await startBroker();
    const port = Number(broker.bootstrapServers.split(':')[1]);
    await assert.rejects(startBroker({ port }), /EADDRINUSE/);
  });

  it('says that the directory is in use, and leaves it alone', async () => {
    await using broker = await startBroker();
    await assert.rejects(startBroker({ directory: broker.directory }), new RegExp(broker.directory));
    assert.ok(existsSync(join(broker.directory, 'meta.properties')));
  });
});

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, 'localhost', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
