import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { javaHash } from '../../../../src/base/java-hash.js';
import { inHashOrder } from '../../../../src/base/java-hash-order.js';
import { asJavaHolds } from '../../../../src/state/group/share/share-partitions.js';
import { subscriptionOrder } from '../../../../src/state/group/share/share-target.js';
import { type ShareGroupToAssign, simple } from '../../../../src/state/group/share/simple-assignor.js';
import { readVectors, vectorFile } from '../../../support/codec/vector-file.js';

/** Topics by their index in the list of the vector. */
type TargetVector = readonly (readonly [topic: number, partitions: readonly number[]])[];

/** One call of the assignor of Apache Kafka 4.3.1; targets are what a call before it gave, as their records say it. */
interface ShareAssignorVector {
  readonly homogeneous: boolean;
  readonly topics: readonly (readonly [id: string, name: string, assignable: readonly number[]])[];
  readonly members: readonly (readonly [
    memberId: string,
    topics: readonly number[],
    target: TargetVector,
    /** In the order in which the record of it is written. */
    assigned: TargetVector,
  ])[];
}

const vectors = readVectors<ShareAssignorVector>(vectorFile('share-assignor.jsonl.gz'));

function inputOf({ topics, members, homogeneous }: ShareAssignorVector): ShareGroupToAssign {
  const idOf = (index: number): string => topics[index]?.[0] ?? '';
  const ids = new Map(topics.map(([id, name]) => [name, id]));
  const byId = new Map(members.map((member) => [member[0], member]));
  return {
    isHomogeneous: homogeneous,
    isIdle: false,
    assignable: new Map(topics.map(([id, , assignable]) => [id, assignable])),
    members: inHashOrder([...byId.keys()], javaHash).flatMap((memberId) => {
      const [, indexes = [], target = []] = byId.get(memberId) ?? [];
      const names = subscriptionOrder(indexes.map((index) => topics[index]?.[1] ?? ''));
      const list = target.map(([index, partitions]) => ({ topicId: idOf(index), partitions }));
      return [{ memberId, topicIds: new Set(names.map((name) => ids.get(name) ?? '')), target: asJavaHolds(list) }];
    }),
  };
}

describe('the assignor of share groups', () => {
  for (const homogeneous of [true, false]) {
    const ofKind = vectors.filter((vector) => vector.homogeneous === homogeneous);
    it(`members that read ${homogeneous ? 'the same' : 'different'} topics: as Apache Kafka, to the order of the record`, () => {
      assert.ok(ofKind.length > 50);
      for (const vector of ofKind) {
        const assigned = simple(inputOf(vector));
        for (const [memberId, , , wanted] of vector.members) {
          assert.deepEqual(
            [...(assigned.get(memberId) ?? [])],
            wanted.map(([index, partitions]) => [vector.topics[index]?.[0], partitions]),
            JSON.stringify(vector),
          );
        }
      }
    });
  }

  it('gives every partition that may be assigned and is read to one of its readers at least', () => {
    for (const vector of vectors) {
      const { members, assignable } = inputOf(vector);
      const assigned = simple(inputOf(vector));
      for (const [topicId, partitions] of assignable) {
        const readers = members.filter(({ topicIds }) => topicIds.has(topicId));
        if (readers.length === 0) continue;
        for (const partition of partitions) {
          const has = readers.some(({ memberId }) => assigned.get(memberId)?.get(topicId)?.includes(partition));
          assert.ok(has, `${topicId}-${partition} of ${JSON.stringify(vector)}`);
        }
      }
    }
  });

  it('nobody names a topic: nobody has anything, whatever it had', () => {
    const members = [{ memberId: 'm', topicIds: new Set<string>(), target: new Map([['t', [0]]]) }];
    const assigned = simple({ members, assignable: new Map(), isHomogeneous: true, isIdle: true });
    assert.deepEqual(assigned, new Map([['m', new Map()]]));
  });
});
