import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BufferPool } from '../../src/base/buffer-pool.js';
import { assignOffset, lastOffset } from '../../src/protocol/records/batch-header.js';
import { batchEnd, batchStarts } from '../../src/protocol/records/batch-reader.js';
import { OpenFiles } from '../../src/storage/open-files.js';
import { Segment } from '../../src/storage/segment.js';
import { readSegment } from '../../src/storage/segment-read.js';
import { batchOf } from '../support/batches.js';
import { MemoryDisk } from '../support/memory-disk.js';
import { SeededRandom } from '../support/seeded-random.js';

const buffers = new BufferPool(0);

const BASE = 100;
const LIMITS = { segmentBytes: 1 << 20, segmentMs: 1000, indexBytes: 1200 };

interface Written {
  readonly base: number;
  readonly last: number;
  readonly position: number;
  readonly bytes: Buffer;
  readonly timestamp: number;
}

function newSegment(disk = new MemoryDisk()): Segment {
  disk.makeDirectory('/t-0');
  return Segment.create(new OpenFiles(disk, 10), '/t-0', BASE, { indexBytes: 1 << 16, preallocateBytes: 0, nowMs: 0 });
}

/** Batches of random sizes, with gaps between them as compaction leaves. */
function fill(segment: Segment, count: number, random: SeededRandom, indexIntervalBytes = 300): Written[] {
  const written: Written[] = [];
  let offset = BASE;
  for (let n = 0; n < count; n++) {
    offset += random.below(3) === 0 ? random.below(10) : 0;
    const values = Array.from({ length: 1 + random.below(5) }, () => random.bytes(random.below(60)));
    const timestamp = 1000 + random.below(500);
    const bytes = batchOf(values, timestamp);
    assignOffset(bytes, 0, offset, 0);
    const position = segment.sizeBytes;
    segment.mustRoll(bytes.length, timestamp, offset, 0, { ...LIMITS, indexBytes: 1 << 16 });
    segment.append(bytes, indexIntervalBytes);
    written.push({ base: offset, last: offset + values.length - 1, position, bytes, timestamp });
    offset += values.length;
  }
  return written;
}

describe('Segment', () => {
  it('reads from any offset, for any number of bytes, what was written', async () => {
    const random = new SeededRandom(11);
    const segment = newSegment();
    const written = fill(segment, 200, random);
    const all = Buffer.concat(written.map(({ bytes }) => bytes));
    for (let n = 0; n < 2000; n++) {
      const offset = BASE + random.below((written.at(-1)?.last ?? 0) - BASE + 3);
      const maxBytes = random.below(4) === 0 ? random.below(20_000) : random.below(400);
      const minOneBatch = random.below(2) === 0;
      const below = random.below(3) === 0 ? BASE + random.below(1000) : Number.POSITIVE_INFINITY;
      const records = await readSegment(segment, { offset, below, maxBytes, minOneBatch }, buffers);
      const first = written.find(({ last }) => last >= offset);
      if (first === undefined) {
        assert.equal(records, null);
        continue;
      }
      const fits = first.base < below && (minOneBatch || first.bytes.length <= maxBytes);
      const byLimit = first.position + Math.max(maxBytes, minOneBatch ? first.bytes.length : 0);
      const byOffset = written.find(({ base }) => base >= below)?.position ?? all.length;
      const expected = fits ? all.subarray(first.position, Math.min(byLimit, byOffset)) : Buffer.alloc(0);
      assert.deepEqual(records, expected, `offset ${offset}, ${maxBytes} bytes, below ${below}`);
    }
  });

  it('goes on where a reader left off, also after the end was cut and written anew', async () => {
    const random = new SeededRandom(12);
    const segment = newSegment();
    const written = fill(segment, 60, random);
    const readAll = async (): Promise<Buffer> => {
      const read: Buffer[] = [];
      for (let offset = BASE; ; ) {
        const range = { offset, below: Number.POSITIVE_INFINITY, maxBytes: 1000, minOneBatch: true };
        const records = await readSegment(segment, range, buffers);
        if (records === null) return Buffer.concat(read);
        for (const at of batchStarts(records)) {
          read.push(records.subarray(at, batchEnd(records, at, records.length)));
          offset = lastOffset(records, at) + 1;
        }
      }
    };
    const all = Buffer.concat(written.map(({ bytes }) => bytes));
    assert.deepEqual(await readAll(), all);
    assert.deepEqual(await readAll(), all);
    const cut = written[30] as Written;
    segment.truncateTo(cut.base);
    const anew = batchOf([Buffer.alloc(500, 7)]);
    assignOffset(anew, 0, cut.base, 0);
    segment.append(anew, 300);
    assert.deepEqual(await readAll(), Buffer.concat([all.subarray(0, cut.position), anew]));
  });

  it('reads a batch larger than its window whole', async () => {
    const segment = newSegment();
    const big = batchOf([Buffer.alloc(100_000, 7)]);
    assignOffset(big, 0, BASE, 0);
    const small = batchOf(['x']);
    assignOffset(small, 0, BASE + 1, 0);
    segment.append(big, 300);
    segment.append(small, 300);
    const range = { below: Number.POSITIVE_INFINITY, maxBytes: 10, minOneBatch: true };
    assert.deepEqual(await readSegment(segment, { ...range, offset: BASE }, buffers), big);
    assert.deepEqual(await readSegment(segment, { ...range, offset: BASE + 1 }, buffers), small);
  });

  it('enters a batch when more than the interval went before it, and its time', () => {
    const segment = newSegment();
    const sizes: number[] = [];
    for (let n = 0; n < 6; n++) {
      const bytes = batchOf([Buffer.alloc(39)], 1000 + n);
      assignOffset(bytes, 0, BASE + n, 0);
      sizes.push(bytes.length);
      segment.append(bytes, bytes.length * 2);
    }
    // Three batches are more than the interval, two are not: the fourth has an entry, and then none up to the sixth.
    assert.deepEqual(segment.offsetIndex.last(), { offset: BASE + 3, position: (sizes[0] ?? 0) * 3 });
    assert.equal(segment.offsetIndex.entries.count, 1);
    assert.deepEqual(segment.timeIndex.last(), { timestamp: 1003, offset: BASE + 3 });
    segment.seal();
    assert.deepEqual(segment.timeIndex.last(), { timestamp: 1005, offset: BASE + 5 });
  });

  it('looks at every batch of one append', () => {
    const one = newSegment();
    const other = newSegment();
    const batches = Array.from({ length: 20 }, (_, n) => {
      const bytes = batchOf([Buffer.alloc(40)], 1000 + n);
      assignOffset(bytes, 0, BASE + n, 0);
      return bytes;
    });
    one.append(Buffer.concat(batches), 300);
    for (const bytes of batches) other.append(bytes, 300);
    assert.ok(one.offsetIndex.entries.count > 2);
    assert.deepEqual(one.offsetIndex.entries.read(0, 100), other.offsetIndex.entries.read(0, 100));
    assert.deepEqual(one.timeIndex.entries.read(0, 100), other.timeIndex.entries.read(0, 100));
  });

  it('rolls by size, by the time of its records, by full indexes, by the range of offsets', () => {
    const bytes = batchOf(['x'], 5000);
    const must = (
      segment: Segment,
      fields: { size?: number; timestamp?: number; last?: number; now?: number; limits?: object },
    ) =>
      segment.mustRoll(fields.size ?? 1, fields.timestamp ?? 5000, fields.last ?? BASE + 1, fields.now ?? 0, {
        ...LIMITS,
        ...fields.limits,
      });
    const filled = (): Segment => {
      const segment = newSegment();
      segment.append(bytes, 300);
      return segment;
    };
    assert.equal(must(filled(), {}), false);
    const limits = { segmentBytes: bytes.length + 50 };
    assert.equal(must(filled(), { size: 50, limits }), false, 'exactly full');
    assert.equal(must(filled(), { size: 51, limits }), true);
    assert.equal(must(filled(), { timestamp: 6000 }), false, 'exactly as old');
    assert.equal(must(filled(), { timestamp: 6001 }), true);
    assert.equal(must(newSegment(), { timestamp: 6001 }), false, 'empty segments do not age');
    assert.equal(must(filled(), { last: BASE + 2 ** 31 - 1 }), false);
    assert.equal(must(filled(), { last: BASE + 2 ** 31 }), true);
    const early = filled();
    early.jitterMs = 300;
    assert.equal(must(early, { timestamp: 5700 }), false);
    assert.equal(must(early, { timestamp: 5701 }), true);
    const full = newSegment();
    full.offsetIndex.entries.allocate(8);
    full.offsetIndex.append(BASE, 0);
    assert.equal(must(full, {}), true);
  });

  it('ages by the clock when its first batch has no timestamp', () => {
    const segment = newSegment();
    segment.append(batchOf(['x'], -1), 300);
    assert.equal(segment.mustRoll(1, -1, BASE + 1, 1000, LIMITS), false);
    assert.equal(segment.mustRoll(1, -1, BASE + 1, 1001, LIMITS), true);
  });

  it('is cut at any offset to what was written before it', async () => {
    for (let seed = 0; seed < 40; seed++) {
      const random = new SeededRandom(seed);
      const segment = newSegment();
      const written = fill(segment, 60, random);
      const target = BASE + random.below(150);
      const kept = written.filter(({ last }) => last < target);
      segment.truncateTo(target);
      assert.equal(
        segment.sizeBytes,
        kept.reduce((sum, { bytes }) => sum + bytes.length, 0),
      );
      assert.equal(segment.largestTimestamp.timestamp, Math.max(-1, ...kept.map(({ timestamp }) => timestamp)));
      for (const { base, position } of kept) assert.equal(segment.find(base)?.position, position);
      assert.equal(segment.find(target), null);
      assert.ok(segment.offsetIndex.last().offset < Math.max(target, BASE + 1));
    }
  });

  it('keeps preallocated room out of its size', async () => {
    const disk = new MemoryDisk();
    disk.makeDirectory('/t-0');
    const options = { indexBytes: 800, preallocateBytes: 5000, nowMs: 0 };
    const segment = Segment.create(new OpenFiles(disk, 10), '/t-0', BASE, options);
    const bytes = batchOf(['x']);
    assignOffset(bytes, 0, BASE, 0);
    segment.append(bytes, 300);
    assert.equal(disk.stat(segment.log.path)?.sizeBytes, 5000);
    assert.equal(segment.sizeBytes, bytes.length);
    segment.seal();
    assert.equal(disk.stat(segment.log.path)?.sizeBytes, bytes.length);
  });
});
