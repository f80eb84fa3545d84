import assert from 'node:assert/strict';
import test from 'node:test';
import { ShareConsumer } from '../../../src/client/share-consumer/share-consumer.js';
import type { AcknowledgementResult } from '../../../src/client/share-consumer/share-node.js';
import type { ShareRecords } from '../../../src/client/share-consumer/share-records.js';
import { errorCode } from '../../../src/protocol/errors.js';
import { findCoordinatorApi } from '../../../src/protocol/generated/find-coordinator.js';
import { shareAcknowledgeApi } from '../../../src/protocol/generated/share-acknowledge.js';
import { shareFetchApi } from '../../../src/protocol/generated/share-fetch.js';
import { shareGroupHeartbeatApi } from '../../../src/protocol/generated/share-group-heartbeat.js';
import { BatchBuilder } from '../../../src/protocol/records/batch-builder.js';
import { passTime, testClientHost } from '../../support/client-host.js';
import { FakeBroker } from '../../support/fake-broker.js';

const ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

type Batches = readonly { firstOffset: number; lastOffset: number; acknowledgeTypes: number[] }[];

/** A share partition of a broker: offsets of which nobody has any, batches of ten, and what was said of them. */
class FakeSharePartition {
  end = 0;
  /** Offsets that are to be had, with how often they were given out. */
  readonly available = new Map<number, number>();
  readonly acquired = new Map<number, number>();
  readonly said: [offset: number, type: number][] = [];

  add(count: number): void {
    for (let n = 0; n < count; n++) this.available.set(this.end++, 0);
  }

  acquire() {
    const offsets = [...this.available.keys()].sort((a, b) => a - b);
    const ranges = offsets.map((offset) => {
      const deliveryCount = (this.available.get(offset) as number) + 1;
      this.acquired.set(offset, deliveryCount);
      return { firstOffset: offset, lastOffset: offset, deliveryCount };
    });
    this.available.clear();
    const first = Math.floor((offsets[0] ?? 0) / 10) * 10;
    const records: Buffer[] = [];
    for (let base = first; ranges.length > 0 && base < this.end; base += 10) {
      const builder = new BatchBuilder();
      for (let at = base; at < Math.min(base + 10, this.end); at++) builder.append(1, null, Buffer.from(`v${at}`));
      records.push(builder.build({ baseOffset: base }));
    }
    const joined = ranges.reduce<typeof ranges>((all, range) => {
      const open = all.at(-1);
      const isNext = open?.lastOffset === range.firstOffset - 1 && open.deliveryCount === range.deliveryCount;
      if (isNext) open.lastOffset = range.lastOffset;
      else all.push({ ...range });
      return all;
    }, []);
    return { records: Buffer.concat(records), acquiredRecords: joined };
  }

  acknowledge(batches: Batches): void {
    for (const { firstOffset, lastOffset, acknowledgeTypes } of batches) {
      for (let offset = firstOffset; offset <= lastOffset; offset++) {
        const type = acknowledgeTypes[acknowledgeTypes.length === 1 ? 0 : offset - firstOffset] as number;
        this.said.push([offset, type]);
        if (type === 4) continue;
        if (type === 2) this.available.set(offset, this.acquired.get(offset) as number);
        this.acquired.delete(offset);
      }
    }
  }

  releaseAll(): void {
    for (const [offset, count] of this.acquired) this.available.set(offset, count);
    this.acquired.clear();
  }
}

async function consuming(properties: [string, string][] = []) {
  const host = testClientHost();
  const broker = await new FakeBroker(host.network).start();
  broker.topics = [{ name: 't', topicId: ID, partitions: [{ leader: 1, epoch: 0 }] }];
  const log = new FakeSharePartition();
  let epoch = 0;
  const checkEpoch = (given: number): number => {
    if (given === 0) {
      log.releaseAll();
      epoch = 1;
    } else if (given === epoch) epoch++;
    else if (given !== -1) return errorCode('INVALID_SHARE_SESSION_EPOCH');
    return 0;
  };
  broker.on(findCoordinatorApi, ({ request }) => ({
    coordinators: request.coordinatorKeys.map((key) => ({ key, nodeId: 1, host: 'localhost', port: broker.port })),
  }));
  let memberEpoch = 0;
  broker.on(shareGroupHeartbeatApi, ({ request }) => {
    memberEpoch = request.memberEpoch === 0 ? memberEpoch + 1 : request.memberEpoch;
    const isNew = request.memberEpoch === 0;
    const assignment = isNew ? { topicPartitions: [{ topicId: ID, partitions: [0] }] } : null;
    return { memberId: request.memberId, memberEpoch, heartbeatIntervalMs: 5000, assignment };
  });
  broker.on(shareFetchApi, async ({ request }) => {
    const code = checkEpoch(request.shareSessionEpoch);
    if (code !== 0) return { errorCode: code };
    for (const { partitions } of request.topics)
      for (const one of partitions) log.acknowledge(one.acknowledgementBatches);
    const data = log.acquire();
    if (data.acquiredRecords.length === 0) {
      await new Promise<void>((resolve) => host.clock.setTimer(request.maxWaitMs, resolve));
    }
    return {
      acquisitionLockTimeoutMs: 30000,
      responses: [{ topicId: ID, partitions: [{ partitionIndex: 0, ...data }] }],
    };
  });
  broker.on(shareAcknowledgeApi, ({ request }) => {
    const code = checkEpoch(request.shareSessionEpoch);
    if (code !== 0) return { errorCode: code };
    for (const { partitions } of request.topics)
      for (const one of partitions) log.acknowledge(one.acknowledgementBatches);
    if (request.shareSessionEpoch === -1) log.releaseAll();
    return {
      responses: request.topics.map(({ topicId, partitions }) => ({
        topicId,
        partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex })),
      })),
    };
  });
  const given = new Map([['bootstrap.servers', `localhost:${broker.port}`], ['group.id', 'g'], ...properties]);
  const consumer = new ShareConsumer(given, host);
  const results: AcknowledgementResult[] = [];
  consumer.setAcknowledgementListener((told) => results.push(...told));
  consumer.subscribe(['t']);
  const poll = (timeoutMs = 1000) => passTime(host.clock, consumer.poll(timeoutMs));
  const close = () => passTime(host.clock, consumer.close());
  return { host, broker, consumer, log, poll, close, results };
}

const EXPLICIT: [string, string] = ['share.acknowledgement.mode', 'explicit'];

function offsetsOf(polled: readonly ShareRecords[]): number[] {
  const offsets: number[] = [];
  for (const { cursor } of polled) while (cursor.next()) offsets.push(cursor.offset);
  return offsets;
}

const run = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);
const accepted = (from: number, to: number) => run(from, to).map((offset) => [offset, 1]);

test('each poll accepts what the one before gave, and the close the last', async () => {
  const { broker, consumer, log, poll, close } = await consuming();
  log.add(25);
  assert.deepEqual(offsetsOf(await poll()), run(0, 25));
  assert.equal(consumer.acquisitionLockTimeoutMs, 30000);
  assert.deepEqual(
    consumer.assignment().map(({ topic, partition }) => [topic, partition]),
    [['t', 0]],
  );
  assert.deepEqual(log.said, []);
  log.add(5);
  assert.deepEqual(offsetsOf(await poll()), run(25, 30));
  assert.deepEqual(log.said, accepted(0, 25));
  await close();
  assert.deepEqual(log.said, accepted(0, 30));
  assert.equal(broker.named(shareAcknowledgeApi).at(-1)?.shareSessionEpoch, -1);
  assert.equal(broker.named(shareGroupHeartbeatApi).at(-1)?.memberEpoch, -1);
});

test('a poll gives whole batches until there are max.poll.records', async () => {
  const { log, poll, close } = await consuming([['max.poll.records', '15']]);
  log.add(40);
  assert.deepEqual(offsetsOf(await poll()), run(0, 20));
  assert.deepEqual(offsetsOf(await poll()), run(20, 40));
  assert.deepEqual(log.said, accepted(0, 20));
  await close();
});

test('explicit acknowledgements: each record its own, and all before the next poll', async () => {
  const { consumer, log, poll, close } = await consuming([EXPLICIT]);
  log.add(4);
  const [records] = await poll();
  assert.ok(records);
  for (const type of ['accept', 'release', 'reject'] as const) {
    records.cursor.next();
    consumer.acknowledge(records, type);
  }
  await assert.rejects(poll(), /All records must be acknowledged in explicit acknowledgement mode/);
  consumer.acknowledge(records, 'accept', 3);
  const again = await poll();
  assert.deepEqual(
    again.map(({ deliveryCount }) => deliveryCount),
    [2],
  );
  assert.deepEqual(offsetsOf(again), [1]);
  assert.deepEqual(log.said, [
    [0, 1],
    [1, 2],
    [2, 3],
    [3, 1],
  ]);
  assert.throws(() => consumer.acknowledge(records, 'accept', 0), /The record cannot be acknowledged/);
  await close();
  assert.deepEqual([...log.available], [[1, 2]]);
});

test('records cannot be acknowledged where the next poll does so', async () => {
  const { consumer, log, poll, close } = await consuming();
  log.add(1);
  const [records] = await poll();
  assert.throws(
    () => consumer.acknowledge(records as ShareRecords),
    /Implicit acknowledgement of delivery is being used/,
  );
  await close();
});

test('a commit waits for the answers and says what they are', async () => {
  const { host, broker, consumer, log, poll, close, results } = await consuming();
  log.add(3);
  await poll();
  assert.deepEqual(await passTime(host.clock, consumer.commit()), [{ topic: 't', partition: 0, value: null }]);
  assert.deepEqual(log.said, accepted(0, 3));
  assert.deepEqual(
    results.map(({ batches, error }) => [batches[0]?.lastOffset, error]),
    [[2, null]],
  );
  log.add(1);
  await poll();
  broker.on(shareAcknowledgeApi, ({ request }) => ({
    responses: request.topics.map(({ topicId }) => ({
      topicId,
      partitions: [{ partitionIndex: 0, errorCode: errorCode('INVALID_RECORD_STATE') }],
    })),
  }));
  const [refused] = await passTime(host.clock, consumer.commit());
  assert.match(String(refused?.value), /INVALID_RECORD_STATE|record state/);
  await close();
});

test('renewed records come again before others, and are acknowledged then', async () => {
  const { broker, consumer, log, poll, close } = await consuming([EXPLICIT]);
  log.add(2);
  const [first] = await poll();
  consumer.acknowledge(first as ShareRecords, 'renew', 0);
  consumer.acknowledge(first as ShareRecords, 'accept', 1);
  log.add(3);
  const [again] = await poll();
  assert.deepEqual(offsetsOf([again as ShareRecords]), [0]);
  assert.equal(broker.named(shareAcknowledgeApi).at(-1)?.isRenewAck, true);
  consumer.acknowledge(again as ShareRecords, 'accept', 0);
  assert.deepEqual(offsetsOf(await poll()), [2, 3, 4]);
  assert.deepEqual(log.said, [
    [0, 4],
    [1, 1],
    [0, 1],
  ]);
  await close();
});

test('a session that the broker lost begins anew, and acknowledgements of before fail', async () => {
  const { host, broker, consumer, log, poll, close, results } = await consuming();
  log.add(2);
  await poll();
  for (const connection of [...broker.connections]) connection.destroy();
  log.releaseAll();
  const again = await poll(5000);
  assert.deepEqual(
    again.map(({ deliveryCount }) => deliveryCount),
    [2],
  );
  await passTime(host.clock, consumer.commit());
  assert.equal(results.filter(({ error }) => error !== null).length, 1);
  assert.deepEqual(log.said, accepted(0, 2));
  await close();
});

test('a leader that moved is found, and read from', async () => {
  const { host, broker, log, poll, close } = await consuming();
  const other = await new FakeBroker(host.network, 2).start();
  other.peers = [broker, other];
  broker.peers = [broker, other];
  const moved = [{ name: 't', topicId: ID, partitions: [{ leader: 2, epoch: 1 }] }];
  other.topics = moved;
  const fromOther: number[] = [];
  other.on(shareFetchApi, ({ request }) => {
    fromOther.push(request.shareSessionEpoch);
    return { responses: [{ topicId: ID, partitions: [{ partitionIndex: 0, ...log.acquire() }] }] };
  });
  other.on(shareAcknowledgeApi, () => ({ responses: [] }));
  broker.on(shareFetchApi, () => ({
    nodeEndpoints: [{ nodeId: 2, host: 'localhost', port: other.port }],
    responses: [
      {
        topicId: ID,
        partitions: [
          {
            partitionIndex: 0,
            errorCode: errorCode('NOT_LEADER_OR_FOLLOWER'),
            currentLeader: { leaderId: 2, leaderEpoch: 1 },
          },
        ],
      },
    ],
  }));
  log.add(3);
  assert.deepEqual(offsetsOf(await poll()), [0, 1, 2]);
  assert.equal(fromOther[0], 0);
  await close();
});

test('a member that was fenced joins anew and reads on', async () => {
  const { host, broker, log, poll, close } = await consuming();
  log.add(1);
  await poll();
  let refusals = 1;
  broker.on(shareGroupHeartbeatApi, ({ request }) => {
    if (refusals-- > 0) return { errorCode: errorCode('UNKNOWN_MEMBER_ID') };
    const assignment = { topicPartitions: [{ topicId: ID, partitions: [0] }] };
    return { memberId: request.memberId, memberEpoch: 9, heartbeatIntervalMs: 5000, assignment };
  });
  host.clock.advance(5000);
  await poll(3000);
  log.add(1);
  assert.deepEqual(offsetsOf(await poll(3000)), [1]);
  const epochs = broker.named(shareGroupHeartbeatApi).map(({ memberEpoch }) => memberEpoch);
  assert.deepEqual(epochs.slice(0, 3), [0, 1, 0]);
  await close();
});

test('a cluster without share groups is told in the words of Kafka', async () => {
  const { broker, poll, close } = await consuming();
  broker.on(shareGroupHeartbeatApi, () => ({ errorCode: errorCode('UNSUPPORTED_VERSION') }));
  await assert.rejects(poll(), /The cluster does not support the share group protocol/);
  await close();
});

test('an error that only an administrator can mend ends the poll', async () => {
  const { broker, poll, close } = await consuming();
  broker.on(shareFetchApi, () => ({
    responses: [
      { topicId: ID, partitions: [{ partitionIndex: 0, errorCode: errorCode('TOPIC_AUTHORIZATION_FAILED') }] },
    ],
  }));
  await assert.rejects(poll(), { error: 'TOPIC_AUTHORIZATION_FAILED' });
  await close();
});

test('keys that have no meaning in a share group are refused, and a group is needed', async () => {
  const { host } = await consuming();
  const of = (...given: [string, string][]) =>
    new ShareConsumer(new Map([['bootstrap.servers', 'localhost:1'], ...given]), host);
  assert.throws(
    () => of(['group.id', 'g'], ['isolation.level', 'x'], ['enable.auto.commit', 'true']),
    /^ConfigException: enable.auto.commit, isolation.level cannot be set when using a share group\.$/,
  );
  assert.throws(() => of(['group.id', ' ']), /You must provide a valid group\.id in the consumer configuration/);
});
