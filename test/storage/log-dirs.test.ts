import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DiskError } from '../../src/base/disk.js';
import { LogDirs } from '../../src/storage/log-dirs.js';
import { DEFAULT_LOG_OPTIONS as DEFAULTS } from '../../src/storage/log-options.js';
import { CorruptLogError, LogDirectoryInUseError } from '../../src/storage/storage-error.js';
import { batchOf } from '../support/batches.js';
import { MemoryDisk } from '../support/memory-disk.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { SeededRandom } from '../support/seeded-random.js';
import { VirtualClock } from '../support/virtual-clock.js';

/** The records here are as old as it suits the tests. */
const OPTIONS = { ...DEFAULTS, retentionMs: Number.POSITIVE_INFINITY };
const ID = '5u-xnYwi4R1O9bFsBAMuvA';

class Dirs {
  readonly disk: MemoryDisk;
  readonly clock = new VirtualClock();
  readonly logger = new RecordingLogger();
  readonly offline: string[] = [];
  readonly dirs: LogDirs;

  constructor(paths = ['/a'], disk = new MemoryDisk()) {
    this.disk = disk;
    this.dirs = LogDirs.open({
      disk,
      clock: this.clock,
      random: new SeededRandom(disk.list('/').length),
      logger: this.logger,
      paths,
      defaults: OPTIONS,
      onOffline: (path) => this.offline.push(path),
    });
  }

  static async loaded(paths?: string[], disk?: MemoryDisk): Promise<Dirs> {
    const dirs = new Dirs(paths, disk);
    await dirs.dirs.load();
    return dirs;
  }

  append(topic: string, values: string[], partition = 0): void {
    const log = this.dirs.get(topic, partition);
    assert.equal(log?.appendOwn(batchOf(values), { leaderEpoch: 0 }).kind, 'appended');
    log.updateHighWatermark(log.logEndOffset);
  }

  create(topic: string, path?: string): void {
    this.dirs.create(topic, 0, ID, OPTIONS, path);
  }

  text(path: string): string {
    return this.disk.readWhole(path).toString();
  }

  /** Lets all that is being written in the background come to its end. */
  async settled(): Promise<void> {
    for (let n = 0; n < 50; n++) await null;
  }
}

describe('LogDirs', () => {
  it('makes what is missing, and finds it again after a clean stop', async () => {
    const first = await Dirs.loaded(['/a']);
    assert.deepEqual(first.disk.list('/a'), [
      '.lock',
      'log-start-offset-checkpoint',
      'recovery-point-offset-checkpoint',
      'replication-offset-checkpoint',
    ]);
    assert.equal(first.disk.stat('/a/recovery-point-offset-checkpoint')?.sizeBytes, 0);
    first.create('orders');
    first.append('orders', ['a', 'b']);
    await first.dirs.close(12);
    assert.deepEqual(first.disk.list('/a'), [
      '.kafka_cleanshutdown',
      'log-start-offset-checkpoint',
      'orders-0',
      'recovery-point-offset-checkpoint',
      'replication-offset-checkpoint',
    ]);
    assert.equal(first.text('/a/.kafka_cleanshutdown'), '{"version":0,"brokerEpoch":12}');
    assert.equal(first.text('/a/recovery-point-offset-checkpoint'), '0\n1\norders 0 2\n');
    assert.equal(first.text('/a/replication-offset-checkpoint'), '0\n1\norders 0 2\n');
    assert.equal(first.text('/a/log-start-offset-checkpoint'), '0\n0\n');
    assert.equal(first.clock.timerCount, 0);
    const second = await Dirs.loaded(['/a'], first.disk);
    const log = second.dirs.get('orders', 0);
    assert.deepEqual([log?.logEndOffset, log?.highWatermark, log?.topicId], [2, 2, ID]);
    assert.equal(second.dirs.previousBrokerEpoch, 12);
    assert.equal(second.disk.stat('/a/.kafka_cleanshutdown'), null, 'read once');
    assert.deepEqual(second.logger.at('WARN'), []);
  });

  it('survives a power cut right after a clean stop', async () => {
    const first = new Dirs(['/a']);
    first.disk.syncNow('/');
    await first.dirs.load();
    first.create('orders');
    first.append('orders', ['a', 'b']);
    await first.dirs.close();
    first.disk.cutPower();
    const second = await Dirs.loaded(['/a'], first.disk);
    assert.equal(second.dirs.directories[0]?.wasCleanStop, true);
    const log = second.dirs.get('orders', 0);
    assert.deepEqual([log?.logEndOffset, log?.topicId, log?.latestEpoch], [2, ID, 0]);
  });

  it('recovers after a kill', async () => {
    const first = await Dirs.loaded(['/a']);
    first.create('orders');
    first.append('orders', ['a', 'b']);
    first.disk.kill();
    const second = await Dirs.loaded(['/a'], first.disk);
    assert.equal(second.dirs.directories[0]?.wasCleanStop, false);
    assert.equal(second.dirs.previousBrokerEpoch, -1);
    assert.equal(second.dirs.get('orders', 0)?.logEndOffset, 2);
    assert.ok(second.logger.at('INFO').some((line) => line.includes('recovering, since it was not stopped cleanly')));
  });

  it('belongs to one broker at a time', async () => {
    const first = await Dirs.loaded(['/a', '/b']);
    assert.throws(() => new Dirs(['/c', '/b'], first.disk), LogDirectoryInUseError);
    await first.dirs.close();
    assert.doesNotThrow(() => new Dirs(['/c', '/b'], first.disk), '/c was given back');
  });

  it('knows the last broker epoch only when all directories agree on it', async () => {
    const first = await Dirs.loaded(['/a', '/b']);
    await first.dirs.close(5);
    const agreed = await Dirs.loaded(['/a', '/b'], first.disk);
    assert.equal(agreed.dirs.previousBrokerEpoch, 5);
    await agreed.dirs.close(9);
    agreed.disk.remove('/b/.kafka_cleanshutdown');
    const unclean = await Dirs.loaded(['/a', '/b'], agreed.disk);
    assert.equal(unclean.dirs.previousBrokerEpoch, -1);
  });

  it('writes the checkpoints down from time to time', async () => {
    const bed = await Dirs.loaded(['/a']);
    const { dirs, clock } = bed;
    bed.create('orders');
    bed.append('orders', ['a', 'b', 'c']);
    await dirs.get('orders', 0)?.flush();
    dirs.get('orders', 0)?.advanceLogStart(2);
    clock.advance(4999);
    await bed.settled();
    assert.equal(bed.text('/a/replication-offset-checkpoint'), '');
    clock.advance(1);
    await bed.settled();
    assert.equal(bed.text('/a/replication-offset-checkpoint'), '0\n1\norders 0 3\n');
    assert.equal(bed.text('/a/recovery-point-offset-checkpoint'), '');
    clock.advance(55_000);
    await bed.settled();
    assert.equal(bed.text('/a/recovery-point-offset-checkpoint'), '0\n1\norders 0 3\n');
    assert.equal(bed.text('/a/log-start-offset-checkpoint'), '0\n1\norders 0 2\n');
    bed.disk.kill();
    const again = await Dirs.loaded(['/a'], bed.disk);
    assert.deepEqual([again.dirs.get('orders', 0)?.logStartOffset, again.dirs.get('orders', 0)?.highWatermark], [2, 3]);
  });

  it('puts a new log where the fewest are, or where it is told to', async () => {
    const bed = await Dirs.loaded(['/a', '/b']);
    const { dirs } = bed;
    bed.create('one', '/b');
    bed.create('two');
    bed.create('three');
    const where = (topic: string): string | undefined => dirs.get(topic, 0)?.directory;
    assert.deepEqual(['one', 'two', 'three'].map(where), ['/b/one-0', '/a/two-0', '/a/three-0']);
    bed.create('four');
    assert.equal(where('four'), '/b/four-0');
    assert.throws(() => dirs.create('five', 0, ID, OPTIONS, '/c'), /\/c is none of log\.dirs/);
    assert.equal(dirs.create('one', 0, ID, OPTIONS), dirs.get('one', 0), 'it is there already');
  });

  it('renames a deleted log at once, removes it later, and can make it anew meanwhile', async () => {
    const bed = await Dirs.loaded(['/a']);
    bed.create('orders');
    bed.append('orders', ['a']);
    bed.dirs.remove('orders', 0);
    bed.dirs.remove('orders', 0);
    assert.equal(bed.dirs.get('orders', 0), undefined);
    const deleted = bed.disk.list('/a').filter((name) => name.endsWith('-delete'));
    assert.equal(deleted.length, 1);
    assert.match(deleted[0] ?? '', /^orders-0\.[0-9a-f]{32}-delete$/);
    assert.equal(bed.disk.stat(`/a/${deleted[0]}/00000000000000000000.index`)?.sizeBytes, 10_485_760);
    await bed.settled();
    assert.equal(bed.text('/a/recovery-point-offset-checkpoint'), '0\n0\n');
    bed.create('orders');
    assert.equal(bed.dirs.get('orders', 0)?.logEndOffset, 0);
    bed.clock.advance(59_999);
    assert.notEqual(bed.disk.stat(`/a/${deleted[0]}`), null);
    bed.clock.advance(1);
    assert.equal(bed.disk.stat(`/a/${deleted[0]}`), null);
    assert.deepEqual(bed.offline, []);
  });

  it('removes a deleted log after the next start when it was stopped before', async () => {
    const first = await Dirs.loaded(['/a']);
    first.create('orders');
    first.dirs.remove('orders', 0);
    await first.dirs.close();
    const second = await Dirs.loaded(['/a'], first.disk);
    assert.equal(second.disk.list('/a').filter((name) => name.endsWith('-delete')).length, 1);
    second.clock.advance(60_000);
    assert.equal(second.disk.list('/a').filter((name) => name.endsWith('-delete')).length, 0);
  });

  it('cuts the topic of a deleted log where the name would be too long', async () => {
    const topic = 't'.repeat(249);
    const bed = await Dirs.loaded(['/a']);
    bed.create(topic);
    bed.dirs.remove(topic, 0);
    const [name] = bed.disk.list('/a').filter((other) => other.endsWith('-delete'));
    assert.equal(name?.length, 255);
    assert.match(name ?? '', /^t+-0\.[0-9a-f]{32}-delete$/);
  });

  it('sets a stray log aside and never touches it again', async () => {
    const first = await Dirs.loaded(['/a']);
    first.create('orders');
    first.append('orders', ['a']);
    first.dirs.setAside('orders', 0);
    const [name] = first.disk.list('/a').filter((other) => other.endsWith('-stray'));
    await first.dirs.close();
    const second = await Dirs.loaded(['/a'], first.disk);
    second.clock.advance(1_000_000);
    assert.ok(second.disk.stat(`/a/${name}/00000000000000000000.log`));
    assert.deepEqual([...second.dirs.logs], []);
  });

  it('moves a log to another directory', async () => {
    const first = await Dirs.loaded(['/a', '/b']);
    first.create('orders', '/a');
    first.append('orders', ['a', 'b']);
    const copy = first.dirs.createFuture('orders', 0, ID, OPTIONS, '/b');
    copy.appendRaw(batchOf(['a', 'b'], 1000, { baseOffset: 0, leaderEpoch: 0 }));
    await first.dirs.close();
    const second = await Dirs.loaded(['/a', '/b'], first.disk);
    assert.equal(second.dirs.getFuture('orders', 0)?.logEndOffset, 2);
    const promoted = second.dirs.promoteFuture('orders', 0);
    assert.equal(promoted.directory, '/b/orders-0');
    assert.equal(second.dirs.get('orders', 0), promoted);
    assert.equal(second.dirs.getFuture('orders', 0), undefined);
    second.append('orders', ['c']);
    promoted.roll();
    second.append('orders', ['d']);
    await second.dirs.close();
    const third = await Dirs.loaded(['/a', '/b'], second.disk);
    assert.equal(third.dirs.get('orders', 0)?.logEndOffset, 4);
    assert.equal(third.disk.list('/a').filter((name) => name.endsWith('-delete')).length, 1);
  });

  it('opens the metadata log apart from the others, and recovers it at every start', async () => {
    const first = await Dirs.loaded(['/a']);
    const log = first.dirs.openMetadataLog('/a', OPTIONS);
    log.appendRaw(batchOf(['a'], 1, { baseOffset: 0, leaderEpoch: 1 }));
    await log.close();
    await first.dirs.close();
    const second = await Dirs.loaded(['/a'], first.disk);
    assert.deepEqual([...second.dirs.logs], []);
    assert.equal(second.dirs.openMetadataLog('/a', OPTIONS).logEndOffset, 1);
    assert.ok(second.logger.at('DEBUG').some((line) => line.includes('Recovering unflushed segment 0')));
  });

  it('goes on without a directory whose disk fails', async () => {
    const bed = await Dirs.loaded(['/a', '/b']);
    bed.create('good', '/a');
    bed.create('bad', '/b');
    bed.disk.fault = (operation, path) =>
      operation === 'write' && path.startsWith('/b') ? new DiskError('EIO', path, 'bad sector') : null;
    const result = bed.dirs.get('bad', 0)?.appendOwn(batchOf(['a']), { leaderEpoch: 0 });
    assert.ok(result?.kind === 'failed');
    assert.equal(result.error, 'KAFKA_STORAGE_ERROR');
    assert.deepEqual(bed.offline, ['/b']);
    assert.equal(bed.dirs.get('bad', 0), undefined);
    assert.throws(() => bed.dirs.create('more', 0, ID, OPTIONS, '/b'), /\/b is offline/);
    bed.append('good', ['a']);
    await bed.dirs.close();
    assert.notEqual(bed.disk.stat('/a/.kafka_cleanshutdown'), null);
    assert.equal(bed.disk.stat('/b/.kafka_cleanshutdown'), null);
  });

  it('gives no mark of a clean stop to a directory that fails while it stops', async () => {
    const bed = await Dirs.loaded(['/a']);
    bed.create('orders');
    bed.append('orders', ['a']);
    bed.disk.fault = (operation, path) =>
      operation === 'sync' && path.endsWith('.log') ? new DiskError('EIO', path, 'bad sector') : null;
    await bed.dirs.close();
    assert.deepEqual(bed.offline, ['/a']);
    assert.equal(bed.disk.stat('/a/.kafka_cleanshutdown'), null);
  });

  it('refuses a partition that lies in two directories', async () => {
    const disk = new MemoryDisk();
    for (const path of ['/a/orders-0', '/b/orders-0']) disk.makeDirectory(path);
    const dirs = new Dirs(['/a', '/b'], disk);
    await assert.rejects(dirs.dirs.load(), /Duplicate log directories found: \/b\/orders-0, \/a\/orders-0/);
  });

  it('recovers everything when the recovery points cannot be read, and stops when the log starts cannot', async () => {
    const first = await Dirs.loaded(['/a']);
    first.create('orders');
    first.append('orders', ['a']);
    first.disk.writeWhole('/a/recovery-point-offset-checkpoint', 'nonsense');
    first.disk.kill();
    const second = await Dirs.loaded(['/a'], first.disk);
    assert.equal(second.dirs.get('orders', 0)?.logEndOffset, 1);
    assert.match(
      second.logger.at('ERROR')[0] ?? '',
      /recovery-point-offset-checkpoint is malformed.*all logs are recovered/,
    );
    second.disk.writeWhole('/a/log-start-offset-checkpoint', 'nonsense');
    second.disk.kill();
    await assert.rejects(Dirs.loaded(['/a'], second.disk), CorruptLogError);
  });

  it('leaves other files and directories alone', async () => {
    const disk = new MemoryDisk();
    for (const path of ['/a/lost+found', '/a/notes', '/a/x-y-z']) disk.makeDirectory(path);
    disk.writeWhole('/a/file-0', 'x');
    const bed = await Dirs.loaded(['/a'], disk);
    assert.deepEqual([...bed.dirs.logs], []);
    assert.deepEqual(bed.offline, []);
    assert.equal(bed.text('/a/file-0'), 'x');
  });
});
