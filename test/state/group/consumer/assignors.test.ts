import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromRecord, type PartitionSet } from '../../../../src/state/group/assignment/partition-sets.js';
import { ASSIGNORS, type AssignmentMember } from '../../../../src/state/group/consumer/assignors.js';
import { readVectors, vectorFile } from '../../../support/codec/vector-file.js';
import { SeededRandom } from '../../../support/seeded-random.js';

/** Topics by their index in the list of the vector. */
type TargetVector = readonly (readonly [topic: number, partitions: readonly number[]])[];

/** One call of an assignor of Apache Kafka 4.3.1; the targets are what a call before it gave, as its records say it. */
interface AssignorVector {
  readonly assignor: string;
  readonly homogeneous: boolean;
  readonly topics: readonly (readonly [id: string, partitions: number])[];
  readonly members: readonly (readonly [
    memberId: string,
    instanceId: string | null,
    topics: readonly number[],
    target: TargetVector,
  ])[];
  /** All in the order in which records of it are written. */
  readonly assigned: readonly (readonly [memberId: string, target: TargetVector])[];
}

const vectors = readVectors<AssignorVector>(vectorFile('consumer-assignors.jsonl.gz'));
const sizeOf = (set: PartitionSet | undefined) => [...(set ?? [])].reduce((sum, [, { length }]) => sum + length, 0);

function inputOf({ topics, members, homogeneous, assigned }: AssignorVector) {
  const idOf = (index: number): string => topics[index]?.[0] ?? '';
  const byId = new Map(members.map((member) => [member[0], member]));
  const read = new Set(members.flatMap(([, , indexes]) => indexes));
  return {
    isHomogeneous: homogeneous,
    partitionCounts: new Map(topics.filter((_, index) => read.has(index))),
    members: assigned.flatMap(([memberId]): AssignmentMember[] => {
      const member = byId.get(memberId);
      if (member === undefined) return [];
      const [, instanceId, indexes, target] = member;
      const list = target.map(([index, partitions]) => ({ topicId: idOf(index), partitions }));
      return [{ memberId, instanceId, topicIds: new Set(indexes.map(idOf)), target: fromRecord(list) }];
    }),
  };
}

function assign(vector: AssignorVector): Map<string, PartitionSet> {
  const assignor = ASSIGNORS.get(vector.assignor);
  assert.ok(assignor !== undefined);
  return assignor(inputOf(vector));
}

describe('the assignors of Apache Kafka', () => {
  for (const name of ASSIGNORS.keys()) {
    for (const homogeneous of [true, false]) {
      const ofKind = vectors.filter((vector) => vector.assignor === name && vector.homogeneous === homogeneous);
      it(`${name}, members that read ${homogeneous ? 'the same' : 'different'} topics: to the order of the record`, () => {
        assert.ok(ofKind.length > 50);
        for (const vector of ofKind) {
          const idOf = (index: number) => vector.topics[index]?.[0];
          const wanted = vector.assigned.map(([id, target]) => [id, target.map(([at, list]) => [idOf(at), list])]);
          assert.deepEqual(
            [...assign(vector)].map(([id, target]) => [id, [...target]]),
            wanted,
            JSON.stringify(vector.members),
          );
        }
      });
    }
  }

  it('spread evenly, and give each partition that somebody reads to exactly one of its readers', () => {
    for (const vector of vectors) {
      const assigned = assign(vector);
      const { members, partitionCounts, isHomogeneous } = inputOf(vector);
      for (const [topicId, count] of partitionCounts) {
        const given = members.flatMap(({ memberId }) => assigned.get(memberId)?.get(topicId) ?? []);
        assert.deepEqual(
          given.toSorted((a, b) => a - b),
          [...Array(count).keys()],
        );
      }
      for (const { memberId, topicIds } of members)
        for (const topicId of assigned.get(memberId)?.keys() ?? []) assert.ok(topicIds.has(topicId));
      const sizes = members.map(({ memberId }) => sizeOf(assigned.get(memberId)));
      if (vector.assignor === 'uniform' && isHomogeneous) assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
    }
  });

  it('move nothing when nothing changed', () => {
    const random = new SeededRandom(3);
    for (const vector of vectors.filter(() => random.below(4) === 0)) {
      const [first, input] = [assign(vector), inputOf(vector)];
      const members = input.members.map((one) => ({ ...one, target: first.get(one.memberId) ?? new Map() }));
      const again = ASSIGNORS.get(vector.assignor)?.({ ...input, members });
      for (const [memberId, target] of first) {
        const sorted = (set: PartitionSet | undefined) =>
          [...(set ?? [])].map(([id, list]) => [id, list.toSorted((a, b) => a - b)]).sort();
        assert.deepEqual(sorted(again?.get(memberId)), sorted(target));
      }
    }
  });
});
