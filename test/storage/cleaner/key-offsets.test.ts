import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { KeyOffsets, SLOT_BYTES } from '../../../src/storage/cleaner/key-offsets.js';

const key = (n: number): Buffer => Buffer.from(`key-${n}`);

const put = (keys: KeyOffsets, bytes: Buffer, offset: number): boolean => keys.put(bytes, 0, bytes.length, offset);
const get = (keys: KeyOffsets, bytes: Buffer): number => keys.get(bytes, 0, bytes.length);

describe('KeyOffsets', () => {
  it('knows the newest offset of each key, of any length', () => {
    const keys = new KeyOffsets(1 << 20, 0.9);
    assert.equal(get(keys, key(1)), -1);
    for (const [n, offset] of [
      [1, 5],
      [2, 6],
      [1, 7],
    ] as const) {
      assert.ok(put(keys, key(n), offset));
    }
    assert.ok(put(keys, Buffer.alloc(0), 8));
    assert.ok(put(keys, Buffer.alloc(100_000, 1), 9));
    assert.deepEqual(
      [key(1), key(2), key(3), Buffer.alloc(0), Buffer.alloc(100_000, 1)].map((one) => get(keys, one)),
      [7, 6, -1, 8, 9],
    );
    assert.equal(keys.size, 4);
  });

  it('grows with its keys up to its limit, and then takes known ones only', () => {
    const keys = new KeyOffsets(10_000 * SLOT_BYTES, 0.9);
    let count = 0;
    while (put(keys, key(count), count)) count++;
    assert.equal(count, 9000);
    assert.equal(keys.capacity, 9000);
    assert.equal(keys.utilization, 0.9);
    assert.ok(put(keys, key(17), 100_000));
    assert.equal(get(keys, key(17)), 100_000);
    for (let n = 18; n < count; n++) assert.equal(get(keys, key(n)), n);
    assert.equal(get(keys, key(count)), -1);
  });

  it('always keeps a slot free, so that a search ends', () => {
    const keys = new KeyOffsets(4 * SLOT_BYTES, 1);
    let count = 0;
    while (put(keys, key(count), count)) count++;
    assert.equal(count, 3);
    assert.equal(get(keys, key(99)), -1);
  });
});
