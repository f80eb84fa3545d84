import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PartitionSet } from '../../../../src/state/group/assignment/partition-sets.js';
import { assignSticky, type StreamsGroupToAssign } from '../../../../src/state/group/streams/sticky-assignor.js';
import { readVectors, vectorFile } from '../../../support/codec/vector-file.js';

/** Partitions by the id of their subtopology. */
type TaskVector = Readonly<Record<string, readonly number[]>>;

/** One call of the assignor of Apache Kafka 4.3.1. */
interface StreamsAssignorVector {
  readonly standby: number;
  readonly subtopologies: readonly (readonly [id: string, taskCount: number, isStateful: 0 | 1])[];
  /** In the order of a Java map; tasks are what a call before it gave. */
  readonly members: readonly (readonly [
    memberId: string,
    processId: string,
    active: TaskVector,
    standby: TaskVector,
  ])[];
  readonly result: Readonly<Record<string, readonly [active: TaskVector, standby: TaskVector]>>;
}

const vectors = readVectors<StreamsAssignorVector>(vectorFile('streams-assignor.jsonl.gz'));

const setOf = (tasks: TaskVector): PartitionSet => new Map(Object.entries(tasks));

const inputOf = ({ standby, subtopologies, members }: StreamsAssignorVector): StreamsGroupToAssign => ({
  standbyReplicas: standby,
  subtopologies: subtopologies.map(([id, taskCount, isStateful]) => ({ id, taskCount, isStateful: isStateful === 1 })),
  members: members.map(([memberId, processId, active, standbyTasks]) => ({
    memberId,
    processId,
    active: setOf(active),
    standby: setOf(standbyTasks),
  })),
});

describe('the assignor of streams groups', () => {
  for (const standby of [0, 1, 2, 3]) {
    const ofKind = vectors.filter((vector) => vector.standby === standby);
    it(`${standby} standby replicas: as Apache Kafka, to the task`, () => {
      assert.ok(ofKind.length > 20);
      for (const vector of ofKind) {
        const assigned = [...assignSticky(inputOf(vector))].map(([memberId, { active, standby: warm }]) => [
          memberId,
          [Object.fromEntries(active), Object.fromEntries(warm)],
        ]);
        assert.deepEqual(Object.fromEntries(assigned), vector.result, JSON.stringify(vector));
      }
    });
  }

  it('gives every task to one member, and no process a task twice', () => {
    for (const vector of vectors) {
      const { subtopologies, members } = inputOf(vector);
      const assigned = assignSticky(inputOf(vector));
      const owners: string[] = [];
      const places: string[] = [];
      for (const { memberId, processId } of members) {
        const { active, standby } = assigned.get(memberId) ?? { active: new Map(), standby: new Map() };
        for (const [id, partitions] of active)
          owners.push(...partitions.map((partition: number) => `${id}_${partition}`));
        for (const [id, partitions] of [...active, ...standby]) {
          places.push(...partitions.map((partition: number) => `${processId} ${id}_${partition}`));
        }
      }
      const all = subtopologies.flatMap(({ id, taskCount }) =>
        Array.from({ length: taskCount }, (_, n) => `${id}_${n}`),
      );
      assert.deepEqual(owners.sort(), all.sort());
      assert.equal(new Set(places).size, places.length, JSON.stringify(vector));
    }
  });

  it('a topology without subtopologies: nobody has anything, whatever it had', () => {
    const had = new Map([['0', [0]]]);
    const members = [{ memberId: 'm', processId: 'p', active: had, standby: had }];
    const nothing = { active: new Map(), standby: new Map(), warmup: new Map() };
    assert.deepEqual(assignSticky({ members, subtopologies: [], standbyReplicas: 1 }), new Map([['m', nothing]]));
  });
});
