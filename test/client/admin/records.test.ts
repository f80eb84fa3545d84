import assert from 'node:assert/strict';
import test from 'node:test';
import { openAdmin } from '../../../src/client/admin/admin-client.js';
import { listOffsets, OffsetSpec } from '../../../src/client/admin/records.js';
import { KafkaError } from '../../../src/protocol/errors.js';
import { listOffsetsApi } from '../../../src/protocol/generated/list-offsets.js';
import { passTime, testClientHost } from '../../support/client-host.js';
import { FakeBroker } from '../../support/fake-broker.js';

const ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

async function twoLeaders(maxVersion?: number) {
  const host = testClientHost();
  const brokers = [await new FakeBroker(host.network, 1).start(), await new FakeBroker(host.network, 2).start()];
  const leaders = [1, 2, 1];
  for (const broker of brokers) {
    broker.peers = brokers;
    broker.on(
      listOffsetsApi,
      ({ request }) => ({
        topics: request.topics.map(({ name, partitions }) => ({
          name,
          partitions: partitions.map(({ partitionIndex }) =>
            leaders[partitionIndex] === broker.nodeId
              ? { partitionIndex, offset: 10 * partitionIndex }
              : { partitionIndex, errorCode: 6 },
          ),
        })),
      }),
      maxVersion,
    );
  }
  const tell = (shown: readonly number[]) => {
    const partitions = shown.map((leader) => ({ leader, epoch: 0 }));
    for (const broker of brokers) broker.topics = [{ name: 't', topicId: ID, partitions }];
  };
  tell(leaders);
  const cluster = openAdmin(new Map([['bootstrap.servers', `localhost:${brokers[0]?.port}`]]), host);
  return { host, brokers, cluster, leaders, tell };
}

const latest = (partition: number) => ({ topic: 't', partition, timestamp: OffsetSpec.LATEST });

test('each leader is asked once, and results come in the order asked', async () => {
  const { brokers, cluster } = await twoLeaders();
  const found = await listOffsets(cluster, [latest(2), latest(1), latest(0)]);
  assert.deepEqual(
    found.map(({ partition, value }) => [partition, (value as { offset: number }).offset]),
    [
      [2, 20],
      [1, 10],
      [0, 0],
    ],
  );
  assert.deepEqual(
    brokers.map((broker) => broker.calls.length),
    [1, 1],
  );
  cluster.close();
});

test('what is not led there any more is asked again of the new leader', async () => {
  const { host, brokers, cluster, tell, leaders } = await twoLeaders();
  tell([2, 2, 1]);
  const asked = listOffsets(cluster, [latest(0), latest(1), latest(2)]);
  const settled = passTime(host.clock, asked);
  const watch = async () => {
    while ((brokers[1]?.calls.length ?? 0) === 0) await new Promise((resolve) => setImmediate(resolve));
    tell(leaders);
  };
  await watch();
  const found = await settled;
  assert.deepEqual(
    found.map(({ value }) => (value as { offset: number }).offset),
    [0, 10, 20],
  );
  assert.deepEqual(
    brokers
      .flatMap((broker) => broker.named(listOffsetsApi))
      .map(({ topics }) => topics[0]?.partitions.length)
      .sort(),
    [1, 1, 2],
  );
  cluster.close();
});

test('a broker too old for a special timestamp fails that partition alone', async () => {
  const { cluster } = await twoLeaders(6);
  const found = await listOffsets(cluster, [
    { topic: 't', partition: 0, timestamp: OffsetSpec.MAX_TIMESTAMP },
    latest(2),
  ]);
  assert.ok(found[0]?.value instanceof KafkaError && found[0].value.error === 'UNSUPPORTED_VERSION');
  assert.equal((found[1]?.value as { offset: number } | undefined)?.offset, 20);
  cluster.close();
});

test('a topic that does not exist is waited for until the time is up', async () => {
  const { host, cluster } = await twoLeaders();
  const asked = listOffsets(cluster, [{ topic: 'none', partition: 0, timestamp: -1 }, latest(0)], { timeoutMs: 2000 });
  const found = await passTime(host.clock, asked);
  assert.ok(found[0]?.value instanceof KafkaError && found[0].value.error === 'REQUEST_TIMED_OUT');
  assert.match(found[0].value.message, /This server does not host this topic-partition/);
  assert.equal((found[1]?.value as { offset: number } | undefined)?.offset, 0);
  cluster.close();
});
