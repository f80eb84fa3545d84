import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KeyOffsets, SLOT_BYTES } from '../../../src/storage/cleaner/key-offsets.js';

const key = (n: number): Buffer => Buffer.from(`key-${n}`);

describe('KeyOffsets', () => {
  it('knows the newest offset of each key, of any length', () => {
    const keys = new KeyOffsets(1 << 20, 0.9);
    assert.equal(keys.get(key(1)), -1);
    for (const [n, offset] of [
      [1, 5],
      [2, 6],
      [1, 7],
    ] as const) {
      assert.ok(keys.put(key(n), offset));
    }
    assert.ok(keys.put(Buffer.alloc(0), 8));
    assert.ok(keys.put(Buffer.alloc(100_000, 1), 9));
    assert.deepEqual(
      [key(1), key(2), key(3), Buffer.alloc(0), Buffer.alloc(100_000, 1)].map((one) => keys.get(one)),
      [7, 6, -1, 8, 9],
    );
    assert.equal(keys.size, 4);
  });

  it('grows with its keys up to its limit, and then takes known ones only', () => {
    const keys = new KeyOffsets(10_000 * SLOT_BYTES, 0.9);
    let count = 0;
    while (keys.put(key(count), count)) count++;
    assert.equal(count, 9000);
    assert.equal(keys.capacity, 9000);
    assert.equal(keys.utilization, 0.9);
    assert.ok(keys.put(key(17), 100_000));
    assert.equal(keys.get(key(17)), 100_000);
    for (let n = 18; n < count; n++) assert.equal(keys.get(key(n)), n);
    assert.equal(keys.get(key(count)), -1);
  });

  it('always keeps a slot free, so that a search ends', () => {
    const keys = new KeyOffsets(4 * SLOT_BYTES, 1);
    let count = 0;
    while (keys.put(key(count), count)) count++;
    assert.equal(count, 3);
    assert.equal(keys.get(key(99)), -1);
  });
});
