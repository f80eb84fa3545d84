import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ASSIGNORS, type AssignmentMember, range, uniform } from '../../../../src/state/group/consumer/assignors.js';
import type { PartitionSet } from '../../../../src/state/group/consumer/partition-sets.js';
import { SeededRandom } from '../../../support/seeded-random.js';

const member = (memberId: string, topics: string[], target: PartitionSet = new Map()): AssignmentMember => ({
  memberId,
  topicIds: new Set(topics),
  target,
});
const plain = (assigned: Map<string, PartitionSet>) =>
  Object.fromEntries([...assigned].map(([id, set]) => [id, Object.fromEntries(set)]));
const sizeOf = (set: PartitionSet | undefined) => [...(set ?? [])].reduce((sum, [, { length }]) => sum + length, 0);

describe('range', () => {
  it('gives the same ranges of each topic to the same member, in the order of ids', () => {
    const members = [member('b', ['t', 'u']), member('a', ['t', 'u'])];
    const counts = new Map([
      ['t', 3],
      ['u', 3],
    ]);
    assert.deepEqual(plain(range(members, counts)), { a: { t: [0, 1], u: [0, 1] }, b: { t: [2], u: [2] } });
  });

  it('leaves members over when there are too few partitions', () => {
    const members = ['a', 'b', 'c'].map((id) => member(id, ['t']));
    assert.deepEqual(plain(range(members, new Map([['t', 2]]))), { a: { t: [0] }, b: { t: [1] }, c: {} });
  });
});

describe('uniform', () => {
  it('spreads evenly over all topics', () => {
    const members = [member('a', ['t', 'u']), member('b', ['t', 'u'])];
    const assigned = uniform(
      members,
      new Map([
        ['t', 3],
        ['u', 3],
      ]),
    );
    assert.deepEqual([sizeOf(assigned.get('a')), sizeOf(assigned.get('b'))], [3, 3]);
  });

  it('takes from each no more than the newcomer needs', () => {
    const members = [
      member('a', ['t'], new Map([['t', [0, 2, 4]]])),
      member('b', ['t'], new Map([['t', [1, 3, 5]]])),
      member('c', ['t']),
    ];
    const assigned = uniform(members, new Map([['t', 6]]));
    for (const { memberId, target } of members.slice(0, 2)) {
      const kept = assigned.get(memberId)?.get('t') ?? [];
      assert.equal(kept.length, 2);
      assert.ok(kept.every((partition) => target.get('t')?.includes(partition)));
    }
    assert.equal(sizeOf(assigned.get('c')), 2);
  });

  it('moves nothing when nothing changed', () => {
    const random = new SeededRandom(3);
    const members = Array.from({ length: 5 }, (_, n) => member(`m${n}`, ['t', 'u'].slice(random.below(2))));
    const counts = new Map(
      [
        ['t', 7],
        ['u', 4],
      ].filter(([t]) => members.some((m) => m.topicIds.has(t as string))) as [string, number][],
    );
    const first = uniform(members, counts);
    const again = members.map((one) => ({ ...one, target: first.get(one.memberId) ?? new Map() }));
    assert.deepEqual(plain(uniform(again, counts)), plain(first));
  });
});

for (const [name, assign] of ASSIGNORS) {
  it(`${name} gives each partition that somebody reads to exactly one of its readers`, () => {
    for (let seed = 1; seed <= 200; seed++) {
      const random = new SeededRandom(seed);
      const topics = ['t', 'u', 'v'];
      const members = Array.from({ length: 1 + random.below(6) }, (_, n) =>
        member(
          `m${n}`,
          topics.filter(() => random.below(2) === 0),
        ),
      );
      const read = topics.filter((topic) => members.some(({ topicIds }) => topicIds.has(topic)));
      const counts = new Map(read.map((topic) => [topic, random.below(9)]));
      const assigned = assign(members, counts);
      for (const [topic, count] of counts) {
        const given = members.flatMap(({ memberId }) => assigned.get(memberId)?.get(topic) ?? []);
        assert.deepEqual(
          given.toSorted((a, b) => a - b),
          Array.from({ length: count }, (_, n) => n),
          `seed ${seed}`,
        );
      }
      for (const { memberId, topicIds } of members)
        for (const topic of assigned.get(memberId)?.keys() ?? []) assert.ok(topicIds.has(topic), `seed ${seed}`);
    }
  });
}
