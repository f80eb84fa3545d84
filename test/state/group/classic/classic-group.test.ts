import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JoinGroupResponse } from '../../../../src/protocol/generated/join-group.js';
import type { SyncGroupResponse } from '../../../../src/protocol/generated/sync-group.js';
import {
  beat,
  errorOf,
  GROUP,
  GroupBed,
  join,
  leave,
  newMemberId,
  REBALANCE_MS,
  SESSION_MS,
  stableGroup,
  sync,
} from '../../../support/group-bed.js';

const groupOf = (bed: GroupBed) => {
  const group = bed.machine.classicGroup(GROUP);
  assert.ok(group !== null);
  return group;
};
const joined = (bed: GroupBed, call: number) => bed.answer<JoinGroupResponse>(call);

describe('joining', () => {
  it('gives a new member an id first, which it has to come back with (KIP-394)', () => {
    const bed = new GroupBed();
    const first = joined(bed, join(bed, ''));
    assert.equal(errorOf(first), 'MEMBER_ID_REQUIRED');
    assert.match(first.memberId, /^client-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
    assert.ok(bed.waits(join(bed, first.memberId)));
  });

  it('takes a member of an old version at once', () => {
    const bed = new GroupBed();
    assert.ok(bed.waits(join(bed, '', { version: 3 })));
  });

  it('forgets an id that nobody came back with', () => {
    const bed = new GroupBed();
    const memberId = newMemberId(bed);
    bed.advance(SESSION_MS);
    assert.equal(errorOf(joined(bed, join(bed, memberId))), 'UNKNOWN_MEMBER_ID');
  });

  it('waits the initial delay, and again when somebody came', () => {
    const bed = new GroupBed();
    const [a, b] = [newMemberId(bed), newMemberId(bed)];
    const first = join(bed, a);
    bed.advance(2999);
    const second = join(bed, b);
    bed.advance(1);
    assert.ok(bed.waits(first) && bed.waits(second));
    bed.advance(3000);
    assert.equal(joined(bed, first).generationId, 1);
    assert.equal(joined(bed, second).generationId, 1);
  });

  it('waits no longer than the rebalance time-out', () => {
    const bed = new GroupBed();
    const first = join(bed, newMemberId(bed), { rebalanceTimeoutMs: 7000 });
    for (let n = 0; n < 6; n++) {
      join(bed, newMemberId(bed), { rebalanceTimeoutMs: 7000 });
      bed.advance(1000);
    }
    assert.ok(bed.waits(first));
    bed.advance(1000);
    assert.equal(joined(bed, first).members?.length, 6 + 1);
  });

  it('refuses what cannot be', () => {
    const bed = new GroupBed({ maxSize: 1 });
    const error = (memberId: string, options = {}) => errorOf(joined(bed, join(bed, memberId, options)));
    assert.equal(error('', { sessionTimeoutMs: 5999 }), 'INVALID_SESSION_TIMEOUT');
    assert.equal(error('', { sessionTimeoutMs: 1_800_001 }), 'INVALID_SESSION_TIMEOUT');
    assert.equal(error('nobody'), 'UNKNOWN_MEMBER_ID');
    assert.equal(error('', { protocols: [] }), 'INCONSISTENT_GROUP_PROTOCOL');
    const { ids } = stableGroup(bed, 1);
    assert.equal(error(''), 'GROUP_MAX_SIZE_REACHED');
    assert.equal(error(ids[0] ?? '', { protocolType: 'connect' }), 'INCONSISTENT_GROUP_PROTOCOL');
    const strange = { protocols: [{ name: 'other', metadata: Buffer.alloc(0) }] };
    assert.equal(error(ids[0] ?? '', strange), 'INCONSISTENT_GROUP_PROTOCOL');
  });

  it('takes the protocol that most would like best of those that all have', () => {
    const bed = new GroupBed();
    const protocols = (...names: string[]) => ({
      protocols: names.map((name) => ({ name, metadata: Buffer.from(name) })),
    });
    const wishes = [protocols('a', 'b', 'c'), protocols('b', 'c'), protocols('c', 'b')];
    const calls = wishes.map((wish) => join(bed, newMemberId(bed, wish), wish));
    bed.advance(REBALANCE_MS);
    const [first] = calls.map((call) => joined(bed, call));
    assert.equal(first?.protocolName, 'b');
    assert.deepEqual(
      first?.members.map(({ metadata }) => String(metadata)),
      ['b', 'b', 'b'],
    );
  });
});

describe('a generation', () => {
  it('is assigned by its leader, which alone sees the members', () => {
    const bed = new GroupBed();
    const [a, b] = [newMemberId(bed), newMemberId(bed)];
    const [first, second] = [join(bed, a), join(bed, b)];
    bed.advance(6000);
    assert.equal(joined(bed, first).leader, a);
    assert.deepEqual(
      joined(bed, first).members.map(({ memberId }) => memberId),
      [a, b],
    );
    assert.deepEqual(joined(bed, second).members, []);
    const follower = sync(bed, b, 1);
    assert.ok(bed.waits(follower));
    const leader = sync(bed, a, 1, { assignments: { [a]: 'for a', [b]: 'for b' } });
    assert.equal(String(bed.answer<SyncGroupResponse>(leader).assignment), 'for a');
    assert.equal(String(bed.answer<SyncGroupResponse>(follower).assignment), 'for b');
    assert.equal(groupOf(bed).state, 'Stable');
    assert.equal(beat(bed, a, 1), 'NONE');
  });

  it('ends when a third comes: all join again, who does not is out', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 2);
    const [a = '', b = ''] = ids;
    const third = join(bed, newMemberId(bed));
    assert.equal(beat(bed, a, 1), 'REBALANCE_IN_PROGRESS');
    const again = join(bed, a);
    for (let waited = 0; waited < REBALANCE_MS; waited += 5000) {
      if (bed.waits(again)) beat(bed, b, 1);
      bed.advance(5000);
    }
    assert.equal(joined(bed, again).generationId, 2);
    assert.equal(joined(bed, third).generationId, 2);
    assert.equal(beat(bed, b, 1), 'UNKNOWN_MEMBER_ID');
  });

  it('waits for who was given an id, until that is forgotten', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 1);
    const late = newMemberId(bed);
    const again = join(bed, ids[0] ?? '');
    bed.advance(SESSION_MS - 1);
    assert.ok(bed.waits(again));
    bed.advance(1);
    assert.deepEqual(
      joined(bed, again).members.map(({ memberId }) => memberId),
      ids,
    );
    assert.equal(errorOf(joined(bed, join(bed, late))), 'UNKNOWN_MEMBER_ID');
  });

  it('has a new member wait for five minutes at most', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 2);
    const call = join(bed, newMemberId(bed), { rebalanceTimeoutMs: 1_000_000 });
    const beatFor = (ms: number) => {
      for (let waited = 0; waited < ms; waited += 5000) {
        for (const id of ids) beat(bed, id, 1);
        bed.advance(5000);
      }
    };
    beatFor(295_000);
    assert.ok(bed.waits(call));
    beatFor(5000);
    assert.equal(errorOf(joined(bed, call)), 'UNKNOWN_MEMBER_ID');
  });

  it('ends at once when all joined again', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 2);
    const calls = [join(bed, newMemberId(bed)), ...ids.map((id) => join(bed, id))];
    assert.deepEqual(
      calls.map((call) => joined(bed, call).generationId),
      [2, 2, 2],
    );
  });

  it('goes on when a follower joins again with nothing new, but not when the leader does', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 2);
    const [leader = '', follower = ''] = ids;
    assert.equal(joined(bed, join(bed, follower)).generationId, 1);
    assert.equal(groupOf(bed).state, 'Stable');
    join(bed, leader);
    assert.equal(groupOf(bed).state, 'PreparingRebalance');
  });

  it('loses who leaves', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 2);
    const [a = '', b = ''] = ids;
    assert.deepEqual(leave(bed, { memberId: a }, { memberId: 'nobody' }), ['NONE', 'UNKNOWN_MEMBER_ID']);
    const again = joined(bed, join(bed, b));
    assert.deepEqual([again.generationId, again.leader], [2, b]);
    assert.deepEqual(leave(bed, { memberId: b }), ['NONE']);
    assert.equal(groupOf(bed).state, 'Empty');
    assert.equal(groupOf(bed).generation, 3);
  });

  it('loses who is silent for a session', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 2);
    const [a = '', b = ''] = ids;
    bed.advance(SESSION_MS - 1);
    assert.equal(beat(bed, a, 1), 'NONE');
    bed.advance(1);
    assert.equal(beat(bed, b, 1), 'UNKNOWN_MEMBER_ID');
    assert.equal(beat(bed, a, 1), 'REBALANCE_IN_PROGRESS');
  });

  it('loses who joined but did not sync in time (KAFKA-9146)', () => {
    const bed = new GroupBed();
    const [a, b] = [newMemberId(bed), newMemberId(bed)];
    join(bed, a);
    join(bed, b);
    bed.advance(6000);
    const waiting = sync(bed, a, 1, { assignments: {} });
    assert.equal(errorOf(bed.answer<SyncGroupResponse>(waiting)), 'NONE');
    for (let waited = 0; waited < REBALANCE_MS; waited += 5000) {
      beat(bed, a, 1);
      beat(bed, b, 1);
      bed.advance(5000);
    }
    assert.equal(beat(bed, b, 1), 'UNKNOWN_MEMBER_ID');
    assert.equal(groupOf(bed).state, 'PreparingRebalance');
  });

  it('is over for those that wait in a sync when the leader is gone', () => {
    const bed = new GroupBed();
    const [a, b] = [newMemberId(bed), newMemberId(bed)];
    join(bed, a);
    join(bed, b);
    bed.advance(6000);
    const waiting = sync(bed, b, 1);
    leave(bed, { memberId: a });
    assert.equal(errorOf(bed.answer<SyncGroupResponse>(waiting)), 'REBALANCE_IN_PROGRESS');
    assert.equal(joined(bed, join(bed, b)).leader, b);
  });

  it('tells wrong members and generations apart', () => {
    const bed = new GroupBed();
    assert.equal(beat(bed, 'a', 1), 'UNKNOWN_MEMBER_ID');
    const { ids } = stableGroup(bed, 1);
    const [a = ''] = ids;
    const synced = (...args: [string, number]) => errorOf(bed.answer<SyncGroupResponse>(sync(bed, ...args)));
    assert.equal(beat(bed, a, 0), 'ILLEGAL_GENERATION');
    assert.equal(beat(bed, 'b', 1), 'UNKNOWN_MEMBER_ID');
    assert.equal(synced(a, 2), 'ILLEGAL_GENERATION');
    assert.equal(synced('b', 1), 'UNKNOWN_MEMBER_ID');
    const other = sync(bed, a, 1, { protocolName: 'roundrobin' });
    assert.equal(errorOf(bed.answer<SyncGroupResponse>(other)), 'INCONSISTENT_GROUP_PROTOCOL');
  });
});

describe('a static member (KIP-345)', () => {
  const STATIC = { groupInstanceId: 'one' };

  function staticGroup(bed: GroupBed): string {
    const call = join(bed, '', STATIC);
    bed.advance(3000);
    const { memberId } = joined(bed, call);
    sync(bed, memberId, 1, { ...STATIC, assignments: { [memberId]: 'its part' } });
    return memberId;
  }

  it('comes back under a new id without a rebalance; the old one is fenced', () => {
    const bed = new GroupBed();
    const old = staticGroup(bed);
    const back = joined(bed, join(bed, '', STATIC));
    assert.notEqual(back.memberId, old);
    assert.deepEqual([back.generationId, back.skipAssignment, back.leader], [1, true, back.memberId]);
    assert.equal(beat(bed, old, 1, 'one'), 'FENCED_INSTANCE_ID');
    assert.equal(errorOf(joined(bed, join(bed, old, STATIC))), 'FENCED_INSTANCE_ID');
    const synced = bed.answer<SyncGroupResponse>(sync(bed, back.memberId, 1, STATIC));
    assert.equal(String(synced.assignment), 'its part');
  });

  it('keeps its place in a rebalance that it misses, until its session ends', () => {
    const bed = new GroupBed();
    const old = staticGroup(bed);
    const other = join(bed, newMemberId(bed));
    bed.advance(SESSION_MS - 1);
    assert.ok(groupOf(bed).members.has(old));
    bed.advance(1);
    assert.ok(!groupOf(bed).members.has(old));
    assert.equal(joined(bed, other).generationId, 2);
  });

  it('is taken out by its instance id', () => {
    const bed = new GroupBed();
    staticGroup(bed);
    const errors = leave(
      bed,
      { memberId: 'wrong', groupInstanceId: 'one' },
      { memberId: '', groupInstanceId: 'two' },
      { memberId: '', groupInstanceId: 'one' },
    );
    assert.deepEqual(errors, ['FENCED_INSTANCE_ID', 'UNKNOWN_MEMBER_ID', 'NONE']);
  });
});

describe('a coordinator that takes over', () => {
  it('has the group as it was from the records alone', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 3);
    const next = bed.takenOver();
    assert.deepEqual(next.machine.classicGroup(GROUP)?.record(null), groupOf(bed).record(null));
    for (const id of ids) assert.equal(beat(next, id, 1), 'NONE');
  });

  it('gives members a whole session to show up', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 2);
    const next = bed.takenOver();
    next.advance(SESSION_MS - 1);
    assert.equal(beat(next, ids[0] ?? '', 1), 'NONE');
    next.advance(1);
    assert.equal(beat(next, ids[1] ?? '', 1), 'UNKNOWN_MEMBER_ID');
  });

  it('knows an empty group by its generation', () => {
    const bed = new GroupBed();
    const { ids } = stableGroup(bed, 1);
    leave(bed, { memberId: ids[0] ?? '' });
    const group = bed.takenOver().machine.classicGroup(GROUP);
    assert.deepEqual([group?.state, group?.generation, group?.protocolType], ['Empty', 2, 'consumer']);
  });
});
