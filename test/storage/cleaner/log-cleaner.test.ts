import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DiskError } from '../../../src/base/disk.js';
import { SLOT_BYTES } from '../../../src/storage/cleaner/key-offsets.js';
import type { CleanerSettings } from '../../../src/storage/cleaner/log-cleaner.js';
import { DEFAULT_CLEANER_SETTINGS } from '../../../src/storage/cleaner/log-cleaner.js';
import type { Log } from '../../../src/storage/log.js';
import { LogDirs } from '../../../src/storage/log-dirs.js';
import { DEFAULT_LOG_OPTIONS, type LogOptions } from '../../../src/storage/log-options.js';
import { appendTo, committedRecords, endTransaction, keyedBatch, storedBatches } from '../../support/keyed-log.js';
import { MemoryDisk } from '../../support/memory-disk.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { VirtualClock } from '../../support/virtual-clock.js';

const ID = '5u-xnYwi4R1O9bFsBAMuvA';
const BACKOFF_MS = DEFAULT_CLEANER_SETTINGS.backoffMs;
const COMPACTED: LogOptions = {
  ...DEFAULT_LOG_OPTIONS,
  deletes: false,
  compacts: true,
  retentionMs: Number.POSITIVE_INFINITY,
  minCleanableRatio: 0.01,
};

class Bed {
  readonly disk: MemoryDisk;
  readonly clock = new VirtualClock();
  readonly logger = new RecordingLogger();
  readonly offline: string[] = [];
  readonly dirs: LogDirs;

  constructor(disk = new MemoryDisk(), cleaner: Partial<CleanerSettings> | null = {}) {
    this.disk = disk;
    this.dirs = LogDirs.open({
      disk,
      clock: this.clock,
      random: new SeededRandom(1),
      logger: this.logger,
      paths: ['/a'],
      recentBytes: 0,
      cleaner: cleaner === null ? null : { ...DEFAULT_CLEANER_SETTINGS, ...cleaner },
      onOffline: (path) => this.offline.push(path),
    });
  }

  static async loaded(
    disk?: MemoryDisk,
    cleaner?: Partial<CleanerSettings> | null,
    options: Partial<LogOptions> = {},
  ): Promise<Bed> {
    const bed = new Bed(disk, cleaner);
    await bed.dirs.load(() => ({ ...COMPACTED, ...options }));
    await bed.settled();
    return bed;
  }

  create(topic: string, options: Partial<LogOptions> = {}): Log {
    return this.dirs.create(topic, 0, ID, { ...COMPACTED, ...options });
  }

  /** Each in a segment of its own. */
  fill(log: Log, ...batches: (readonly (readonly [string, string | null])[])[]): void {
    for (const batch of batches) {
      appendTo(log, keyedBatch(batch, this.clock.nowMs()));
      log.roll();
    }
  }

  /** Lets the cleaner look once more. */
  async round(): Promise<void> {
    this.clock.advance(BACKOFF_MS);
    await this.settled();
  }

  async settled(): Promise<void> {
    for (let n = 0; n < 400; n++) {
      this.clock.advance(0);
      await null;
    }
  }

  names(topic: string): string[] {
    return this.disk.list(`/a/${topic}-0`).filter((name) => !name.endsWith('.deleted'));
  }
}

const values = async (log: Log): Promise<string[]> =>
  (await committedRecords(log)).map(({ offset, key, value }) => `${offset} ${key}=${value}`);

describe('the cleaner', () => {
  it('keeps the newest record of each key, at its offset, and writes down how far it came', async () => {
    const bed = await Bed.loaded();
    assert.equal(bed.disk.stat('/a/cleaner-offset-checkpoint')?.sizeBytes, 0);
    const log = bed.create('t');
    bed.fill(
      log,
      [
        ['a', '1'],
        ['b', '1'],
      ],
      [
        ['a', '2'],
        ['c', '1'],
      ],
      [['c', '2']],
    );
    await bed.round();
    assert.deepEqual(await values(log), ['1 b=1', '2 a=2', '4 c=2']);
    assert.deepEqual([log.logStartOffset, log.logEndOffset, log.segmentCount], [0, 5, 2]);
    assert.equal(String(bed.disk.readWhole('/a/cleaner-offset-checkpoint')), '0\n1\nt 0 5\n');
    assert.deepEqual(
      bed.names('t').filter((name) => /swap|cleaned/.test(name)),
      [],
    );
  });

  it('leaves logs alone that are not compacted, not dirty enough or too young', async () => {
    const bed = await Bed.loaded();
    const logs = [
      bed.create('deleted', { compacts: false }),
      bed.create('tidy', { minCleanableRatio: 0.99 }),
      bed.create('young', { minCompactionLagMs: 10 * BACKOFF_MS }),
    ];
    for (const log of logs) bed.fill(log, [['a', '1']], [['a', '2']]);
    // The second has a clean half.
    (logs[1] as Log).cleanedOffset = 1;
    await bed.round();
    for (const log of logs) assert.equal((await values(log)).length, 2, log.topic);
    for (let n = 0; n < 10; n++) await bed.round();
    assert.deepEqual(await values(logs[2] as Log), ['1 a=2']);
  });

  it('cleans in time what is older than max.compaction.lag.ms, however little is dirty', async () => {
    const bed = await Bed.loaded();
    const log = bed.create('t', { minCleanableRatio: 1, maxCompactionLagMs: 3 * BACKOFF_MS });
    bed.fill(log, [['a', '1']], [['a', '2']]);
    await bed.round();
    assert.equal((await values(log)).length, 2);
    for (let n = 0; n < 3; n++) await bed.round();
    assert.deepEqual(await values(log), ['1 a=2']);
  });

  it('takes a tombstone in two passes: it stays for delete.retention.ms once it is all that is left', async () => {
    const bed = await Bed.loaded();
    const log = bed.create('t', { deleteRetentionMs: 5 * BACKOFF_MS });
    bed.fill(
      log,
      [['a', '1']],
      [
        ['a', null],
        ['b', '1'],
      ],
    );
    await bed.round();
    assert.deepEqual(await values(log), ['1 a=null', '2 b=1']);
    for (let n = 0; n < 5; n++) {
      bed.fill(log, [['c', String(n)]]);
      await bed.round();
    }
    bed.fill(log, [['c', 'last']]);
    await bed.round();
    assert.deepEqual(await values(log), ['2 b=1', '8 c=last']);
  });

  it('takes the data of aborted transactions at once, and markers later', async () => {
    const bed = await Bed.loaded();
    const log = bed.create('t', { deleteRetentionMs: 1 });
    const fields = { producerEpoch: 0, transactional: true };
    const now = bed.clock.nowMs();
    appendTo(log, keyedBatch([['a', 'kept']], now, { ...fields, producerId: 7, baseSequence: 0 }));
    appendTo(log, keyedBatch([['a', 'aborted']], now, { ...fields, producerId: 8, baseSequence: 0 }));
    endTransaction(log, 7, true, now);
    endTransaction(log, 8, false, now);
    log.roll();
    await bed.round();
    assert.deepEqual(await values(log), ['0 a=kept']);
    const kinds = async (): Promise<number[]> => {
      const offsets: number[] = [];
      for await (const { lastOffset } of storedBatches(log)) offsets.push(lastOffset);
      return offsets;
    };
    assert.deepEqual(await kinds(), [0, 1, 2, 3], 'the last batch of a live producer stays as a header');
    appendTo(log, keyedBatch([['b', 'later']], now, { ...fields, producerId: 8, baseSequence: 1 }));
    endTransaction(log, 8, true, now);
    for (let n = 0; n < 4; n++) {
      bed.fill(log, [['z', String(n)]]);
      await bed.round();
    }
    assert.deepEqual(await values(log), ['0 a=kept', '4 b=later', '9 z=3']);
    assert.ok(!(await kinds()).includes(3), 'the abort marker went');
  });

  it('does not touch what an open transaction may still decide', async () => {
    const bed = await Bed.loaded();
    const log = bed.create('t');
    const fields = { producerId: 7, producerEpoch: 0, baseSequence: 0, transactional: true };
    bed.fill(log, [['a', '1']], [['a', '2']]);
    appendTo(log, keyedBatch([['a', 'open']], bed.clock.nowMs(), fields));
    log.roll();
    bed.fill(log, [['a', '4']]);
    await bed.round();
    const found: number[] = [];
    for await (const { lastOffset } of storedBatches(log)) found.push(lastOffset);
    assert.deepEqual(found, [1, 2, 3]);
  });

  it('goes on where it stopped when there was no memory for all keys', async () => {
    const bed = await Bed.loaded(undefined, { keyBytes: 11 * SLOT_BYTES, loadFactor: 1 });
    const log = bed.create('t', { minCleanableRatio: 0 });
    const batches = Array.from({ length: 10 }, (_, n) =>
      Array.from({ length: 4 }, (_each, k): [string, string] => [`k${(n * 4 + k) % 20}`, String(n)]),
    );
    bed.fill(log, ...batches);
    for (let n = 0; n < 8; n++) await bed.round();
    assert.equal(log.cleanedOffset, 40);
    assert.equal((await values(log)).length, 20);
  });

  it('marks a damaged log, says where the damage is, and cleans the others', async () => {
    const bed = await Bed.loaded();
    const damaged = bed.create('damaged');
    bed.fill(damaged, [['a', '1']], [['a', '2']]);
    const file = bed.disk.open('/a/damaged-0/00000000000000000000.log', 'write');
    file.write(65, [Buffer.from('xx')]);
    file.close();
    const other = bed.create('other');
    bed.fill(other, [['a', '1']], [['a', '2']]);
    for (let n = 0; n < 3; n++) await bed.round();
    assert.deepEqual(await values(other), ['1 a=2']);
    assert.equal(damaged.segmentCount, 3);
    const errors = bed.logger.lines.filter(({ message }) => message.includes('Marking damaged-0 in /a as uncleanable'));
    assert.equal(errors.length, 1);
  });

  it('goes on when it cannot even measure a log, or has no memory for the keys of one batch', async () => {
    const bed = await Bed.loaded(undefined, { keyBytes: 3 * SLOT_BYTES });
    const damaged = bed.create('damaged', { maxCompactionLagMs: 1 });
    bed.fill(damaged, [['a', '1']], [['a', '2']]);
    await bed.dirs.close(1);
    const file = bed.disk.open('/a/damaged-0/00000000000000000000.log', 'write');
    file.write(8, [Buffer.alloc(4)]);
    file.close();
    const again = await Bed.loaded(bed.disk, { keyBytes: 3 * SLOT_BYTES }, { maxCompactionLagMs: 1 });
    const large = again.create('large');
    again.fill(large, [
      ['a', '1'],
      ['b', '1'],
      ['c', '1'],
      ['d', '1'],
    ]);
    const other = again.create('other');
    again.fill(other, [['a', '1']], [['a', '2']]);
    for (let n = 0; n < 4; n++) await again.round();
    assert.deepEqual(await values(other), ['1 a=2']);
    const errors = again.logger.lines.filter(({ level }) => level === 'ERROR').map(({ message }) => message);
    assert.equal(errors.filter((message) => /Marking damaged-0 .* damaged/.test(message)).length, 1);
    assert.equal(errors.filter((message) => /Marking large-0 .* log\.cleaner\.dedupe/.test(message)).length, 1);
  });

  it('gives up when the log is cut, removed or closed, and leaves nothing behind', async () => {
    for (const change of ['cut', 'remove', 'close'] as const) {
      const bed = await Bed.loaded(undefined, { bytesPerSecond: 1, backoffMs: BACKOFF_MS });
      const log = bed.create('t');
      bed.fill(log, [['a', '1']], [['a', '2']], [['a', '3']]);
      bed.clock.advance(BACKOFF_MS);
      for (let n = 0; n < 20; n++) await null;
      if (change === 'cut') log.truncateTo(2);
      else if (change === 'remove') bed.dirs.remove('t', 0);
      const closing = change === 'close' ? bed.dirs.close(1) : null;
      if (change === 'cut') bed.clock.advance(1_000_000);
      for (let n = 0; n < 200; n++) await null;
      await closing;
      const directory = bed.disk.list('/a').find((name) => name.startsWith('t-0')) ?? assert.fail();
      const left = bed.disk.list(`/a/${directory}`).filter((name) => /swap/.test(name));
      assert.deepEqual(left, [], change);
      assert.deepEqual(bed.offline, []);
    }
  });

  it('ends with the old segments or the new one, whatever step of a swap a kill hits', async () => {
    const fill = async (disk: MemoryDisk): Promise<Bed> => {
      const bed = await Bed.loaded(disk);
      const log = bed.create('t', { segmentBytes: 300 });
      bed.fill(
        log,
        [
          ['a', '1'],
          ['b', '1'],
        ],
        [['a', '2']],
        [['a', '3']],
        [['c', '1']],
        [
          ['a', '4'],
          ['d', '1'],
        ],
      );
      return bed;
    };
    for (let failAt = 1; ; failAt++) {
      const disk = new MemoryDisk();
      const bed = await fill(disk);
      let renames = 0;
      const rename = disk.rename.bind(disk);
      disk.rename = (from, to) => {
        renames += /\.(cleaned|swap)$/.test(from) || /\.deleted$/.test(to) ? 1 : 0;
        if (renames >= failAt) throw new DiskError('EIO', from, 'killed');
        rename(from, to);
      };
      await bed.round();
      disk.rename = rename;
      if (renames < failAt) break;
      disk.kill();
      const again = await Bed.loaded(disk, null);
      const log = again.dirs.get('t', 0) ?? assert.fail();
      log.updateHighWatermark(log.logEndOffset);
      assert.equal(log.logEndOffset, 7);
      const newest = new Map((await committedRecords(log)).map(({ key, value }) => [key, value]));
      assert.deepEqual(Object.fromEntries(newest), { a: '4', b: '1', c: '1', d: '1' }, `rename ${failAt}`);
    }
  });

  it('keeps what every reader must find, in random logs', async () => {
    for (let seed = 1; seed <= 12; seed++) await checkRandomLog(seed);
  });
});

async function checkRandomLog(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const below = (limit: number): number => Math.floor(random.fraction() * limit);
  const bed = await Bed.loaded(undefined, { keyBytes: (5 + below(60)) * SLOT_BYTES, readBytes: 100 + below(400) });
  const log = bed.create('t', {
    segmentBytes: 400 + below(2000),
    deleteRetentionMs: below(3) * BACKOFF_MS,
    minCleanableRatio: 0,
    indexIntervalBytes: 100,
  });
  const newest = new Map<string, Newest>();
  const open = new Map<number, [string, Newest][]>();
  const sequences = new Map<number, number>();
  for (let step = 0; step < 120; step++) {
    const records = Array.from({ length: 1 + below(4) }, (_, n): [string, string | null] => [
      `k${below(12)}`,
      below(5) === 0 ? null : `${step}.${n}`,
    ]);
    const now = bed.clock.nowMs();
    const kind = below(10);
    if (kind < 5) {
      const base = appendTo(log, keyedBatch(records, now, { compression: below(5) as 0 | 1 | 2 | 3 | 4 }));
      for (const [n, [key, value]] of records.entries()) newest.set(key, { offset: base + n, value });
    } else if (kind < 8) {
      const id = below(3);
      const baseSequence = sequences.get(id) ?? 0;
      sequences.set(id, baseSequence + records.length);
      const fields = { producerId: id, producerEpoch: 0, baseSequence, transactional: true };
      const base = appendTo(log, keyedBatch(records, now, fields));
      const written = records.map(([key, value], n): [string, Newest] => [key, { offset: base + n, value }]);
      open.set(id, [...(open.get(id) ?? []), ...written]);
    }
    for (const [id, pending] of [...open]) {
      if (below(3) !== 0) continue;
      const commit = below(2) === 0;
      endTransaction(log, id, commit, now);
      open.delete(id);
      if (commit) takeNewer(newest, pending);
    }
    if (below(3) === 0) log.roll();
    if (below(4) === 0) await bed.round();
  }
  for (const [id, pending] of open) {
    endTransaction(log, id, true, bed.clock.nowMs());
    takeNewer(newest, pending);
  }
  const before = log.logEndOffset;
  log.roll();
  for (let n = 0; n < 6; n++) await bed.round();
  assert.deepEqual(bed.offline, []);
  assert.equal(log.logEndOffset, before);
  await checkNewest(log, newest, seed);
  bed.disk.kill();
  const again = await Bed.loaded(bed.disk, null);
  const reopened = again.dirs.get('t', 0) ?? assert.fail();
  reopened.updateHighWatermark(reopened.logEndOffset);
  assert.equal(reopened.logEndOffset, before, `seed ${seed}`);
  await checkNewest(reopened, newest, seed);
}

interface Newest {
  readonly offset: number;
  readonly value: string | null;
}

/** Of two committed records of a key the one of the larger offset counts, whichever was committed first. */
function takeNewer(newest: Map<string, Newest>, written: readonly [string, Newest][]): void {
  for (const [key, one] of written) if (one.offset > (newest.get(key)?.offset ?? -1)) newest.set(key, one);
}

async function checkNewest(log: Log, newest: ReadonlyMap<string, Newest>, seed: number): Promise<void> {
  const found = new Map<string, Newest>();
  let last = -1;
  for (const { offset, key, value } of await committedRecords(log)) {
    assert.ok(offset > last, `seed ${seed}: offsets rise`);
    last = offset;
    found.set(key, { offset, value });
  }
  for (const [key, one] of newest) {
    const there = found.get(key);
    if (one.value === null && there === undefined) continue;
    assert.deepEqual(there, one, `seed ${seed}: ${key}`);
  }
}
