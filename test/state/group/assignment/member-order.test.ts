import assert from 'node:assert/strict';
import { it } from 'node:test';
import { inMemberOrder } from '../../../../src/state/group/assignment/member-order.js';
import { readVectors, vectorFile } from '../../../support/codec/vector-file.js';

/** Measured on the maps of Apache Kafka 4.3.1 after members came and went. */
interface OrderVector {
  readonly memberIds: readonly string[];
  readonly joining: readonly string[];
  readonly mostMembers: number;
  readonly ordered: readonly string[];
}

it('members come to the assignor in the order in which Apache Kafka has them', () => {
  const vectors = readVectors<OrderVector>(vectorFile('consumer-member-order.jsonl.gz'));
  assert.equal(vectors.length, 200);
  for (const { memberIds, joining, mostMembers, ordered } of vectors) {
    assert.deepEqual(inMemberOrder(memberIds, new Set(joining), mostMembers), ordered);
  }
});
