import assert from 'node:assert/strict';
import test from 'node:test';
import { assignorOfClass } from '../../../src/client/consumer/assignors.js';
import {
  decodeAssignment,
  decodeMember,
  encodeAssignment,
  encodeSubscription,
} from '../../../src/client/consumer/group-messages.js';

const owned = [
  { topic: 't', partition: 1 },
  { topic: 't', partition: 4 },
  { topic: 'u', partition: 0 },
];

test('what a member says of itself reaches the leader, whichever assignor', () => {
  for (const name of ['range', 'sticky', 'cooperative-sticky']) {
    const assignor = assignorOfClass(name);
    const metadata = encodeSubscription({ topics: ['u', 't'], owned, generation: 7, rackId: null }, assignor);
    const member = decodeMember({ memberId: 'm', groupInstanceId: 'i', metadata }, assignor);
    assert.deepEqual(member, { memberId: 'm', groupInstanceId: 'i', topics: ['t', 'u'], owned, generation: 7 }, name);
  }
});

test('the user data of the sticky assignor is that of Java', () => {
  const metadata = encodeSubscription(
    { topics: ['t'], owned: owned.slice(0, 2), generation: 7, rackId: null },
    assignorOfClass('sticky'),
  );
  const expected = Buffer.from('00000001' + '000174' + '00000002' + '00000001' + '00000004' + '00000007', 'hex');
  assert.ok(metadata.includes(expected));
});

test('assignments round-trip, and an empty one is none', () => {
  assert.deepEqual(decodeAssignment(encodeAssignment(owned)), owned);
  assert.deepEqual(decodeAssignment(Buffer.alloc(0)), []);
});

test('a subscription of the first version is read', () => {
  const metadata = Buffer.from('0000' + '00000001' + '000174' + 'ffffffff', 'hex');
  const member = decodeMember({ memberId: 'm', groupInstanceId: null, metadata }, assignorOfClass('range'));
  assert.deepEqual(member, { memberId: 'm', groupInstanceId: null, topics: ['t'], owned: [], generation: -1 });
});
