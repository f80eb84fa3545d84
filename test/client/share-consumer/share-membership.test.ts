import assert from 'node:assert/strict';
import test from 'node:test';
import { DisconnectedError } from '../../../src/client/client-errors.js';
import { ShareMembership } from '../../../src/client/share-consumer/share-membership.js';
import { KafkaError } from '../../../src/protocol/errors.js';

const facts = { rackId: 'r', topics: ['t'] };
const answer = (memberEpoch: number, assignment: { topicId: string; partitions: number[] }[] | null = null) => ({
  throttleTimeMs: 0,
  errorCode: 0,
  errorMessage: null,
  memberId: 'm',
  memberEpoch,
  heartbeatIntervalMs: 5000,
  assignment: assignment === null ? null : { topicPartitions: assignment },
});

test('the first heartbeat says all, later ones what changed', () => {
  const membership = new ShareMembership('m');
  assert.deepEqual(membership.request('g', facts), {
    groupId: 'g',
    memberId: 'm',
    memberEpoch: 0,
    rackId: 'r',
    subscribedTopicNames: ['t'],
  });
  membership.onResponse(answer(3, [{ topicId: 'x', partitions: [0] }]));
  const quiet = membership.request('g', facts);
  assert.deepEqual([quiet.memberEpoch, quiet.rackId, quiet.subscribedTopicNames], [3, null, null]);
  membership.onResponse(answer(3));
  assert.deepEqual(membership.request('g', { ...facts, topics: ['t', 'u'] }).subscribedTopicNames, ['t', 'u']);
  assert.equal(membership.leavingRequest('g').memberEpoch, -1);
});

test('a member without partitions asks again soon', () => {
  const membership = new ShareMembership('m');
  membership.request('g', facts);
  membership.onResponse(answer(1, []));
  assert.equal(membership.delayMs, 1000);
  membership.onResponse(answer(2, [{ topicId: 'x', partitions: [0] }]));
  assert.equal(membership.delayMs, 5000);
  membership.onResponse(answer(2));
  assert.equal(membership.delayMs, 5000);
  membership.isDue = true;
  assert.equal(membership.delayMs, 0);
});

test('a member that was fenced has nothing, and joins anew', () => {
  for (const error of ['FENCED_MEMBER_EPOCH', 'UNKNOWN_MEMBER_ID'] as const) {
    const membership = new ShareMembership('m');
    membership.request('g', facts);
    membership.onResponse(answer(7, [{ topicId: 'x', partitions: [0] }]));
    assert.equal(membership.onError(new KafkaError(error)), 'rejoin');
    assert.deepEqual(membership.target, []);
    const again = membership.request('g', facts);
    assert.deepEqual([again.memberEpoch, again.subscribedTopicNames], [0, ['t']]);
  }
});

test('after a failure all is said again; some errors are final', () => {
  const membership = new ShareMembership('m');
  membership.request('g', facts);
  membership.onResponse(answer(7));
  assert.equal(membership.onError(new DisconnectedError('gone')), 'find');
  assert.deepEqual(membership.request('g', facts).subscribedTopicNames, ['t']);
  assert.equal(membership.onError(new KafkaError('COORDINATOR_LOAD_IN_PROGRESS')), 'later');
  assert.equal(membership.onError(new KafkaError('NOT_COORDINATOR')), 'find');
  assert.equal(membership.onError(new KafkaError('GROUP_AUTHORIZATION_FAILED')), 'fail');
  assert.equal(membership.onError(new KafkaError('GROUP_MAX_SIZE_REACHED')), 'fail');
});
