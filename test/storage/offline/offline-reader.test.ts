import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { assignOffset } from '../../../src/protocol/records/batch-header.js';
import { openRecords } from '../../../src/protocol/records/batch-reader.js';
import { offsetDigits } from '../../../src/storage/file-names.js';
import { findPartitions, logStartOffset } from '../../../src/storage/offline/find-partitions.js';
import { endOffsetOf, OfflineReader } from '../../../src/storage/offline/offline-reader.js';
import { logBound, segmentFiles } from '../../../src/storage/offline/segment-files.js';
import { batchOf } from '../../support/batches.js';
import { MemoryDisk } from '../../support/memory-disk.js';

const DIRECTORY = '/logs/t-0';
let disk: MemoryDisk;
beforeEach(() => {
  disk = new MemoryDisk();
  disk.makeDirectory(DIRECTORY);
});

const pathOf = (baseOffset: number, suffix = '.log'): string => `${DIRECTORY}/${offsetDigits(baseOffset)}${suffix}`;

/** A batch of one record `v<offset>` for each offset. */
function batches(...offsets: number[]): Buffer {
  return Buffer.concat(
    offsets.map((offset) => {
      const batch = batchOf([`v${offset}`]);
      assignOffset(batch, 0, offset, 0);
      return batch;
    }),
  );
}

const put = (baseOffset: number, ...offsets: number[]): void =>
  disk.writeWhole(pathOf(baseOffset), batches(...offsets));

function append(baseOffset: number, bytes: Buffer): void {
  const file = disk.open(pathOf(baseOffset), 'write');
  file.write(file.sizeBytes(), [bytes]);
  file.close();
}

function readerFrom(fromOffset = 0, bound: ReturnType<typeof logBound> = null): OfflineReader {
  return new OfflineReader(disk, DIRECTORY, { fromOffset, bound, windowBytes: 100 });
}

/** Values up to what is no batch, and what that is. */
function rest(reader: OfflineReader): string[] {
  const seen: string[] = [];
  for (;;) {
    const state = reader.next();
    if (state !== 'batch') return [...seen, state];
    const cursor = openRecords(reader.bytes, reader.at);
    while (cursor.next()) seen.push(String(cursor.value()));
  }
}

test('reads on in what is added, in the same segment and in the next', () => {
  put(0, 0, 1);
  const reader = readerFrom();
  assert.deepEqual(rest(reader), ['v0', 'v1', 'end']);
  assert.deepEqual(rest(reader), ['end']);
  append(0, batches(2));
  assert.deepEqual(rest(reader), ['v2', 'end']);
  append(0, batches(3));
  put(4, 4);
  assert.deepEqual(rest(reader), ['v3', 'v4', 'end']);
});

test('what is added to a segment between its end and the look for the next one is not passed over', () => {
  put(0, 0);
  const reader = readerFrom();
  assert.equal(reader.next(), 'batch');
  const list = disk.list.bind(disk);
  disk.list = (path) => {
    disk.list = list;
    append(0, batches(1));
    put(2, 2);
    return list(path);
  };
  assert.deepEqual(rest(reader), ['v1', 'v2', 'end']);
});

test('a batch that is being written is waited for', () => {
  put(0, 0);
  const next = batches(1);
  append(0, next.subarray(0, 30));
  const reader = readerFrom();
  assert.deepEqual(rest(reader), ['v0', 'unfinished']);
  assert.deepEqual([reader.trouble?.position, reader.trouble?.offset], [next.length, 1]);
  append(0, next.subarray(30, 65));
  assert.deepEqual(rest(reader), ['unfinished']);
  append(0, next.subarray(65));
  assert.deepEqual(rest(reader), ['v1', 'end']);
});

test('a preallocated segment ends where its zeros begin, and is filled there', () => {
  put(0, 0, 1);
  const file = disk.open(pathOf(0), 'write');
  const endBytes = file.sizeBytes();
  file.truncate(4 * 1024 * 1024);
  const reader = readerFrom();
  assert.deepEqual(rest(reader), ['v0', 'v1', 'end']);
  file.write(endBytes, [batches(2)]);
  assert.deepEqual(rest(reader), ['v2', 'end']);
  put(3, 3);
  assert.deepEqual(rest(reader), ['v3', 'end']);
  file.close();
});

test('zeros within a log are damage', () => {
  put(0, 0, 1, 2, 3);
  const file = disk.open(pathOf(0), 'write');
  const one = batches(1).length;
  file.write(one, [Buffer.alloc(one * 2)]);
  file.close();
  const reader = readerFrom();
  assert.deepEqual(rest(reader), ['v0', 'damaged']);
  assert.equal(reader.trouble?.position, one);
  reader.skip();
  assert.deepEqual(rest(reader), ['v3', 'end']);
  disk.writeWhole(pathOf(0), Buffer.concat([batches(0), Buffer.alloc(100)]));
  put(3, 3);
  assert.deepEqual(rest(readerFrom()), ['v0', 'damaged']);
});

test('segments that vanish are no error', () => {
  put(0, 0, 1);
  put(2, 2);
  put(4, 4);
  const reader = readerFrom();
  assert.equal(reader.next(), 'batch');
  const open = disk.open.bind(disk);
  disk.open = (path, mode) => {
    if (path === pathOf(2)) disk.remove(path);
    return open(path, mode);
  };
  assert.deepEqual(rest(reader), ['v1', 'v4', 'end']);
  disk.removeTree(DIRECTORY);
  assert.deepEqual(rest(reader), ['gone']);
});

test('a compaction may put what comes next into the segment that was read, or a lower one', () => {
  put(0, 0);
  put(10, 10, 11);
  put(20, 20, 21);
  put(30, 30);
  const reader = readerFrom();
  assert.equal(reader.next(), 'batch');
  disk.rename(pathOf(0), pathOf(0, '.log.deleted'));
  disk.remove(pathOf(10));
  disk.writeWhole(pathOf(0, '.log.swap'), batches(0, 11, 20));
  disk.rename(pathOf(20), pathOf(20, '.log.deleted'));
  assert.deepEqual(rest(reader), ['v11', 'v20', 'v30', 'end']);
  const later = readerFrom(10);
  assert.equal(later.next(), 'batch');
  put(0, 0, 11, 20, 30);
  disk.remove(pathOf(0, '.log.swap'));
  disk.remove(pathOf(30));
  put(40, 40);
  assert.deepEqual(rest(later), ['v20', 'v30', 'v40', 'end']);
});

test('a swap counts that was not completed, and what a compaction was still writing does not', () => {
  put(0, 0, 1, 2);
  put(3, 3);
  put(6, 6);
  disk.writeWhole(pathOf(0, '.log.swap'), batches(1, 2));
  disk.writeWhole(pathOf(6, '.log.cleaned'), batches(6).subarray(0, 20));
  disk.writeWhole(pathOf(6, '.log.swap'), batches());
  disk.writeWhole(pathOf(3, '.log.deleted'), batches(3));
  assert.deepEqual(
    segmentFiles(disk, DIRECTORY).map(({ path }) => path),
    [pathOf(0, '.log.swap'), pathOf(3), pathOf(6)],
  );
  assert.deepEqual(rest(readerFrom()), ['v1', 'v2', 'v3', 'v6', 'end']);
});

test('nothing behind the end at the start is read', () => {
  put(0, 0);
  put(1, 1);
  const reader = readerFrom(0, logBound(disk, DIRECTORY));
  append(1, batches(2));
  put(3, 3);
  assert.deepEqual(rest(reader), ['v0', 'v1', 'end']);
});

test('a log that was cut goes on where it is written anew', () => {
  put(0, 0, 1, 2);
  const reader = readerFrom();
  assert.deepEqual(rest(reader), ['v0', 'v1', 'v2', 'end']);
  const file = disk.open(pathOf(0), 'write');
  file.truncate(batches(0).length);
  file.close();
  assert.deepEqual(rest(reader), ['end']);
  append(0, batches(1, 2, 3));
  assert.deepEqual(rest(reader), ['v3', 'end']);
});

test('a batch inside a damaged one is not taken for one of the log', () => {
  const outer = batchOf([batches(1)]);
  outer.writeUInt8((outer.at(-1) as number) ^ 1, outer.length - 1);
  disk.writeWhole(pathOf(0), Buffer.concat([outer, batches(2)]));
  const reader = readerFrom();
  assert.deepEqual(rest(reader), ['damaged']);
  reader.skip();
  assert.deepEqual(rest(reader), ['v2', 'end']);
});

test('a wrong length hides no batch behind it, and offsets that go back are damage', () => {
  put(0, 0, 1, 2, 3);
  const file = disk.open(pathOf(0), 'write');
  const one = batches(0).length;
  file.write(one + 8, [Buffer.from([0x7f])]);
  const reader = readerFrom();
  assert.deepEqual(rest(reader), ['v0', 'damaged']);
  reader.skip();
  assert.deepEqual(rest(reader), ['v2', 'v3', 'end']);
  file.write(one, [batches(1)]);
  file.write(one * 2 + 7, [Buffer.from([0])]);
  file.close();
  const back = readerFrom();
  assert.deepEqual(rest(back), ['v0', 'v1', 'damaged']);
  assert.match(back.trouble?.reason ?? '', /offset 0, not above the 1 before it/);
});

test('the end of a log', () => {
  assert.equal(endOffsetOf(disk, DIRECTORY), 0);
  put(0, 0, 1);
  put(7);
  assert.equal(endOffsetOf(disk, DIRECTORY), 7);
  append(7, Buffer.concat([batches(8), batches(9).subarray(0, 40)]));
  assert.equal(endOffsetOf(disk, DIRECTORY), 9);
});

test('partitions and where they begin', () => {
  const unique = 'a'.repeat(32);
  for (const name of ['b-1', 'b-0', 'a.x-10', 'a.x-9', `c-0.${unique}-delete`, `b-0.${unique}-future`, 'none']) {
    disk.makeDirectory(`/logs/${name}`);
  }
  disk.writeWhole('/logs/file-0', '');
  const places = findPartitions(disk, ['/logs']);
  assert.deepEqual(
    places.map(({ path }) => path),
    ['/logs/a.x-9', '/logs/a.x-10', '/logs/b-0', '/logs/b-1', '/logs/t-0'],
  );
  const [first, second] = places;
  assert.ok(first && second);
  assert.equal(logStartOffset(disk, first), 0);
  disk.writeWhole('/logs/log-start-offset-checkpoint', '0\n1\na.x 10 5\n');
  assert.deepEqual([logStartOffset(disk, first), logStartOffset(disk, second)], [0, 5]);
});
