import assert from 'node:assert/strict';
import { test } from 'node:test';
import { combineBatches } from '../../../src/state/share/combine-batches.js';
import type { ShareStateBatch } from '../../../src/state/share/share-state.js';
import { SeededRandom } from '../../support/seeded-random.js';

type Row = readonly [first: number, last: number, state: number, count: number];

const batch = ([firstOffset, lastOffset, deliveryState, deliveryCount]: Row): ShareStateBatch => ({
  firstOffset,
  lastOffset,
  deliveryState,
  deliveryCount,
});
const row = ({ firstOffset, lastOffset, deliveryState, deliveryCount }: ShareStateBatch): Row => [
  firstOffset,
  lastOffset,
  deliveryState,
  deliveryCount,
];
const combine = (soFar: readonly Row[], added: readonly Row[], startOffset = -1): Row[] =>
  combineBatches(soFar.map(batch), added.map(batch), startOffset).map(row);

const AVAILABLE = 0;
const ACKNOWLEDGED = 2;
const ARCHIVED = 4;

test('what Kafka makes of batches that meet', () => {
  const cases: readonly [
    soFar: readonly Row[],
    added: readonly Row[],
    startOffset: number,
    combined: readonly Row[],
  ][] = [
    [[], [], -1, []],
    [[[5, 9, AVAILABLE, 1]], [], 7, [[7, 9, AVAILABLE, 1]]],
    [[[5, 9, AVAILABLE, 1]], [], 10, []],
    [
      [[1, 5, AVAILABLE, 1]],
      [[3, 3, ACKNOWLEDGED, 1]],
      -1,
      [
        [1, 2, AVAILABLE, 1],
        [3, 3, ACKNOWLEDGED, 1],
        [4, 5, AVAILABLE, 1],
      ],
    ],
    [
      [[1, 5, ACKNOWLEDGED, 1]],
      [[3, 8, AVAILABLE, 1]],
      -1,
      [
        [1, 5, ACKNOWLEDGED, 1],
        [6, 8, AVAILABLE, 1],
      ],
    ],
    [
      [[1, 5, ARCHIVED, 1]],
      [[3, 8, AVAILABLE, 2]],
      -1,
      [
        [1, 2, ARCHIVED, 1],
        [3, 8, AVAILABLE, 2],
      ],
    ],
    [[[1, 5, AVAILABLE, 1]], [[6, 8, AVAILABLE, 1]], -1, [[1, 8, AVAILABLE, 1]]],
    // The first one was done with before the second was found to be in its state.
    [
      [
        [1, 5, AVAILABLE, 2],
        [6, 8, AVAILABLE, 1],
      ],
      [[6, 10, AVAILABLE, 2]],
      -1,
      [
        [1, 5, AVAILABLE, 2],
        [6, 10, AVAILABLE, 2],
      ],
    ],
    [
      [
        [14, 14, AVAILABLE, 3],
        [15, 24, ACKNOWLEDGED, 1],
      ],
      [
        [40, 50, AVAILABLE, 1],
        [40, 50, AVAILABLE, 1],
        [51, 60, AVAILABLE, 1],
        [61, 61, AVAILABLE, 2],
        [45, 70, AVAILABLE, 2],
      ],
      14,
      [
        [14, 14, AVAILABLE, 3],
        [15, 24, ACKNOWLEDGED, 1],
        [40, 44, AVAILABLE, 1],
        [45, 70, AVAILABLE, 2],
      ],
    ],
  ];
  for (const [soFar, added, startOffset, combined] of cases)
    assert.deepEqual(combine(soFar, added, startOffset), combined);
});

test('batches that end before they begin are left out', () => {
  assert.deepEqual(combine([[1, 10, AVAILABLE, 1]], [[5, 2, ACKNOWLEDGED, 1]]), [[1, 10, AVAILABLE, 1]]);
});

test('what it is given stays as it was', () => {
  const soFar = [batch([1, 9, AVAILABLE, 1]), batch([10, 12, AVAILABLE, 2])];
  const copy = structuredClone(soFar);
  combineBatches(soFar, [batch([4, 11, AVAILABLE, 3])], 2);
  assert.deepEqual(soFar, copy);
});

const better = (one: ShareStateBatch | undefined, other: ShareStateBatch): ShareStateBatch =>
  one === undefined ||
  other.deliveryCount > one.deliveryCount ||
  (other.deliveryCount === one.deliveryCount && other.deliveryState > one.deliveryState)
    ? other
    : one;

/** Offset by offset. */
function model(batches: readonly ShareStateBatch[], startOffset: number): Map<number, string> {
  const best = new Map<number, ShareStateBatch>();
  for (const each of batches) {
    for (let offset = Math.max(each.firstOffset, startOffset); offset <= each.lastOffset; offset++) {
      best.set(offset, better(best.get(offset), each));
    }
  }
  return new Map([...best].map(([offset, at]) => [offset, `${at.deliveryState}/${at.deliveryCount}`]));
}

test('40000 times at random: every record has its best state once, in order', () => {
  const random = new SeededRandom(1);
  const some = (most: number, span: number, counts: number): ShareStateBatch[] =>
    Array.from({ length: random.below(most) }, () => {
      const first = random.below(span);
      return batch([first, first + random.below(8), random.below(3) * 2, 1 + random.below(counts)]);
    });
  let cut = 0;
  let met = 0;
  for (let round = 0; round < 40_000; round++) {
    const span = 4 + random.below(40);
    const counts = 1 + random.below(4);
    const soFar = random.below(2) === 0 ? some(8, span, counts) : combineBatches([], some(12, span, counts), -1);
    const added = some(5, span, counts);
    const startOffset = random.below(3) === 0 ? -1 : random.below(span);
    const combined = combineBatches(soFar, added, startOffset);
    const all = [...soFar, ...added];
    const expected = model(all, startOffset);
    const seen = new Map<number, string>();
    let end = -1;
    for (const each of combined) {
      assert.ok(each.firstOffset > end, `round ${round}: ${JSON.stringify(combined)}`);
      end = each.lastOffset;
      for (let at = each.firstOffset; at <= end; at++) seen.set(at, `${each.deliveryState}/${each.deliveryCount}`);
    }
    assert.deepEqual(
      [...seen],
      [...expected].sort(([a], [b]) => a - b),
      `round ${round}`,
    );
    if (all.some(({ firstOffset }) => firstOffset < startOffset)) cut++;
    if (combined.length < all.length) met++;
  }
  for (const count of [cut, met]) assert.ok(count > 10_000);
});
