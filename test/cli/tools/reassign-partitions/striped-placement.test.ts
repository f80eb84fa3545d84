import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeStriped, type UsableBroker } from '../../../../src/cli/tools/reassign-partitions/striped-placement.js';

const broker = (id: number, rack: string | null = null): UsableBroker => ({ id, rack });
const first = { fraction: () => 0 };

/** Fractions that repeat, so that every branch of the shuffle is met. */
function cycling(...fractions: number[]) {
  let at = 0;
  return { fraction: () => fractions[at++ % fractions.length] as number };
}

test('without racks each partition begins one broker further', () => {
  assert.deepEqual(placeStriped(3, 2, [broker(3), broker(1), broker(2)], first), [
    [1, 2],
    [2, 3],
    [3, 1],
  ]);
});

test('racks take turns', () => {
  const brokers = [broker(1, 'a'), broker(2, 'a'), broker(3, 'b'), broker(4, 'b')];
  for (const placed of placeStriped(4, 2, brokers, cycling(0.1, 0.6, 0.9))) {
    const racks = new Set(placed.map((id) => brokers.find((one) => one.id === id)?.rack));
    assert.equal(racks.size, 2);
  }
});

test('a rack with one broker gives it once, and another rack the rest', () => {
  const [placed] = placeStriped(1, 3, [broker(1, 'a'), broker(2, 'b'), broker(3, 'b')], first);
  assert.deepEqual([...(placed ?? [])].sort(), [1, 2, 3]);
});

test('leaders are even over many partitions, and no broker holds a partition twice', () => {
  const brokers = [1, 2, 3, 4].map((id) => broker(id));
  const placed = placeStriped(40, 3, brokers, cycling(0.2, 0.7, 0.4, 0.95, 0.05));
  for (const ids of placed) assert.equal(new Set(ids).size, 3);
  for (const { id } of brokers) assert.equal(placed.filter(([leader]) => leader === id).length, 10);
});

test('too few brokers', () => {
  assert.throws(() => placeStriped(1, 1, [], first), /All brokers are currently fenced/);
  assert.throws(
    () => placeStriped(1, 2, [broker(1)], first),
    /The target replication factor of 2 cannot be reached because only 1 broker\(s\) are registered/,
  );
  assert.throws(() => placeStriped(1, 0, [broker(1)], first), /the replication factor must be positive/);
});
