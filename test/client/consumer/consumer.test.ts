import assert from 'node:assert/strict';
import test from 'node:test';
import type { ConsumedRecords } from '../../../src/client/consumer/consumed-records.js';
import { Consumer } from '../../../src/client/consumer/consumer.js';
import { decodeAssignment } from '../../../src/client/consumer/group-messages.js';
import { errorCode } from '../../../src/protocol/errors.js';
import { consumerGroupHeartbeatApi } from '../../../src/protocol/generated/consumer-group-heartbeat.js';
import { fetchApi } from '../../../src/protocol/generated/fetch.js';
import { findCoordinatorApi } from '../../../src/protocol/generated/find-coordinator.js';
import { heartbeatApi } from '../../../src/protocol/generated/heartbeat.js';
import { joinGroupApi } from '../../../src/protocol/generated/join-group.js';
import { leaveGroupApi } from '../../../src/protocol/generated/leave-group.js';
import { listOffsetsApi } from '../../../src/protocol/generated/list-offsets.js';
import { metadataApi } from '../../../src/protocol/generated/metadata.js';
import { offsetCommitApi } from '../../../src/protocol/generated/offset-commit.js';
import { offsetFetchApi } from '../../../src/protocol/generated/offset-fetch.js';
import { offsetForLeaderEpochApi } from '../../../src/protocol/generated/offset-for-leader-epoch.js';
import { syncGroupApi } from '../../../src/protocol/generated/sync-group.js';
import { BatchBuilder } from '../../../src/protocol/records/batch-builder.js';
import { passTime, settle, testClientHost } from '../../support/client-host.js';
import { FakeBroker } from '../../support/fake-broker.js';

const ID = 'AAAAAAAAAAAAAAAAAAAAAQ';

/** A log of batches of ten records; fetches wait, as long as nothing is new, until somebody asks again. */
class FakeLog {
  end = 0;
  start = 0;

  bytesFrom(offset: number): Buffer {
    if (offset >= this.end) return Buffer.alloc(0);
    const baseOffset = Math.floor(offset / 10) * 10;
    const builder = new BatchBuilder();
    const last = Math.min(baseOffset + 10, this.end);
    for (let at = baseOffset; at < last; at++) builder.append(1, null, Buffer.from(`v${at}`));
    return builder.build({ baseOffset, leaderEpoch: 0 });
  }
}

async function consuming(properties: [string, string][] = [], partitions = 1) {
  const host = testClientHost();
  const broker = await new FakeBroker(host.network).start();
  const logs = Array.from({ length: partitions }, () => new FakeLog());
  broker.topics = [{ name: 't', topicId: ID, partitions: logs.map(() => ({ leader: 1, epoch: 0 })) }];
  let session = new Map<number, number>();
  broker.on(fetchApi, async ({ request }) => {
    if (request.sessionEpoch === 0) session = new Map();
    for (const { partitions: wanted } of request.topics)
      for (const one of wanted) session.set(one.partition, one.fetchOffset);
    for (const { partitions: gone } of request.forgottenTopicsData) for (const one of gone) session.delete(one);
    const answers = [...session].map(([partitionIndex, offset]) => {
      const log = logs[partitionIndex] as FakeLog;
      if (offset < log.start || offset > log.end) return { partitionIndex, errorCode: 1 };
      return { partitionIndex, highWatermark: log.end, lastStableOffset: log.end, records: log.bytesFrom(offset) };
    });
    if (answers.every(({ records, errorCode }) => records?.length === 0 && errorCode === undefined)) {
      await new Promise<void>((resolve) => host.clock.setTimer(request.maxWaitMs, resolve));
    }
    return { sessionId: 5, responses: [{ topic: 't', topicId: ID, partitions: answers }] };
  });
  broker.on(listOffsetsApi, ({ request }) => ({
    topics: request.topics.map(({ name, partitions: wanted }) => ({
      name,
      partitions: wanted.map(({ partitionIndex, timestamp }) => {
        const log = logs[partitionIndex] as FakeLog;
        return { partitionIndex, offset: timestamp === -1 ? log.end : log.start, leaderEpoch: 0 };
      }),
    })),
  }));
  broker.on(findCoordinatorApi, ({ request }) => ({
    coordinators: request.coordinatorKeys.map((key) => ({ key, nodeId: 1, host: 'localhost', port: broker.port })),
  }));
  const committed = new Map<number, number>();
  broker.on(offsetFetchApi, ({ request }) => ({
    groups: request.groups.map(({ groupId, topics }) => ({
      groupId,
      topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => ({
          partitionIndex,
          committedOffset: committed.get(partitionIndex) ?? -1,
        })),
      })),
    })),
  }));
  broker.on(offsetCommitApi, ({ request }) => ({
    topics: request.topics.map(({ name, partitions: wanted }) => ({
      name,
      partitions: wanted.map(({ partitionIndex, committedOffset }) => {
        committed.set(partitionIndex, committedOffset);
        return { partitionIndex };
      }),
    })),
  }));
  const given: [string, string][] = [
    ['bootstrap.servers', `localhost:${broker.port}`],
    ['auto.offset.reset', 'earliest'],
    ...properties,
  ];
  const consumer = new Consumer(new Map(given), host);
  const poll = (timeoutMs = 1000) => passTime(host.clock, consumer.poll(timeoutMs));
  return { host, broker, consumer, logs, log: logs[0] as FakeLog, committed, poll };
}

const t0 = { topic: 't', partition: 0 };

function offsetsOf(polled: readonly ConsumedRecords[]): number[] {
  const offsets: number[] = [];
  for (const { cursor } of polled) while (cursor.next()) offsets.push(cursor.offset);
  return offsets;
}

const run = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

test('reads partitions that it is given, a limited number of records at a time', async () => {
  const { consumer, log, poll } = await consuming([['max.poll.records', '15']]);
  log.end = 42;
  consumer.assign([t0]);
  const read: number[] = [];
  while (read.length < 42) {
    const offsets = offsetsOf(await poll());
    assert.ok(offsets.length <= 15);
    read.push(...offsets);
    assert.equal(await consumer.position(t0), read.length);
  }
  assert.deepEqual(read, run(0, 42));
  assert.deepEqual(await poll(), []);
  assert.equal(consumer.lag(t0), 0);
  await consumer.close();
});

test('seeks leave behind what was fetched ahead', async () => {
  const { consumer, log, poll } = await consuming();
  log.end = 100;
  consumer.assign([t0]);
  assert.equal(offsetsOf(await poll())[0], 0);
  consumer.seek(t0, 55);
  assert.deepEqual(offsetsOf(await poll()).slice(0, 5), run(55, 60));
  consumer.seekToEnd();
  assert.deepEqual(await poll(), []);
  log.end = 101;
  assert.deepEqual(offsetsOf(await poll()), [100]);
  consumer.seekToBeginning([t0]);
  assert.equal(offsetsOf(await poll())[0], 0);
  assert.throws(() => consumer.seek({ topic: 't', partition: 9 }, 0), /No current assignment for partition t-9/);
  await consumer.close();
});

test('paused partitions give nothing, and what was fetched is kept', async () => {
  const { consumer, logs, poll } = await consuming([], 2);
  for (const log of logs) log.end = 10;
  consumer.assign([t0, { topic: 't', partition: 1 }]);
  consumer.pause([t0]);
  const first = await poll();
  assert.deepEqual(new Set(first.map(({ partition }) => partition)), new Set([1]));
  assert.deepEqual(consumer.paused(), [t0]);
  consumer.resume([t0]);
  const second = await poll();
  assert.deepEqual(offsetsOf(second), run(0, 10));
  await consumer.close();
});

test('an offset out of range is reset, or an error without a policy', async () => {
  const { consumer, log, poll } = await consuming();
  log.start = 30;
  log.end = 50;
  consumer.assign([t0]);
  consumer.seek(t0, 5);
  assert.equal(offsetsOf(await poll())[0], 30);
  await consumer.close();

  const strict = await consuming([['auto.offset.reset', 'none']]);
  strict.log.start = 30;
  strict.log.end = 50;
  strict.consumer.assign([t0]);
  await assert.rejects(strict.poll(), /Undefined offset with no reset policy for partitions: \[t-0\]/);
  strict.consumer.seek(t0, 5);
  const leader = `LeaderAndEpoch{leader=Optional[localhost:${strict.broker.port} (id: 1 rack: null isFenced: false)], epoch=0}`;
  await assert.rejects(strict.poll(), {
    error: 'OFFSET_OUT_OF_RANGE',
    javaClass: 'org.apache.kafka.clients.consumer.OffsetOutOfRangeException',
    message: `Fetch position FetchPosition{offset=5, offsetEpoch=Optional.empty, currentLeader=${leader}} is out of range for partition t-0`,
  });
  await strict.consumer.close();
});

test('under a new leader a position beyond the end of its epoch goes back', async () => {
  const { host, broker, consumer, log, poll } = await consuming();
  log.end = 20;
  broker.on(offsetForLeaderEpochApi, ({ request }) => ({
    topics: request.topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition }) => ({ partition, leaderEpoch: 0, endOffset: 12 })),
    })),
  }));
  consumer.assign([t0]);
  const read: number[] = [];
  while (read.length < 20) read.push(...offsetsOf(await poll()));
  broker.topics = [{ name: 't', topicId: ID, partitions: [{ leader: 1, epoch: 1 }] }];
  host.clock.advance(300_000);
  await settle();
  assert.equal(offsetsOf(await poll())[0], 12);
  assert.equal(broker.named(offsetForLeaderEpochApi)[0]?.topics[0]?.partitions[0]?.leaderEpoch, 0);
  await consumer.close();
});

test('committed offsets are asked for again while the coordinator is an epoch ahead of the member', async () => {
  const { host, broker, consumer, log } = await consuming([['group.id', 'g']]);
  log.end = 20;
  let asked = 0;
  broker.on(offsetFetchApi, ({ request }) => ({
    groups: request.groups.map(({ groupId }) => {
      if (asked++ === 0) return { groupId, errorCode: errorCode('STALE_MEMBER_EPOCH') };
      return { groupId, topics: [{ name: 't', partitions: [{ partitionIndex: 0, committedOffset: 7 }] }] };
    }),
  }));
  consumer.assign([t0]);
  assert.equal(offsetsOf(await passTime(host.clock, consumer.poll(10_000)))[0], 7);
  assert.equal(asked, 2);
  await consumer.close();
});

test('what an epoch ended at says nothing of a position that has moved on meanwhile', async () => {
  const { host, broker, consumer, log, poll } = await consuming([['max.poll.records', '5']]);
  log.end = 20;
  let asked = 0;
  broker.on(offsetForLeaderEpochApi, ({ request }) => ({
    topics: request.topics.map(({ topic, partitions }) => ({
      topic,
      // The records from 7 on are of a later epoch, which the second question is about.
      partitions: partitions.map(({ partition }) => ({ partition, leaderEpoch: 0, endOffset: asked++ === 0 ? 7 : 20 })),
    })),
  }));
  consumer.assign([t0]);
  assert.deepEqual(offsetsOf(await poll()), run(0, 5));
  broker.topics = [{ name: 't', topicId: ID, partitions: [{ leader: 1, epoch: 1 }] }];
  host.clock.advance(300_000);
  await settle();
  const read: number[] = [];
  while (read.length < 15) {
    read.push(...offsetsOf(await poll()));
    await settle();
  }
  assert.deepEqual(read, run(5, 20));
  assert.ok(asked > 0);
  await consumer.close();
});

test('poll ends early when it is woken, and is refused after the end', async () => {
  const { host, consumer, poll } = await consuming();
  consumer.assign([t0]);
  await poll();
  const polling = consumer.poll(1_000_000);
  await settle();
  consumer.wakeup();
  assert.deepEqual(await polling, []);
  await consumer.close();
  await settle();
  await assert.rejects(consumer.poll(0), /closed/);
  assert.ok(host.clock.timerCount <= 1, 'only the fake broker waits on');
});

test('a member of a classic group joins, leads, reads, commits and leaves', async () => {
  const { host, broker, consumer, log, committed, poll } = await consuming([['group.id', 'g']]);
  log.end = 20;
  committed.set(0, 10);
  broker.on(joinGroupApi, ({ request }) => {
    if (request.memberId === '') return { errorCode: 79, memberId: 'm' };
    const metadata = request.protocols[0]?.metadata ?? Buffer.alloc(0);
    return {
      generationId: 3,
      protocolName: 'range',
      leader: 'm',
      memberId: 'm',
      members: [{ memberId: 'm', metadata }],
    };
  });
  broker.on(syncGroupApi, ({ request }) => ({ assignment: request.assignments[0]?.assignment ?? Buffer.alloc(0) }));
  let heartbeatCode = 0;
  broker.on(heartbeatApi, () => ({ errorCode: heartbeatCode }));
  broker.on(leaveGroupApi, () => ({}));
  const events: string[] = [];
  const note = (what: string) => (list: readonly { partition: number }[]) => {
    events.push(`${what} ${list.map(({ partition }) => partition).join()}`);
  };
  consumer.subscribe({ topics: ['t'] }, { onAssigned: note('+'), onRevoked: note('-'), onLost: note('lost') });
  assert.deepEqual(consumer.groupMetadata(), { memberId: '', generation: -1, groupInstanceId: null });
  assert.deepEqual(offsetsOf(await poll()), run(10, 20));
  assert.deepEqual(consumer.groupMetadata(), { memberId: 'm', generation: 3, groupInstanceId: null });
  assert.deepEqual(events, ['+ 0']);
  assert.deepEqual(
    broker.named(joinGroupApi).map(({ memberId }) => memberId),
    ['', 'm'],
  );
  assert.deepEqual(decodeAssignment(broker.named(syncGroupApi)[0]?.assignments[0]?.assignment as Buffer), [t0]);

  await poll(6000);
  assert.equal(committed.get(0), 20, 'auto commit');
  assert.ok(broker.named(heartbeatApi).length >= 1);

  heartbeatCode = 27;
  await poll(4000);
  heartbeatCode = 0;
  await poll(1000);
  assert.deepEqual(events.slice(0, 3), ['+ 0', '- 0', '+ 0']);

  heartbeatCode = 25;
  await poll(4000);
  heartbeatCode = 0;
  await poll(1000);
  assert.ok(events.includes('lost 0'));
  await passTime(host.clock, consumer.close());
  assert.equal(events.at(-1), '- 0');
  assert.equal(broker.named(leaveGroupApi)[0]?.members[0]?.memberId, 'm');
});

test('a static member does not leave', async () => {
  const { host, broker, consumer, poll } = await consuming([
    ['group.id', 'g'],
    ['group.instance.id', 'i'],
  ]);
  broker.on(joinGroupApi, ({ request }) => {
    return {
      generationId: 1,
      protocolName: 'range',
      leader: 'other',
      memberId: 'm',
      members: [],
      errorCode: request.groupInstanceId === 'i' ? 0 : 82,
    };
  });
  broker.on(syncGroupApi, () => ({}));
  broker.on(heartbeatApi, () => ({}));
  broker.on(leaveGroupApi, () => ({}));
  consumer.subscribe({ topics: ['t'] });
  await poll();
  assert.deepEqual(consumer.assignment(), []);
  await passTime(host.clock, consumer.close());
  assert.equal(broker.named(leaveGroupApi).length, 0);
});

test('an error that ends the membership is thrown by poll', async () => {
  const { broker, consumer, poll } = await consuming([['group.id', 'g']]);
  broker.on(joinGroupApi, () => ({ errorCode: 30, memberId: '' }));
  consumer.subscribe({ topics: ['t'] });
  await assert.rejects(poll(), { error: 'GROUP_AUTHORIZATION_FAILED' });
  await consumer.close();
});

test('a member that does not poll leaves the group, and joins again when it does', async () => {
  const { host, broker, consumer, poll } = await consuming([
    ['group.id', 'g'],
    ['max.poll.interval.ms', '10000'],
  ]);
  broker.on(joinGroupApi, () => ({
    generationId: 1,
    protocolName: 'range',
    leader: 'other',
    memberId: 'm',
    members: [],
  }));
  broker.on(syncGroupApi, () => ({}));
  broker.on(heartbeatApi, () => ({}));
  broker.on(leaveGroupApi, () => ({}));
  consumer.subscribe({ topics: ['t'] });
  await poll();
  for (let n = 0; n < 15; n++) {
    host.clock.advance(1000);
    await settle();
  }
  assert.equal(broker.named(leaveGroupApi)[0]?.members[0]?.reason, 'consumer poll timeout has expired.');
  const joins = broker.named(joinGroupApi).length;
  await poll();
  assert.equal(broker.named(joinGroupApi).length, joins + 1);
  await passTime(host.clock, consumer.close());
});

test('a member of the consumer protocol takes what it is told to, and lets go of it', async () => {
  const { host, broker, consumer, logs, poll } = await consuming(
    [
      ['group.id', 'g'],
      ['group.protocol', 'consumer'],
    ],
    2,
  );
  for (const log of logs) log.end = 10;
  let target = [0, 1];
  let epoch = 1;
  broker.on(consumerGroupHeartbeatApi, ({ request }) => {
    if (request.memberEpoch < 0) return { memberEpoch: request.memberEpoch };
    const assignment = { topicPartitions: target.length === 0 ? [] : [{ topicId: ID, partitions: target }] };
    return { memberId: request.memberId, memberEpoch: epoch, heartbeatIntervalMs: 100, assignment };
  });
  const events: string[] = [];
  const note = (what: string) => (list: readonly { partition: number }[]) => {
    events.push(`${what}${list.map(({ partition }) => partition).join()}`);
  };
  consumer.subscribe({ topics: ['t'] }, { onAssigned: note('+'), onRevoked: note('-') });
  assert.deepEqual(offsetsOf(await poll()).length, 20);
  target = [1];
  epoch = 2;
  await poll();
  assert.deepEqual(events, ['+0,1', '-0', '+']);
  assert.deepEqual(consumer.assignment(), [{ topic: 't', partition: 1 }]);
  const owned = broker.named(consumerGroupHeartbeatApi).flatMap(({ topicPartitions }) => topicPartitions ?? []);
  assert.deepEqual(
    owned.map(({ partitions }) => partitions),
    [[0, 1], [1]],
  );
  const commit = broker.named(offsetCommitApi).at(-1);
  assert.equal(commit?.generationIdOrMemberEpoch, 2, 'positions are committed before partitions go');
  await passTime(host.clock, consumer.close());
  assert.equal(broker.named(consumerGroupHeartbeatApi).at(-1)?.memberEpoch, -1);
});

test('topics that cannot be read by their names end a poll, those that were subscribed to as well', async () => {
  for (const [errorCode, error, message] of [
    [17, 'INVALID_TOPIC_EXCEPTION', 'Invalid topics: [a b]'],
    [29, 'TOPIC_AUTHORIZATION_FAILED', 'Not authorized to access topics: [a b]'],
  ] as const) {
    const { host, broker, consumer, poll } = await consuming([['group.id', 'g']]);
    broker.on(metadataApi, () => ({
      brokers: [{ nodeId: 1, host: 'localhost', port: broker.port }],
      topics: [{ name: 'a b', errorCode }],
    }));
    consumer.subscribe({ topics: ['a b'] });
    await assert.rejects(poll(), { error, message });
    await passTime(host.clock, consumer.close());
  }
});

test('a group without a name is refused, and one that could assign nothing', async () => {
  for (const id of ['', ' ']) {
    await assert.rejects(consuming([['group.id', id]]), {
      error: 'INVALID_GROUP_ID',
      message: 'The configured group.id should not be an empty string or whitespace.',
    });
  }
  const { consumer } = await consuming([
    ['group.id', 'g'],
    ['partition.assignment.strategy', ''],
  ]);
  assert.throws(() => consumer.subscribe({ topics: ['t'] }), {
    javaClass: 'java.lang.IllegalStateException',
    message: /^Must configure at least one partition assigner class name/,
  });
  await consumer.close();
});
