import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BufferPool } from '../../src/base/buffer-pool.js';
import { assignOffset } from '../../src/protocol/records/batch-header.js';
import { RecentBatchesPool } from '../../src/storage/recent-batches.js';
import { batchOf } from '../support/batches.js';
import { SeededRandom } from '../support/seeded-random.js';

const buffers = new BufferPool(0);
const range = { below: Number.POSITIVE_INFINITY, maxBytes: 1 << 20, minOneBatch: true };

function batchAt(offset: number, records: number, sizeBytes = 10): Buffer {
  const bytes = batchOf(Array.from({ length: records }, () => Buffer.alloc(sizeBytes)));
  assignOffset(bytes, 0, offset, 0);
  return bytes;
}

describe('RecentBatches', () => {
  it('gives what a read of the whole log would, from any offset that it holds', () => {
    const random = new SeededRandom(5);
    const recent = new RecentBatchesPool(1e9, 1e9).forLog();
    const batches: { base: number; last: number; bytes: Buffer; position: number }[] = [];
    let offset = 50;
    let position = 0;
    for (let n = 0; n < 100; n++) {
      const appended: Buffer[] = [];
      const first = offset;
      for (let m = 0; m <= random.below(3); m++) {
        const records = 1 + random.below(4);
        const bytes = batchAt(offset, records);
        batches.push({ base: offset, last: offset + records - 1, bytes, position });
        appended.push(bytes);
        position += bytes.length;
        offset += records;
      }
      recent.add(Buffer.concat(appended), first, offset - 1);
    }
    const all = Buffer.concat(batches.map(({ bytes }) => bytes));
    for (let n = 0; n < 2000; n++) {
      const from = 50 + random.below(offset - 50);
      const maxBytes = random.below(1500);
      const below = random.below(2) === 0 ? 50 + random.below(offset) : Number.POSITIVE_INFINITY;
      const minOneBatch = random.below(2) === 0;
      const start = batches.find(({ last }) => last >= from);
      assert.ok(start);
      const fits = start.base < below && (minOneBatch || start.bytes.length <= maxBytes);
      const byLimit = start.position + Math.max(maxBytes, minOneBatch ? start.bytes.length : 0);
      const byOffset = batches.find(({ base }) => base >= below)?.position ?? all.length;
      const expected = fits ? all.subarray(start.position, Math.min(byLimit, byOffset)) : Buffer.alloc(0);
      assert.deepEqual(recent.read({ offset: from, below, maxBytes, minOneBatch }, buffers), expected);
    }
  });

  it('holds no more than it may, and says when it does not hold an offset', () => {
    const size = batchAt(0, 1).length;
    const recent = new RecentBatchesPool(1e9, size * 3).forLog();
    for (let offset = 0; offset < 5; offset++) recent.add(batchAt(offset, 1), offset, offset);
    assert.equal(recent.read({ ...range, offset: 1 }, buffers), null);
    assert.equal(recent.read({ ...range, offset: 2 }, buffers)?.length, size * 3);
    assert.equal(recent.read({ ...range, offset: 5 }, buffers), null);
    recent.add(batchAt(5, 1, size * 3), 5, 5);
    assert.equal(recent.read({ ...range, offset: 4 }, buffers), null, 'a gap must not be held');
    assert.equal(recent.read({ ...range, offset: 5 }, buffers), null);
  });

  it('shares a bound with all logs: the oldest go first, whoever has them', () => {
    const size = batchAt(0, 1).length;
    const pool = new RecentBatchesPool(size * 4, 1e9);
    const logs = [pool.forLog(), pool.forLog()];
    for (let offset = 0; offset < 3; offset++) {
      for (const log of logs) log.add(batchAt(offset, 1), offset, offset);
    }
    for (const log of logs) {
      assert.equal(log.read({ ...range, offset: 0 }, buffers), null);
      assert.equal(log.read({ ...range, offset: 1 }, buffers)?.length, size * 2);
    }
    logs[0]?.clear();
    assert.equal(pool.sizeBytes, size * 2);
    for (let offset = 3; offset < 1000; offset++) logs[1]?.add(batchAt(offset, 1), offset, offset);
    assert.equal(pool.sizeBytes, size * 4);
  });

  it('holds and gives copies: neither a frame nor what a reader got is touched later', () => {
    const batch = batchAt(0, 1, 5000);
    const recent = new RecentBatchesPool(batch.length * 4, batch.length).forLog();
    const frame = Buffer.from(batch);
    recent.add(frame, 0, 0);
    frame.fill(0);
    const read = recent.read({ ...range, offset: 0 }, buffers);
    for (let offset = 1; offset < 20; offset++) recent.add(batchAt(offset, 1, 5000), offset, offset);
    assert.deepEqual(read, batch);
  });

  it('lets go what a busy log drops, whatever an idle log holds for ever', () => {
    const [size, limit] = [batchAt(0, 1, 50_000).length, 8 << 20];
    const pool = new RecentBatchesPool(limit, 1 << 20);
    const idle = pool.forLog();
    idle.add(batchAt(0, 1), 0, 0);
    const busy = pool.forLog();
    for (let offset = 0; offset < 2000; offset++) busy.add(batchAt(offset, 1, 50_000), offset, offset);
    assert.equal(idle.read({ ...range, offset: 0 }, buffers)?.length, batchAt(0, 1).length);
    assert.ok(pool.sizeBytes <= (1 << 20) + size);
    assert.ok(pool.memoryBytes <= 4 << 20, String(pool.memoryBytes));
  });

  it('a bound of all logs holds for the memory, with appends of any size', () => {
    const random = new SeededRandom(7);
    const pool = new RecentBatchesPool(100_000, 60_000);
    const logs = Array.from({ length: 5 }, () => ({ recent: pool.forLog(), end: 0 }));
    for (let n = 0; n < 2000; n++) {
      const log = logs[random.below(logs.length)];
      assert.ok(log);
      const batch = batchAt(log.end, 1, 1 + random.below(random.below(10) === 0 ? 70_000 : 2000));
      log.recent.add(batch, log.end, log.end);
      const held = log.recent.read({ ...range, offset: log.end }, buffers);
      assert.deepEqual(held, batch.length > 60_000 ? null : batch);
      log.end++;
      assert.ok(pool.memoryBytes <= 100_000, String(pool.memoryBytes));
    }
  });
});
