import assert from 'node:assert/strict';
import test from 'node:test';
import { FetchSession, type WantedPartition } from '../../../src/client/consumer/fetch-session.js';

const ID = 'AAAAAAAAAAAAAAAAAAAAAQ';
const wanted = (partition: number, fetchOffset: number, topicId = ID): WantedPartition => {
  return { topic: 't', partition, key: `t-${partition}`, topicId, fetchOffset, currentLeaderEpoch: 0, maxBytes: 100 };
};

function parts(request: ReturnType<FetchSession['request']>) {
  return {
    id: request.sessionId,
    epoch: request.sessionEpoch,
    asked: request.topics.flatMap(({ partitions }) =>
      partitions.map(({ partition, fetchOffset }) => `${partition}@${fetchOffset}`),
    ),
    forgotten: request.forgottenTopicsData.flatMap(({ partitions }) => [...partitions]),
  };
}

test('after a full request only changes are sent', () => {
  const session = new FetchSession();
  assert.deepEqual(parts(session.request([wanted(0, 5), wanted(1, 6)])), {
    id: 0,
    epoch: 0,
    asked: ['0@5', '1@6'],
    forgotten: [],
  });
  session.onResponse(null, 42);
  assert.deepEqual(parts(session.request([wanted(0, 5), wanted(1, 7)])), {
    id: 42,
    epoch: 1,
    asked: ['1@7'],
    forgotten: [],
  });
  session.onResponse(null, 42);
  assert.deepEqual(parts(session.request([wanted(1, 7), wanted(2, 0)])), {
    id: 42,
    epoch: 2,
    asked: ['2@0'],
    forgotten: [0],
  });
  session.onResponse(null, 42);
  assert.deepEqual(session.closingRequest(), { sessionId: 42, sessionEpoch: -1 });
});

test('a topic made anew is forgotten under its old id and asked for under its new one', () => {
  const session = new FetchSession();
  session.request([wanted(0, 5)]);
  session.onResponse(null, 42);
  const request = session.request([wanted(0, 5, 'AAAAAAAAAAAAAAAAAAAAAg')]);
  assert.deepEqual(
    request.forgottenTopicsData.map(({ topicId }) => topicId),
    [ID],
  );
  assert.deepEqual(
    request.topics.map(({ topicId }) => topicId),
    ['AAAAAAAAAAAAAAAAAAAAAg'],
  );
});

test('after an error, a lost request, or a broker without room for sessions it begins anew', () => {
  const session = new FetchSession();
  session.request([wanted(0, 5)]);
  session.onResponse(null, 42);
  session.request([wanted(0, 6)]);
  session.onResponse('FETCH_SESSION_ID_NOT_FOUND', 0);
  assert.deepEqual(parts(session.request([wanted(0, 6)])), { id: 0, epoch: 0, asked: ['0@6'], forgotten: [] });
  session.onFailure();
  assert.equal(parts(session.request([wanted(0, 6)])).epoch, 0);
  session.onResponse(null, 0);
  assert.deepEqual(parts(session.request([wanted(0, 6)])).asked, ['0@6']);
  assert.equal(session.closingRequest(), null);
});
