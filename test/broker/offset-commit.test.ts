import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { offsetCommitApi } from '../../src/protocol/generated/offset-commit.js';
import { ApiCaller } from '../support/api-call.js';
import { BrokerBed } from '../support/broker-bed.js';

const UNKNOWN_TOPIC_OR_PARTITION = 3;
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
