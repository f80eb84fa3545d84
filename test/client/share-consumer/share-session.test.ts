import assert from 'node:assert/strict';
import test from 'node:test';
import { ShareSession } from '../../../src/client/share-consumer/share-session.js';

const one = (partition: number, topicId = 'A') => ({ key: `${topicId}-${partition}`, topic: 't', topicId, partition });
const batches = [{ firstOffset: 0, lastOffset: 1, acknowledgeTypes: [1] }];
const topics = (...of: [string, [number, typeof batches][]][]) =>
  of.map(([topicId, partitions]) => ({
    topicId,
    partitions: partitions.map(([partitionIndex, acknowledgementBatches]) => ({
      partitionIndex,
      acknowledgementBatches,
    })),
  }));

test('the first request names all partitions, later ones what changed', () => {
  const session = new ShareSession();
  assert.equal(session.isOpen, false);
  assert.deepEqual(session.fetch([one(0), one(1)], []), {
    shareSessionEpoch: 0,
    topics: topics([
      'A',
      [
        [0, []],
        [1, []],
      ],
    ]),
    forgottenTopicsData: [],
  });
  session.onFetched();
  assert.equal(session.isOpen, true);
  assert.deepEqual(session.fetch([one(1), one(2)], []), {
    shareSessionEpoch: 1,
    topics: topics(['A', [[2, []]]]),
    forgottenTopicsData: [{ topicId: 'A', partitions: [0] }],
  });
});

test('acknowledgements ride along, also of partitions that are known already', () => {
  const session = new ShareSession();
  session.fetch([one(0)], []);
  session.onFetched();
  const { topics: named } = session.fetch([one(0), one(0, 'B')], [{ partition: one(0), batches }]);
  assert.deepEqual(named, topics(['B', [[0, []]]], ['A', [[0, batches]]]));
});

test('every request that was answered counts, and the last closes', () => {
  const session = new ShareSession();
  session.fetch([one(0)], []);
  session.onFetched();
  assert.deepEqual(session.acknowledge([{ partition: one(0), batches }]), {
    shareSessionEpoch: 1,
    topics: topics(['A', [[0, batches]]]),
  });
  session.onAcknowledged();
  assert.equal(session.fetch([one(0)], []).shareSessionEpoch, 2);
  assert.deepEqual(session.close([]), { shareSessionEpoch: -1, topics: [] });
});

test('after a failure it begins anew, and records of before are known to be of before', () => {
  const session = new ShareSession();
  session.fetch([one(0)], []);
  session.onFetched();
  session.onFailure();
  assert.deepEqual([session.isOpen, session.generation], [false, 1]);
  assert.deepEqual(session.fetch([one(0)], []).topics, topics(['A', [[0, []]]]));
});
