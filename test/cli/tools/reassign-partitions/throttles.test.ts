import assert from 'node:assert/strict';
import { test } from 'node:test';
import { movesWith, movingBrokers, topicThrottles } from '../../../../src/cli/tools/reassign-partitions/throttles.js';

test('a new move: sources are the replicas of now, destinations only those that are new', () => {
  const moves = movesWith(
    [],
    [{ topic: 'a', partition: 0, replicas: [3, 1] }],
    [{ topic: 'a', partition: 0, replicas: [1, 2] }],
  );
  assert.deepEqual(moves, [{ topic: 'a', partition: 0, sources: new Set([1, 2]), destinations: new Set([3]) }]);
  assert.deepEqual(topicThrottles(moves), [{ topic: 'a', leaders: '0:1,0:2', followers: '0:3' }]);
  assert.deepEqual(movingBrokers(moves).sort(), [1, 2, 3]);
});

test('a move that goes on keeps its sources when it is planned anew, and others stay', () => {
  const ongoing = [
    { topic: 'a', partition: 0, replicas: [1, 2, 3], adding: [3], removing: [1] },
    { topic: 'b', partition: 5, replicas: [4, 5], adding: [5], removing: [] },
  ];
  const moves = movesWith(
    ongoing,
    [{ topic: 'a', partition: 0, replicas: [6] }],
    [{ topic: 'a', partition: 0, replicas: [1, 2, 3] }],
  );
  assert.deepEqual(moves, [
    { topic: 'a', partition: 0, sources: new Set([1, 2]), destinations: new Set([6]) },
    { topic: 'b', partition: 5, sources: new Set([4]), destinations: new Set([5]) },
  ]);
});

test('throttled replicas are sorted as texts', () => {
  const move = (partition: number) => ({
    topic: 'a',
    partition,
    sources: new Set([10, 2]),
    destinations: new Set<number>(),
  });
  assert.deepEqual(topicThrottles([move(2), move(10)]), [
    { topic: 'a', leaders: '10:10,10:2,2:10,2:2', followers: '' },
  ]);
});
