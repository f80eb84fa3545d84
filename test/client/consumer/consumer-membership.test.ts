import assert from 'node:assert/strict';
import test from 'node:test';
import { DisconnectedError } from '../../../src/client/client-errors.js';
import { ConsumerMembership, type HeartbeatFacts } from '../../../src/client/consumer/consumer-membership.js';
import { KafkaError } from '../../../src/protocol/errors.js';

const facts: HeartbeatFacts = {
  rebalanceTimeoutMs: 300,
  instanceId: null,
  rackId: 'r',
  serverAssignor: 'uniform',
  topics: ['t'],
  regex: null,
};

const answer = (memberEpoch: number, assignment: { topicId: string; partitions: number[] }[] | null = null) => ({
  throttleTimeMs: 0,
  errorCode: 0,
  errorMessage: null,
  memberId: 'm',
  memberEpoch,
  heartbeatIntervalMs: 50,
  assignment: assignment === null ? null : { topicPartitions: assignment },
});

test('the first heartbeat says all, later ones what changed', () => {
  const membership = new ConsumerMembership('m');
  const first = membership.request('g', facts, 1);
  assert.deepEqual(
    [
      first.memberEpoch,
      first.rebalanceTimeoutMs,
      first.rackId,
      first.serverAssignor,
      first.subscribedTopicNames,
      first.topicPartitions,
    ],
    [0, 300, 'r', 'uniform', ['t'], []],
  );
  membership.onResponse(answer(3, [{ topicId: 'x', partitions: [0, 1] }]));
  const quiet = membership.request('g', facts, 1);
  assert.deepEqual(
    [quiet.memberEpoch, quiet.rebalanceTimeoutMs, quiet.subscribedTopicNames, quiet.topicPartitions],
    [3, -1, null, null],
  );
  membership.reconciled([{ topicId: 'x', partitions: [0, 1] }], true);
  assert.equal(membership.isDue, true);
  assert.equal(membership.target, null);
  assert.deepEqual(membership.request('g', facts, 1).topicPartitions, [{ topicId: 'x', partitions: [0, 1] }]);
  membership.onResponse(answer(3));
  assert.equal(membership.request('g', facts, 1).topicPartitions, null);
  assert.deepEqual(membership.request('g', { ...facts, topics: ['t', 'u'] }, 1).subscribedTopicNames, ['t', 'u']);
});

test('after a heartbeat of unknown fate all is said again', () => {
  const membership = new ConsumerMembership('m');
  membership.request('g', facts, 1);
  membership.onResponse(answer(3));
  assert.equal(membership.onError(new DisconnectedError('gone')), 'find');
  const again = membership.request('g', facts, 1);
  assert.deepEqual([again.memberEpoch, again.subscribedTopicNames, again.topicPartitions], [3, ['t'], []]);
});

test('a fenced member begins anew, with nothing', () => {
  const membership = new ConsumerMembership('m');
  membership.request('g', facts, 1);
  membership.onResponse(answer(3, [{ topicId: 'x', partitions: [0] }]));
  membership.reconciled([{ topicId: 'x', partitions: [0] }], true);
  assert.equal(membership.onError(new KafkaError('FENCED_MEMBER_EPOCH')), 'rejoin');
  assert.deepEqual([membership.epoch, membership.isLost, membership.target], [0, true, null]);
  assert.deepEqual(membership.request('g', facts, 1).topicPartitions, []);
});

test('members leave for good or, with an instance id, for a while', () => {
  const membership = new ConsumerMembership('m');
  assert.equal(membership.leavingRequest('g', null).memberEpoch, -1);
  assert.equal(membership.leavingRequest('g', 'i').memberEpoch, -2);
});

test('a regular expression needs version 1', () => {
  const byRegex = { ...facts, topics: [], regex: 't.*' };
  assert.equal(new ConsumerMembership('m').request('g', byRegex, 1).subscribedTopicRegex, 't.*');
  assert.equal('subscribedTopicRegex' in new ConsumerMembership('m').request('g', byRegex, 0), false);
});
