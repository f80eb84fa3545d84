import assert from 'node:assert/strict';
import { afterEach, beforeEach, it } from 'node:test';
import type { AnyApi } from '../../src/protocol/api.js';
import { alterShareGroupOffsetsApi } from '../../src/protocol/generated/alter-share-group-offsets.js';
import { consumerGroupDescribeApi } from '../../src/protocol/generated/consumer-group-describe.js';
import { consumerGroupHeartbeatApi } from '../../src/protocol/generated/consumer-group-heartbeat.js';
import { createPartitionsApi } from '../../src/protocol/generated/create-partitions.js';
import { deleteGroupsApi } from '../../src/protocol/generated/delete-groups.js';
import { deleteShareGroupOffsetsApi } from '../../src/protocol/generated/delete-share-group-offsets.js';
import { deleteTopicsApi } from '../../src/protocol/generated/delete-topics.js';
import { describeGroupsApi } from '../../src/protocol/generated/describe-groups.js';
import { describeShareGroupOffsetsApi } from '../../src/protocol/generated/describe-share-group-offsets.js';
import { findCoordinatorApi } from '../../src/protocol/generated/find-coordinator.js';
import { heartbeatApi } from '../../src/protocol/generated/heartbeat.js';
import { joinGroupApi } from '../../src/protocol/generated/join-group.js';
import { leaveGroupApi } from '../../src/protocol/generated/leave-group.js';
import { listGroupsApi } from '../../src/protocol/generated/list-groups.js';
import { offsetCommitApi } from '../../src/protocol/generated/offset-commit.js';
import { offsetDeleteApi } from '../../src/protocol/generated/offset-delete.js';
import { offsetFetchApi } from '../../src/protocol/generated/offset-fetch.js';
import { shareGroupDescribeApi } from '../../src/protocol/generated/share-group-describe.js';
import { shareGroupHeartbeatApi } from '../../src/protocol/generated/share-group-heartbeat.js';
import { syncGroupApi } from '../../src/protocol/generated/sync-group.js';
import { updateFeaturesApi } from '../../src/protocol/generated/update-features.js';
import { ApiCaller } from '../support/api-call.js';
import { BrokerBed } from '../support/broker-bed.js';

const SETTINGS = {
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.num.partitions': '3',
  'share.coordinator.state.topic.min.isr': '1',
  'group.share.assignment.interval.ms': '0',
};
const PASSING = [14, 15, 16];
const NOT_ASKED = -2_147_483_648;
const NO_TOPIC = 'AAAAAAAAAAAAAAAAAAAAAA';
const UNKNOWN_TOPIC = 'This server does not host this topic-partition.';

// biome-ignore lint/suspicious/noExplicitAny: answers of many APIs, of which a test looks at what it is about.
type Answer = any;

let bed: BrokerBed;
let caller: ApiCaller;

beforeEach(async () => {
  bed = await BrokerBed.start(SETTINGS);
  caller = await ApiCaller.open(bed.network, 9092);
});
afterEach(async () => {
  caller.close();
  await bed.stop();
});

/** The answer as it stands in the tests: without throttle times and unknown tags, topics by their names. */
async function ask(api: AnyApi, version: number, request: object): Promise<Answer> {
  const answer = await caller.call(api, version, request);
  return JSON.parse(
    JSON.stringify(answer, (key, value) => (key === 'unknownTags' || key === 'throttleTimeMs' ? undefined : value)),
  );
}

const beat = (groupId: string, memberId: string, memberEpoch: number, subscribedTopicNames: string[] | null = null) =>
  ask(shareGroupHeartbeatApi, 1, { groupId, memberId, memberEpoch, rackId: null, subscribedTopicNames });

/** Until somebody coordinates the group. */
async function coordinated(groupId: string): Promise<void> {
  for (;;) {
    await ask(findCoordinatorApi, 6, { keyType: 0, coordinatorKeys: [groupId] });
    const { groups } = await ask(describeGroupsApi, 6, { groups: [groupId] });
    if (!PASSING.includes(groups[0].errorCode)) return;
    await new Promise(setImmediate);
  }
}

/** Beats until the member has so many partitions. */
async function assigned(groupId: string, memberId: string, epoch: number, count: number): Promise<Answer> {
  for (let memberEpoch = epoch; ; ) {
    const answer = await beat(groupId, memberId, memberEpoch);
    assert.equal(answer.errorCode, 0, answer.errorMessage);
    memberEpoch = answer.memberEpoch;
    const partitions = answer.assignment?.topicPartitions.flatMap((topic: Answer) => topic.partitions) ?? [];
    if (partitions.length === count) return answer;
    await new Promise(setImmediate);
  }
}

const topicId = async (name: string): Promise<string> => {
  const { groups } = await ask(describeShareGroupOffsetsApi, 1, {
    groups: [{ groupId: 'x', topics: [{ topicName: name, partitions: [0] }] }],
  });
  return groups[0].topics[0].topicId;
};

const describeOffsets = async (groupId: string, topics: Answer = null): Promise<Answer> => {
  const { groups } = await ask(describeShareGroupOffsetsApi, 1, { groups: [{ groupId, topics }] });
  return groups[0];
};

const alter = (groupId: string, topics: Answer) => ask(alterShareGroupOffsetsApi, 0, { groupId, topics });
const deleteOffsets = (groupId: string, ...names: string[]) =>
  ask(deleteShareGroupOffsetsApi, 0, { groupId, topics: names.map((topicName) => ({ topicName })) });
const refused = (errorCode: number, errorMessage: string | null) => ({
  errorCode,
  errorMessage,
  memberId: null,
  memberEpoch: 0,
  heartbeatIntervalMs: 0,
  assignment: null,
});

it('heartbeats are answered as by Apache Kafka 4.3.1', async () => {
  await bed.createTopic('one', 3);
  await coordinated('g');
  assert.deepEqual(await beat('g', '', 0, ['one']), refused(42, null));
  assert.deepEqual(await beat('g', 'x'.repeat(37), 0, ['one']), refused(42, null));
  assert.deepEqual(await beat('g', ' ', 0, ['one']), refused(42, "MemberId can't be empty."));
  assert.deepEqual(await beat('', 'm', 0, ['one']), refused(42, "GroupId can't be empty."));
  assert.deepEqual(await beat('g', 'm', 5), refused(69, 'Share group g not found.'));
  const id = await topicId('one');
  assert.deepEqual(await beat('g', 'm', 0, ['one']), {
    ...refused(0, null),
    memberId: 'm',
    memberEpoch: 2,
    heartbeatIntervalMs: 5000,
    assignment: { topicPartitions: [] },
  });
  assert.deepEqual(await assigned('g', 'm', 2, 3), {
    ...refused(0, null),
    memberId: 'm',
    memberEpoch: 3,
    heartbeatIntervalMs: 5000,
    assignment: { topicPartitions: [{ topicId: id, partitions: [0, 1, 2] }] },
  });
  assert.equal((await beat('g', 'm', 3)).assignment, null);
  const { groups } = await ask(shareGroupDescribeApi, 1, { groupIds: ['g'], includeAuthorizedOperations: true });
  assert.deepEqual(groups, [
    {
      errorCode: 0,
      errorMessage: null,
      groupId: 'g',
      groupState: 'Stable',
      groupEpoch: 3,
      assignmentEpoch: 3,
      assignorName: 'simple',
      members: [
        {
          memberId: 'm',
          rackId: null,
          memberEpoch: 3,
          clientId: 'test',
          clientHost: groups[0].members[0].clientHost,
          subscribedTopicNames: ['one'],
          assignment: { topicPartitions: [{ topicId: id, topicName: 'one', partitions: [0, 1, 2] }] },
        },
      ],
      authorizedOperations: 3400,
    },
  ]);
  assert.deepEqual(await beat('g', 'm', -1), { ...refused(0, null), memberId: 'm', memberEpoch: -1 });
  assert.deepEqual(await beat('g', 'm', -1), refused(25, 'Member m is not a member of group g.'));
});

it('other APIs refuse a share group as Apache Kafka 4.3.1 does', async () => {
  await bed.createTopic('one');
  await coordinated('g');
  await beat('g', 'm', 0, ['one']);
  await assigned('g', 'm', 2, 1);
  const joining = {
    groupId: 'g',
    memberId: 'm',
    sessionTimeoutMs: 6000,
    rebalanceTimeoutMs: 6000,
    protocolType: 'consumer',
    protocols: [{ name: 'range', metadata: Buffer.alloc(0) }],
  };
  const joined = await ask(joinGroupApi, 9, joining);
  assert.deepEqual([joined.errorCode, joined.memberId], [23, '']);
  const member = { groupId: 'g', generationId: 1, memberId: 'm' };
  const protocol = { protocolType: 'consumer', protocolName: 'range' };
  assert.equal((await ask(syncGroupApi, 5, { ...member, ...protocol, assignments: [] })).errorCode, 25);
  assert.equal((await ask(heartbeatApi, 4, member)).errorCode, 25);
  assert.equal((await ask(leaveGroupApi, 5, { groupId: 'g', members: [{ memberId: 'm' }] })).members[0].errorCode, 25);
  const heartbeat = {
    groupId: 'g',
    memberId: 'c',
    rebalanceTimeoutMs: 1000,
    subscribedTopicNames: ['one'],
    topicPartitions: [],
  };
  for (const memberEpoch of [0, 1, -1]) {
    const answer = await ask(consumerGroupHeartbeatApi, 1, { ...heartbeat, memberEpoch });
    assert.deepEqual([answer.errorCode, answer.errorMessage], [69, 'Group g is not a consumer group.']);
  }
  const partitions = [{ partitionIndex: 0, committedOffset: 1 }];
  for (const generationIdOrMemberEpoch of [-1, 1]) {
    for (const version of [8, 9]) {
      const topics = [{ name: 'one', partitions }];
      const answer = await ask(offsetCommitApi, version, { groupId: 'g', generationIdOrMemberEpoch, topics });
      assert.equal(answer.topics[0].partitions[0].errorCode, 69);
    }
  }
  const fetched = await ask(offsetFetchApi, 9, {
    groups: [{ groupId: 'g', memberId: 'm', memberEpoch: 3, topics: null }],
  });
  assert.deepEqual(fetched.groups, [{ groupId: 'g', topics: [], errorCode: 0 }]);
  const toDelete = { groupId: 'g', topics: [{ name: 'one', partitions: [{ partitionIndex: 0 }] }] };
  assert.equal((await ask(offsetDeleteApi, 0, toDelete)).errorCode, 69);
  const described = await ask(describeGroupsApi, 6, { groups: ['g'] });
  assert.equal(described.groups[0].errorMessage, 'Group g is not a classic group.');
  const consumers = await ask(consumerGroupDescribeApi, 1, { groupIds: ['g'] });
  assert.equal(consumers.groups[0].errorMessage, 'Group g is not a consumer group.');
  const listed = { groupId: 'g', protocolType: 'share', groupState: 'Stable', groupType: 'share' };
  assert.deepEqual((await ask(listGroupsApi, 5, { statesFilter: ['stable'], typesFilter: ['Share'] })).groups, [
    listed,
  ]);
});

it('offsets are set, shown with their lag, and deleted as by Apache Kafka 4.3.1', async () => {
  await bed.createTopic('one', 2);
  await bed.createTopic('two');
  await coordinated('g');
  const producer = bed.producer();
  await Promise.all(['a', 'b', 'c'].map((text) => producer.send('one', 0, null, Buffer.from(text))));
  const [one, two] = [await topicId('one'), await topicId('two')];
  const altered = await alter('g', [
    { topicName: 'none', partitions: [{ partitionIndex: 0, startOffset: 0 }] },
    {
      topicName: 'one',
      partitions: [
        { partitionIndex: 0, startOffset: 1 },
        { partitionIndex: 9, startOffset: 0 },
      ],
    },
  ]);
  const unknown = { errorCode: 3, errorMessage: UNKNOWN_TOPIC };
  const fine = { errorCode: 0, errorMessage: null };
  assert.deepEqual(altered, {
    ...fine,
    responses: [
      { topicName: 'none', topicId: NO_TOPIC, partitions: [{ partitionIndex: 0, ...unknown }] },
      {
        topicName: 'one',
        topicId: one,
        partitions: [
          { partitionIndex: 0, ...fine },
          { partitionIndex: 9, ...unknown },
        ],
      },
    ],
  });
  const partition = { partitionIndex: 0, startOffset: 1, leaderEpoch: 0, lag: 2, ...fine };
  const nothing = { partitionIndex: 1, startOffset: -1, leaderEpoch: 0, lag: -1, ...fine };
  assert.deepEqual(await describeOffsets('g'), {
    groupId: 'g',
    topics: [{ topicName: 'one', topicId: one, partitions: [partition] }],
    ...fine,
  });
  const asked = [
    { topicName: 'none', partitions: [1] },
    { topicName: 'one', partitions: [0, 1] },
  ];
  assert.deepEqual((await describeOffsets('g', asked)).topics, [
    { topicName: 'one', topicId: one, partitions: [partition, nothing] },
    { topicName: 'none', topicId: NO_TOPIC, partitions: [nothing] },
  ]);
  const failed = {
    errorCode: -1,
    errorMessage: 'The server experienced an unexpected error when processing the request.',
  };
  assert.deepEqual(await describeOffsets('g', [{ topicName: 'one', partitions: [] }]), {
    groupId: 'g',
    topics: [],
    ...failed,
  });
  // In the order of a Java map: 1 and 17 are in one bucket, where those that come later are first.
  const [{ partitions: inOrder }] = (await describeOffsets('g', [{ topicName: 'one', partitions: [17, 1, 33, 0] }]))
    .topics;
  assert.deepEqual(
    inOrder.map(({ partitionIndex }: Answer) => partitionIndex),
    [0, 33, 1, 17],
  );
  const twice = [1, 0].map((partitionIndex) => ({
    topicName: 'one',
    partitions: [{ partitionIndex, startOffset: 1 }],
  }));
  const answers = (await alter('g', twice)).responses;
  assert.deepEqual(
    answers.map(({ partitions }: Answer) => partitions.map(({ partitionIndex }: Answer) => partitionIndex)),
    [[1, 0]],
  );
  await beat('g', 'm', 0, ['one', 'two']);
  await assigned('g', 'm', 2, 3);
  const notEmpty = { errorCode: 68, errorMessage: 'The group is not empty.', responses: [] };
  assert.deepEqual(await alter('g', [{ topicName: 'one', partitions: [] }]), notEmpty);
  assert.deepEqual(await deleteOffsets('g', 'one'), notEmpty);
  await beat('g', 'm', -1);
  assert.deepEqual(await deleteOffsets('g', 'none', 'two'), {
    ...fine,
    responses: [
      { topicName: 'two', topicId: two, ...fine },
      { topicName: 'none', topicId: NO_TOPIC, ...unknown },
    ],
  });
  assert.deepEqual(await deleteOffsets('g', 'two'), {
    ...fine,
    responses: [
      { topicName: 'two', topicId: NO_TOPIC, errorCode: 3, errorMessage: 'There is no offset information to delete.' },
    ],
  });
  assert.deepEqual(
    (await describeOffsets('g')).topics.map(({ topicName }: Answer) => topicName),
    ['one'],
  );
  assert.deepEqual(await deleteOffsets('no', 'one'), {
    errorCode: 69,
    errorMessage: 'Group no not found.',
    responses: [],
  });
  assert.deepEqual(await alter('', []), { errorCode: 24, errorMessage: 'The group id is invalid.', responses: [] });
});

it('follows topics that grow and go, and lives on after a restart; deleting it deletes its state', async () => {
  await bed.createTopic('one');
  await bed.createTopic('two');
  await coordinated('g');
  await beat('g', 'm', 0, ['one', 'two']);
  let { memberEpoch } = await assigned('g', 'm', 2, 2);
  await ask(createPartitionsApi, 3, { topics: [{ name: 'one', count: 3, assignments: null }], timeoutMs: 1000 });
  ({ memberEpoch } = await assigned('g', 'm', memberEpoch, 4));
  await ask(deleteTopicsApi, 6, { topics: [{ name: 'two', topicId: NO_TOPIC }], timeoutMs: 1000 });
  ({ memberEpoch } = await assigned('g', 'm', memberEpoch, 3));
  caller.close();
  await bed.stop();
  bed = await BrokerBed.start(SETTINGS, bed.disk);
  caller = await ApiCaller.open(bed.network, 9092);
  await coordinated('g');
  const { errorCode, assignment } = await beat('g', 'm', memberEpoch, ['one', 'two']);
  assert.deepEqual([errorCode, assignment.topicPartitions[0].partitions], [0, [0, 1, 2]]);
  const remove = async () => (await ask(deleteGroupsApi, 2, { groupsNames: ['g'] })).results;
  assert.deepEqual(await remove(), [{ groupId: 'g', errorCode: 68 }]);
  await beat('g', 'm', -1);
  await alter('g', [{ topicName: 'one', partitions: [{ partitionIndex: 0, startOffset: 0 }] }]);
  const one = [{ topicName: 'one', partitions: [0] }];
  assert.equal((await describeOffsets('g', one)).topics[0].partitions[0].startOffset, 0);
  assert.deepEqual(await remove(), [{ groupId: 'g', errorCode: 0 }]);
  assert.equal((await describeOffsets('g', one)).topics[0].partitions[0].startOffset, -1);
  assert.deepEqual(await remove(), [{ groupId: 'g', errorCode: 69 }]);
});

it('without share.version there are no share groups, but those that there were can be listed and deleted', async () => {
  await bed.createTopic('one');
  await coordinated('g');
  await alter('g', [{ topicName: 'one', partitions: [{ partitionIndex: 0, startOffset: 0 }] }]);
  const featureUpdates = [{ feature: 'share.version', maxVersionLevel: 0, upgradeType: 2 }];
  await ask(updateFeaturesApi, 2, { timeoutMs: 1000, featureUpdates, validateOnly: false });
  assert.deepEqual(await beat('g', 'm', 0, ['one']), refused(35, null));
  const { groups } = await ask(shareGroupDescribeApi, 1, { groupIds: ['g', ''], includeAuthorizedOperations: true });
  assert.deepEqual(
    groups.map(({ errorCode, errorMessage, authorizedOperations }: Answer) => [
      errorCode,
      errorMessage,
      authorizedOperations,
    ]),
    [
      [35, null, NOT_ASKED],
      [35, null, NOT_ASKED],
    ],
  );
  assert.deepEqual(await describeOffsets('g'), { groupId: 'g', topics: [], errorCode: 35, errorMessage: null });
  const unsupported = { errorCode: 35, errorMessage: 'The version of API is not supported.', responses: [] };
  assert.deepEqual(await alter('g', []), unsupported);
  assert.deepEqual(await deleteOffsets('g'), unsupported);
  assert.equal((await ask(listGroupsApi, 5, { statesFilter: [], typesFilter: ['share'] })).groups.length, 1);
  assert.equal((await ask(deleteGroupsApi, 2, { groupsNames: ['g'] })).results[0].errorCode, 0);
});
