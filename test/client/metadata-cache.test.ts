import assert from 'node:assert/strict';
import test from 'node:test';
import { MetadataCache } from '../../src/client/metadata-cache.js';
import type { MetadataResponse } from '../../src/protocol/generated/metadata.js';

const ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
const OTHER_ID = 'AAAAAAAAAAAAAAAAAAAAAg';

function response(topicId: string, epochs: readonly [leader: number, epoch: number][], name = 't'): MetadataResponse {
  const partitions = epochs.map(([leaderId, leaderEpoch], partitionIndex) => {
    return { errorCode: 0, partitionIndex, leaderId, leaderEpoch, replicaNodes: [], isrNodes: [], offlineReplicas: [] };
  });
  const topic = { errorCode: 0, name, topicId, isInternal: false, partitions, topicAuthorizedOperations: -0x8000_0000 };
  const brokers = [{ nodeId: 1, host: 'h', port: 9, rack: null }];
  return {
    throttleTimeMs: 0,
    brokers,
    clusterId: 'c',
    controllerId: 1,
    topics: [topic],
    clusterAuthorizedOperations: 0,
    errorCode: 0,
  };
}

test('a leader epoch never goes back while the topic is the same', () => {
  const cache = new MetadataCache();
  cache.update(
    response(ID, [
      [1, 5],
      [1, 2],
    ]),
    false,
  );
  cache.update(
    response(ID, [
      [2, 4],
      [2, 3],
    ]),
    false,
  );
  assert.deepEqual([cache.partition('t', 0)?.leader, cache.partition('t', 1)?.leader], [1, 2]);
  cache.update(response(OTHER_ID, [[3, 0]]), false);
  assert.equal(cache.partition('t', 0)?.leader, 3);
  assert.equal(cache.topicName(ID), undefined);
  assert.equal(cache.topicName(OTHER_ID), 't');
});

test('a newer leader that an answer names is taken, an older one not', () => {
  const cache = new MetadataCache();
  cache.update(response(ID, [[1, 5]]), false);
  assert.equal(cache.updateLeader('t', 0, 2, 5), false);
  assert.equal(cache.updateLeader('t', 0, 2, 6), true);
  assert.equal(cache.partition('t', 0)?.leader, 2);
  assert.equal(cache.updateLeader('t', 9, 2, 6), false);
});

test('a whole answer forgets topics that it does not name', () => {
  const cache = new MetadataCache();
  cache.update(response(ID, [[1, 0]], 'a'), false);
  cache.update(response(OTHER_ID, [[1, 0]], 'b'), true);
  assert.deepEqual([...cache.topics.keys()], ['b']);
  assert.equal(cache.topicName(ID), undefined);
});
