import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReplicaAssignment } from '../../../../src/cli/tools/topics/replica-assignment.js';

test('each partition has its brokers', () => {
  assert.deepEqual(parseReplicaAssignment('1:2, 2:3'), [
    [1, 2],
    [2, 3],
  ]);
});

test('separators at the end count for nothing', () => {
  assert.deepEqual(parseReplicaAssignment('1:,2,'), [[1], [2]]);
});

test('brokers that come twice, uneven partitions and words are refused', () => {
  assert.throws(() => parseReplicaAssignment('1:1'), /may not contain duplicate entries: 1$/);
  assert.throws(() => parseReplicaAssignment('1:2,3'), /Partition 1 has different replication factor: \[3\]$/);
  assert.throws(() => parseReplicaAssignment('1,one'), /For input string: "one"/);
  assert.throws(() => parseReplicaAssignment(',1'), /For input string: ""/);
  assert.throws(() => parseReplicaAssignment('99999999999'), /For input string: "99999999999"/);
});
