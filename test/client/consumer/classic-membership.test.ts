import assert from 'node:assert/strict';
import test from 'node:test';
import { DisconnectedError } from '../../../src/client/client-errors.js';
import { ClassicMembership, type NextStep } from '../../../src/client/consumer/classic-membership.js';
import { type ErrorName, KafkaError } from '../../../src/protocol/errors.js';

function member(): ClassicMembership {
  const membership = new ClassicMembership();
  membership.joined('m', 5, 'range');
  return membership;
}

test('what each answer to a join means', () => {
  const rows: [ErrorName, NextStep, string, number][] = [
    ['MEMBER_ID_REQUIRED', 'again', 'given', -1],
    ['UNKNOWN_MEMBER_ID', 'again', '', -1],
    ['REBALANCE_IN_PROGRESS', 'later', 'm', 5],
    ['COORDINATOR_LOAD_IN_PROGRESS', 'later', 'm', 5],
    ['NOT_COORDINATOR', 'find', 'm', 5],
    ['FENCED_INSTANCE_ID', 'fail', 'm', 5],
    ['GROUP_AUTHORIZATION_FAILED', 'fail', 'm', 5],
  ];
  for (const [error, step, memberId, generation] of rows) {
    const membership = member();
    assert.equal(membership.onJoinError(new KafkaError(error), 'given'), step, error);
    assert.deepEqual([membership.memberId, membership.generation], [memberId, generation], error);
  }
  assert.equal(member().onJoinError(new DisconnectedError('gone'), ''), 'find');
});

test('what each answer to a heartbeat means, and whether partitions are lost', () => {
  const rows: [ErrorName, NextStep, string, boolean][] = [
    ['REBALANCE_IN_PROGRESS', 'rejoin', 'm', false],
    ['UNKNOWN_MEMBER_ID', 'rejoin', '', true],
    ['ILLEGAL_GENERATION', 'rejoin', 'm', true],
    ['COORDINATOR_NOT_AVAILABLE', 'find', 'm', false],
    ['FENCED_INSTANCE_ID', 'fail', 'm', false],
  ];
  for (const [error, step, memberId, isLost] of rows) {
    const membership = member();
    assert.equal(membership.onHeartbeatError(new KafkaError(error)), step, error);
    assert.deepEqual([membership.memberId, membership.isLost], [memberId, isLost], error);
  }
});

test('a sync that fails leads to another join', () => {
  for (const error of [
    'REBALANCE_IN_PROGRESS',
    'UNKNOWN_MEMBER_ID',
    'ILLEGAL_GENERATION',
    'NOT_COORDINATOR',
  ] as const) {
    assert.equal(member().onSyncError(new KafkaError(error)), 'rejoin', error);
  }
  assert.equal(member().onSyncError(new KafkaError('FENCED_INSTANCE_ID')), 'fail');
});
