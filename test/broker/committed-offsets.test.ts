import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { deleteGroupsApi } from '../../src/protocol/generated/delete-groups.js';
import { findCoordinatorApi } from '../../src/protocol/generated/find-coordinator.js';
import { heartbeatApi } from '../../src/protocol/generated/heartbeat.js';
import { offsetCommitApi } from '../../src/protocol/generated/offset-commit.js';
import { offsetDeleteApi } from '../../src/protocol/generated/offset-delete.js';
import { offsetFetchApi } from '../../src/protocol/generated/offset-fetch.js';
import { ApiCaller } from '../support/api-call.js';
import { BrokerBed } from '../support/broker-bed.js';

const UNKNOWN_TOPIC_OR_PARTITION = 3;
const INVALID_GROUP_ID = 24;
const GROUP_ID_NOT_FOUND = 69;
/** No group has been looked for yet, so that nobody coordinates any. */
const NOT_COORDINATOR = 16;

let bed: BrokerBed;
afterEach(() => bed.stop());

it('offsets of partitions that are not there are refused before anybody looks at the group', async () => {
  bed = await BrokerBed.start();
  await bed.createTopic('t');
  const caller = await ApiCaller.open(bed.network, 9092);
  const commit = async (topics: Record<string, number[]>) => {
    const request = {
      groupId: 'g',
      topics: Object.entries(topics).map(([name, partitions]) => ({
        name,
        partitions: partitions.map((partitionIndex) => ({ partitionIndex, committedOffset: 1 })),
      })),
    };
    const answer = (await caller.call(offsetCommitApi as never, 9, request)) as ReturnType<
      typeof offsetCommitApi.readResponse
    >;
    return answer.topics.map(({ name, partitions }) => [
      name,
      partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode]),
    ]);
  };
  assert.deepEqual(await commit({ t: [9], none: [0] }), [
    ['t', [[9, UNKNOWN_TOPIC_OR_PARTITION]]],
    ['none', [[0, UNKNOWN_TOPIC_OR_PARTITION]]],
  ]);
  assert.deepEqual(await commit({ t: [9, 0] }), [
    [
      't',
      [
        [0, NOT_COORDINATOR],
        [9, UNKNOWN_TOPIC_OR_PARTITION],
      ],
    ],
  ]);
  caller.close();
});

it('offsets of partitions that are not there cannot be deleted', async () => {
  bed = await BrokerBed.start();
  await bed.createTopic('t');
  const caller = await ApiCaller.open(bed.network, 9092);
  const find = async () => {
    const answer = await caller.call(findCoordinatorApi as never, 6, { keyType: 0, coordinatorKeys: ['g'] });
    return (answer as ReturnType<typeof findCoordinatorApi.readResponse>).coordinators[0]?.errorCode;
  };
  while ((await find()) !== 0);
  const topic = { name: 't', partitions: [{ partitionIndex: 0, committedOffset: 1 }] };
  const commit = { groupId: 'g', generationIdOrMemberEpoch: -1, topics: [topic] };
  const isCommitted = async () => {
    const answer = await caller.call(offsetCommitApi as never, 9, commit);
    return (answer as ReturnType<typeof offsetCommitApi.readResponse>).topics[0]?.partitions[0]?.errorCode === 0;
  };
  while (!(await isCommitted()));
  const topics = [
    { name: 't', partitions: [{ partitionIndex: 9 }, { partitionIndex: 0 }] },
    { name: 'none', partitions: [{ partitionIndex: 0 }] },
  ];
  const answer = await caller.call(offsetDeleteApi as never, 0, { groupId: 'g', topics });
  const deleted = answer as ReturnType<typeof offsetDeleteApi.readResponse>;
  assert.deepEqual(
    deleted.topics.map(({ name, partitions }) => [
      name,
      partitions.map(({ partitionIndex, errorCode }) => [partitionIndex, errorCode]),
    ]),
    [
      [
        't',
        [
          [0, 0],
          [9, UNKNOWN_TOPIC_OR_PARTITION],
        ],
      ],
      ['none', [[0, UNKNOWN_TOPIC_OR_PARTITION]]],
    ],
  );
  caller.close();
});

it('a group without a name keeps offsets, as consumers of old did, and has no members', async () => {
  bed = await BrokerBed.start();
  await bed.createTopic('t');
  const caller = await ApiCaller.open(bed.network, 9092);
  const call = async <Response>(api: { readResponse(...args: never[]): Response }, version: number, request: object) =>
    (await caller.call(api as never, version, request)) as Response;
  const find = async () => (await call(findCoordinatorApi, 6, { keyType: 0, coordinatorKeys: [''] })).coordinators[0];
  while ((await find())?.errorCode !== 0);
  const topic = { name: 't', partitions: [{ partitionIndex: 0, committedOffset: 5 }] };
  const commit = { groupId: '', generationIdOrMemberEpoch: -1, topics: [topic] };
  const committed = async () => (await call(offsetCommitApi, 9, commit)).topics[0]?.partitions[0]?.errorCode;
  while ((await committed()) !== 0);
  const fetched = await call(offsetFetchApi, 9, {
    groups: [{ groupId: '', memberId: null, memberEpoch: -1, topics: null }],
  });
  assert.equal(fetched.groups[0]?.topics[0]?.partitions[0]?.committedOffset, 5);
  assert.equal((await call(heartbeatApi, 4, { groupId: '', memberId: 'm' })).errorCode, INVALID_GROUP_ID);
  assert.equal((await call(offsetDeleteApi, 0, { groupId: '', topics: [] })).errorCode, INVALID_GROUP_ID);
  const remove = async () => (await call(deleteGroupsApi, 2, { groupsNames: [''] })).results[0]?.errorCode;
  assert.deepEqual([await remove(), await remove()], [0, GROUP_ID_NOT_FOUND]);
  caller.close();
});
