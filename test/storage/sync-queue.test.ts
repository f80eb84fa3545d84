import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DiskError } from '../../src/base/disk.js';
import { SyncQueue } from '../../src/storage/sync-queue.js';
import { MemoryDisk } from '../support/memory-disk.js';

/** Syncs that end when the test says so. */
class HeldDisk extends MemoryDisk {
  readonly underWay: { path: string; end: (failure?: Error) => void }[] = [];

  override sync(path: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.underWay.push({ path, end: (failure) => (failure === undefined ? resolve() : reject(failure)) });
    });
  }
}

const settled = async (): Promise<void> => {
  for (let n = 0; n < 10; n++) await null;
};

describe('SyncQueue', () => {
  it('runs no more than its limit, the others in their order, and all of them', async () => {
    const disk = new HeldDisk();
    const queue = new SyncQueue(disk, 2);
    const done: string[] = [];
    const paths = ['/a', '/b', '/c', '/d', '/e'];
    const all = paths.map((path) => queue.sync(path).then(() => done.push(path)));
    for (let ended = 0; ended < paths.length; ended++) {
      await settled();
      assert.equal(disk.underWay.length, Math.min(ended + 2, paths.length));
      disk.underWay[ended]?.end();
    }
    await Promise.all(all);
    assert.deepEqual(done, paths);
  });

  it('makes one of those that wait for the same path, but not of one that runs already', async () => {
    const disk = new HeldDisk();
    const queue = new SyncQueue(disk, 1);
    const first = queue.sync('/a');
    const [second, third] = [queue.sync('/a'), queue.sync('/a')];
    assert.equal(second, third);
    disk.underWay[0]?.end();
    await first;
    await settled();
    assert.equal(disk.underWay.length, 2, 'what was written after the first began is synced, too');
    disk.underWay[1]?.end();
    await second;
  });

  it('tells a failure to those that asked, and goes on', async () => {
    const disk = new HeldDisk();
    const queue = new SyncQueue(disk, 1);
    const failing = queue.sync('/a');
    const next = queue.sync('/b');
    disk.underWay[0]?.end(new DiskError('EIO', '/a', 'bad sector'));
    await assert.rejects(failing, /bad sector/);
    await settled();
    disk.underWay[1]?.end();
    await next;
  });
});
