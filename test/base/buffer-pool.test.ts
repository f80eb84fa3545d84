import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BufferPool } from '../../src/base/buffer-pool.js';

const KIB = 1024;
const MIB = 1024 * KIB;

describe('BufferPool', () => {
  it('gives memory that was given back, whole again', () => {
    const buffers = new BufferPool(4 * MIB);
    const first = buffers.take(MIB);
    assert.equal(first.length, MIB);
    buffers.giveBack(first.subarray(100, 200));
    const second = buffers.take(MIB - 5);
    assert.equal(second.length, MIB - 5);
    assert.equal(second.buffer, first.buffer);
    assert.notEqual(buffers.take(MIB).buffer, first.buffer, 'in use again');
  });

  it('takes memory back once, and only its own', () => {
    const buffers = new BufferPool(4 * MIB);
    const taken = buffers.take(MIB);
    const foreign = Buffer.allocUnsafeSlow(MIB);
    const small = buffers.take(10);
    for (const bytes of [taken, taken, foreign, small]) buffers.giveBack(bytes);
    assert.equal(buffers.take(MIB).buffer, taken.buffer);
    assert.notEqual(buffers.take(MIB).buffer, taken.buffer);
    assert.notEqual(buffers.take(MIB).buffer, foreign.buffer);
  });

  it('gives the smallest that is large enough, and none that would be wasted', () => {
    const buffers = new BufferPool(16 * MIB);
    const [large, middle] = [buffers.take(8 * MIB), buffers.take(2 * MIB)];
    buffers.giveBack(large);
    buffers.giveBack(middle);
    assert.notEqual(buffers.take(100 * KIB).buffer, middle.buffer);
    assert.equal(buffers.take(1.5 * MIB).buffer, middle.buffer);
    assert.equal(buffers.take(5 * MIB).buffer, large.buffer);
  });

  it('keeps no more unused memory than it may', () => {
    const buffers = new BufferPool(2 * MIB);
    const taken = Array.from({ length: 4 }, () => buffers.take(MIB));
    for (const bytes of taken) buffers.giveBack(bytes);
    const again = new Set(Array.from({ length: 4 }, () => buffers.take(MIB).buffer));
    assert.deepEqual(
      taken.map(({ buffer }) => again.has(buffer)),
      [false, false, true, true],
    );
  });
});
