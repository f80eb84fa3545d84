import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { OffsetIndex } from '../../src/storage/offset-index.js';
import { OpenFiles, type PooledFile } from '../../src/storage/open-files.js';
import { CorruptLogError } from '../../src/storage/storage-error.js';
import { TimeIndex } from '../../src/storage/time-index.js';
import { type AbortedTransaction, TransactionIndex } from '../../src/storage/transaction-index.js';
import { MemoryDisk } from '../support/memory-disk.js';
import { SeededRandom } from '../support/seeded-random.js';

const BASE = 5000;

function newFile(disk = new MemoryDisk()): PooledFile {
  return new OpenFiles(disk, 10).file('/x');
}

function ascending(count: number, random: SeededRandom): { offset: number; position: number }[] {
  const entries = [];
  let offset = BASE;
  let position = 0;
  for (let n = 0; n < count; n++) {
    offset += 1 + random.below(50);
    position += 1 + random.below(9000);
    entries.push({ offset, position });
  }
  return entries;
}

describe('OffsetIndex', () => {
  // 700 entries: single probes, a block, and entries that are not written yet all take part in a search.
  for (const count of [0, 1, 31, 32, 33, 512, 513, 1500]) {
    it(`finds the floor of every offset among ${count} entries, whether written or not`, () => {
      const random = new SeededRandom(count);
      const entries = ascending(count, random);
      const index = new OffsetIndex(newFile(), BASE);
      index.entries.allocate(count * 8 + 8);
      for (const { offset, position } of entries) index.append(offset, position);
      const check = (): void => {
        for (let offset = BASE; offset <= (entries.at(-1)?.offset ?? BASE) + 2; offset++) {
          const expected = entries.findLast((entry) => entry.offset <= offset) ?? { offset: BASE, position: 0 };
          assert.deepEqual(index.floor(offset), expected);
        }
        assert.deepEqual(index.last(), entries.at(-1) ?? { offset: BASE, position: 0 });
      };
      check();
      index.entries.writePending();
      check();
    });
  }

  it('cuts entries at and above an offset, and goes on from there', () => {
    const entries = ascending(40, new SeededRandom(3));
    const index = new OffsetIndex(newFile(), BASE);
    index.entries.allocate(800);
    for (const { offset, position } of entries) index.append(offset, position);
    const cut = entries[20];
    assert.ok(cut);
    index.truncateTo(cut.offset);
    assert.equal(index.entries.count, 20);
    assert.deepEqual(index.last(), entries[19]);
    index.append(cut.offset, 77);
    assert.deepEqual(index.last(), { offset: cut.offset, position: 77 });
    assert.equal(index.entries.capacity, 100);
  });

  it('is full at its size, rounded down to entries', () => {
    const disk = new MemoryDisk();
    const index = new OffsetIndex(newFile(disk), BASE);
    index.entries.allocate(23);
    assert.equal(disk.stat('/x')?.sizeBytes, 16);
    index.append(BASE + 1, 1);
    assert.equal(index.isFull, false);
    index.append(BASE + 2, 2);
    assert.equal(index.isFull, true);
    assert.equal(index.entries.trim(), true);
    assert.equal(index.entries.trim(), false, 'nothing to trim');
    assert.equal(disk.stat('/x')?.sizeBytes, 16);
  });

  it('keeps room of zeros behind its entries until it is trimmed', () => {
    const disk = new MemoryDisk();
    const index = new OffsetIndex(newFile(disk), BASE);
    index.entries.allocate(64);
    index.append(BASE + 1, 1);
    index.entries.writePending();
    assert.equal(disk.readWhole('/x').toString('hex'), `00000001${'00000001'}${'00'.repeat(56)}`);
    index.entries.trim();
    assert.equal(disk.readWhole('/x').length, 8);
  });
});

describe('TimeIndex', () => {
  it('takes only rising timestamps, and keeps its last place for closing', () => {
    const index = new TimeIndex(newFile(), BASE);
    index.entries.allocate(36);
    index.append(100, BASE + 1);
    index.append(100, BASE + 2);
    index.append(90, BASE + 3);
    assert.equal(index.entries.count, 1);
    assert.equal(index.isFull, false);
    index.append(110, BASE + 4);
    assert.equal(index.isFull, true);
    index.append(120, BASE + 5);
    assert.deepEqual(index.last(), { timestamp: 120, offset: BASE + 5 });
  });

  it('finds the floor of a timestamp', () => {
    const index = new TimeIndex(newFile(), BASE);
    index.entries.allocate(1200);
    for (let n = 1; n <= 90; n++) index.append(n * 10, BASE + n);
    assert.deepEqual(index.floor(9), { timestamp: -1, offset: BASE });
    assert.deepEqual(index.floor(10), { timestamp: 10, offset: BASE + 1 });
    assert.deepEqual(index.floor(899), { timestamp: 890, offset: BASE + 89 });
    assert.deepEqual(index.floor(Number.MAX_SAFE_INTEGER), { timestamp: 900, offset: BASE + 90 });
  });

  it('cuts by offset and takes the timestamps again that went', () => {
    const index = new TimeIndex(newFile(), BASE);
    index.entries.allocate(1200);
    for (let n = 1; n <= 40; n++) index.append(n * 10, BASE + n);
    index.truncateTo(BASE + 31);
    assert.deepEqual(index.last(), { timestamp: 300, offset: BASE + 30 });
    index.append(305, BASE + 31);
    assert.deepEqual(index.last(), { timestamp: 305, offset: BASE + 31 });
  });
});

describe('TransactionIndex', () => {
  const aborted = (firstOffset: number, lastOffset: number, lastStableOffset = lastOffset + 1): AbortedTransaction => ({
    producerId: firstOffset,
    firstOffset,
    lastOffset,
    lastStableOffset,
  });

  it('has no file until something was aborted', () => {
    const disk = new MemoryDisk();
    const index = new TransactionIndex(newFile(disk));
    const found: AbortedTransaction[] = [];
    assert.equal(index.collect(0, 100, found), false);
    assert.equal(index.isEmpty, true);
    assert.equal(disk.stat('/x'), null);
    index.append(aborted(1, 2));
    assert.equal(disk.stat('/x')?.sizeBytes, 34);
  });

  it('collects what overlaps a range, and says when no later segment can have more', () => {
    const index = new TransactionIndex(newFile());
    for (let n = 0; n < 200; n++) index.append(aborted(n * 10, n * 10 + 5));
    const collect = (from: number, to: number): [number[], boolean] => {
      const found: AbortedTransaction[] = [];
      const complete = index.collect(from, to, found);
      return [found.map(({ firstOffset }) => firstOffset), complete];
    };
    assert.deepEqual(collect(20, 41), [[20, 30, 40], true]);
    assert.deepEqual(collect(26, 30), [[], true]);
    assert.deepEqual(collect(25, 30), [[20], true]);
    assert.deepEqual(collect(1985, 3000), [[1980, 1990], false]);
  });

  it('cuts by the offset of the marker', () => {
    const disk = new MemoryDisk();
    const index = new TransactionIndex(newFile(disk));
    for (let n = 0; n < 5; n++) index.append(aborted(n * 10, n * 10 + 5));
    index.truncateTo(25);
    assert.equal(disk.stat('/x')?.sizeBytes, 68);
    index.clear();
    assert.equal(disk.stat('/x'), null);
  });

  it('refuses entries that cannot be of the segment', () => {
    const disk = new MemoryDisk();
    const index = new TransactionIndex(newFile(disk));
    index.append(aborted(10, 20));
    index.check(20);
    assert.throws(() => index.check(21), CorruptLogError);
    const bytes = disk.readWhole('/x');
    bytes.writeInt16BE(1, 0);
    disk.writeWhole('/x', bytes);
    assert.throws(() => new TransactionIndex(newFile(disk)).check(0), /version 1/);
  });
});
