import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { type AssignableMember, type Assignment, assignorOfClass } from '../../../src/client/consumer/assignors.js';
import type { TopicPartition } from '../../../src/client/topic-partition.js';

const counts = (sizes: Record<string, number>) => new Map(Object.entries(sizes));

function member(
  memberId: string,
  topics: readonly string[],
  owned: readonly TopicPartition[] = [],
  generation = -1,
): AssignableMember {
  return { memberId, groupInstanceId: null, topics, owned, generation };
}

const parts = (topic: string, ...numbers: number[]) => numbers.map((partition) => ({ topic, partition }));

const shown = (assignment: Assignment) =>
  Object.fromEntries(
    [...assignment].map(([id, list]) => [
      id,
      list
        .map(({ topic, partition }) => `${topic}${partition}`)
        .sort()
        .join(' '),
    ]),
  );

test('range gives runs, topic by topic, the first members one more', () => {
  const range = assignorOfClass('org.apache.kafka.clients.consumer.RangeAssignor');
  const members = [member('b', ['t', 'u']), member('a', ['t', 'u'])];
  assert.deepEqual(shown(range.assign(counts({ t: 3, u: 3 }), members)), { a: 't0 t1 u0 u1', b: 't2 u2' });
  const fixed = { ...member('z', ['t']), groupInstanceId: 'i' };
  assert.deepEqual(shown(range.assign(counts({ t: 1 }), [member('a', ['t']), fixed])), { a: '', z: 't0' });
});

test('roundrobin deals out over all topics, passing over members without interest', () => {
  const roundRobin = assignorOfClass('RoundRobinAssignor');
  const members = [member('a', ['t', 'u']), member('b', ['t', 'u'])];
  assert.deepEqual(shown(roundRobin.assign(counts({ t: 3, u: 3 }), members)), { a: 't0 t2 u1', b: 't1 u0 u2' });
  const uneven = [member('a', ['t']), member('b', ['t', 'u']), member('c', ['t', 'u', 'v'])];
  assert.deepEqual(shown(roundRobin.assign(counts({ t: 1, u: 2, v: 3 }), uneven)), {
    a: 't0',
    b: 'u0',
    c: 'u1 v0 v1 v2',
  });
});

test('sticky leaves what it can and evens out', () => {
  const sticky = assignorOfClass('StickyAssignor');
  const before = [member('a', ['t'], parts('t', 0, 1, 2, 3), 1), member('b', ['t'])];
  assert.deepEqual(shown(sticky.assign(counts({ t: 4 }), before)), { a: 't0 t1', b: 't2 t3' });
  const left = [member('a', ['t'], parts('t', 0, 1), 1), member('b', ['t'], parts('t', 4), 1)];
  assert.deepEqual(shown(sticky.assign(counts({ t: 5 }), left)), { a: 't0 t1 t3', b: 't2 t4' });
});

test('of two claims the newer generation holds; of equal ones none', () => {
  const sticky = assignorOfClass('sticky');
  const members = [member('a', ['t'], parts('t', 0, 1), 1), member('b', ['t'], parts('t', 1), 2)];
  assert.deepEqual(shown(sticky.assign(counts({ t: 2 }), members)), { a: 't0', b: 't1' });
});

test('cooperative-sticky gives nobody what another still has', () => {
  const cooperative = assignorOfClass('CooperativeStickyAssignor');
  const first = [member('a', ['t'], parts('t', 0, 1, 2, 3), 1), member('b', ['t'])];
  assert.deepEqual(shown(cooperative.assign(counts({ t: 4 }), first)), { a: 't0 t1', b: '' });
  const second = [member('a', ['t'], parts('t', 0, 1), 2), member('b', ['t'], [], 2)];
  assert.deepEqual(shown(cooperative.assign(counts({ t: 4 }), second)), { a: 't0 t1', b: 't2 t3' });
});

test('an unknown class is refused', () => {
  assert.throws(() => assignorOfClass('com.example.Mine'), /Class com.example.Mine could not be found/);
});

const topicNames = ['t', 'u', 'v'];
const arbitraryGroup = fc.record({
  sizes: fc.tuple(fc.nat(7), fc.nat(7), fc.nat(7)),
  wishes: fc.array(fc.subarray(topicNames), { minLength: 1, maxLength: 5 }),
});

test('every partition that somebody wants has exactly one owner that wants it', () => {
  for (const name of ['range', 'roundrobin', 'sticky']) {
    const assignor = assignorOfClass(name);
    fc.assert(
      fc.property(arbitraryGroup, ({ sizes, wishes }) => {
        const partitionCounts = new Map(topicNames.map((topic, index) => [topic, sizes[index] ?? 0]));
        const members = wishes.map((topics, index) => member(`m${index}`, topics));
        const assignment = assignor.assign(partitionCounts, members);
        const owners = [...assignment].flatMap(([id, list]) =>
          list.map(({ topic, partition }) => ({ id, topic, partition })),
        );
        assert.equal(new Set(owners.map(({ topic, partition }) => `${topic}-${partition}`)).size, owners.length);
        for (const { id, topic } of owners)
          assert.ok(members.find(({ memberId }) => memberId === id)?.topics.includes(topic));
        const wanted = topicNames.filter((topic) => wishes.some((wish) => wish.includes(topic)));
        assert.equal(
          owners.length,
          wanted.reduce((sum, topic) => sum + (partitionCounts.get(topic) ?? 0), 0),
        );
      }),
    );
  }
});

test('sticky with equal wishes is even, and moves nothing when nothing changed', () => {
  const sticky = assignorOfClass('sticky');
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(20), fc.nat(20), (memberCount, size, other) => {
      const ids = Array.from({ length: memberCount }, (_, index) => `m${index}`);
      const partitionCounts = new Map([
        ['t', size],
        ['u', other],
      ]);
      const first = sticky.assign(
        partitionCounts,
        ids.map((id) => member(id, ['t', 'u'])),
      );
      const sizes = [...first.values()].map((list) => list.length);
      assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      const again = sticky.assign(
        partitionCounts,
        ids.map((id) => member(id, ['t', 'u'], first.get(id), 1)),
      );
      assert.deepEqual(shown(again), shown(first));
    }),
  );
});
