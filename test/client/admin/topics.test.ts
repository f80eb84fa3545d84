import assert from 'node:assert/strict';
import test from 'node:test';
import { openAdmin } from '../../../src/client/admin/admin-client.js';
import { createTopics, deleteTopics, describeTopics, listTopics } from '../../../src/client/admin/topics.js';
import { KafkaError } from '../../../src/protocol/errors.js';
import { createTopicsApi } from '../../../src/protocol/generated/create-topics.js';
import { deleteTopicsApi } from '../../../src/protocol/generated/delete-topics.js';
import { describeTopicPartitionsApi } from '../../../src/protocol/generated/describe-topic-partitions.js';
import { passTime, testClientHost } from '../../support/client-host.js';
import { FakeBroker } from '../../support/fake-broker.js';

const ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

async function admin() {
  const host = testClientHost();
  const broker = await new FakeBroker(host.network).start();
  broker.topics = [{ name: 't', topicId: ID, partitions: [{ leader: 1, epoch: 0 }] }];
  return { host, broker, cluster: openAdmin(new Map([['bootstrap.servers', `localhost:${broker.port}`]]), host) };
}

test('items over a quota are sent again alone, other errors are answers', async () => {
  const { host, broker, cluster } = await admin();
  let round = 0;
  broker.on(createTopicsApi, ({ request }) => {
    round++;
    const codes: Record<string, number> = { a: 0, b: round < 3 ? 89 : 0, c: 36 };
    return {
      topics: request.topics.map(({ name }) => ({
        name,
        errorCode: codes[name] ?? 0,
        errorMessage: codes[name] ? 'why' : null,
      })),
    };
  });
  const results = await passTime(host.clock, createTopics(cluster, [{ name: 'a' }, { name: 'b' }, { name: 'c' }]));
  assert.equal((results.get('a') as { name: string }).name, 'a');
  assert.equal((results.get('b') as { name: string }).name, 'b');
  const failed = results.get('c');
  assert.ok(failed instanceof KafkaError && failed.error === 'TOPIC_ALREADY_EXISTS' && failed.message === 'why');
  assert.deepEqual(
    broker.named(createTopicsApi).map(({ topics }) => topics.map(({ name }) => name).join()),
    ['a,b,c', 'b', 'b'],
  );
  cluster.close();
});

test('an item that the broker leaves out has an error', async () => {
  const { broker, cluster } = await admin();
  broker.on(deleteTopicsApi, () => ({ responses: [{ name: 'a' }] }), 4);
  const results = await deleteTopics(cluster, ['a', 'b']);
  assert.equal(results.get('a'), true);
  assert.match(String(results.get('b')), /did not contain a result for topic b/);
  assert.deepEqual(broker.named(deleteTopicsApi)[0]?.topicNames, ['a', 'b']);
  cluster.close();
});

test('a topic in several answers is put together', async () => {
  const { broker, cluster } = await admin();
  const part = (partitionIndex: number) => ({ partitionIndex, leaderId: 1, replicaNodes: [1], isrNodes: [1] });
  broker.on(describeTopicPartitionsApi, ({ request }) =>
    request.cursor === null
      ? {
          topics: [{ name: 'big', topicId: ID, partitions: [part(0), part(1)] }],
          nextCursor: { topicName: 'big', partitionIndex: 2 },
        }
      : {
          topics: [
            { name: 'big', topicId: ID, partitions: [part(2)] },
            { name: 'none', errorCode: 3 },
          ],
        },
  );
  const results = await describeTopics(cluster, ['none', 'big', 'a']);
  const big = results.get('big');
  assert.ok(big !== undefined && !(big instanceof KafkaError));
  assert.deepEqual(
    big.partitions.map(({ partition }) => partition),
    [0, 1, 2],
  );
  assert.ok(results.get('none') instanceof KafkaError);
  assert.deepEqual(
    broker.named(describeTopicPartitionsApi)[1]?.topics.map(({ name }) => name),
    ['big', 'none'],
  );
  cluster.close();
});

test('an older broker is asked for topics with Metadata', async () => {
  const { cluster } = await admin();
  const results = await describeTopics(cluster, ['t', 'none']);
  assert.ok(results.get('none') instanceof KafkaError);
  const topic = results.get('t');
  assert.ok(topic !== undefined && !(topic instanceof KafkaError));
  assert.deepEqual(
    [topic.topicId, topic.partitions.length, topic.partitions[0]?.eligibleLeaderReplicas],
    [ID, 1, null],
  );
  assert.deepEqual(
    (await listTopics(cluster)).map(({ name }) => name),
    ['t'],
  );
  cluster.close();
});
