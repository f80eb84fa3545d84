import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isReplicaDone,
  partitionStates,
  partitionStateText,
  replicaStates,
  replicaStateText,
} from '../../../../src/cli/tools/reassign-partitions/move-states.js';
import { KafkaError } from '../../../../src/protocol/errors.js';

const topic = (replicas: number[][]) => ({
  name: 'a',
  topicId: 'AAAAAAAAAAAAAAAAAAAAAQ',
  isInternal: false,
  authorizedOperations: null,
  partitions: replicas.map((ids, partition) => ({
    partition,
    leader: ids[0] as number,
    leaderEpoch: 0,
    replicas: ids,
    isr: ids,
    eligibleLeaderReplicas: null,
    lastKnownElr: null,
  })),
});

const planned = (partition: number, replicas: number[], name = 'a') => ({ topic: name, partition, replicas });

test('partitions that move, that arrived, and that are elsewhere', () => {
  const states = partitionStates(
    [planned(1, [2]), planned(0, [3, 1]), planned(2, [2, 1]), planned(0, [1], 'gone')],
    [{ topic: 'a', partition: 1, replicas: [1, 2], adding: [2], removing: [1] }],
    new Map<string, KafkaError | ReturnType<typeof topic>>([
      ['a', topic([[3, 1], [1], [1, 2]])],
      ['gone', new KafkaError('UNKNOWN_TOPIC_OR_PARTITION')],
    ]),
  );
  assert.deepEqual(states.map(partitionStateText), [
    'Reassignment of partition a-0 is completed.',
    'Reassignment of partition a-1 is still in progress.',
    'There is no active reassignment of partition a-2, but replica set is 1,2 rather than 2,1.',
    'There is no active reassignment of partition gone-0, but replica set is  rather than 1.',
  ]);
});

test('the first number that a topic does not have fails as in Kafka', () => {
  assert.throws(
    () => partitionStates([planned(1, [1])], [], new Map([['a', topic([[1]])]])),
    /Index 1 out of bounds for length 1/,
  );
});

test('replicas with directories', () => {
  const move = (partition: number) => ({ topic: 'a', partition, broker: 1, logDir: '/new' });
  const states = replicaStates(
    [move(4), move(3), move(2), move(1), move(0)],
    new Map([
      ['a-0-1', { current: '/new', future: null }],
      ['a-1-1', { current: '/old', future: null }],
      ['a-2-1', { current: '/old', future: '/new' }],
      ['a-3-1', { current: '/old', future: '/other' }],
    ]),
  );
  assert.deepEqual(states.map(replicaStateText), [
    'Reassignment of replica a-0-1 completed successfully.',
    'Partition a-1 on broker 1 is not being moved from log dir /old to /new.',
    'Reassignment of replica a-2-1 is still in progress.',
    'Partition a-3 on broker 1 is being moved to log dir /other instead of /new.',
    'Partition a-4 is not found in any live log dir on broker 1. There is likely an offline log directory on the broker.',
  ]);
  assert.deepEqual(states.map(isReplicaDone), [true, true, false, false, false]);
});
