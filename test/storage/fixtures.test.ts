import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Disk } from '../../src/base/disk.js';
import { attributes, isControl, LOG_APPEND_TIME_BIT, producerId } from '../../src/protocol/records/batch-header.js';
import { batchStarts, readRecords } from '../../src/protocol/records/batch-reader.js';
import { CorruptRecordError } from '../../src/protocol/records/record-errors.js';
import type { Log } from '../../src/storage/log.js';
import { LogDirs } from '../../src/storage/log-dirs.js';
import { DEFAULT_LOG_OPTIONS } from '../../src/storage/log-options.js';
import { CorruptLogError } from '../../src/storage/storage-error.js';
import { batchOf } from '../support/batches.js';
import {
  type LogFixture,
  type PartitionFiles,
  type PartitionView,
  RecordDigest,
  readLogFixture,
  unpackLogFixture,
} from '../support/log-fixture.js';
import { MemoryDisk } from '../support/memory-disk.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { SeededRandom } from '../support/seeded-random.js';
import { VirtualClock } from '../support/virtual-clock.js';

const OPTIONS = { ...DEFAULT_LOG_OPTIONS, indexBytes: 4096 };
/** The topics of the damaged directories were made with index.interval.bytes=150. */
const DENSE_INDEX = { ...OPTIONS, indexIntervalBytes: 150 };

async function openFixture(fixture: LogFixture, disk: Disk = new MemoryDisk()): Promise<LogDirs> {
  unpackLogFixture(fixture, disk, '/logs');
  const names = Object.keys(fixture.expected.dirs);
  const dirs = LogDirs.open({
    disk,
    clock: new VirtualClock(),
    random: new SeededRandom(1),
    logger: new RecordingLogger(),
    paths: names.map((name) => (name === '' ? '/logs' : `/logs/${name}`)),
    defaults: OPTIONS,
    producerIdExpirationMs: Number.POSITIVE_INFINITY,
    onOffline: (path, cause) => {
      throw new Error(`${path} went offline`, { cause });
    },
  });
  const isDense = /damaged|unclean|clean-/.test(fixture.name);
  await dirs.load((topic) => (isDense && !topic.startsWith('__') ? DENSE_INDEX : OPTIONS));
  for (const log of dirs.logs) log.updateHighWatermark(log.logEndOffset);
  return dirs;
}

/** What a consumer gets that reads everything. */
async function consume(log: Log, isolation: 'logEnd' | 'lastStable', maxBytes: number): Promise<RecordDigest> {
  const digest = new RecordDigest();
  const end = isolation === 'logEnd' ? log.logEndOffset : log.lastStableOffset;
  const aborted = isolation === 'logEnd' ? [] : log.abortedTransactions(log.logStartOffset, end);
  const waiting = [...aborted].sort((left, right) => left.firstOffset - right.firstOffset);
  const open = new Set<number>();
  for (let offset = log.logStartOffset; offset < end; ) {
    const result = await log.read({ offset, maxBytes, upTo: isolation, minOneBatch: true });
    if (result.kind !== 'records') throw new Error(result.message);
    if (result.records.length === 0) return digest;
    let next = offset;
    for (const at of batchStarts(result.records)) {
      const bytes = result.records;
      const base = Number(bytes.readBigInt64BE(at));
      const last = base + bytes.readInt32BE(at + 23);
      const flags = attributes(bytes, at);
      next = last + 1;
      while (waiting[0] !== undefined && waiting[0].firstOffset <= last)
        open.add(waiting.shift()?.producerId as number);
      if (isControl(flags)) open.delete(producerId(bytes, at));
      else if (!open.has(producerId(bytes, at)) || (flags & 0x10) === 0) {
        addRecords(digest, bytes, at, offset, (flags & LOG_APPEND_TIME_BIT) !== 0);
      }
    }
    if (next === offset) return digest;
    offset = next;
  }
  return digest;
}

function addRecords(digest: RecordDigest, bytes: Buffer, at: number, from: number, isAppendTime: boolean): void {
  for (const record of readRecords(bytes, at)) {
    if (record.offset >= from) digest.add({ ...record, isAppendTime });
  }
}

/** As far as a consumer comes: a corrupt batch stops it. */
async function consumeUntilCorrupt(log: Log): Promise<{ count: number }> {
  let count = 0;
  for (let offset = log.logStartOffset; offset < log.logEndOffset; ) {
    const result = await log.read({ offset, maxBytes: 1, upTo: 'logEnd', minOneBatch: true });
    if (result.kind !== 'records' || result.records.length === 0) return { count };
    try {
      const records = readRecords(result.records, 0);
      count += records.length;
      offset = (records.at(-1)?.offset ?? offset) + 1;
    } catch (cause) {
      assert.ok(cause instanceof CorruptRecordError);
      return { count };
    }
  }
  return { count };
}

const topicOf = (name: string): [string, number] => {
  const at = name.lastIndexOf('-');
  return [name.slice(0, at), Number(name.slice(at + 1))];
};

function logOf(dirs: LogDirs, name: string): Log {
  const log = dirs.get(...topicOf(name));
  assert.ok(log, `${name} was not loaded`);
  return log;
}

async function checkView(log: Log, view: PartitionView, name: string): Promise<void> {
  const { logStartOffset, logEndOffset, lastStableOffset } = log;
  assert.deepEqual(
    { logStartOffset, logEndOffset, lastStableOffset },
    {
      logStartOffset: view.logStartOffset,
      logEndOffset: view.logEndOffset,
      lastStableOffset: view.lastStableOffset,
    },
    name,
  );
  const largest = log.offsetForTimestamp(-3, 'lastStable') ?? log.offsetForTimestamp(-3, 'logEnd');
  assert.deepEqual(
    [largest?.timestamp ?? -1, largest?.offset ?? -1],
    [view.maxTimestamp, view.maxTimestampOffset],
    `${name} largest timestamp`,
  );
  if (view.readError !== undefined) {
    assert.deepEqual(await consumeUntilCorrupt(log), { count: view.count }, name);
    return;
  }
  for (const maxBytes of [1024 * 1024, 300]) {
    const all = await consume(log, 'logEnd', maxBytes);
    assert.deepEqual([all.count, all.sha256()], [view.count, view.sha256], `${name} all records`);
    const committed = await consume(log, 'lastStable', maxBytes);
    assert.deepEqual(
      [committed.count, committed.sha256()],
      [view.committedCount, view.committedSha256],
      `${name} committed records`,
    );
  }
}

/** Offsets by time, checked against the batches that the fixture lists. */
async function checkEveryOffset(log: Log, files: PartitionFiles): Promise<void> {
  const batches = Object.values(files.segments).flatMap((segment) => segment.batches);
  for (const batch of batches) {
    for (const offset of new Set([batch.baseOffset, batch.lastOffset])) {
      if (offset < log.logStartOffset || offset >= log.logEndOffset) continue;
      const result = await log.read({ offset, maxBytes: 1, upTo: 'logEnd', minOneBatch: true });
      assert.equal(result.kind, 'records');
      if (result.kind !== 'records') continue;
      assert.equal(Number(result.records.readBigInt64BE(0)), batch.baseOffset);
      assert.equal(result.records.length, batch.size);
    }
  }
}

const OPENED = [
  'first',
  'records',
  'codecs',
  'segments',
  'idempotent',
  'restarts',
  'delete-records',
  'delete-records-cleaned',
  'txn',
  'txn-killed',
  'unclean',
  'retention',
  'jbod',
  'topics',
  'topics-deleted',
  'groups',
  'groups-default',
  'metadata',
  'metadata-snapshots',
  'metadata-snapshots-cleaned',
  'standalone',
  'compact-before',
  'compact-after',
  'compact-after-2',
];

const RESTARTED = ['damaged', 'damaged-clean', 'unclean', 'txn-killed', 'txn', 'codecs'];

describe('log directories of Apache Kafka 4.3.1', () => {
  for (const name of OPENED) {
    it(`${name}: gives what the broker showed`, async () => {
      const fixture = readLogFixture(name);
      const dirs = await openFixture(fixture);
      const { partitions } = fixture.expected.view;
      assert.ok(partitions);
      for (const [partition, view] of Object.entries(partitions)) {
        await checkView(logOf(dirs, partition), view, `${name} ${partition}`);
      }
      for (const { partitions: files } of Object.values(fixture.expected.dirs)) {
        for (const [partition, expected] of Object.entries(files)) {
          if (!/-\d+$/.test(partition) || partition.startsWith('__cluster_metadata')) continue;
          const log = logOf(dirs, partition);
          assert.equal(log.topicId, expected.topicId);
          if (!name.startsWith('compact-after')) await checkEveryOffset(log, expected);
        }
      }
    });
  }

  for (const name of RESTARTED) {
    it(`${name}: gives what the broker shows after a restart, and leaves the same files`, async () => {
      const fixture = readLogFixture(name);
      const disk = new MemoryDisk();
      const dirs = await openFixture(fixture, disk);
      const { afterRestart } = fixture.expected;
      assert.ok(afterRestart?.partitions);
      for (const [partition, view] of Object.entries(afterRestart.partitions)) {
        await checkView(logOf(dirs, partition), view, `${name} ${partition}`);
      }
      const before = sizesIn(fixture);
      for (const log of dirs.logs) log.startLeaderEpoch((log.latestEpoch ?? 0) + 2);
      await dirs.close(11);
      assert.deepEqual(changesOf(before, disk), {
        added: comparable(afterRestart.filesAdded ?? {}),
        removed: (afterRestart.filesRemoved ?? []).filter(isCompared).sort(),
        changed: resized(afterRestart.filesChanged ?? {}),
      });
    });
  }

  it('clean-garbage-tail: ends before the garbage, and what is written later can be read', async () => {
    const fixture = readLogFixture('clean-garbage-tail');
    const dirs = await openFixture(fixture);
    const log = logOf(dirs, 'garbage-tail-0');
    const view = fixture.expected.afterRestart?.partitions?.['garbage-tail-0'];
    assert.ok(view);
    await checkView(log, view, 'garbage-tail-0');
    assert.equal(log.appendOwn(batchOf(['later']), { leaderEpoch: 2 }).kind, 'appended');
    log.updateHighWatermark(log.logEndOffset);
    const digest = await consume(log, 'logEnd', 300);
    assert.equal(digest.count, view.count + 1);
  });

  it('clean-zero-tail: does not start, and says why', async () => {
    const fixture = readLogFixture('clean-zero-tail');
    assert.equal(fixture.expected.afterRestart?.brokerStarted, false);
    await assert.rejects(openFixture(fixture), (error: Error) => {
      assert.ok(error instanceof CorruptLogError);
      assert.match(error.message, /\.log does not end with a whole batch though .* Remove \.kafka_cleanshutdown from/);
      return true;
    });
  });

  it('jbod: finds the copy that is being made in the other directory', async () => {
    const dirs = await openFixture(readLogFixture('jbod'));
    assert.equal(dirs.get('moving', 0)?.logEndOffset, 16);
    assert.equal(dirs.getFuture('moving', 0)?.logEndOffset, 8);
    assert.match(dirs.getFuture('moving', 0)?.directory ?? '', /dir1\/moving-0\.[0-9a-f]{32}-future$/);
  });
});

/** The metadata log is not opened here; the size of the mark depends on an epoch. */
const isCompared = (path: string): boolean =>
  !path.startsWith('__cluster_metadata-0/') && path !== '.kafka_cleanshutdown';

function comparable<Value>(files: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(files).filter(([path]) => isCompared(path)));
}

function resized(files: Readonly<Record<string, readonly [number, number]>>): object {
  return Object.fromEntries(Object.entries(comparable(files)).filter(([, [before, after]]) => before !== after));
}

function sizesIn(fixture: LogFixture): Map<string, number> {
  const sizes = Object.entries(fixture.files).map(([path, { base64, sizeBytes }]): [string, number] => [
    path,
    sizeBytes ?? Buffer.byteLength(base64, 'base64'),
  ]);
  return new Map(sizes.filter(([path]) => isCompared(path)));
}

function changesOf(before: Map<string, number>, disk: MemoryDisk): object {
  const after = new Map<string, number>();
  const walk = (path: string): void => {
    for (const name of disk.list(path)) {
      const child = `${path}/${name}`;
      const stat = disk.stat(child);
      if (stat?.kind === 'directory') walk(child);
      else after.set(child.slice('/logs/'.length), stat?.sizeBytes ?? -1);
    }
  };
  walk('/logs');
  const added: Record<string, number> = {};
  const changed: Record<string, [number, number]> = {};
  for (const [path, size] of after) {
    if (!isCompared(path)) continue;
    const old = before.get(path);
    if (old === undefined) added[path] = size;
    else if (old !== size) changed[path] = [old, size];
  }
  return { added, removed: [...before.keys()].filter((path) => !after.has(path)).sort(), changed };
}
